"""Writers of SQLite in a line: of a hundred at once nobody fails, across processes too."""

import multiprocessing
import threading
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.core.db import reading, unit_of_work
from backend.core.write_turns import WriteTurns
from backend.people.models import Division
from tests.conftest import WorkFactory

pytestmark = pytest.mark.both_databases

WRITERS, EACH = 60, 5


def test_sixty_writers_at_once_all_write(work: WorkFactory, app: APIFlask) -> None:
    with work() as w:
        w.session.add(Division(code="1", name="县", level="county", path="1/"))
    failed: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with app.app_context():
                for turn in range(EACH):
                    _add(f"{number}-{turn}")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this test is about
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with reading() as w:
        assert w.session.scalar(select(func.count()).select_from(Division)) == 1 + WRITERS * EACH


def _add(code: str) -> None:
    with unit_of_work() as w:
        w.session.add(Division(code=code, name="村", level="village", parent_code="1", path=f"1/{code}/"))


def _hold(folder: Path, held: Event, leave: Event) -> None:
    with WriteTurns(folder / "a.db").turn():
        held.set()
        leave.wait()


def test_a_process_waits_for_the_turn_of_another_one_and_takes_it_over_when_that_dies(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, leave = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, held, leave))
    other.start()
    held.wait()
    taken = threading.Event()

    def take() -> None:
        with WriteTurns(tmp_path / "a.db").turn():
            taken.set()

    waiting = threading.Thread(target=take)
    waiting.start()
    assert not taken.wait(0.2)
    other.kill()
    other.join()
    waiting.join()
    assert taken.is_set()


def test_an_error_gives_the_turn_back(tmp_path: Path) -> None:
    turns = WriteTurns(tmp_path / "a.db")
    with pytest.raises(LookupError), turns.turn():
        raise LookupError
    with turns.turn():
        assert (tmp_path / "a.db-line").read_bytes() == b""
