"""Hours of the day in which a rule watches, also over midnight. Pure: no database, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
DAYS_AHEAD = 3  # a window that began yesterday, today's and tomorrow's: one of them always fits


@dataclass(frozen=True, slots=True)
class Hours:
    """``[starts, ends)`` on the local wall clock; ``ends`` not after ``starts`` means the next day."""

    starts: time
    ends: time

    @property
    def length(self) -> timedelta:
        minutes = (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute
        return timedelta(minutes=minutes % 1440 or 1440)


def parse(text: str) -> Hours:
    """Read ``22:00-06:00``; ValueError if it is anything else."""
    starts, dash, ends = text.partition("-")
    if not dash:
        raise ValueError(text)
    return Hours(_clock_time(starts), _clock_time(ends))


def _clock_time(text: str) -> time:
    hour, colon, minute = text.strip().partition(":")
    if not colon:
        raise ValueError(text)
    return time(int(hour), int(minute))


def _opening(hours: Hours, day: date) -> datetime:
    return datetime.combine(day, hours.starts, LOCAL).astimezone(UTC)


def windows(hours: Hours, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The window that ``moment`` lies in, if any, and the ones after it, as UTC ``[opens, closes)``."""
    yesterday = moment.astimezone(LOCAL).date() - DAY
    for number in range(DAYS_AHEAD + 1):
        opens = _opening(hours, yesterday + number * DAY)
        if opens + hours.length > moment:
            yield opens, opens + hours.length


def covers(hours: Hours | None, moment: datetime) -> bool:
    """Whether the rule watches at this moment; without hours it always does."""
    if hours is None:
        return True
    opens, _ = next(windows(hours, moment))
    return opens <= moment


def fires_at(since: datetime, lasting: timedelta, hours: Hours | None) -> datetime:
    """When a condition that holds since then has held for ``lasting`` inside one window of ``hours``.

    Time before the window opens does not count, and what remains at its end does not carry over to the next.
    The last moment of a window counts (10 minutes in a window of 10 minutes do fire). ValueError if no window is
    ever long enough.
    """
    if hours is None:
        return since + lasting
    for opens, closes in windows(hours, since):
        due = max(since, opens) + lasting
        if due <= closes:
            return due
    raise ValueError(lasting)
