"""When a place may be booked, to the second; offers, reminders, penalties."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.booking.places import Seat
from backend.booking.rules import (
    Ask,
    Channel,
    Limit,
    Mark,
    Opening,
    at,
    consecutive,
    is_late,
    limit_reached,
    may_book,
    next_reminder,
    offer_until,
    say,
)
from backend.core.ids import new_id
from tests.support.bookings import moment

DAY = date(2026, 12, 10)
OPENING = Opening(opens_days=15, opens_at=510, closes_days=1, closes_at=900)
SECOND = timedelta(seconds=1)
NOON = moment(date(2026, 12, 1), 12)


def ask(now: datetime = NOON, channel: Channel = "online", **facts: object) -> str | None:
    base = {"day": DAY, "starts_at": moment(DAY, 9), "ends_at": moment(DAY, 9, 30), "opening": OPENING}
    return may_book(Ask(channel, now, **(base | facts))).reason  # type: ignore[arg-type] # facts of one table of cases


def test_opening_is_n_days_before_at_the_minute_and_closing_too() -> None:
    assert OPENING.opens(DAY) == moment(date(2026, 11, 25), 8, 30)
    assert OPENING.closes(DAY) == moment(date(2026, 12, 9), 15)


def test_a_closing_at_1440_is_the_end_of_the_day() -> None:
    assert Opening(1, 0, 0, 1440).closes(DAY) == moment(date(2026, 12, 11), 0)


@pytest.mark.parametrize(("seconds", "reason"), [(-1, "not_yet"), (0, None), (1, None)])
def test_booking_opens_at_the_second(seconds: int, reason: str | None) -> None:
    assert ask(OPENING.opens(DAY) + seconds * SECOND) == reason


def test_a_microsecond_before_the_opening_second_is_before() -> None:
    assert ask(OPENING.opens(DAY) - timedelta(microseconds=1)) == "not_yet"


@pytest.mark.parametrize(("seconds", "reason"), [(-1, None), (0, "cut_off"), (1, "cut_off")])
def test_booking_closes_at_the_second(seconds: int, reason: str | None) -> None:
    assert ask(OPENING.closes(DAY) + seconds * SECOND) == reason


@pytest.mark.parametrize(("seconds", "reason"), [(-1, None), (0, "over"), (1, "over")])
def test_a_time_that_has_begun_cannot_be_booked_online(seconds: int, reason: str | None) -> None:
    opening = Opening(15, 510, 0, 1440)
    assert ask(moment(DAY, 9) + seconds * SECOND, opening=opening) == reason


@pytest.mark.parametrize(("seconds", "reason"), [(-1, None), (0, "over"), (1, "over")])
def test_the_desk_books_until_the_time_ends(seconds: int, reason: str | None) -> None:
    assert ask(moment(DAY, 9, 30) + seconds * SECOND, "desk") == reason


def test_the_desk_has_no_cut_off_and_no_ban_but_the_same_opening() -> None:
    assert ask(OPENING.closes(DAY) + SECOND, "desk") is None
    assert ask(NOON, "desk", banned_until=NOON + SECOND) is None
    assert ask(OPENING.opens(DAY) - SECOND, "desk") == "not_yet"


@pytest.mark.parametrize(("seconds", "reason"), [(-1, "banned"), (0, None), (1, None)])
def test_a_ban_ends_at_the_second(seconds: int, reason: str | None) -> None:
    assert ask(NOON + seconds * SECOND, banned_until=NOON) == reason


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 12, 9), "outside"),
        (date(2026, 12, 10), None),
        (date(2026, 12, 20), None),
        (date(2026, 12, 21), "outside"),
    ],
)
def test_a_period_of_the_law_bounds_the_days_with_both_ends(day: date, reason: str | None) -> None:
    facts = {"day": day, "starts_at": moment(day, 9), "ends_at": moment(day, 10)}
    assert (
        ask(NOON, "desk", first=date(2026, 12, 10), last=date(2026, 12, 20), opening=Opening(40, 0, 0, 1440), **facts)
        == reason
    )


def test_walk_ins_are_for_today_and_until_the_time_ends() -> None:
    assert ask(moment(DAY, 8), "on_site") is None
    assert ask(moment(DAY, 9, 29, 59), "on_site") is None
    assert ask(moment(DAY, 9, 30), "on_site") == "over"
    assert ask(moment(date(2026, 12, 9), 23, 59), "on_site") == "not_today"
    assert ask(moment(date(2026, 12, 11), 0), "on_site") == "not_today"


def test_who_was_displaced_may_choose_before_the_opening_and_in_spite_of_a_ban() -> None:
    assert ask(OPENING.opens(DAY) - SECOND, displaced=True, banned_until=NOON) is None
    assert ask(OPENING.closes(DAY) + SECOND, displaced=True) is None
    assert ask(moment(DAY, 9), displaced=True) == "over"


def test_a_closed_time_is_closed_for_everybody() -> None:
    assert [ask(moment(DAY, 8), channel, closed=True) for channel in ("online", "desk", "on_site")] == ["closed"] * 3


def seat(minute: int, minutes: int = 30) -> Seat:
    starts, ends = at(DAY, minute), at(DAY, minute + minutes)
    return Seat(new_id(), new_id(), "p", DAY, starts, ends, 1, 0, 0, 0, closed=False, provisional=False)


@pytest.mark.parametrize(
    ("first", "units", "found"), [(0, 1, 1), (0, 2, 2), (0, 3, None), (1, 2, None), (2, 1, 1), (2, 2, None)]
)
def test_several_units_need_slots_without_a_gap(first: int, units: int, found: int | None) -> None:
    slots = [seat(540), seat(570), seat(840)]
    run = consecutive(slots, first, units)
    assert (None if run is None else len(run)) == found


def test_an_offer_lasts_two_hours() -> None:
    assert offer_until(moment(DAY, 10), moment(DAY, 23)) == moment(DAY, 12)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ((10, 19, 59, 59), (10, 21, 59, 59)),
        ((10, 20, 0, 0), (10, 22, 0, 0)),
        ((10, 20, 0, 1), (11, 7, 0, 1)),
        ((10, 21, 30, 0), (11, 8, 30, 0)),
        ((10, 22, 0, 0), (11, 9, 0, 0)),
        ((11, 3, 0, 0), (11, 9, 0, 0)),
        ((11, 6, 59, 59), (11, 9, 0, 0)),
        ((11, 7, 0, 0), (11, 9, 0, 0)),
        ((11, 7, 0, 1), (11, 9, 0, 1)),
    ],
)
def test_the_night_does_not_count_for_an_offer(now: tuple[int, ...], until: tuple[int, ...]) -> None:
    here, there = (moment(date(2026, 12, day), *rest) for day, *rest in (now, until))
    assert offer_until(here, moment(date(2026, 12, 30), 0)) == there


@pytest.mark.parametrize(("minutes", "short"), [(-1, True), (0, False), (1, False)])
def test_an_offer_ends_with_booking_of_the_day(minutes: int, short: bool) -> None:
    closes = moment(DAY, 12) + timedelta(minutes=minutes)
    assert offer_until(moment(DAY, 10), closes) == (closes if short else moment(DAY, 12))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001 - made aware below
def test_an_offer_always_gives_two_waking_hours(naive: datetime) -> None:
    now = naive.replace(tzinfo=moment(DAY, 0).tzinfo)
    length = offer_until(now, now + timedelta(days=9)) - now
    assert timedelta(hours=2) <= length <= timedelta(hours=11)


def test_reminders_come_the_evening_before_and_two_hours_before() -> None:
    starts = moment(DAY, 9)
    evening, morning = moment(date(2026, 12, 9), 18), moment(DAY, 7)
    assert next_reminder(starts, NOON) == evening
    assert next_reminder(starts, evening - SECOND) == evening
    assert next_reminder(starts, evening) == morning
    assert next_reminder(starts, morning) is None


@pytest.mark.parametrize(("ahead", "late"), [(1, True), (2, False), (3, False)])
def test_cancelling_two_natural_days_before_is_free(ahead: int, late: bool) -> None:
    assert is_late(2, DAY, DAY - timedelta(days=ahead)) is late


def test_without_free_days_no_cancellation_counts() -> None:
    assert not is_late(0, DAY, DAY)


def marks(no_shows: int = 0, cancellations: int = 0, ago: int = 0) -> list[Mark]:
    day = DAY - timedelta(days=ago)
    return [Mark("no_show", day)] * no_shows + [Mark("cancellation", day)] * cancellations


TEST_POLICY = [Limit(window_days=90, ban_days=60, no_shows=3)]


@pytest.mark.parametrize(("count", "banned"), [(2, False), (3, True), (4, True)])
def test_a_limit_is_reached_at_its_number(count: int, banned: bool) -> None:
    assert (limit_reached(TEST_POLICY, marks(no_shows=count), DAY) is not None) is banned


@pytest.mark.parametrize(("ago", "banned"), [(88, True), (89, True), (90, False)])
def test_marks_count_within_their_window_with_today(ago: int, banned: bool) -> None:
    assert (limit_reached(TEST_POLICY, marks(no_shows=3, ago=ago), DAY) is not None) is banned


def test_the_longest_ban_of_several_reached_limits_holds() -> None:
    limits = [Limit(30, 15, no_shows=1), Limit(30, 90, no_shows=2), Limit(30, 30, no_shows=2)]
    found = limit_reached(limits, marks(no_shows=2), DAY)
    assert found is not None
    assert found.ban_days == 90


def test_a_moment_is_said_with_its_day() -> None:
    assert say(moment(DAY, 8, 30)) == "12月10日08:30"
