"""What people do, what is refused, and what the record says afterwards."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.alarms import raising, service, timeline
from backend.alarms.errors import (
    AlreadyAcknowledgedError,
    ClosedAlarmError,
    NeedsArrivalError,
    StaleAlarmError,
    UnknownDispositionError,
)
from backend.core import audit
from backend.core.db import reading
from backend.core.errors import NotFoundError
from tests.alarms.conftest import Story


def test_presses_of_one_elder_are_one_alarm_that_counts(story: Story) -> None:
    first, second, third = story.press(), story.press(), story.press()
    assert first == second == third
    assert story.alarm(first).press_count == 3
    assert len(story.between(0, 1)) == 1


def test_a_press_after_acceptance_resets_it_and_tells_again(story: Story) -> None:
    alarm_id = story.press()
    with story.work() as w:
        service.acknowledge(w, story.world.viewer("duty"), alarm_id)
    story.clock.advance(10)
    story.press()
    alarm = story.alarm(alarm_id)
    assert alarm.acknowledged_at is None
    assert alarm.first_answered_at is not None
    assert story.between(10, 11) == ["姓名duty"]
    assert "acknowledgement_reset" in story.timeline(alarm_id)


def test_an_old_button_cannot_act_on_a_newer_state(story: Story) -> None:
    alarm_id = story.press()
    old = story.alarm(alarm_id).fence
    with story.work() as w:
        service.acknowledge(w, story.world.viewer("duty"), alarm_id, old)
    story.press()
    with pytest.raises(StaleAlarmError), story.work() as w:
        service.acknowledge(w, story.world.viewer("duty2"), alarm_id, old)


def test_the_second_to_accept_is_told_who_was_first_and_a_double_tap_is_harmless(story: Story) -> None:
    alarm_id = story.press()
    with story.work() as w:
        service.acknowledge(w, story.world.viewer("duty"), alarm_id)
    with story.work() as w:
        service.acknowledge(w, story.world.viewer("duty"), alarm_id)
    with pytest.raises(AlreadyAcknowledgedError) as refused, story.work() as w:
        service.acknowledge(w, story.world.viewer("duty2"), alarm_id)
    assert refused.value.facts == {"name": "duty"}
    assert story.timeline(alarm_id).count("acknowledged") == 1


@pytest.mark.parametrize("kind", ["sos", "fall"])
def test_an_sos_is_closed_only_after_somebody_was_there(story: Story, kind: str) -> None:
    alarm_id = story.press(kind)
    me = story.world.viewer("duty")
    with pytest.raises(NeedsArrivalError), story.work() as w:
        service.close(w, me, alarm_id, "real")
    with story.work() as w:
        service.arrive(w, me, alarm_id)
        service.close(w, me, alarm_id, "真实", "已扶起")
    alarm = story.alarm(alarm_id)
    assert (alarm.disposition, alarm.closed_by, alarm.next_step_at) == ("real", "duty", None)


def test_a_completed_call_also_allows_closing(story: Story) -> None:
    alarm_id = story.press()
    me = story.world.viewer("duty")
    with story.work() as w:
        service.complete_call(w, me, alarm_id, "老人说按错了")
        service.close(w, me, alarm_id, "false_alarm")
    assert story.alarm(alarm_id).disposition == "false_alarm"


def test_a_closed_alarm_takes_notes_and_nothing_else_and_the_next_press_opens_a_new_one(story: Story) -> None:
    alarm_id = story.press()
    me = story.world.viewer("duty")
    with story.work() as w:
        service.arrive(w, me, alarm_id)
        service.close(w, me, alarm_id, "real")
    with pytest.raises(ClosedAlarmError), story.work() as w:
        service.acknowledge(w, me, alarm_id)
    with story.work() as w:
        service.add_note(w, me, alarm_id, "家属已知悉")
    assert story.press() != alarm_id


def test_an_unknown_reason_for_closing_is_refused(story: Story) -> None:
    alarm_id = story.press()
    with pytest.raises(UnknownDispositionError), story.work() as w:
        service.close(w, story.world.viewer("duty"), alarm_id, "随便")


def test_who_works_elsewhere_does_not_see_the_alarm(story: Story) -> None:
    alarm_id = story.press()
    with pytest.raises(NotFoundError), story.work() as w:
        service.acknowledge(w, story.world.viewer("duty", path="500118/500118102/"), alarm_id)


def test_cancelling_at_the_device_lowers_the_urgency_and_closes_nothing(story: Story) -> None:
    alarm_id = story.press()
    with story.work() as w:
        raising.device_cancel(w, f"elder:{story.world.elder}", ("sos",), "demo-sos-1")
    alarm = story.alarm(alarm_id)
    assert alarm.severity == 2
    assert alarm.device_cancelled_at is not None
    assert alarm.closed_at is None
    story.press()
    assert story.alarm(alarm_id).severity == 4
    assert story.alarm(alarm_id).device_cancelled_at is None


def test_an_sos_latches_and_a_leak_shows_cleared_until_a_person_looks(story: Story) -> None:
    sos, leak = story.press(), story.press("water_leak")
    key = f"elder:{story.world.elder}"
    story.clock.advance(5)
    with story.work() as w:
        raising.clear_alarm(w, key, "sos", story.clock.now())
        raising.clear_alarm(w, key, "water_leak", story.clock.now())
    assert story.alarm(sos).cleared_at is None
    assert story.alarm(leak).cleared_at is not None
    assert story.alarm(leak).closed_at is None


def test_a_late_clear_does_not_end_a_newer_alarm(story: Story) -> None:
    leak = story.press("water_leak")
    with story.work() as w:
        raising.clear_alarm(w, f"elder:{story.world.elder}", "water_leak", story.start.replace(hour=0))
    assert story.alarm(leak).cleared_at is None


def test_severity_rises_in_place_and_does_not_fall(story: Story) -> None:
    alarm_id = story.press("heart_rate", severity=3)
    story.press("heart_rate", severity=4)
    story.press("heart_rate", severity=2)
    assert story.alarm(alarm_id).severity == 4
    assert story.timeline(alarm_id).count("severity_raised") == 1


def test_by_hand_the_next_people_are_told_at_once_and_the_clock_goes_on_from_there(story: Story) -> None:
    alarm_id = story.press()
    story.between(0, 1)
    story.clock.advance(10)
    with story.work() as w:
        service.escalate(w, story.world.viewer("duty"), alarm_id)
    assert story.between(10, 11) == sorted(["姓名duty", "姓名lead"])
    story.run(59)
    story.nothing_else()
    story.run(1)
    assert "李明（儿子）" in story.between(70, 71)


def test_the_timeline_cannot_be_changed_and_a_change_would_show(story: Story) -> None:
    alarm_id = story.press()
    for statement in ("UPDATE alarm_event SET text = 'x'", "DELETE FROM alarm_event"):
        with pytest.raises(DBAPIError, match="append-only"), story.work() as w:
            w.session.execute(text(statement))
    with story.work() as w:
        service.acknowledge(w, story.world.viewer("duty"), alarm_id)
    with reading() as w:
        assert timeline.verify(w.session) == 3
        assert audit.verify(w.session) == 1
