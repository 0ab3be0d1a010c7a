"""What lasts too long: timers as rows, through restarts, outages and returns."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from backend.app import create_app
from backend.core.clock import ManualClock
from backend.core.db import db
from backend.core.ids import new_id
from backend.settings import Settings


def kinds(findings: list[Any]) -> list[tuple[str, str]]:
    return [(finding.action, finding.kind) for finding in findings]


def test_out_of_bed_at_night_is_told_at_ten_minutes_and_not_before(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    assert bed.say("bed_occupancy", 0.0) == []
    clock.advance(599)
    assert bed.due() == []
    clock.advance(1)
    [finding] = bed.due()
    assert (finding.action, finding.kind, finding.severity) == ("raise", "bed_exit", 3)
    assert (finding.device_id, finding.elder_id, finding.at) == (bed.device_id, bed.elder_id, clock.now())
    assert finding.text == "夜间离床已 10 分钟，尚未回床"


def test_out_of_bed_before_the_night_counts_from_its_beginning(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 21:55")
    bed.say("bed_occupancy", 0.0)
    bed.at_local("2026-11-22 22:09")
    assert bed.due() == []
    bed.at_local("2026-11-22 22:10")
    assert kinds(bed.due()) == [("raise", "bed_exit")]


def test_ten_minutes_over_midnight_are_ten_minutes(bed: Any) -> None:
    bed.at_local("2026-11-22 23:55")
    bed.say("bed_occupancy", 0.0)
    bed.at_local("2026-11-23 00:05")
    assert kinds(bed.due()) == [("raise", "bed_exit")]


def test_nobody_is_told_of_an_empty_bed_by_day(bed: Any) -> None:
    bed.at_local("2026-11-23 05:55")
    bed.say("bed_occupancy", 0.0)
    bed.at_local("2026-11-23 21:59")
    assert bed.due() == []
    bed.at_local("2026-11-23 22:10")
    assert kinds(bed.due()) == [("raise", "bed_exit")]


def test_a_return_to_bed_before_the_time_cancels_the_timer_silently(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0)
    clock.advance(300)
    assert bed.say("bed_occupancy", 1.0) == []
    clock.advance(3600)
    assert kinds(bed.due()) == []
    assert "night_bed_exit" not in bed.states()


def test_a_return_after_it_was_told_is_told_too(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0)
    clock.advance(600)
    bed.due()
    clock.advance(900)
    [finding] = bed.say("bed_occupancy", 1.0)
    assert (finding.action, finding.kind, finding.text) == ("clear", "bed_exit", "已回床，离床 25 分钟")


def test_due_twice_in_a_row_tells_once(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0)
    clock.advance(600)
    assert [len(bed.due()), len(bed.due()), len(bed.due())] == [1, 0, 0]


def test_repeated_reports_of_the_empty_bed_do_not_postpone_it(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    for _ in range(10):
        bed.say("bed_occupancy", 0.0)
        clock.advance(60)
    assert kinds(bed.due()) == [("raise", "bed_exit")]


def test_a_timer_survives_a_restart(bed: Any, clock: ManualClock, app: APIFlask, settings: Settings) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0)
    db.engine.dispose()
    clock.advance(600)
    with create_app(settings, clock).app_context():
        assert kinds(bed.due()) == [("raise", "bed_exit")]
        db.engine.dispose()


def test_after_a_missed_hour_it_is_told_once_with_its_own_moment(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0)
    clock.advance(600)
    was_due = clock.now()
    clock.advance(3600)
    [finding] = bed.due()
    assert (finding.at, finding.text) == (was_due, "夜间离床已 1 小时 10 分钟，尚未回床")
    clock.advance(3600)
    assert bed.due() == []


def test_an_outage_until_after_the_night_does_not_swallow_it(bed: Any) -> None:
    bed.at_local("2026-11-23 03:00")
    bed.say("bed_occupancy", 0.0)
    bed.at_local("2026-11-23 07:00")
    assert kinds(bed.due()) == [("raise", "bed_exit")]


def test_a_late_report_of_having_returned_changes_nothing(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0)
    bed.say("bed_occupancy", 1.0, at=clock.now() - timedelta(seconds=30))
    clock.advance(600)
    assert kinds(bed.due()) == [("raise", "bed_exit")]


def test_history_neither_starts_nor_stops_a_timer(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0, live=False)
    assert bed.states() == []
    bed.say("bed_occupancy", 0.0)
    clock.advance(60)
    bed.say("bed_occupancy", 1.0, live=False)
    clock.advance(540)
    assert kinds(bed.due()) == [("raise", "bed_exit")]


def test_the_devices_own_bed_exit_is_told_at_once_and_not_again_by_the_timer(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0)
    [finding] = bed.say("bed_exit", 1.0, momentary=True)
    assert (finding.kind, finding.text) == ("bed_exit", "设备报告老人离床")
    clock.advance(600)
    assert bed.due() == []
    assert kinds(bed.say("bed_occupancy", 1.0)) == [("clear", "bed_exit")]


def test_a_resolved_bed_exit_clears(bed: Any, clock: ManualClock) -> None:
    bed.say("bed_exit", 1.0, momentary=True)
    clock.advance(120)
    [finding] = bed.say("bed_exit", 0.0, momentary=True)
    assert (finding.action, finding.text) == ("clear", "已回床，离床 2 分钟")


def test_the_door_rule_rests_until_somebody_switches_it_on(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("contact", 0.0)
    clock.advance(3600)
    assert bed.due() == []


@pytest.mark.parametrize(("seconds", "told"), [(14_399, 0), (14_400, 1), (14_401, 1)])
def test_no_activity_by_day_is_told_after_four_hours(bed: Any, clock: ManualClock, seconds: int, told: int) -> None:
    bed.at_local("2026-11-23 09:00")
    bed.say("occupancy", 1.0)
    clock.advance(seconds)
    assert len(bed.due()) == told


def test_hours_of_sleep_do_not_count_as_inactivity(bed: Any) -> None:
    bed.at_local("2026-11-22 21:00")
    bed.say("movement", 3.0)
    bed.at_local("2026-11-23 11:59")
    assert bed.due() == []
    bed.at_local("2026-11-23 12:00")
    [finding] = bed.due()
    assert (finding.kind, finding.text) == ("inactivity", "白天已 15 小时 没有活动")


def test_a_sign_of_life_moves_the_inactivity_timer(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-23 09:00")
    bed.say("movement", 3.0)
    clock.advance(3 * 3600)
    bed.say("movement", 2.0)
    clock.advance(3600)
    assert bed.due() == []
    clock.advance(3 * 3600)
    assert kinds(bed.due()) == [("raise", "inactivity")]


def test_movement_of_nothing_is_no_sign_of_life(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-23 09:00")
    bed.say("movement", 3.0)
    for _ in range(4):
        clock.advance(3600)
        bed.say("movement", 0.0)
    assert bed.due() == []  # the movement may have lasted until the first zero
    clock.advance(3600)
    assert kinds(bed.due()) == [("raise", "inactivity")]


def test_a_radar_that_keeps_saying_somebody_is_there_sees_no_activity(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-23 09:00")
    for _ in range(5):
        bed.say("presence", 1.0)
        clock.advance(2880)
    assert kinds(bed.due()) == [("raise", "inactivity")]


def test_activity_seen_by_any_device_of_the_elder_counts(
    bed: Any, another_bed: Callable[..., Any], clock: ManualClock
) -> None:
    kitchen = another_bed(elder_id=bed.elder_id)
    bed.at_local("2026-11-23 09:00")
    bed.say("occupancy", 1.0)
    clock.advance(2 * 3600)
    kitchen.say("occupancy", 1.0)
    clock.advance(2 * 3600)
    assert bed.due() == []
    clock.advance(2 * 3600)
    assert kinds(bed.due()) == [("raise", "inactivity")]
    assert kinds(kitchen.say("occupancy", 1.0)) == [("clear", "inactivity")]


def test_inactivity_is_told_again_after_it_cleared(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-23 08:00")
    bed.say("occupancy", 1.0)
    clock.advance(4 * 3600)
    bed.due()
    assert kinds(bed.say("occupancy", 1.0)) == [("clear", "inactivity")]
    clock.advance(4 * 3600)
    assert kinds(bed.due()) == [("raise", "inactivity")]


@pytest.mark.parametrize(("seconds", "told"), [(899, 0), (900, 1), (901, 1)])
def test_vital_signs_that_fall_silent_in_an_occupied_bed_are_told(
    bed: Any, clock: ManualClock, seconds: int, told: int
) -> None:
    bed.send([bed.sample("bed_occupancy", 1.0), bed.sample("heart_rate", 70.0)])
    clock.advance(seconds)
    assert len(bed.due()) == told


def test_zeros_in_an_occupied_bed_are_silence(bed: Any, clock: ManualClock) -> None:
    bed.send([bed.sample("bed_occupancy", 1.0), bed.sample("heart_rate", 70.0), bed.sample("breathing_rate", 14.0)])
    clock.advance(10)
    bed.send([bed.sample("heart_rate", 0.0), bed.sample("breathing_rate", 0.0)])
    for _ in range(9):
        clock.advance(100)
        bed.send([bed.sample("heart_rate", 0.0), bed.sample("breathing_rate", 0.0)])
    [finding] = bed.due()
    assert (finding.kind, finding.severity) == ("no_data", 2)
    assert kinds(bed.say("heart_rate", 66.0)) == [("clear", "no_data")]


def test_breathing_alone_breaks_the_silence(bed: Any, clock: ManualClock) -> None:
    bed.send([bed.sample("bed_occupancy", 1.0), bed.sample("heart_rate", 70.0), bed.sample("breathing_rate", 14.0)])
    clock.advance(600)
    bed.say("breathing_rate", 15.0)
    clock.advance(300)
    assert bed.due() == []
    clock.advance(600)
    assert kinds(bed.due()) == [("raise", "no_data")]


def test_an_empty_bed_may_be_silent_and_an_occupied_one_counts_from_then(bed: Any, clock: ManualClock) -> None:
    bed.send([bed.sample("bed_occupancy", 1.0), bed.sample("heart_rate", 70.0)])
    clock.advance(60)
    bed.say("bed_occupancy", 0.0)
    for _ in range(30):
        clock.advance(60)
        assert bed.due() == []
    bed.say("bed_occupancy", 1.0)
    lay_down = clock.now()
    clock.advance(899)
    assert bed.due() == []
    clock.advance(1)
    [finding] = bed.due()
    assert finding.at == lay_down + timedelta(seconds=900)


def test_a_silence_that_was_told_ends_when_the_bed_is_empty_and_begins_anew_in_it(bed: Any, clock: ManualClock) -> None:
    bed.send([bed.sample("bed_occupancy", 1.0), bed.sample("heart_rate", 70.0)])
    clock.advance(900)
    assert kinds(bed.due()) == [("raise", "no_data")]
    assert bed.say("bed_occupancy", 1.0) == []
    [finding] = bed.say("bed_occupancy", 0.0)
    assert (finding.action, finding.kind, finding.text) == ("clear", "no_data", "人已离开，不再等待数据")
    assert bed.say("bed_occupancy", 0.0) == []
    clock.advance(900)
    assert bed.due() == []
    bed.say("bed_occupancy", 1.0)
    clock.advance(900)
    assert kinds(bed.due()) == [("raise", "no_data")]


def test_a_device_without_elder_is_watched_for_itself(another_bed: Callable[..., Any], clock: ManualClock) -> None:
    hall = another_bed(elder_id=None)
    hall.at_local("2026-11-23 09:00")
    hall.say("occupancy", 1.0)
    clock.advance(4 * 3600)
    [finding] = hall.due()
    assert (finding.device_id, finding.elder_id) == (hall.device_id, None)


def test_a_moved_device_forgets_the_timer_of_the_one_before(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0)
    clock.advance(540)
    bed.elder_id = new_id()
    bed.say("bed_occupancy", 1.0)
    clock.advance(60)
    assert bed.due() == []


def test_more_due_rows_than_one_run_takes_are_taken_by_the_next(
    another_bed: Callable[..., Any], clock: ManualClock
) -> None:
    beds = [another_bed() for _ in range(5)]
    beds[0].at_local("2026-11-22 23:00")
    for each in beds:
        each.say("bed_occupancy", 0.0)
    clock.advance(600)
    told = []
    for _ in range(4):
        with beds[0].work() as w:
            from backend.sensing import service

            told.append(len(service.due(w, limit=2)))
    assert told == [2, 2, 1, 0]
