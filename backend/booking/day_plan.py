"""The slots of one day of one pool: from its weekly plan, exceptions, the working-day calendar and heart days. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from backend.booking.rules import at
from backend.core.calendar import Day, DayKind

MONDAY = 0


@dataclass(frozen=True, slots=True)
class PlanRow:
    """Open hours of a weekday (0 = Monday) in minutes of the day, and how many places each slot has.

    ``on_site`` of the ``windows`` × ``per_window`` places are kept for people who come without booking.
    """

    weekday: int
    starts: int
    ends: int
    slot_minutes: int
    windows: int
    per_window: int = 1
    on_site: int = 0
    valid_from: date = date.min
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A day unlike its plan: closed, or open by ``hours`` of its own (by its plan when there are none)."""

    kind: Literal["closed", "open"]
    hours: tuple[PlanRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Heart:
    """A heart day at an office that wants it: more windows, and open even if it is a day of rest."""

    extra_windows: int
    opens_anyway: bool


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """``capacity``: places to book; ``on_site``: places beside them for people who just come."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    on_site: int


def plan_day(
    day: Day, rows: Sequence[PlanRow], exception: Exceptional | None = None, heart: Heart | None = None
) -> list[PlannedSlot]:
    """Every slot of the day, in order; none when the pool is closed. A rest shorter than a slot is left out."""
    found: dict[datetime, PlannedSlot] = {}
    for row in _rows_of(day, rows, exception, heart):
        for slot in _slots(day.date, row, heart.extra_windows if heart else 0):
            found[slot.starts_at] = _together(found.get(slot.starts_at), slot)
    return [found[start] for start in sorted(found)]


def _rows_of(
    day: Day, rows: Sequence[PlanRow], exception: Exceptional | None, heart: Heart | None
) -> Sequence[PlanRow]:
    if exception is not None:
        if exception.kind == "closed":
            return ()
        return exception.hours or _as_on_a_workday(day.date, rows)
    if heart is not None and heart.opens_anyway:
        return _as_on_a_workday(day.date, rows)
    if day.kind is DayKind.HOLIDAY:
        return ()
    return _as_on_a_workday(day.date, rows) if day.kind is DayKind.MAKE_UP else _of_weekday(day.date, rows)


def _of_weekday(day: date, rows: Sequence[PlanRow], weekday: int | None = None) -> list[PlanRow]:
    wanted = day.weekday() if weekday is None else weekday
    return [row for row in rows if row.weekday == wanted and row.holds(day)]


def _as_on_a_workday(day: date, rows: Sequence[PlanRow]) -> list[PlanRow]:
    """The weekday's own plan; a Saturday or Sunday without one follows Monday's."""
    return _of_weekday(day, rows) or _of_weekday(day, rows, MONDAY)


def _slots(day: date, row: PlanRow, extra_windows: int) -> Iterator[PlannedSlot]:
    capacity = max(0, (row.windows + extra_windows) * row.per_window - row.on_site)
    for minute in range(row.starts, row.ends - row.slot_minutes + 1, row.slot_minutes):
        yield PlannedSlot(at(day, minute), at(day, minute + row.slot_minutes), capacity, row.on_site)


def _together(one: PlannedSlot | None, other: PlannedSlot) -> PlannedSlot:
    """Two plans of the same time add their places."""
    if one is None:
        return other
    return replace(one, capacity=one.capacity + other.capacity, on_site=one.on_site + other.on_site)


def hours_from(objects: Sequence[dict[str, Any]]) -> tuple[PlanRow, ...]:
    """The ``hours`` of a stored exception: objects with the fields of a plan, without a weekday."""
    return tuple(PlanRow(weekday=MONDAY, **one) for one in objects)
