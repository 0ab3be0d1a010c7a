"""Orders by the clock and the map: windows, durations, distances, who may pay. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.core.errors import BadInputError
from backend.timebank.order_errors import NotTimeYetError, TooManyMinutesClaimedError

EARTH_M = 6_371_000
MOST_MINUTES = 720
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of ``params/orders.yaml`` that an order is measured by."""

    minutes: tuple[int, int]
    days_ahead: int
    window_minutes: int
    box: tuple[float, float, float, float]


def require_window(starts: datetime, ends: datetime, minutes: int, now: datetime, limits: Limits) -> None:
    """Raise ``BadInputError`` for what is over, too far ahead, too long, or does not fit into its window."""
    least, most = limits.minutes
    if type(minutes) is not int or not least <= minutes <= most:
        raise BadInputError(field="时长", why=f"一次 {least} 到 {most} 分钟，更久请分几单")
    if ends - timedelta(minutes=minutes) < now:
        raise BadInputError(field="时间", why="这个时间已经过去，或来不及了，请选晚一些的时间")
    if starts > now + timedelta(days=limits.days_ahead):
        raise BadInputError(field="时间", why=f"最早提前 {limits.days_ahead} 天，请到时候再下单")
    room = (ends - starts) // timedelta(minutes=1)
    if not minutes <= room <= limits.window_minutes:
        raise BadInputError(field="时间", why=f"从开始到结束要放得下 {minutes} 分钟，最长 {limits.window_minutes} 分钟")


def require_near(place: Point | None, limits: Limits) -> None:
    """Raise ``BadInputError`` for a place outside the county."""
    west, south, east, north = limits.box
    if place is not None and not (west <= place[0] <= east and south <= place[1] <= north):
        raise BadInputError(field="位置", why="这个地方不在本区，请找当地的社区")


def distance_m(one: Point, other: Point) -> int:
    """Metres as the crow flies (haversine) between two (longitude, latitude)."""
    lon1, lat1, lon2, lat2 = map(math.radians, (*one, *other))
    inner = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH_M * math.asin(math.sqrt(min(1.0, inner))))


def minutes_between(starts: datetime, ends: datetime) -> int:
    """Whole minutes that really passed."""
    return max(0, (ends - starts) // timedelta(minutes=1))


def claimed(starts: datetime, ends: datetime, wanted: int | None) -> int:
    """The minutes of a visit: as claimed, by default as it lasted. Raises ``TooManyMinutesClaimedError``."""
    most = min(minutes_between(starts, ends), MOST_MINUTES)
    if wanted is None:
        return most
    if type(wanted) is not int or wanted < 0:
        raise BadInputError(field="时长", why="请填写整数分钟，不能是负数")
    if wanted > most:
        raise TooManyMinutesClaimedError(most=most)
    return wanted


def require_time_to_start(starts: datetime, early_minutes: int, now: datetime) -> None:
    since = starts - timedelta(minutes=early_minutes)
    if now < since:
        raise NotTimeYetError(since=since)


def require_report(since: datetime, starts: datetime, ends: datetime, now: datetime) -> None:
    """Raise ``BadInputError`` unless the visit began at the agreed time or later, lasted a while, and is over."""
    if not since <= starts < ends <= now:
        raise BadInputError(field="时间", why="开始不能早于约定的时间，结束要在开始以后，也不能是将来")
    if ends - starts > timedelta(minutes=MOST_MINUTES):
        raise BadInputError(field="时间", why="一次服务最长 12 小时，请核对")


def overdue_step(started: datetime, minutes: int, after: Sequence[int], now: datetime) -> int:
    """How many of the waits ``after`` the planned end (minutes) have passed."""
    late = (now - started - timedelta(minutes=minutes)) / timedelta(minutes=1)
    return sum(1 for wait in after if late >= wait)


def state_of(helpers: Iterable[str]) -> str:
    """What an order that has begun is, by its helpers: ``started`` until the last of them has ended."""
    return "started" if any(one in ("accepted", "started") for one in helpers) else "finished"
