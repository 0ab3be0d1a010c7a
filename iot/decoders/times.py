"""Device clocks as devices write them, to aware UTC. Whether a time is believable is the intake's question."""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SHANGHAI = ZoneInfo("Asia/Shanghai")
_MILLISECONDS_FROM = 100_000_000_000  # as seconds this is the year 5138; as milliseconds 1973


def from_epoch(value: Any) -> datetime | None:
    """Seconds or milliseconds since 1970, told apart by size. 0 is "no clock". None if it is no time."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return None
    try:
        return datetime.fromtimestamp(value / 1000 if value >= _MILLISECONDS_FROM else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def from_iso(text: Any, zone: tzinfo = UTC) -> datetime | None:
    """ISO 8601, also with nanoseconds; `zone` is used when the text names none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def from_format(text: Any, layout: str, zone: tzinfo) -> datetime | None:
    """A `strptime` layout; `zone` is used when the layout carries none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.strptime(text, layout)  # noqa: DTZ007 - the zone is added in the next line
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=64)
def zone_named(name: str) -> tzinfo | None:
    """The IANA zone, or None if there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
