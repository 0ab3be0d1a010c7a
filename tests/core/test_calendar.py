"""Working days: the published year, the guessed year, the loaded year, and counting through them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.calendar import DayKind, Special, WorkCalendar, published, statutory_days
from backend.core.lunar import lunar_date_of, qingming

ONE_DAY = timedelta(days=1)
PLAIN = WorkCalendar()
DAYS = st.dates(date(2004, 1, 1), date(2035, 12, 31))

# rules.md B1.2, from the State Council's notice for 2026
REST_2026 = [
    ((1, 1), (1, 3), "元旦"),
    ((2, 15), (2, 23), "春节"),
    ((4, 4), (4, 6), "清明节"),
    ((5, 1), (5, 5), "劳动节"),
    ((6, 19), (6, 21), "端午节"),
    ((9, 25), (9, 27), "中秋节"),
    ((10, 1), (10, 7), "国庆节"),
]
MAKE_UP_2026 = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]


def _rest_2026() -> dict[date, str]:
    found = {}
    for (month, first), (_, last), name in REST_2026:
        found |= {date(2026, month, day): name for day in range(first, last + 1)}
    return found


def test_every_day_of_2026_is_what_the_notice_says() -> None:
    rest, make_up = _rest_2026(), {date(2026, *day) for day in MAKE_UP_2026}
    for ahead in range(365):
        day = PLAIN.day(date(2026, 1, 1) + timedelta(days=ahead))
        weekend = day.date.weekday() >= 5
        if day.date in rest:
            assert (day.kind, day.name) == (DayKind.HOLIDAY, rest[day.date]), day
        elif day.date in make_up:
            assert day.kind is DayKind.MAKE_UP, day
        else:
            assert day.kind is (DayKind.WEEKEND if weekend else DayKind.WORKDAY), day
        assert PLAIN.is_workday(day.date) == (day.date in make_up or (day.date not in rest and not weekend))
        assert not day.provisional


def test_a_make_up_day_carries_the_name_of_its_holiday() -> None:
    assert PLAIN.day(date(2026, 10, 10)).name == "国庆节"


@pytest.mark.parametrize(
    ("day", "rolled"),
    [
        (date(2026, 9, 30), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 10, 8)),
        (date(2026, 10, 7), date(2026, 10, 8)),
        (date(2026, 10, 10), date(2026, 10, 10)),
        (date(2026, 10, 11), date(2026, 10, 12)),
        (date(2026, 2, 14), date(2026, 2, 14)),
        (date(2026, 2, 15), date(2026, 2, 24)),
    ],
)
def test_a_rest_day_rolls_to_the_first_working_day_after_it(day: date, rolled: date) -> None:
    assert PLAIN.roll(day) == rolled
    assert PLAIN.next_workday(day) == rolled


def test_the_next_working_day_may_leave_out_the_day_itself() -> None:
    assert PLAIN.next_workday(date(2026, 9, 30), include=False) == date(2026, 10, 8)
    assert PLAIN.next_workday(date(2026, 10, 9), include=False) == date(2026, 10, 10)


def test_working_days_are_counted_from_the_day_after() -> None:
    assert PLAIN.add_workdays(date(2026, 9, 30), 0) == date(2026, 9, 30)
    assert PLAIN.add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert PLAIN.add_workdays(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert PLAIN.add_workdays(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert PLAIN.workdays_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert PLAIN.workdays_between(date(2026, 10, 10), date(2026, 9, 30)) == -3
    assert PLAIN.workdays_between(date(2026, 10, 1), date(2026, 10, 1)) == 0


@given(DAYS)
def test_rolling_lands_on_a_working_day_and_skips_none(day: date) -> None:
    rolled = PLAIN.roll(day)
    assert rolled >= day
    assert PLAIN.is_workday(rolled)
    assert not any(PLAIN.is_workday(day + timedelta(days=ahead)) for ahead in range((rolled - day).days))
    assert PLAIN.roll(rolled) == rolled


@given(DAYS, st.integers(-60, 60))
def test_adding_working_days_and_counting_them_are_inverse(day: date, n: int) -> None:
    start = PLAIN.roll(day)
    there = PLAIN.add_workdays(start, n)
    assert PLAIN.workdays_between(start, there) == n
    assert PLAIN.add_workdays(there, -n) == start


# -- years nobody has published


def test_2027_is_provisional_and_knows_the_days_fixed_by_law() -> None:
    assert max(PLAIN.years) == 2026
    assert [PLAIN.provisional(date(2026, 12, 31)), PLAIN.provisional(date(2027, 1, 1))] == [False, True]
    rest = {d: day.name for d in statutory_days(2027) if (day := PLAIN.day(d)).kind is DayKind.HOLIDAY}
    assert rest == {
        date(2027, 1, 1): "元旦",
        date(2027, 2, 5): "春节", date(2027, 2, 6): "春节", date(2027, 2, 7): "春节", date(2027, 2, 8): "春节",
        date(2027, 4, 5): "清明节",
        date(2027, 5, 1): "劳动节", date(2027, 5, 2): "劳动节",
        date(2027, 6, 9): "端午节",
        date(2027, 9, 15): "中秋节",
        date(2027, 10, 1): "国庆节", date(2027, 10, 2): "国庆节", date(2027, 10, 3): "国庆节",
    }  # fmt: skip
    assert PLAIN.is_workday(date(2027, 1, 4))
    assert not PLAIN.is_workday(date(2027, 1, 2))


def test_a_count_that_passes_through_an_unpublished_year_is_provisional() -> None:
    calendar = WorkCalendar({2028: ()})
    assert not calendar.provisional(date(2028, 1, 3))
    assert calendar.provisional(date(2028, 1, 3), since=date(2026, 12, 1))
    assert not calendar.provisional(date(2026, 12, 31), since=date(2026, 12, 1))


@given(st.dates(date(1950, 1, 1), date(2003, 12, 31)) | st.dates(date(2027, 1, 1), date(2099, 12, 31)))
def test_a_year_nobody_published_is_always_marked(day: date) -> None:
    assert PLAIN.day(day).provisional


def test_mid_autumn_in_the_national_holiday_is_one_day_with_both_names() -> None:
    assert statutory_days(2031)[date(2031, 10, 1)] == "国庆节、中秋节"


# -- what an officer loaded


NOTICE = {
    2027: (
        Special(date(2026, 12, 27), DayKind.MAKE_UP, "元旦"),
        Special(date(2027, 1, 1), DayKind.HOLIDAY, "元旦"),
        Special(date(2027, 1, 9), DayKind.MAKE_UP, "元旦"),
    )
}


def test_a_loaded_year_wins_as_a_whole() -> None:
    loaded = WorkCalendar({2026: (Special(date(2026, 10, 9), DayKind.HOLIDAY, "县庆"),)})
    assert loaded.day(date(2026, 10, 9)).name == "县庆"
    assert loaded.is_workday(date(2026, 10, 1)), "nothing of the published 2026 is mixed in"
    assert loaded.day(date(2025, 10, 1)).kind is DayKind.HOLIDAY
    assert loaded.years == PLAIN.years


def test_a_loaded_year_is_no_longer_provisional_nor_guessed() -> None:
    loaded = WorkCalendar(NOTICE)
    assert loaded.years == PLAIN.years | {2027}
    assert not loaded.provisional(date(2027, 6, 1))
    assert loaded.is_workday(date(2027, 1, 9))
    assert loaded.is_workday(date(2027, 2, 8)), "what the notice leaves out is what its weekday says"
    assert loaded.provisional(date(2028, 1, 1))


def test_a_notice_may_move_the_last_days_of_december_before_it() -> None:
    loaded = WorkCalendar(NOTICE)
    assert loaded.day(date(2026, 12, 27)).kind is DayKind.MAKE_UP
    assert loaded.day(date(2026, 12, 26)).kind is DayKind.WEEKEND
    assert loaded.day(date(2026, 10, 1)).kind is DayKind.HOLIDAY


def test_the_version_changes_with_what_the_calendar_says_and_only_then() -> None:
    assert PLAIN.version == WorkCalendar().version
    assert WorkCalendar({2026: published()[2026]}).version == PLAIN.version
    assert WorkCalendar(NOTICE).version != PLAIN.version
    assert WorkCalendar({2027: ()}).version != PLAIN.version, "an empty year is published, not guessed"


# -- by the moon


@pytest.mark.parametrize(
    ("year", "month", "day", "found"),
    [
        (2026, 1, 1, date(2026, 2, 17)),
        (2026, 7, 7, date(2026, 8, 19)),
        (2026, 7, 15, date(2026, 8, 27)),
        (2027, 7, 15, date(2027, 8, 16)),
        (2026, 10, 1, date(2026, 11, 9)),
        (2025, -6, 30, date(2025, 8, 22)),
        (2026, -6, 30, date(2026, 8, 12)),
        (2027, -6, 30, date(2027, 8, 1)),
        (2028, -6, 30, date(2028, 8, 19)),
        (2025, 12, 30, date(2026, 2, 16)),
    ],
)
def test_lunar_dates_fall_on_their_days(year: int, month: int, day: int, found: date) -> None:
    assert lunar_date_of(year, month, day) == found


@pytest.mark.parametrize(("month", "day"), [(0, 1), (13, 1), (-13, 1), (1, 0), (1, 31)])
def test_a_lunar_date_that_no_year_has_is_refused(month: int, day: int) -> None:
    with pytest.raises(ValueError, match=str(day)):
        lunar_date_of(2026, month, day)


@given(st.integers(1950, 2090), st.integers(1, 12), st.integers(1, 29))
def test_each_lunar_day_follows_the_one_before(year: int, month: int, day: int) -> None:
    assert lunar_date_of(year, month, day + 1) - lunar_date_of(year, month, day) in (timedelta(0), ONE_DAY)


@given(st.integers(1950, 2090))
def test_qingming_is_early_in_april(year: int) -> None:
    assert qingming(year) in {date(year, 4, day) for day in (4, 5, 6)}
