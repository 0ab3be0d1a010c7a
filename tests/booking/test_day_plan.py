"""The slots of a day from plan, exception, calendar and heart day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from backend.booking import heart_days
from backend.booking.day_plan import Exceptional, Heart, PlannedSlot, PlanRow, hours_from, plan_day
from backend.core.calendar import WorkCalendar
from tests.support.bookings import moment

CALENDAR = WorkCalendar()
MORNING = PlanRow(weekday=0, starts=540, ends=660, slot_minutes=30, windows=2, on_site=1)
WEEK = [replace(MORNING, weekday=weekday) for weekday in range(5)]


def slots(day: date, rows: list[PlanRow] | None = None, **more: object) -> list[PlannedSlot]:
    return plan_day(CALENDAR.day(day), WEEK if rows is None else rows, **more)  # type: ignore[arg-type] # as given


def test_a_workday_has_its_plan() -> None:
    day = date(2026, 11, 23)
    found = slots(day)
    assert [slot.starts_at for slot in found] == [
        moment(day, 9),
        moment(day, 9, 30),
        moment(day, 10),
        moment(day, 10, 30),
    ]
    assert found[0] == PlannedSlot(moment(day, 9), moment(day, 9, 30), capacity=1, on_site=1)


@pytest.mark.parametrize(("ends", "count"), [(569, 0), (570, 1), (599, 1), (600, 2), (601, 2)])
def test_what_is_shorter_than_a_slot_is_left_out(ends: int, count: int) -> None:
    assert len(slots(date(2026, 11, 23), [replace(MORNING, ends=ends)])) == count


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 2, 14), True),  # Saturday, worked for the Spring Festival: Monday's plan
        (date(2026, 2, 16), False),  # Monday of the Spring Festival
        (date(2026, 10, 7), False),  # Wednesday of National Day
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # make-up Saturday
        (date(2026, 10, 11), False),  # an ordinary Sunday
    ],
)
def test_holidays_rest_and_make_up_days_work(day: date, is_open: bool) -> None:
    assert bool(slots(day)) is is_open


def test_a_make_up_saturday_follows_a_plan_of_its_own_before_mondays() -> None:
    saturday = PlanRow(weekday=5, starts=540, ends=600, slot_minutes=60, windows=1)
    assert len(slots(date(2026, 10, 10), [*WEEK, saturday])) == 1


def test_a_weekend_day_with_a_plan_is_open_unless_it_is_a_holiday() -> None:
    saturday = replace(MORNING, weekday=5)
    assert slots(date(2026, 11, 28), [saturday])
    assert not slots(date(2026, 10, 3), [saturday])


def test_a_plan_holds_from_its_first_day_to_its_last() -> None:
    monday = date(2026, 11, 23)
    rows = [replace(MORNING, valid_from=monday, valid_to=monday + timedelta(days=7))]
    assert [bool(slots(monday + timedelta(days=days), rows)) for days in (-7, 0, 7, 14)] == [False, True, True, False]


def test_an_exception_closes_a_day_or_opens_it_with_its_hours_or_its_plan() -> None:
    monday, sunday = date(2026, 11, 23), date(2026, 11, 22)
    hours = hours_from([{"starts": 840, "ends": 900, "slot_minutes": 60, "windows": 3}])
    assert slots(monday, exception=Exceptional("closed")) == []
    assert [slot.capacity for slot in slots(sunday, exception=Exceptional("open", hours))] == [3]
    assert slots(sunday, exception=Exceptional("open"))[0].starts_at == moment(sunday, 9)


def test_heart_days_have_more_windows_and_open_on_a_day_of_rest_if_the_office_says_so() -> None:
    workday, rest = date(2026, 5, 20), date(2026, 2, 22)
    assert [slot.capacity for slot in slots(workday, heart=Heart(3, opens_anyway=False))] == [4] * 4
    assert slots(rest, heart=Heart(3, opens_anyway=False)) == []
    assert [slot.capacity for slot in slots(rest, heart=Heart(3, opens_anyway=True))] == [4] * 4


def test_a_closing_is_stronger_than_a_heart_day() -> None:
    assert slots(date(2026, 5, 20), exception=Exceptional("closed"), heart=Heart(3, opens_anyway=True)) == []


def test_two_plans_of_one_time_add_their_places() -> None:
    both = slots(date(2026, 11, 23), [MORNING, replace(MORNING, on_site=0)])
    assert [(slot.capacity, slot.on_site) for slot in both] == [(3, 1)] * 4


def test_all_places_may_be_kept_for_people_who_just_come() -> None:
    assert {slot.capacity for slot in slots(date(2026, 11, 23), [replace(MORNING, on_site=2)])} == {0}


def test_the_heart_days_of_a_year_include_the_lunar_one() -> None:
    assert heart_days.of_year(2026) == {
        date(2026, 2, 14): "情人节", date(2026, 5, 20): "5·20", date(2026, 8, 19): "七夕", date(2026, 9, 9): "9·9",
    }  # fmt: skip
