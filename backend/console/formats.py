"""How moments and durations are written for people, in Chinese and on the county's wall clock. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from backend.core.clock import local

MINUTE, HOUR, DAY = 60, 3600, 86_400
NOTHING = "—"


def clock_time(moment: datetime | None) -> str:
    """``09:31:05``: with seconds, as a timeline needs it."""
    return local(moment).strftime("%H:%M:%S") if moment else NOTHING


def day_time(moment: datetime | None) -> str:
    """``11月22日 09:31``."""
    if moment is None:
        return NOTHING
    when = local(moment)
    return f"{when.month}月{when.day}日 {when:%H:%M}"


def full_time(moment: datetime | None) -> str:
    """``2026-11-22 09:31:05``: unmistakable, for lists that are filed and printed."""
    return local(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else NOTHING


def duration(seconds: float | None) -> str:
    """``45 秒``, ``3 分 5 秒``, ``2 小时 10 分``, ``3 天``; ``—`` for None."""
    if seconds is None:
        return NOTHING
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole} 秒"
    if whole < HOUR:
        return f"{whole // MINUTE} 分 {whole % MINUTE} 秒"
    if whole < DAY:
        return f"{whole // HOUR} 小时 {whole % HOUR // MINUTE} 分"
    return f"{whole // DAY} 天"


def ago(moment: datetime | None, now: datetime) -> str:
    """``3 分 5 秒前``; ``从未`` if it never happened."""
    return f"{duration((now - moment).total_seconds())}前" if moment else "从未"


def percent(share: float | None) -> str:
    """A share (0…1) with one decimal; it never rounds up to a target that was missed."""
    return f"{int(share * 1000) / 10:.1f}%" if share is not None else NOTHING


FILTERS: dict[str, Callable[..., Any]] = {
    "clock_time": clock_time,
    "day_time": day_time,
    "full_time": full_time,
    "duration": duration,
    "ago": ago,
    "percent": percent,
}
