"""Roll-ups against counting by hand, whatever the order of arrival; purging never touches them."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from backend.core.clock import ManualClock
from backend.sensing import service
from backend.sensing.models import Reading, Rollup

pytestmark = pytest.mark.both_databases

FEW = settings(max_examples=15, suppress_health_check=list(HealthCheck))
MINUTE = timedelta(minutes=1)


def roll(bed: Any, clock: ManualClock, limit: int = 5000) -> int:
    """Wait until what was stored is settled, then roll everything up; how many readings that were."""
    clock.advance(60)
    total = 0
    while True:
        with bed.work() as w:
            done = service.roll_up(w, w.now, limit)
        total += done.readings
        if not done.behind:
            return total


def rollups(bed: Any, span: str) -> dict[datetime, tuple[float, ...]]:
    with bed.work() as w:
        rows = w.session.scalars(select(Rollup).where(Rollup.device_id == bed.device_id, Rollup.span == span)).all()
    return {row.start: (row.count, pytest.approx(row.total), row.low, row.high, row.last, row.last_at) for row in rows}


def by_hand(samples: list[Any], span: str) -> dict[datetime, tuple[float, ...]]:
    buckets: dict[datetime, list[tuple[datetime, int, float]]] = defaultdict(list)
    for arrival, sample in enumerate(samples):
        start = sample.at.replace(second=0, microsecond=0)
        start = start if span == "minute" else start.replace(minute=0)
        buckets[start].append((sample.at, arrival, sample.value))
    found = {}
    for start, rows in buckets.items():
        values = [value for _, _, value in rows]
        last_at, _, last = max(rows)
        found[start] = (len(rows), sum(values), min(values), max(values), last, last_at)
    return found


@FEW
@given(
    values=st.lists(
        st.tuples(st.integers(0, 3 * 3_600_000), st.floats(-50, 50, allow_subnormal=False)), min_size=1, max_size=30
    ),
    limit=st.integers(1, 12),
    cut=st.integers(0, 30),
)
def test_random_orders_give_the_same_as_counting_by_hand(
    another_bed: Callable[..., Any],
    clock: ManualClock,
    values: list[tuple[int, float]],
    limit: int,
    cut: int,
) -> None:
    bed, start = another_bed(), clock.now()
    clock.advance(4 * 3600)
    samples = [bed.sample("temperature", value, at=start + timedelta(milliseconds=ms)) for ms, value in values]
    for part in (samples[:cut], samples[cut:]):
        bed.send(part)
        roll(bed, clock, limit)
    for span in ("minute", "hour"):
        assert rollups(bed, span) == by_hand(samples, span)


def test_running_twice_changes_nothing(bed: Any, clock: ManualClock) -> None:
    bed.send([bed.sample("temperature", float(n), at=clock.now() - n * MINUTE) for n in range(90)])
    assert roll(bed, clock) == 90
    before = rollups(bed, "minute"), rollups(bed, "hour")
    assert roll(bed, clock) == 0
    assert (rollups(bed, "minute"), rollups(bed, "hour")) == before


def test_a_late_reading_reopens_its_own_minute_and_hour_only(bed: Any, clock: ManualClock) -> None:
    start = clock.now()
    bed.say("temperature", 20.0, at=start)
    clock.advance(7200)
    bed.say("temperature", 21.0)
    roll(bed, clock)
    bed.say("temperature", 10.0, at=start + timedelta(seconds=30), live=False)
    assert roll(bed, clock) == 1
    minutes, hours = rollups(bed, "minute"), rollups(bed, "hour")
    assert minutes[start][:2] == (2, 30.0)
    assert hours[start.replace(minute=0)][2:5] == (10.0, 20.0, 10.0)
    assert len(minutes) == len(hours) == 2


def test_a_reading_is_rolled_up_only_when_it_is_settled(bed: Any, clock: ManualClock) -> None:
    bed.say("temperature", 20.0)
    clock.advance(59)
    with bed.work() as w:
        assert service.roll_up(w, w.now).readings == 0
    clock.advance(1)
    with bed.work() as w:
        assert service.roll_up(w, w.now).readings == 1


def test_until_is_kept(bed: Any, clock: ManualClock) -> None:
    bed.say("temperature", 20.0)
    stored = clock.now()
    clock.advance(600)
    with bed.work() as w:
        assert service.roll_up(w, stored - MINUTE).readings == 0
    with bed.work() as w:
        assert service.roll_up(w, stored).readings == 1


def test_words_are_no_numbers_to_roll_up(bed: Any, clock: ManualClock) -> None:
    bed.say("geofence", None, text="院外")
    assert roll(bed, clock) == 1
    assert rollups(bed, "minute") == {}


def test_after_a_missed_day_everything_is_caught_up(bed: Any, clock: ManualClock) -> None:
    for _ in range(24):
        clock.advance(3600)
        bed.say("temperature", 20.0)
    clock.advance(86_400)
    assert roll(bed, clock, limit=5) == 24
    assert len(rollups(bed, "hour")) == 24


def readings(bed: Any) -> int:
    with bed.work() as w:
        return w.session.scalar(select(func.count()).select_from(Reading)) or 0


def purge(bed: Any, days: int, limit: int = 5000) -> int:
    with bed.work() as w:
        return service.purge(w, days, limit)


def test_purging_deletes_old_readings_in_portions_and_never_roll_ups(bed: Any, clock: ManualClock) -> None:
    bed.send([bed.sample("temperature", 20.0, at=clock.now() - n * MINUTE) for n in range(10)])
    roll(bed, clock)
    before = rollups(bed, "minute")
    clock.advance(31 * 86_400)
    bed.say("temperature", 21.0)
    assert [purge(bed, 30, limit=4) for _ in range(4)] == [4, 4, 2, 0]
    assert readings(bed) == 1
    assert rollups(bed, "minute") == before


def test_a_reading_at_the_border_hour_is_kept(bed: Any, clock: ManualClock) -> None:
    border = clock.now().replace(minute=0, second=0, microsecond=0)
    clock.advance(600)
    bed.send(
        [bed.sample("temperature", 1.0, at=border - timedelta(seconds=1)), bed.sample("temperature", 2.0, at=border)]
    )
    roll(bed, clock)
    clock.advance(30 * 86_400 - 600)
    assert purge(bed, 30) == 1
    assert readings(bed) == 1


def test_nothing_is_purged_before_it_is_rolled_up(bed: Any, clock: ManualClock) -> None:
    bed.say("temperature", 20.0)
    clock.advance(40 * 86_400)
    assert purge(bed, 30) == 0
    roll(bed, clock)
    assert purge(bed, 30) == 1


def test_a_reading_later_than_the_purge_leaves_its_full_bucket_alone(bed: Any, clock: ManualClock) -> None:
    long_ago = clock.now()
    bed.send([bed.sample("temperature", value) for value in (1.0, 2.0, 3.0)])
    roll(bed, clock)
    clock.advance(40 * 86_400)
    purge(bed, 30)
    bed.say("temperature", 99.0, at=long_ago, live=False)
    bed.say("temperature", 50.0, at=long_ago - 5 * MINUTE, live=False)
    roll(bed, clock)
    minutes = rollups(bed, "minute")
    assert minutes[long_ago][:4] == (3, 6.0, 1.0, 3.0)
    assert minutes[long_ago - 5 * MINUTE][0] == 1


def test_numbers_are_never_given_twice_even_after_everything_was_purged(bed: Any, clock: ManualClock) -> None:
    bed.say("temperature", 20.0)
    roll(bed, clock)
    clock.advance(40 * 86_400)
    purge(bed, 30)
    assert readings(bed) == 0
    bed.say("temperature", 21.0)
    assert roll(bed, clock) == 1
    assert len(rollups(bed, "minute")) == 2


def test_buckets_are_whole_hours_of_utc(bed: Any, clock: ManualClock) -> None:
    at = datetime(2026, 11, 22, 0, 59, 59, 999_999, tzinfo=UTC)
    bed.say("temperature", 20.0, at=at)
    bed.say("temperature", 21.0, at=at + timedelta(microseconds=1))
    roll(bed, clock)
    assert list(rollups(bed, "hour")) == [datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (0, 1)]
