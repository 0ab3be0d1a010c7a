"""Twenty at once, on both databases: what the database refuses, whoever comes first."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.alarms import engine, raising, service, timeline
from backend.alarms.errors import AlreadyAcknowledgedError
from backend.alarms.models import Alarm
from backend.alarms.raising import Trigger
from backend.core import audit, leases
from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from backend.core.leases import Lease
from backend.notices.models import Notice
from tests.conftest import WorkFactory
from tests.support.world import HOME, HOME_PATH, World, build

pytestmark = pytest.mark.both_databases

AT_ONCE = 20
PATIENCE_S = 120.0


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return build(w)


def at_once(app: APIFlask, act: Callable[[int], Any]) -> list[Any]:
    """What each of twenty threads got from ``act(number)``, all let go at the same moment; errors count as answers."""
    gate = threading.Barrier(AT_ONCE)
    answers: list[Any] = [None] * AT_ONCE

    def run(number: int) -> None:
        with app.app_context():
            gate.wait(PATIENCE_S)
            try:
                answers[number] = act(number)
            except Exception as error:  # noqa: BLE001 - what was refused is the answer
                answers[number] = type(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    return answers


def _press(county: World) -> Any:
    with unit_of_work() as w:
        trigger = Trigger(
            "sos", f"elder:{county.elder}", "王秀英", "203房", HOME_PATH, w.now, elder_id=county.elder, site_code=HOME
        )
        return raising.raise_alarm(w, trigger).id


def test_twenty_presses_of_one_elder_are_one_alarm_and_none_is_lost(app: APIFlask, county: World) -> None:
    answers = at_once(app, lambda _: _press(county))
    assert len(set(answers)) == 1
    with reading() as w:
        alarm = w.session.scalars(select(Alarm)).one()
        told = w.session.scalars(select(Notice.recipient_name).where(Notice.recipient_kind == "staff")).all()
        assert timeline.verify(w.session)
    assert alarm.press_count == AT_ONCE
    assert told == ["姓名duty"]


def test_a_press_is_never_lost_to_a_closing_at_the_same_moment(app: APIFlask, county: World) -> None:
    first = _press(county)
    me = county.viewer("duty")
    with unit_of_work() as w:
        service.arrive(w, me, first)

    def act(number: int) -> Any:
        if number:
            return _press(county)
        with unit_of_work() as w:
            return service.close(w, me, first, "real").id

    answers = at_once(app, act)
    with reading() as w:
        alarms = w.session.scalars(select(Alarm)).all()
    assert not [one for one in answers[1:] if isinstance(one, type)]
    assert sum(alarm.closed_at is None for alarm in alarms) <= 1
    assert sum(alarm.press_count for alarm in alarms) == 1 + AT_ONCE - 1


def test_of_two_who_accept_one_wins_and_every_other_hears_who(app: APIFlask, county: World) -> None:
    alarm_id = _press(county)

    def accept(number: int) -> str | None:
        with unit_of_work() as w:
            alarm = service.acknowledge(w, county.viewer(("duty", "duty2")[number % 2]), alarm_id)
            return alarm.acknowledged_name

    answers = Counter(at_once(app, accept))
    refused = answers.pop(AlreadyAcknowledgedError)
    (winner,) = answers
    assert winner in ("duty", "duty2")
    assert (answers[winner], refused) == (AT_ONCE // 2, AT_ONCE // 2)
    with reading() as w:
        assert timeline.verify(w.session)
        assert w.session.get_one(Alarm, alarm_id).acknowledged_name == winner


def test_twenty_engines_run_a_due_step_once(app: APIFlask, county: World, clock: ManualClock) -> None:
    _press(county)
    clock.advance(60)
    assert sum(at_once(app, lambda _: engine.run_due())) == 1
    with reading() as w:
        told = select(Notice.recipient_name).where(Notice.template == "alarm_repeat", Notice.recipient_kind == "staff")
        assert sorted(w.session.scalars(told)) == ["姓名duty", "姓名lead"]


def test_the_audit_chain_does_not_fork(app: APIFlask) -> None:
    def append(number: int) -> int:
        for turn in range(3):
            with unit_of_work() as w:
                audit.record(w, "test.race", f"thing:{number}", turn=turn)
        return number

    assert at_once(app, append) == list(range(AT_ONCE))
    with reading() as w:
        assert audit.verify(w.session) == AT_ONCE * 3


def test_a_lease_has_one_holder(app: APIFlask) -> None:
    def take(number: int) -> int | None:
        with unit_of_work() as w:
            return leases.take(w, "race", f"holder-{number}", 60)

    fences = [fence for fence in at_once(app, take) if fence is not None]
    assert fences == [1]
    with reading() as w:
        assert w.session.scalar(select(func.count()).select_from(Lease).where(Lease.name == "race")) == 1


def test_a_lease_that_ran_out_goes_to_one_new_holder_with_a_higher_fence(app: APIFlask) -> None:
    with unit_of_work() as w:
        leases.take(w, "race", "old", -1)

    def take(number: int) -> int | None:
        with unit_of_work() as w:
            return leases.take(w, "race", f"holder-{number}", 60)

    assert [fence for fence in at_once(app, take) if fence is not None] == [2]
