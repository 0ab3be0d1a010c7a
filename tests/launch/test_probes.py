"""The questions "does it answer yet?" at real ports, pages and databases."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from backend.core.leases import beat
from backend.launch import probes
from backend.settings import Settings
from tests.conftest import WorkFactory
from tests.support import services

pytestmark = pytest.mark.both_databases


@pytest.fixture
def pages() -> Iterator[int]:
    @Request.application
    def answer(request: Request) -> Response:
        return Response(status=200 if request.path == "/ready" else 503)

    server = make_server("127.0.0.1", 0, answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_port_answers_when_something_listens(pages: int) -> None:
    assert probes.port_answers("127.0.0.1", pages)()
    assert probes.port_answers("0.0.0.0", pages)()  # noqa: S104 - what an operator may configure
    assert not probes.port_answers("127.0.0.1", services.free_port())()


def test_a_page_answers_only_with_success(pages: int) -> None:
    assert probes.page_answers(f"http://127.0.0.1:{pages}/ready")()
    assert not probes.page_answers(f"http://127.0.0.1:{pages}/other")()
    assert not probes.page_answers(f"http://127.0.0.1:{services.free_port()}/ready")()


@pytest.mark.parametrize(("name", "counts"), [("hub", True), ("hub:west", True), ("hubbub", False), ("web", False)])
def test_a_heart_beats_from_the_first_beat_after_the_question(
    name: str, *, counts: bool, settings: Settings, work: WorkFactory
) -> None:
    with work() as w:
        beat(w, name, 10)
    ask = probes.heart_beats(settings.database_url, "hub")
    assert not ask()
    with work() as w:
        beat(w, name, 10)
    assert ask() is counts


def test_a_database_that_is_not_there_has_no_heart(tmp_path: Path) -> None:
    assert not probes.heart_beats(f"sqlite:///{tmp_path}/missing.db", "hub")()
