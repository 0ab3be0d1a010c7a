"""The audit chain: appended by many, forked by nobody, and every change shows."""

import threading
from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.core import audit
from backend.core.db import Actor, reading, unit_of_work
from tests.conftest import WorkFactory

pytestmark = pytest.mark.both_databases


def test_entries_chain_and_verify(work: WorkFactory) -> None:
    for number in range(3):
        with work(Actor("staff", "1", "王芳")) as w:
            audit.record(w, "person.read", f"person:{number}", why="报警")
    with reading() as w:
        assert audit.verify(w.session) == 3


def test_the_database_refuses_to_change_or_remove_an_entry(work: WorkFactory) -> None:
    with work() as w:
        audit.record(w, "a", "b")
    for statement in ("UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="append-only"), work() as w:
            w.session.execute(text(statement))


@pytest.mark.parametrize("column", ["actor", "action", "subject", "body"])
def test_a_change_behind_the_database_s_back_shows(work: WorkFactory, app: APIFlask, column: str) -> None:
    for _ in range(3):
        with work() as w:
            audit.record(w, "a", "b", fact=1)
    with work() as w:
        if w.session.get_bind().dialect.name == "sqlite":
            w.session.execute(text("DROP TRIGGER audit_entry_no_update"))
        else:
            w.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        w.session.execute(text(f"UPDATE audit_entry SET {column} = 'forged' WHERE seq = 2"))  # noqa: S608 - a fixed list
    with reading() as w, pytest.raises(audit.ChainBrokenError) as broken:
        audit.verify(w.session)
    assert broken.value.seq == 2


def test_forty_appenders_at_once_make_one_chain(app: APIFlask) -> None:
    def append() -> None:
        with app.app_context(), unit_of_work() as w:
            audit.record(w, "a", "b")

    threads = [threading.Thread(target=append) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading() as w:
        assert audit.verify(w.session) == 40


def test_the_head_is_written_outside_the_database(work: WorkFactory, tmp_path: Path) -> None:
    with work() as w:
        audit.record(w, "a", "b")
        found = audit.write_head(w, tmp_path / "heads")
    assert '"seq":1' in found.read_text()
