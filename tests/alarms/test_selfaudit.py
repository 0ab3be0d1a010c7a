"""The system looks at itself: what it finds, that one look is not enough, and the dead-man's switch."""

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from sqlalchemy import select

from backend.alarms import engine, selfaudit
from backend.alarms.models import Alarm
from backend.alarms.selfaudit import Problem
from backend.core import leases
from backend.core.clock import wall
from backend.core.db import reading
from backend.core.leases import Heartbeat
from backend.duty.models import ShiftPattern
from backend.notices.models import Notice
from tests.alarms.conftest import Story
from tests.support import services

pytestmark = pytest.mark.both_databases


class Switch:
    """A dead-man's switch on this machine: counts how often it was fed."""

    def __init__(self, status: int = 200) -> None:
        fed: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fed.append(self.path)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.fed = fed
        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/fed"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def switch() -> Iterator[Switch]:
    switch = Switch()
    yield switch
    switch.close()


@pytest.fixture
def whole(story: Story) -> Story:
    """A county in which everything is at work."""
    hub_says(story, ago_s=0)
    return story


def hub_says(story: Story, ago_s: float) -> None:
    with story.work() as w:
        leases.beat(w, "hub", 30)
        w.session.flush()
        w.session.get_one(Heartbeat, "hub").wall_at = wall() - timedelta(seconds=ago_s)


def _system_alarms(story: Story) -> list[Alarm]:
    with story.work() as w:
        return list(w.session.scalars(select(Alarm).where(Alarm.kind == "system")))


def _codes() -> list[str]:
    with reading() as w:
        return [problem.code for problem in selfaudit.check(w)]


def nothing() -> None:
    """Between the two looks nobody does anything."""


def test_all_is_well_and_the_switch_is_fed_once(whole: Story, switch: Switch) -> None:
    whole.press()
    assert selfaudit.audit(switch.url, nothing) == []
    assert switch.fed == ["/fed"]


@pytest.mark.parametrize(("late_s", "found"), [(10, []), (11, ["step_overdue"])])
def test_a_step_is_overdue_after_ten_seconds(whole: Story, late_s: int, found: list[str]) -> None:
    whole.press()
    whole.clock.advance(60 + late_s)
    assert _codes() == found


@pytest.mark.expects_errors
def test_an_engine_that_stands_still_is_an_alarm_once_and_starves_the_switch(whole: Story, switch: Switch) -> None:
    alarm_id = whole.press()
    whole.clock.advance(75)
    expected = [Problem("step_overdue", f"alarm:{alarm_id}")]
    assert selfaudit.audit(switch.url, nothing) == expected
    assert selfaudit.audit(switch.url, nothing) == expected
    (alarm,) = _system_alarms(whole)
    assert (alarm.subject_key, alarm.press_count) == ("system:audit", 1)
    assert switch.fed == []


@pytest.mark.expects_errors
def test_once_the_engine_works_again_the_alarm_ends_and_the_switch_is_fed(whole: Story, switch: Switch) -> None:
    whole.press()
    whole.clock.advance(75)
    selfaudit.audit(switch.url, nothing)
    engine.run_due()
    assert selfaudit.audit(switch.url, nothing) == []
    assert [alarm.disposition for alarm in _system_alarms(whole)] == ["recovered"]
    assert switch.fed == ["/fed"]


def test_a_clock_that_was_moved_is_overdue_for_one_cycle_and_no_fault(whole: Story, switch: Switch) -> None:
    whole.press()
    whole.clock.advance(75)
    looks: list[int] = []
    assert selfaudit.audit(switch.url, lambda: looks.append(engine.run_due())) == []
    assert looks == [1]
    assert _system_alarms(whole) == []


@pytest.mark.parametrize(("ago_s", "found"), [(20, []), (31, ["hub_silent"])])
def test_a_hub_past_its_limit_is_found(whole: Story, ago_s: float, found: list[str]) -> None:
    hub_says(whole, ago_s)
    assert _codes() == found


def test_a_hub_that_never_was_is_found_and_leaves_the_alarm_to_the_heartbeats(story: Story, switch: Switch) -> None:
    assert selfaudit.audit(switch.url, nothing) == [Problem("hub_silent", "hub")]
    assert _system_alarms(story) == []
    assert switch.fed == []


def test_a_place_without_a_carer_starves_the_switch(whole: Story, switch: Switch) -> None:
    with whole.work() as w:
        for row in w.session.scalars(select(ShiftPattern).where(ShiftPattern.role == "duty")):
            row.valid_to = w.now
    assert [problem.code for problem in selfaudit.audit(switch.url, nothing)] == ["roster_empty"]
    assert switch.fed == []


@pytest.mark.parametrize(("late_s", "found"), [(10, 0), (11, 1)])
def test_a_notice_nobody_ended_is_stuck_ten_seconds_after_its_deadline(whole: Story, late_s: int, found: int) -> None:
    whole.press()
    with whole.work() as w:
        for notice in w.session.scalars(select(Notice).where(Notice.status == "pending")):
            notice.deadline_at = w.now - timedelta(seconds=late_s)
    stuck = [code for code in _codes() if code == "notice_stuck"]
    assert bool(stuck) == bool(found)


def test_a_sender_that_died_and_was_not_replaced_is_found(whole: Story) -> None:
    whole.press()
    with whole.work() as w:
        for notice in w.session.scalars(select(Notice).where(Notice.status == "pending")):
            notice.status, notice.claimed_until = "sending", wall() - timedelta(seconds=11)
    assert "notice_stuck" in _codes()


def test_a_switch_that_does_not_answer_or_refuses_harms_nothing() -> None:
    refusing = Switch(status=500)
    try:
        assert not selfaudit.ping(refusing.url)
    finally:
        refusing.close()
    assert not selfaudit.ping(f"http://127.0.0.1:{services.free_port()}/")
