"""The two periods of a divorce: against a table counted by hand, and what must hold for any day."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import strict_yaml
from backend.core.calendar import DayKind, Special, WorkCalendar
from backend.core.clock import CHINA
from backend.marriage.timing import Lengths, before_close, periods

CALENDAR = WorkCalendar()
LAW = Lengths(30, 30, rolls_first=True)
CASES = strict_yaml.load(Path(__file__).parents[1] / "cases" / "marriage" / "divorce-2026.yaml")
ONE = timedelta(days=1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['received']}-{case.get('first_moves', True)}")
def test_the_periods_are_those_of_the_table_counted_by_hand(case: dict[str, Any]) -> None:
    found = periods(case["received"], CALENDAR, Lengths(30, 30, rolls_first=case.get("first_moves", True)))
    assert (found.cooling_until, found.window_until) == (case["withdraw_until"], case["certificate_until"])
    assert found.provisional == case.get("provisional", False)


def test_the_table_has_at_least_two_applications_of_every_month_all_received_on_working_days() -> None:
    months = [case["received"].month for case in CASES if case.get("first_moves", True)]
    assert {month for month in range(1, 13) if months.count(month) >= 2} == set(range(1, 13))
    assert all(CALENDAR.is_workday(case["received"]) for case in CASES)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_the_ends_are_working_days_and_the_periods_join_without_a_gap(received: date) -> None:
    found = periods(received, CALENDAR, LAW)
    assert CALENDAR.is_workday(found.cooling_until)
    assert CALENDAR.is_workday(found.window_until)
    assert found.cooling_until > received + timedelta(days=29)
    assert found.window_until > found.cooling_until + timedelta(days=29)
    assert found.window_from == found.cooling_until + ONE
    assert found.lapses_on == found.window_until + ONE


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_later_application_never_ends_earlier(received: date) -> None:
    first, second = periods(received, CALENDAR, LAW), periods(received + ONE, CALENDAR, LAW)
    assert first.cooling_until <= second.cooling_until
    assert first.window_until <= second.window_until


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 100))
def test_every_day_is_in_exactly_one_phase(received: date, ahead: int) -> None:
    found, day = periods(received, CALENDAR, LAW), received + timedelta(days=ahead)
    phases = [day <= found.cooling_until, found.window[0] <= day <= found.window[1], day >= found.lapses_on]
    assert [name for name, holds in zip(("cooling", "window", "over"), phases, strict=True) if holds] == [
        found.phase(day)
    ]


def test_dates_become_firm_when_the_years_notice_is_loaded() -> None:
    loaded = WorkCalendar({2027: (Special(date(2027, 1, 1), DayKind.HOLIDAY, "元旦"),)})
    assert periods(date(2026, 11, 2), CALENDAR, LAW).provisional
    assert not periods(date(2026, 11, 2), loaded, LAW).provisional


def test_a_first_period_that_is_over_is_not_moved_by_a_later_calendar() -> None:
    found = periods(date(2026, 9, 1), CALENDAR, LAW, cooling_until=date(2026, 10, 1))
    assert found.cooling_until == date(2026, 10, 1)
    assert found.window_until == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("moment", "on_time"),
    [("2026-02-24 17:29:59", True), ("2026-02-24 17:30:00", False), ("2026-02-24 17:30:01", False),
     ("2026-02-23 23:59:59", True), ("2026-02-25 00:00:00", False)],
)  # fmt: skip
def test_the_last_day_ends_when_business_does(moment: str, on_time: bool) -> None:
    local = datetime.fromisoformat(moment).replace(tzinfo=CHINA)
    assert before_close(local, date(2026, 2, 24), 17 * 60 + 30) is on_time
