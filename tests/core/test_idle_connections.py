"""A database that was away: a connection that lay idle is asked first, one that is in use is not asked again."""

import pytest
from apiflask import APIFlask
from sqlalchemy import create_engine, event, text

from backend.core import db as database
from backend.core.db import IDLE_S, db, reading, unit_of_work

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class Seconds:
    """The machine's clock, moved by hand."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    made = Seconds()
    monkeypatch.setattr(database, "monotonic", made)
    return made


def end_all(url: str) -> int:
    """What a restart of the server does to everybody's connections; how many it ended."""
    engine = create_engine(url)
    with engine.connect() as connection:
        ended = connection.execute(
            text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        ).scalar_one()
    engine.dispose()
    return int(ended)


def one() -> int:
    with reading() as work:
        return int(work.session.scalar(text("SELECT 1")) or 0)


def test_after_the_server_came_back_nobody_notices(app: APIFlask, seconds: Seconds, database_url: str) -> None:
    assert one() == 1
    assert end_all(database_url) >= 1
    seconds.now += IDLE_S
    with unit_of_work() as work:
        assert work.session.scalar(text("SELECT 2")) == 2
    assert one() == 1


def test_a_connection_used_a_moment_ago_is_not_asked(
    app: APIFlask, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    event.listen(db.engine, "connect", lambda *_: made.append(1))
    asked: list[object] = []
    monkeypatch.setattr(db.engine.dialect, "do_ping", asked.append)
    for idle, count in ((0.0, 0), (IDLE_S - 0.01, 0), (IDLE_S, 1), (0.0, 1)):
        seconds.now += idle
        assert one() == 1
        assert len(asked) == count
    assert len(made) <= 1
