"""One clock that every process of a demonstration obeys."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.core.clock import DemoClock, ManualClock, local


def test_two_processes_share_the_offset_and_it_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    mine, theirs = DemoClock(file), DemoClock(file)
    before = theirs.now()
    mine.advance(3600)
    assert timedelta(seconds=3600) <= theirs.now() - before < timedelta(seconds=3660)
    mine.advance(60)
    assert DemoClock(file).offset() == timedelta(seconds=3660)


def test_time_does_not_go_back(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="-1"):
        DemoClock(tmp_path / "clock.json").advance(-1)


def test_the_county_decides_in_its_own_time() -> None:
    midnight = ManualClock(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    assert local(midnight.now()).isoformat() == "2027-01-01T00:00:00+08:00"
    assert local(midnight.advance(-1)).year == 2026
