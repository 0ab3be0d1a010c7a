"""The database goes away under load: the hub holds what came, and afterwards nothing is missing and nothing is twice.

Breaks if: ``Store._commit`` gives a batch up after a database error, or acknowledges before the commit (lost presses);
or if ``Redelivery`` forgets its place when a transaction is tried again (presses counted twice).
"""

import os
import shlex
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from backend.alarms.models import Alarm
from backend.core.clock import pause
from tests.chaos.conftest import MakeStorm, buttons
from tests.support import services
from tests.support.services import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]
AWAY_S = 6.0  # an outage that is worth telling is five seconds
LOCKED_S = 10.0


class Server:
    """A PostgreSQL server that a test may stop and start again."""

    def __init__(self, url: str) -> None:
        self.url = url
        engine = create_engine(f"{url}/postgres")
        with engine.connect() as connection:
            self._data = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        engine.dispose()
        # The command line it was started with, which the server itself keeps.
        self._command = shlex.split((self._data / "postmaster.opts").read_text())
        self._process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """As a power failure: no goodbye to anybody, and recovery from the log at the next start."""
        pid = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, 3)
        wait_until(lambda: not services.listens(make_url(self.url).port or 0))

    def start(self) -> None:
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen([*as_user, *self._command], stdout=quiet, stderr=quiet)
        wait_until(lambda: services.answers(self.url))

    def end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)


@contextmanager
def _own_server() -> Iterator[Server]:
    with services.postgres() as url:
        server = Server(url)
        try:
            yield server
        finally:
            server.end()


def test_postgresql_is_restarted_under_load_and_nothing_is_lost_or_doubled(storm: MakeStorm) -> None:
    topics = buttons(100)
    with _own_server() as server:
        services.create_database(server.url, "chaos")
        with storm(topics, f"{server.url}/chaos") as s:
            s.rig.start_hub()
            s.press(topics)
            wait_until(lambda: s.presses() > 0)
            server.stop()
            s.press(topics)
            pause(AWAY_S)
            server.start()
            s.press(topics)
            wait_until(lambda: s.presses() >= 300)
            assert (s.alarms(), s.presses()) == (100, 300)
            told = select(Alarm.detail).where(Alarm.subject_key == "system:hub:database")
            wait_until(lambda: s.rig.ask(told))
            assert "数据库中断" in s.rig.ask(told)["text"]


def test_sqlite_is_locked_by_somebody_else_for_ten_seconds_and_nothing_is_lost(storm: MakeStorm) -> None:
    topics = buttons(100)
    with storm(topics) as s:
        s.rig.start_hub()
        s.press(topics)
        wait_until(lambda: s.presses() > 0)
        lock = sqlite3.connect(s.rig.folder / "bench.db", isolation_level=None, timeout=30, check_same_thread=False)
        lock.execute("BEGIN IMMEDIATE")
        threading.Timer(LOCKED_S, lock.execute, ("COMMIT",)).start()
        before = s.presses()
        s.press(topics)
        assert s.presses() == before
        wait_until(lambda: s.presses() >= 200)
        assert (s.alarms(), s.presses()) == (100, 200)
        lock.close()
