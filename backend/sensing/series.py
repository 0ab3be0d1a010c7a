"""A series over a stretch of time, from raw readings, minutes or hours, whichever fits; and the newest values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.devices.vocabulary import SPECS, Capability
from backend.sensing import marks, wording
from backend.sensing.models import Latest, Reading, Rollup

Span = Literal["raw", "minute", "hour"]
RAW_UP_TO = timedelta(hours=6)
MINUTES_UP_TO = timedelta(days=3)
WIDTHS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
BATTERY_KNOWN_FOR = timedelta(days=3)
"""An older battery value is unknown: a dead sensor would otherwise show its last good charge for ever."""


@dataclass(frozen=True, slots=True)
class Point:
    """A raw value, or what a minute or hour held: mean, lowest, highest, last value, number of readings."""

    at: datetime
    mean: float
    low: float
    high: float
    last: float
    count: int = 1


@dataclass(frozen=True, slots=True)
class Series:
    """Points per device in order of time; ``span`` says what one point stands for."""

    capability: str
    span: Span
    points: dict[UUID, list[Point]]


def span_for(start: datetime, end: datetime, raw_from: datetime) -> Span:
    """Raw values while there are few and they still exist; at most some 4,000 points otherwise."""
    if end - start <= RAW_UP_TO and start >= raw_from:
        return "raw"
    return "minute" if end - start <= MINUTES_UP_TO else "hour"


def series(work: Work, device_ids: Sequence[UUID], capability: str, start: datetime, end: datetime) -> Series:
    """Values in ``[start, end)``; readings that are not rolled up yet are counted in on the way."""
    raw_from = datetime.fromtimestamp(marks.number(work, "purged"), UTC)
    span = span_for(start, end, raw_from)
    found: dict[UUID, dict[datetime, Point]] = {device: {} for device in device_ids}
    if span == "raw":
        raw: dict[UUID, list[Point]] = {device: [] for device in device_ids}
        for device, at, value in _raw(work, device_ids, capability, start, end, after=0):
            raw[device].append(Point(at, value, value, value, value))
        return Series(capability, span, raw)
    for row in _rolled(work, device_ids, capability, span, start, end):
        found[row.device_id][row.start] = Point(
            row.start, row.total / row.count, row.low, row.high, row.last, row.count
        )
    for device, at, value in _raw(work, device_ids, capability, start, end, after=marks.number(work, "rolled")):
        begins = _floor(at, span)
        found[device][begins] = _add(found[device].get(begins), begins, value)
    ordered = {device: [points[at] for at in sorted(points)] for device, points in found.items()}
    return Series(capability, span, ordered)


def _floor(at: datetime, span: Span) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return whole if span == "minute" else whole.replace(minute=0)


def _add(point: Point | None, at: datetime, value: float) -> Point:
    if point is None:
        return Point(at, value, value, value, value)
    count = point.count + 1
    mean = point.mean + (value - point.mean) / count
    return Point(at, mean, min(point.low, value), max(point.high, value), value, count)


def _raw(
    work: Work, device_ids: Sequence[UUID], capability: str, start: datetime, end: datetime, *, after: int
) -> Iterable[tuple[UUID, datetime, float]]:
    found = select(Reading.device_id, Reading.at, Reading.value).where(
        Reading.device_id.in_(device_ids),
        Reading.capability == capability,
        Reading.at >= start,
        Reading.at < end,
        Reading.value.is_not(None),
        Reading.seq > after,
    )
    rows = work.session.execute(found.order_by(Reading.at, Reading.seq))
    return ((device, at, value) for device, at, value in rows if value is not None)


def _rolled(
    work: Work, device_ids: Sequence[UUID], capability: str, span: Span, start: datetime, end: datetime
) -> Iterable[Rollup]:
    found = select(Rollup).where(
        Rollup.device_id.in_(device_ids),
        Rollup.capability == capability,
        Rollup.span == span,
        Rollup.start >= _floor(start, span),
        Rollup.start < end,
    )
    return work.session.scalars(found.order_by(Rollup.start))


def value_before(work: Work, device_id: UUID, capability: str, moment: datetime) -> float | None:
    """What a level was when the stretch began: the last raw reading before it, or the last minute's."""
    series_of = (Reading.device_id == device_id, Reading.capability == capability, Reading.at < moment)
    raw = select(Reading.value).where(*series_of, Reading.value.is_not(None)).order_by(Reading.at.desc()).limit(1)
    value = work.session.scalar(raw)
    if value is not None:
        return value
    kept = (Rollup.device_id == device_id, Rollup.capability == capability, Rollup.span == "minute")
    rolled = select(Rollup.last).where(*kept, Rollup.start < moment).order_by(Rollup.start.desc()).limit(1)
    return work.session.scalar(rolled)


@dataclass(frozen=True, slots=True)
class CardValue:
    """A line of the elder's card. ``words`` is what a person reads; ``known`` False: too old to rely on."""

    device_id: UUID
    capability: str
    name: str
    words: str
    value: float | None
    unit: str
    at: datetime
    age_s: int
    known: bool


def card(work: Work, device_ids: Sequence[UUID]) -> list[CardValue]:
    """The newest value of everything these devices speak of, in the order of the vocabulary."""
    order = {capability.value: number for number, capability in enumerate(Capability)}
    rows = work.session.scalars(select(Latest).where(Latest.device_id.in_(device_ids))).all()
    known = (row for row in rows if row.capability in order)
    return [_line(row, work.now) for row in sorted(known, key=lambda row: (order[row.capability], row.device_id))]


def _line(row: Latest, now: datetime) -> CardValue:
    age = max(timedelta(), now - row.at)
    battery = row.capability in (Capability.BATTERY, Capability.BATTERY_LOW)
    known = not (battery and age > BATTERY_KNOWN_FOR)
    words = wording.value(row.capability, row.value, row.text) if known else "未知（数据太久未更新）"
    unit = wording.unit(row.capability).strip()
    value = row.value if known else None
    name = SPECS[Capability(row.capability)].name_zh
    return CardValue(row.device_id, row.capability, name, words, value, unit, row.at, int(age.total_seconds()), known)
