"""A sender dies: nobody is forgotten, and nobody is told more than twice."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import update

from backend.core.clock import ManualClock, wall
from backend.core.db import Work, unit_of_work
from backend.notices import outbox, service
from backend.notices.channels.base import Outcome, sent
from backend.notices.dispatcher import Dispatcher
from backend.notices.envelope import Envelope
from backend.notices.lanes import Lane
from backend.notices.models import Notice
from backend.notices.outbox import Claimed, Undelivered
from backend.settings import Settings
from tests.conftest import WorkFactory
from tests.support import services
from tests.support.outgoing import BROKEN, Line, attempts, notice, status, write

pytestmark = pytest.mark.both_databases

TIMEOUT_S = 5.0


def _claim(channel: str = "wechat") -> Claimed:
    """What a dispatcher does before the call; it then dies, or answers late."""
    with unit_of_work() as w:
        (claimed,) = outbox.claim(w, Lane(channel, urgent=True), 1, Line(channel), Envelope(), wall())
    return claimed


def _later(seconds: float = TIMEOUT_S + 2) -> datetime:
    return wall() + timedelta(seconds=seconds)


def _survivor(app: APIFlask, at: datetime, **lines: Line) -> Dispatcher:
    return Dispatcher(app, lines, real_now=lambda: at)


def _until(one: UUID) -> datetime:
    until = notice(one).claimed_until
    assert until is not None
    return until


@pytest.mark.parametrize(("offset_ms", "calls"), [(-1, 0), (0, 1), (1, 1)])
def test_a_dead_senders_notice_takes_the_next_way_when_its_claim_has_lapsed(
    app: APIFlask, work: WorkFactory, offset_ms: int, calls: int
) -> None:
    with work() as w:
        one = write(w, "k", "wechat", "sms")
    _claim()
    wechat, sms = Line("wechat"), Line("sms")
    at = _until(one) + timedelta(milliseconds=offset_ms)
    assert _survivor(app, at, wechat=wechat, sms=sms).run_once() == calls
    assert (len(wechat.taken), len(sms.taken)) == (0, calls)
    assert status(one) == ("sent" if calls else "sending")


def test_moving_the_demonstrations_clock_kills_no_sender(app: APIFlask, work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:
        one = write(w, "k", "wechat", "sms")
    _claim()
    clock.advance(100)
    assert Dispatcher(app, {"wechat": Line("wechat"), "sms": Line("sms")}).run_once() == 0
    assert status(one) == "sending"


def test_the_only_way_is_repeated_once_and_then_somebody_else_must_be_told(app: APIFlask, work: WorkFactory) -> None:
    heard: list[Undelivered] = []

    def hook(_: Work, undelivered: Undelivered) -> None:
        heard.append(undelivered)

    with work() as w:
        one = write(w, "k", "sms")
    _claim("sms")
    with work() as w:
        outbox.pick_up(w, one, _later(), hook)
    assert (status(one), heard) == ("pending", [])
    _claim("sms")
    with work() as w:
        outbox.pick_up(w, one, _later(), hook)
    assert (status(one), [one.reason for one in heard]) == ("failed", ["sender_died"])
    assert attempts(one) == [("sms", "lost"), ("sms", "lost")]


def test_three_ways_and_three_crashes_still_tell_twice_at_most(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        one = write(w, "k", "wechat", "sms", "voice")
    for channel in ("wechat", "sms"):
        _claim(channel)
        with work() as w:
            outbox.pick_up(w, one, _later(), None)
    assert (status(one), len(attempts(one))) == ("failed", 2)


def test_a_cancelled_notice_ends_with_its_dead_sender(app: APIFlask, work: WorkFactory) -> None:
    alarm = uuid4()
    with work() as w:
        one = write(w, "k", "wechat", "sms", alarm_id=alarm)
    _claim()
    with work() as w:
        service.cancel(w, alarm, why="acknowledged")
    assert _survivor(app, _later(), wechat=Line("wechat"), sms=Line("sms")).run_once() == 0
    assert status(one) == "cancelled"


def test_a_sender_thought_dead_that_was_heard_stops_the_next_way(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        one = write(w, "k", "wechat", "sms")
    claimed = _claim()
    with work() as w:
        outbox.pick_up(w, one, _later(), None)
    with work() as w:
        outbox.record(w, claimed, sent("late"), None)
    assert (status(one), notice(one).channel, attempts(one)) == ("sent", "wechat", [("wechat", "sent")])


@pytest.mark.parametrize("outcome", [sent(), BROKEN])
def test_a_late_answer_does_not_disturb_whoever_took_over(app: APIFlask, work: WorkFactory, outcome: Outcome) -> None:
    with work() as w:
        one = write(w, "k", "wechat", "sms")
    late = _claim()
    with work() as w:
        outbox.pick_up(w, one, _later(), None)
    _claim("sms")
    with work() as w:
        outbox.record(w, late, outcome, None)
    assert (status(one), notice(one).way) == ("sending", 1)


def test_two_survivors_pick_a_notice_up_once(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        one = write(w, "k", "wechat", "sms")
    _claim()
    with work() as w:
        stale = w.session.get_one(Notice, one)
    with work() as w:
        outbox.pick_up(w, one, _later(), None)
    with work() as w:
        outbox.pick_up(w, one, _later(), None)  # the second finds nothing left to do
    assert (stale.way, notice(one).way) == (0, 1)


def test_a_change_under_our_hands_is_noticed_and_nothing_is_half_written(app: APIFlask, work: WorkFactory) -> None:
    heard: list[Undelivered] = []

    def taken_back_meanwhile(w: Work, undelivered: Undelivered) -> None:
        heard.append(undelivered)
        w.session.execute(update(Notice).values(cancelled_at=w.now).execution_options(synchronize_session=False))

    with work() as w:
        one = write(w, "k", "sms")
    claimed = _claim("sms")

    def record() -> None:
        with work() as w:
            outbox.record(w, claimed, BROKEN, taken_back_meanwhile)

    with pytest.raises(outbox.MovedOnError):
        record()
    assert (status(one), attempts(one), len(heard)) == ("sending", [("sms", None)], 1)


def test_killed_between_the_call_and_its_answer_the_person_is_told_by_the_next_way(
    app: APIFlask, work: WorkFactory, settings: Settings, clock: ManualClock, tmp_path: Path
) -> None:
    with work() as w:
        one = write(w, "k", "wechat", "sms")
    file = tmp_path / "handed over"
    victim = _start_victim(settings, file, clock)
    services.wait_until(lambda: file.exists() and file.read_text().strip() == f"wechat {one}")
    victim.kill()
    victim.wait(20)
    assert status(one) == "sending"
    wechat, sms = Line("wechat"), Line("sms")
    assert _survivor(app, _until(one), wechat=wechat, sms=sms).run_once() == 1
    assert (status(one), len(wechat.taken), len(sms.taken)) == ("sent", 0, 1)
    assert attempts(one) == [("wechat", "lost"), ("sms", "sent")]


def _start_victim(settings: Settings, file: Path, clock: ManualClock) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "SHOUWANG_MODE": "test",
        "SHOUWANG_DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "MQTT_URL": settings.mqtt_url,
    }
    program = [sys.executable, "-m", "tests.support.dying_sender", str(file), clock.now().isoformat()]
    return subprocess.Popen(program, env=environment)
