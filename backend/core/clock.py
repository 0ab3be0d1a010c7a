"""The one clock. Stored in UTC, decided in Asia/Shanghai, passed in everywhere.

Nothing else in the project may read the time (held by ``tests/test_architecture.py``): a test, a demo or a
drill then moves time in one place and every process obeys.
"""

import json
import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Whatever can say what time it is, as an aware datetime in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock: the only one outside demo mode."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved; for tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> datetime:
        self._now += timedelta(seconds=seconds)
        return self._now


class DemoClock:
    """The machine's clock plus an offset kept in a small file that all processes of a demo share.

    Moving it runs no work by itself: the scheduler finds what has become due, as it would in real life.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset()

    def offset(self) -> timedelta:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return timedelta()
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._stamp:
            self._offset = timedelta(seconds=json.loads(self._path.read_text())["offset_s"])
            self._stamp = stamp
        return self._offset

    def advance(self, seconds: float) -> datetime:
        """Move the time of every process forward by ``seconds``; back is refused (ValueError)."""
        if seconds < 0:
            raise ValueError(seconds)
        total = self.offset().total_seconds() + seconds
        draft = self._path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps({"offset_s": total}))
        draft.replace(self._path)  # atomic: a reader sees the old offset or the new one, never half a file
        return self.now()


def monotonic() -> float:
    """Seconds of an arbitrary origin, for measuring waits and time-outs; never for deciding what is due."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Sleep. Only for loops that look again anyway; nothing may depend on how long it took."""
    time.sleep(seconds)


def wall() -> datetime:
    """The machine's real time, which no demo moves: for leases between processes and for file names."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on the wall clock of the county (Asia/Shanghai)."""
    return moment.astimezone(CHINA)


def midnight(day: date) -> datetime:
    """The moment at which the day begins in China."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)
