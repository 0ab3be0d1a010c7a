"""Notices and alarms together: a failure reaches the alarm, an answer stops the sending, and neither waits for ever."""

import threading
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.alarms import raising, service
from backend.alarms.models import Alarm, AlarmEvent
from backend.alarms.raising import Trigger
from backend.core.clock import ManualClock
from backend.core.db import reading
from backend.delivery import channels, on_undeliverable
from backend.notices.channels.base import ChannelName
from backend.notices.channels.board import BoardChannel
from backend.notices.dispatcher import Dispatcher
from backend.notices.service import notices_of
from tests.conftest import WorkFactory
from tests.support.outgoing import BROKEN, Line
from tests.support.world import HOME, HOME_PATH, World, build


@pytest.fixture
def world(app: APIFlask, work: WorkFactory) -> World:
    with work() as w:
        return build(w)


def _press(work: WorkFactory, world: World, clock: ManualClock, number: int = 1) -> UUID:
    trigger = Trigger(
        kind="sos", subject_key=f"device:{number}", subject_name="王秀英", place="安康养老院 203房", site_code=HOME,
        division_path=HOME_PATH, occurred_at=clock.now(), elder_id=world.elder,
    )  # fmt: skip
    with work() as w:
        return raising.raise_alarm(w, trigger).id


def _lines(answers: int) -> dict[str, Line]:
    return {str(name): Line(name, [BROKEN] * answers) for name in ChannelName}


def _statuses(alarm: UUID) -> set[str]:
    with reading() as w:
        return {notice.status for notice in notices_of(w, alarm) if notice.recipient_kind != "board"}


def _events(alarm: UUID) -> list[str]:
    with reading() as w:
        found = select(AlarmEvent.type).where(AlarmEvent.alarm_id == alarm).order_by(AlarmEvent.number)
        return list(w.session.scalars(found))


def test_when_nobody_could_be_told_the_alarm_says_so_and_goes_on_at_once(
    app: APIFlask, work: WorkFactory, world: World, clock: ManualClock
) -> None:
    alarm = _press(work, world, clock)
    dispatcher = Dispatcher(app, _lines(99), on_undeliverable=on_undeliverable)
    while dispatcher.run_once():
        pass
    assert _statuses(alarm) == {"failed"}
    assert "notice_failed" in _events(alarm)
    with reading() as w:
        assert w.session.get_one(Alarm, alarm).next_step_at == clock.now()


def test_an_answer_and_the_last_failure_at_the_same_moment_do_not_wait_for_each_other(
    app: APIFlask, work: WorkFactory, world: World, clock: ManualClock
) -> None:
    for number in range(10):
        alarm = _press(work, world, clock, number)
        meet = threading.Barrier(2, timeout=30)
        lines = _lines(99)
        lines["voice"].before = lambda _, meet=meet: meet.wait()
        dispatcher = Dispatcher(app, lines, on_undeliverable=on_undeliverable)
        answering = threading.Thread(target=_answer, args=(app, work, world, alarm, meet))
        answering.start()
        while dispatcher.run_once():
            pass
        answering.join(30)
        assert not answering.is_alive()
        assert "acknowledged" in _events(alarm)
        assert _statuses(alarm) <= {"failed", "cancelled"}
        assert len(lines["voice"].taken) == 1


def _answer(app: APIFlask, work: WorkFactory, world: World, alarm: UUID, meet: threading.Barrier) -> None:
    meet.wait()
    with app.app_context(), work() as w:
        service.acknowledge(w, world.viewer("duty"), alarm)


def test_an_installation_has_the_channels_of_its_settings_and_always_its_board(app: APIFlask) -> None:
    built = channels(app)
    assert isinstance(built["board"], BoardChannel)
    assert "sms" not in built
