"""Slots from plans: publish what may be booked soon, follow every change of plan, never below what is taken."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.booking import heart_days, places
from backend.booking.day_plan import Exceptional, Heart, PlannedSlot, PlanRow, hours_from, plan_day
from backend.booking.models import Booking, DayException, Office, OfficeMatter, Slot, WeeklyPlan
from backend.booking.places import Seat
from backend.core.calendar import WorkCalendar
from backend.core.db import Work, is_sqlite
from backend.core.ids import new_id

DAY = timedelta(days=1)
OPEN_ON_HEART_DAYS = "heart_day_opening"  # an office's trait: it opens on a heart day that is a day of rest


@dataclass(frozen=True, slots=True)
class Pool:
    """A group of windows of an office, with what its slots are made of."""

    office: Office
    name: str
    rows: tuple[PlanRow, ...]
    exceptions: Mapping[date, Exceptional]
    marries: bool


def publish(work: Work, calendar: WorkCalendar, today: date) -> int:
    """Make every slot that may be booked up to the day after the furthest opening; how many rows it changed.

    Running it again changes nothing. Slots that a plan no longer has are closed, not deleted, and capacity is never
    lowered below what is taken: ``affected`` lists whom a closed day concerns.
    """
    changed = 0
    for office in work.session.scalars(select(Office).where(Office.active).order_by(Office.code)).all():
        changed += publish_office(work, calendar, today, office)
    return changed


def publish_office(work: Work, calendar: WorkCalendar, today: date, office: Office) -> int:
    """The same for one office, after its plan was changed."""
    changed, furthest = 0, today
    for name, days in _horizons(work, office):
        last = today + (days + 1) * DAY
        changed += _publish_pool(work, calendar, _pool(work, office, name, today), today, last)
        furthest = max(furthest, last)
    office.planned_until = furthest
    return changed


def _horizons(work: Work, office: Office) -> list[tuple[str, int]]:
    """How many days ahead each pool can be booked."""
    rows = work.session.execute(
        select(OfficeMatter.pool, func.max(OfficeMatter.opens_days))
        .where(OfficeMatter.office_id == office.id, OfficeMatter.active)
        .group_by(OfficeMatter.pool)
        .order_by(OfficeMatter.pool)
    )
    return [(pool, days) for pool, days in rows]


def _pool(work: Work, office: Office, name: str, today: date) -> Pool:
    plans = _mine(select(WeeklyPlan), WeeklyPlan, office, name).order_by(WeeklyPlan.weekday, WeeklyPlan.starts)
    days = _mine(select(DayException), DayException, office, name).where(DayException.day >= today)
    matters = set(work.session.scalars(_mine(select(OfficeMatter.matter), OfficeMatter, office, name)))
    return Pool(
        office, name, tuple(_row(plan) for plan in work.session.scalars(plans)),
        {row.day: _exceptional(row) for row in work.session.scalars(days)}, bool(matters & heart_days.MATTERS),
    )  # fmt: skip


def _mine(statement: Select[Any], table: Any, office: Office, pool: str) -> Select[Any]:
    return statement.where(table.office_id == office.id, table.pool == pool)


def _row(plan: WeeklyPlan) -> PlanRow:
    return PlanRow(
        plan.weekday, plan.starts, plan.ends, plan.slot_minutes, plan.windows, plan.per_window, plan.on_site,
        plan.valid_from, plan.valid_to,
    )  # fmt: skip


def _exceptional(row: DayException) -> Exceptional:
    return Exceptional("closed" if row.kind == "closed" else "open", hours_from(row.hours))


def planned(pool: Pool, calendar: WorkCalendar, day: date) -> list[PlannedSlot]:
    """What the plan says for a day, for publishing and for a preview."""
    return plan_day(calendar.day(day), pool.rows, pool.exceptions.get(day), _heart(pool, day))


def _heart(pool: Pool, day: date) -> Heart | None:
    if not pool.marries or pool.office.heart_day_windows <= 0 or heart_days.title_of(day) is None:
        return None
    return Heart(pool.office.heart_day_windows, OPEN_ON_HEART_DAYS in pool.office.traits)


def preview(work: Work, calendar: WorkCalendar, office: Office, pool: str, day: date) -> list[PlannedSlot]:
    """The slots of a day as the plan stands now, published or not."""
    return planned(_pool(work, office, pool, day), calendar, day)


def _publish_pool(work: Work, calendar: WorkCalendar, pool: Pool, first: date, last: date) -> int:
    there: dict[date, list[Seat]] = {}
    # What has begun is history: a plan changes only what lies ahead.
    mine = (Slot.office_id == pool.office.id, Slot.pool == pool.name, Slot.day.between(first, last),
            Slot.starts_at > work.now)  # fmt: skip
    for seat in places.seats(work, *mine):
        there.setdefault(seat.day, []).append(seat)
    return sum(
        _publish_day(work, pool, day, there.get(day, []), planned(pool, calendar, day), calendar.provisional(day))
        for day in _days(first, last)
    )


def _days(first: date, last: date) -> Iterator[date]:
    return (first + ahead * DAY for ahead in range((last - first).days + 1))


def _publish_day(
    work: Work, pool: Pool, day: date, there: Sequence[Seat], wanted: Sequence[PlannedSlot], provisional: bool
) -> int:
    """One day's difference, by time: new slots, other capacities, slots closed or opened again."""
    by_start = {slot.starts_at: slot for slot in wanted}
    known = {seat.starts_at for seat in there}
    changed = sum(_follow(work, seat, by_start.get(seat.starts_at), provisional) for seat in there)
    missing = [slot for slot in wanted if slot.starts_at > work.now and slot.starts_at not in known]
    new = [_new(pool, day, slot, provisional) for slot in missing]
    return changed + _insert(work, new)


def _new(pool: Pool, day: date, slot: PlannedSlot, provisional: bool) -> dict[str, Any]:
    return {
        "id": new_id(), "office_id": pool.office.id, "pool": pool.name, "day": day, "starts_at": slot.starts_at,
        "ends_at": slot.ends_at, "capacity": slot.capacity, "taken": 0, "on_site": slot.on_site, "on_site_taken": 0,
        "closed": False, "provisional": provisional,
    }  # fmt: skip


def _insert(work: Work, rows: Sequence[Mapping[str, Any]]) -> int:
    """Another scheduler may be publishing too: whoever comes second adds nothing."""
    if not rows:
        return 0
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    statement = insert(Slot).values(list(rows))
    statement = statement.on_conflict_do_nothing(index_elements=["office_id", "pool", "starts_at"])
    return len(work.session.execute(statement.returning(Slot.id)).all())


def _follow(work: Work, seat: Seat, slot: PlannedSlot | None, provisional: bool) -> int:
    """Make one slot what the plan says; 1 if anything changed. A booking keeps the end it was given."""
    if slot is None:
        return 0 if seat.closed else _change(work, seat, closed=True)
    wanted = replace(
        seat, closed=False, provisional=provisional, ends_at=slot.ends_at, capacity=max(slot.capacity, seat.taken),
        on_site=max(slot.on_site, seat.on_site_taken),
    )  # fmt: skip
    if wanted == seat:
        return 0
    return _change(
        work, seat, closed=False, provisional=provisional, ends_at=slot.ends_at,
        capacity=_at_least(slot.capacity, Slot.taken), on_site=_at_least(slot.on_site, Slot.on_site_taken),
    )  # fmt: skip


def _at_least(number: int, taken: Any) -> Any:
    """Decided by the database: somebody may take a place between our look and our write."""
    return case((taken > number, taken), else_=number)


def _change(work: Work, seat: Seat, **values: Any) -> int:
    statement = update(Slot).where(Slot.id == seat.id).values(**values)
    return work.execute_dml(statement.execution_options(synchronize_session=False))


def affected(work: Work, office_id: UUID, pool: str, day: date) -> list[Booking]:
    """Bookings of a day whose time is closed and who have not been told yet: to be displaced."""
    closed = {str(seat.id) for seat in places.seats_of_day(work, office_id, pool, day) if seat.closed}
    rows = work.session.scalars(
        select(Booking)
        .where(Booking.office_id == office_id, Booking.pool == pool, Booking.day == day, Booking.state == "booked")
        .order_by(Booking.starts_at, Booking.number)
    )
    return [row for row in rows if closed & set(row.slot_ids)]


def affected_days(work: Work, since: datetime) -> list[tuple[UUID, str, date]]:
    """Office, pool and day of every closed slot after ``since`` in which somebody has a place."""
    rows = work.session.execute(
        select(Slot.office_id, Slot.pool, Slot.day)
        .where(Slot.closed, Slot.taken > 0, Slot.starts_at > since)
        .distinct()
        .order_by(Slot.day, Slot.office_id, Slot.pool)
    )
    return [(office_id, pool, day) for office_id, pool, day in rows]
