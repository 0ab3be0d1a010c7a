"""The roster's arithmetic: midnight, month ends, half-open edges, overrides in order, gaps."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.duty import rules
from backend.duty.rules import Interval, Override, Pattern, Span

SHANGHAI = ZoneInfo("Asia/Shanghai")
ANNA, BO, CHEN = UUID(int=1), UUID(int=2), UUID(int=3)
EVERY_DAY = frozenset(range(7))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A local moment of 2026; 22 November is a Sunday."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def shift(person: UUID, starts: int, ends: int, weekdays: frozenset[int] = EVERY_DAY) -> Pattern:
    return Pattern(person, starts * 60, ends * 60, weekdays, LONG_AGO)


DAY_AND_NIGHT = [shift(ANNA, 8, 20), shift(BO, 20, 8)]


def who(patterns: list[Pattern], overrides: list[Override], moment: datetime) -> list[UUID]:
    return [span.person for span in rules.on_duty(patterns, overrides, moment)]


@pytest.mark.parametrize(
    ("moment", "person"),
    [
        (at(22, 20) - SECOND, ANNA),
        (at(22, 20), BO),
        (at(22, 20) + SECOND, BO),
        (at(23, 0) - SECOND, BO),
        (at(23, 0), BO),
        (at(23, 0) + SECOND, BO),
        (at(23, 8) - SECOND, BO),
        (at(23, 8), ANNA),
        (at(23, 8) + SECOND, ANNA),
        (at(30, 23, 59), BO),
        (at(1, 0, month=12), BO),
        (at(31, 23, 59, month=12), BO),
    ],
)
def test_a_shift_begins_at_its_second_and_has_ended_at_its_last(moment: datetime, person: UUID) -> None:
    assert who(DAY_AND_NIGHT, [], moment) == [person]


def test_the_weekday_is_the_day_on_which_the_night_begins() -> None:
    sunday_night = [shift(BO, 20, 8, frozenset({6}))]
    assert who(sunday_night, [], at(22, 7)) == []
    assert who(sunday_night, [], at(23, 7)) == [BO]
    assert who(sunday_night, [], at(23, 20)) == []


def test_equal_ends_mean_round_the_clock_for_one_day() -> None:
    sunday = [shift(ANNA, 8, 8, frozenset({6}))]
    assert who(sunday, [], at(22, 8) - SECOND) == []
    assert rules.on_duty(sunday, [], at(22, 8)) == [Span(ANNA, at(22, 8), at(23, 8))]


def test_a_night_over_the_end_of_a_month_and_a_year_is_one_duty() -> None:
    assert rules.on_duty(DAY_AND_NIGHT, [], at(30, 22))[0].ends == at(1, 8, month=12)
    new_year = datetime(2027, 1, 1, 8, tzinfo=SHANGHAI)
    assert rules.on_duty(DAY_AND_NIGHT, [], at(31, 22, month=12))[0].ends == new_year


def test_adjoining_shifts_of_one_person_are_one_duty() -> None:
    patterns = [shift(ANNA, 8, 12), shift(ANNA, 12, 20)]
    assert rules.on_duty(patterns, [], at(22, 9)) == [Span(ANNA, at(22, 9), at(22, 20))]


@pytest.mark.parametrize(("offset", "present"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_validity_begins_exactly(offset: timedelta, present: bool) -> None:
    pattern = Pattern(ANNA, 480, 1200, EVERY_DAY, at(22, 10))
    assert bool(who([pattern], [], at(22, 10) + offset)) is present


@pytest.mark.parametrize(("offset", "present"), [(-SECOND, True), (timedelta(0), False), (SECOND, False)])
def test_validity_ends_exactly(offset: timedelta, present: bool) -> None:
    pattern = Pattern(ANNA, 480, 1200, EVERY_DAY, LONG_AGO, at(22, 10))
    assert bool(who([pattern], [], at(22, 10) + offset)) is present


@pytest.mark.parametrize(
    ("moment", "people"),
    [
        (at(22, 10) - SECOND, [ANNA]),
        (at(22, 10), [CHEN]),
        (at(22, 12) - SECOND, [CHEN]),
        (at(22, 12), [ANNA]),
    ],
)
def test_a_replacement_holds_from_its_start_to_its_end(moment: datetime, people: list[UUID]) -> None:
    cover = Override("replace", CHEN, at(22, 10), at(22, 12), replaces=ANNA)
    assert who(DAY_AND_NIGHT, [cover], moment) == people


def test_a_week_of_cover_stands_in_only_where_the_other_has_duty() -> None:
    week = Override("replace", CHEN, at(22, 0), at(29, 0), replaces=ANNA)
    assert who(DAY_AND_NIGHT, [week], at(24, 12)) == [CHEN]
    assert who(DAY_AND_NIGHT, [week], at(24, 22)) == [BO]


def test_an_added_person_joins_and_a_removed_one_leaves() -> None:
    overrides = [Override("add", CHEN, at(22, 10), at(22, 12)), Override("remove", ANNA, at(22, 11), at(22, 12))]
    assert who(DAY_AND_NIGHT, overrides, at(22, 10)) == [ANNA, CHEN]
    assert who(DAY_AND_NIGHT, overrides, at(22, 11)) == [CHEN]


def test_of_conflicting_overrides_the_last_one_made_stands() -> None:
    leave, back = (Override(kind, ANNA, at(22, 8), at(22, 20)) for kind in ("remove", "add"))
    assert who(DAY_AND_NIGHT, [leave, back], at(22, 12)) == [ANNA]
    assert who(DAY_AND_NIGHT, [back, leave], at(22, 12)) == []


def test_replacements_chain_in_the_order_they_were_made() -> None:
    first = Override("replace", BO, at(22, 8), at(22, 20), replaces=ANNA)
    second = Override("replace", CHEN, at(22, 8), at(22, 20), replaces=BO)
    assert who([shift(ANNA, 8, 20)], [first, second], at(22, 12)) == [CHEN]


def test_the_next_person_is_the_first_to_come() -> None:
    assert rules.next_on_duty(DAY_AND_NIGHT, [], at(22, 12))[0] == Span(BO, at(22, 20), at(23, 8))


def test_two_who_begin_together_are_both_next() -> None:
    patterns = [*DAY_AND_NIGHT, shift(CHEN, 20, 22)]
    assert {span.person for span in rules.next_on_duty(patterns, [], at(22, 12))} == {BO, CHEN}


def test_a_weekly_shift_that_has_just_begun_is_found_again_next_week() -> None:
    sunday = [shift(ANNA, 8, 20, frozenset({6}))]
    assert rules.next_on_duty(sunday, [], at(22, 8))[0].starts == at(29, 8)
    assert rules.next_on_duty([], [], at(22, 8)) == []


def test_gaps_are_exact_and_whole() -> None:
    patterns = [shift(ANNA, 8, 20)]
    window = Interval(at(22, 0), at(24, 0))
    expected = [(at(22, 0), at(22, 8)), (at(22, 20), at(23, 8)), (at(23, 20), at(24, 0))]
    assert [(gap.starts, gap.ends) for gap in rules.gaps(patterns, [], window)] == expected
    assert rules.gaps(DAY_AND_NIGHT, [], window) == []
    assert rules.gaps([], [], window) == [window]


def test_a_removal_opens_a_gap_and_an_addition_closes_it() -> None:
    leave = Override("remove", ANNA, at(22, 14), at(22, 16))
    window = Interval(at(22, 0), at(23, 0))
    assert rules.gaps(DAY_AND_NIGHT, [leave], window) == [Interval(at(22, 14), at(22, 16))]
    cover = Override("add", CHEN, at(22, 14), at(22, 16))
    assert rules.gaps(DAY_AND_NIGHT, [leave, cover], window) == []


def test_the_next_change_is_the_end_of_the_present_crew() -> None:
    assert rules.next_change(DAY_AND_NIGHT, [], at(22, 12)) == at(22, 20)
    assert rules.next_change([], [], at(22, 12)) == at(22, 12) + rules.UNTIL_AHEAD


def test_a_local_day_is_the_day_in_the_county() -> None:
    assert rules.day_window(date(2026, 11, 22)) == Interval(at(22, 0), at(23, 0))


@pytest.mark.parametrize(("ends", "clashes"), [(779, False), (780, False), (781, True)])
def test_shifts_of_one_person_clash_only_when_they_overlap(ends: int, clashes: bool) -> None:
    early = Pattern(ANNA, 480, ends, EVERY_DAY, LONG_AGO)
    late = Pattern(ANNA, 13 * 60, 20 * 60, EVERY_DAY, LONG_AGO)
    assert rules.clash(early, late) is clashes
    assert rules.clash(late, early) is clashes


def test_the_sunday_night_clashes_with_the_monday_morning() -> None:
    night = shift(ANNA, 20, 8, frozenset({6}))
    assert rules.clash(night, shift(ANNA, 7, 9, frozenset({0})))
    assert not rules.clash(night, shift(ANNA, 8, 9, frozenset({0})))
    assert not rules.clash(night, shift(BO, 7, 9, frozenset({0})))


@pytest.mark.parametrize(("offset", "clashes"), [(-SECOND, True), (timedelta(0), False), (SECOND, False)])
def test_a_shift_may_follow_one_that_has_ended(offset: timedelta, clashes: bool) -> None:
    old = Pattern(ANNA, 480, 1200, EVERY_DAY, LONG_AGO, at(22, 8))
    new = Pattern(ANNA, 480, 1200, EVERY_DAY, at(22, 8) + offset)
    assert rules.clash(old, new) is clashes


# A naive simulation: ask every pattern about the wall clock of one minute, nothing else.


def stands(pattern: Pattern, moment: datetime) -> bool:
    if moment < pattern.valid_from or (pattern.valid_to is not None and moment >= pattern.valid_to):
        return False
    wall = moment.astimezone(SHANGHAI)
    minute = wall.hour * 60 + wall.minute
    today, yesterday = wall.weekday() in pattern.weekdays, (wall.weekday() - 1) % 7 in pattern.weekdays
    if pattern.starts < pattern.ends:
        return today and pattern.starts <= minute < pattern.ends
    return (today and minute >= pattern.starts) or (yesterday and minute < pattern.ends)


def simulate(patterns: list[Pattern], overrides: list[Override], moment: datetime) -> set[UUID]:
    people = {pattern.person for pattern in patterns if stands(pattern, moment)}
    for override in overrides:
        if override.starts <= moment < override.ends:
            if override.kind == "remove":
                people -= {override.person}
            elif override.kind == "add":
                people |= {override.person}
            elif override.replaces in people:
                people = (people - {override.replaces}) | {override.person}
    return people


START = at(30, 0)
people = st.sampled_from([ANNA, BO, CHEN])
minutes = st.integers(0, 48 * 4 - 1).map(lambda quarter: START + timedelta(minutes=quarter * 15))
clock_minutes = st.integers(0, 95).map(lambda quarter: quarter * 15)
patterns_strategy = st.lists(
    st.builds(
        Pattern,
        people,
        clock_minutes,
        clock_minutes,
        st.frozensets(st.integers(0, 6)),
        st.sampled_from([LONG_AGO, at(30, 9, 30)]),
        st.sampled_from([None, at(30, 9), at(1, 3, 15, month=12)]),
    ),
    max_size=5,
)


@st.composite
def override_strategy(draw: st.DrawFn) -> Override:
    kind = draw(st.sampled_from(["add", "remove", "replace"]))
    starts = draw(minutes)
    ends = starts + timedelta(minutes=15 * draw(st.integers(1, 100)))
    return Override(kind, draw(people), starts, ends, draw(people) if kind == "replace" else None)


@settings(max_examples=120, deadline=None)
@given(patterns_strategy, st.lists(override_strategy(), max_size=4))
def test_every_quarter_of_two_days_equals_the_naive_simulation(
    patterns: list[Pattern], overrides: list[Override]
) -> None:
    window = Interval(START, START + timedelta(hours=48))
    spans, gaps = rules.spans(patterns, overrides, window), rules.gaps(patterns, overrides, window)
    for step in range(48 * 4):
        moment = START + timedelta(minutes=15 * step + 7)
        expected = simulate(patterns, overrides, moment)
        assert {span.person for span in spans if span.starts <= moment < span.ends} == expected
        assert any(gap.starts <= moment < gap.ends for gap in gaps) is (not expected)


@settings(max_examples=80, deadline=None)
@given(patterns_strategy, st.lists(override_strategy(), max_size=4), minutes)
def test_everybody_on_duty_is_there_until_their_until_and_not_after(
    patterns: list[Pattern], overrides: list[Override], moment: datetime
) -> None:
    found = rules.on_duty(patterns, overrides, moment)
    assert {span.person for span in found} == simulate(patterns, overrides, moment)
    for span in found:
        assert span.person in simulate(patterns, overrides, span.ends - SECOND)
        if span.ends < moment + rules.UNTIL_AHEAD:
            assert span.person not in simulate(patterns, overrides, span.ends)


@settings(max_examples=80, deadline=None)
@given(patterns_strategy, st.lists(override_strategy(), max_size=4))
def test_the_pieces_cover_the_window_without_holes(patterns: list[Pattern], overrides: list[Override]) -> None:
    window = Interval(START, START + timedelta(hours=48))
    found = rules.pieces(patterns, overrides, window)
    assert (found[0].starts, found[-1].ends) == (window.starts, window.ends)
    for one, other in pairwise(found):
        assert one.ends == other.starts
        assert set(one.people) != set(other.people)
