"""The process as a whole: who leads, who takes over, what it says of itself, and a clean stop."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import create_engine, select, text

from backend.core import leases
from backend.core.clock import ManualClock, monotonic, pause
from backend.core.db import reading
from backend.core.leases import Heartbeat, Lease
from backend.settings import Settings
from scheduler.main import LEASE, Scheduler
from tests.alarms.conftest import Story
from tests.conftest import WorkFactory
from tests.support import services
from tests.support.world import World, build

PATIENCE_S = 120.0


def eventually(question: Callable[[], bool]) -> bool:
    until = monotonic() + PATIENCE_S
    while not question():
        if monotonic() > until:
            return False
        pause(0.05)
    return True


@contextmanager
def running(app: APIFlask, settings: Settings) -> Iterator[Scheduler]:
    """A scheduler in threads of this process; leaving it stops it and checks that it was whole to the end."""
    stopping, whole = threading.Event(), []
    scheduler = Scheduler(app, settings, stopping)

    def life() -> None:
        with app.app_context():
            whole.append(scheduler.run())

    thread = threading.Thread(target=life)
    thread.start()
    try:
        yield scheduler
    finally:
        stopping.set()
        thread.join(PATIENCE_S)
    assert whole == [True]


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return build(w)


def test_one_leads_the_other_stands_by_and_takes_over(app: APIFlask, settings: Settings, county: World) -> None:
    with running(app, settings) as first:
        assert eventually(lambda: first.leads)
        with running(app, settings) as second:
            assert not second.leads
            first._stopping.set()
            assert eventually(lambda: second.leads)
            with reading() as w:
                assert w.session.get_one(Lease, LEASE).fence == 2


def test_it_gives_signs_of_life_for_itself_and_for_its_jobs(app: APIFlask, settings: Settings, county: World) -> None:
    def alive() -> set[str]:
        with reading() as w:
            return set(w.session.scalars(select(Heartbeat.name)))

    with running(app, settings):
        assert eventually(lambda: {"scheduler", "job:escalation", "job:sensing", "job:roll_up"} <= alive())


def test_a_step_that_becomes_due_is_run_by_the_process(
    app: APIFlask, settings: Settings, work: WorkFactory, clock: ManualClock, county: World
) -> None:
    story = Story(work, clock, county)
    alarm_id = story.press()
    story.clock.advance(60)
    with running(app, settings):
        assert eventually(lambda: story.timeline(alarm_id).count("notified") == 2)


def test_a_scheduler_that_stands_by_escalates_too(
    app: APIFlask, settings: Settings, work: WorkFactory, clock: ManualClock, county: World
) -> None:
    with work() as w:
        w.session.add(Lease(name=LEASE, holder="another", fence=7, expires_at=w.now.replace(year=2099)))
    story = Story(work, clock, county)
    alarm_id = story.press()
    story.clock.advance(60)
    with running(app, settings) as scheduler:
        assert eventually(lambda: story.timeline(alarm_id).count("notified") == 2)
        assert not scheduler.leads


def test_a_job_that_no_longer_exists_is_not_silent(
    app: APIFlask, settings: Settings, work: WorkFactory, county: World
) -> None:
    with work() as w:
        leases.beat(w, "job:of an older release", 30)
        leases.beat(w, "hub", 30)

    def known() -> set[str]:
        with reading() as w:
            return set(w.session.scalars(select(Heartbeat.name)))

    with running(app, settings):
        assert eventually(lambda: "scheduler" in known())
        assert "hub" in known()
        assert "job:of an older release" not in known()


def _process(database_url: str, folder: Path) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHOUWANG_")} | {
        "SHOUWANG_MODE": "test",
        "SHOUWANG_DATA_DIR": str(folder / "data"),
        "DATABASE_URL": database_url,
        "REDIS_URL": f"redis://127.0.0.1:{services.free_port()}/0",
    }
    return subprocess.Popen([sys.executable, "-m", "backend.cli", "scheduler"], env=environment)


def test_asked_to_stop_it_ends_cleanly_and_gives_the_lease_back(database_url: str, tmp_path: Path) -> None:
    engine = create_engine(database_url)

    def holder() -> str:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT holder FROM lease WHERE name = 'scheduler'")).scalar()
            return str(found or "")

    process = _process(database_url, tmp_path)
    try:
        assert eventually(lambda: holder() != "")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        assert holder() == ""
    finally:
        process.kill()
        process.wait()
        engine.dispose()
