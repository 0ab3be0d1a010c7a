"""Hours over midnight: which window counts, and when a duration has passed inside one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.sensing.schedule import Hours, covers, fires_at, parse, windows

NIGHT = parse("22:00-06:00")
TEN = timedelta(minutes=10)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "watches"),
    [
        ("2026-11-22 21:59:59", False),
        ("2026-11-22 22:00", True),
        ("2026-11-23 00:00", True),
        ("2026-11-23 05:59:59", True),
        ("2026-11-23 06:00", False),
    ],
)
def test_a_window_over_midnight_opens_at_its_start_and_is_closed_at_its_end(moment: str, watches: bool) -> None:
    assert covers(NIGHT, local(moment)) is watches


def test_without_hours_a_rule_always_watches() -> None:
    assert covers(None, local("2026-11-22 12:00"))


@pytest.mark.parametrize(
    ("since", "fires"),
    [
        ("2026-11-22 21:55", "2026-11-22 22:10"),  # the five minutes before the window do not count
        ("2026-11-22 12:00", "2026-11-22 22:10"),
        ("2026-11-22 22:00", "2026-11-22 22:10"),
        ("2026-11-22 23:55", "2026-11-23 00:05"),  # over midnight
        ("2026-11-23 05:49", "2026-11-23 05:59"),
        ("2026-11-23 05:50", "2026-11-23 06:00"),  # exactly the rest of the window
        ("2026-11-23 05:51", "2026-11-23 22:10"),  # one minute short: it counts anew in the evening
    ],
)
def test_a_duration_counts_only_inside_one_window(since: str, fires: str) -> None:
    assert fires_at(local(since), TEN, NIGHT) == local(fires)


def test_without_hours_the_duration_simply_passes() -> None:
    assert fires_at(local("2026-11-22 12:00"), TEN, None) == local("2026-11-22 12:10")


def test_a_duration_longer_than_the_window_never_fires_and_says_so() -> None:
    with pytest.raises(ValueError, match="8:01"):
        fires_at(local("2026-11-22 12:00"), timedelta(hours=8, minutes=1), NIGHT)


def test_a_duration_as_long_as_the_window_fires_at_its_end() -> None:
    assert fires_at(local("2026-11-22 12:00"), timedelta(hours=8), NIGHT) == local("2026-11-23 06:00")


def test_equal_ends_mean_round_the_clock() -> None:
    assert parse("08:00-08:00").length == timedelta(days=1)


@pytest.mark.parametrize("text", ["22:00", "22-06", "25:00-06:00", "22:00-06:60", "", "a-b"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the texts come from several parsers
        parse(text)


times = st.times().map(lambda value: value.replace(second=0, microsecond=0, tzinfo=None))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda value: value.replace(tzinfo=UTC))  # noqa: DTZ001 - the zone follows


@given(times, times, moments, st.integers(1, 1440))
def test_it_fires_after_the_duration_and_inside_or_at_the_end_of_a_window(
    starts: datetime, ends: datetime, since: datetime, minutes: int
) -> None:
    hours = Hours(starts, ends)  # type: ignore[arg-type] # hypothesis gives times
    lasting = min(timedelta(minutes=minutes), hours.length)
    fires = fires_at(since, lasting, hours)
    assert fires - since >= lasting
    opens, closes = next(windows(hours, fires - timedelta(microseconds=1)))
    assert opens + lasting <= fires <= closes
