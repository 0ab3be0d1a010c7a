"""Places of slots and of daily quotas: taken and given back by compare-and-swap, never overbooked.

Order of locks, everywhere in booking: the booking or the entry of the waiting list, then slots by time, then quotas,
then entries of the waiting list (skipping locked ones), then people. Two who keep to it never wait for each other.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Integer, Table, Update, bindparam, select, true, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.booking.errors import NotConsecutiveError, QuotaFullError, SlotClosedError, SlotFullError
from backend.booking.models import DayQuota, Slot
from backend.booking.offices import Terms
from backend.booking.rules import consecutive
from backend.core.db import Work, glance, is_sqlite
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update

COLUMNS = (
    Slot.id, Slot.office_id, Slot.pool, Slot.day, Slot.starts_at, Slot.ends_at, Slot.capacity, Slot.taken,
    Slot.on_site, Slot.on_site_taken, Slot.closed, Slot.provisional,
)  # fmt: skip

_CHOSEN = select(*COLUMNS).where(Slot.id == bindparam("slot"), Slot.office_id == bindparam("office"))
_FULL = select(Slot.taken >= Slot.capacity).where(Slot.id == bindparam("slot"), ~Slot.closed)


@dataclass(frozen=True, slots=True)
class Seat:
    """A slot as the database had it at the moment of looking."""

    id: UUID
    office_id: UUID
    pool: str
    day: date
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    on_site: int
    on_site_taken: int
    closed: bool
    provisional: bool

    @property
    def left(self) -> int:
        return self.capacity - self.taken

    @property
    def on_site_left(self) -> int:
        return self.on_site - self.on_site_taken


def seats(work: Work, *where: ColumnElement[bool]) -> list[Seat]:
    """The slots of a condition by time; always from the database, never from this session's memory."""
    rows = work.session.execute(select(*COLUMNS).where(*where).order_by(Slot.starts_at, Slot.id)).mappings()
    return [Seat(**row) for row in rows]


def seats_of_day(work: Work, office_id: UUID, pool: str, day: date) -> list[Seat]:
    return seats(work, Slot.office_id == office_id, Slot.pool == pool, Slot.day == day)


def chosen(work: Work, terms: Terms, slot_id: UUID) -> list[Seat]:
    """The slot and those after it that the matter needs. Raises ``NotFoundError``, ``NotConsecutiveError``."""
    row = work.session.execute(_CHOSEN, {"slot": slot_id, "office": terms.office_id}).mappings().first()
    if row is None or row["pool"] != terms.pool:
        raise NotFoundError(slot=str(slot_id))
    first = Seat(**row)
    if terms.units == 1:
        return [first]
    later = seats(work, Slot.office_id == terms.office_id, Slot.pool == terms.pool, Slot.day == first.day,
                  Slot.starts_at >= first.starts_at)  # fmt: skip
    found = consecutive(later, 0, terms.units)
    if found is None:
        raise NotConsecutiveError(slot=str(slot_id), units=terms.units)
    return found


def is_full(slot_id: UUID) -> bool:
    """One look at one counter; a slot that is closed or not there is somebody else's to say."""
    with glance() as connection:
        return bool(connection.scalar(_FULL, {"slot": slot_id}))


def lock(work: Work, slot_ids: Iterable[UUID]) -> None:
    """Hold these slots, by time, until the commit."""
    statement = select(Slot.id).where(Slot.id.in_(set(slot_ids))).order_by(Slot.starts_at, Slot.id)
    work.session.execute(for_update(work, statement)).all()


def take(work: Work, wanted: Sequence[Seat], *, on_site: bool = False, persons: int = 1) -> None:
    """So many places of each slot, or of none: by time. Raises ``SlotFullError``, ``SlotClosedError``."""
    for seat in wanted:
        if not _take_some(work, seat.id, persons, on_site=on_site):
            closed = work.session.scalar(select(Slot.closed).where(Slot.id == seat.id))
            raise SlotClosedError(slot=str(seat.id)) if closed else SlotFullError(slot=str(seat.id))


def _take_some(work: Work, slot_id: UUID, persons: int, *, on_site: bool) -> bool:
    done = work.session.execute(_taking(on_site), {"slot": slot_id, "persons": persons})
    return cast("CursorResult[Any]", done).rowcount == 1


@cache
def _taking(on_site: bool) -> Update:
    """The compare-and-swap itself; built once, because it is what a rush is made of."""
    table = cast("Table", Slot.__table__)
    slot = table.c
    taken, most = (slot.on_site_taken, slot.on_site) if on_site else (slot.taken, slot.capacity)
    after = taken + bindparam("persons", type_=Integer)
    free = update(table).where(slot.id == bindparam("slot"), ~slot.closed, after <= most)
    return free.values({taken: after})


def named(wanted: Sequence[Seat], persons: int) -> list[str]:
    """The slots of a booking as it writes them down: each once for every place held in it."""
    return [str(seat.id) for seat in wanted for _ in range(persons)]


def give_back(work: Work, slot_ids: Iterable[UUID], *, on_site: bool = False) -> None:
    """Free a place for each time a slot is named. Whoever calls has ended what held them, in the same transaction."""
    for slot_id, held in Counter(slot_ids).items():
        fewer = {"on_site_taken": Slot.on_site_taken - held} if on_site else {"taken": Slot.taken - held}
        work.execute_dml(
            update(Slot).where(Slot.id == slot_id).values(fewer).execution_options(synchronize_session=False)
        )


def take_quota(work: Work, terms: Terms, day: date) -> bool:
    """Count one of the matter on this day; whether it has a quota at all. Raises ``QuotaFullError``."""
    if terms.quota is None:
        return False
    if not _count_one(work, terms, day):
        _first_of_day(work, terms, day)
        if not _count_one(work, terms, day):
            raise QuotaFullError(matter=terms.code, day=day.isoformat())
    return True


def _count_one(work: Work, terms: Terms, day: date) -> bool:
    """The office's present number decides, and is written down with the count."""
    statement = (
        update(DayQuota)
        .where(_quota_row(terms.office_id, terms.code, day), DayQuota.taken < terms.quota)
        .values(taken=DayQuota.taken + 1, quota=terms.quota)
    )
    return work.execute_dml(statement.execution_options(synchronize_session=False)) == 1


def _first_of_day(work: Work, terms: Terms, day: date) -> None:
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    row = {"id": new_id(), "office_id": terms.office_id, "matter": terms.code, "day": day, "quota": terms.quota}
    statement = insert(DayQuota).values(**row, taken=0)
    work.session.execute(statement.on_conflict_do_nothing(index_elements=["office_id", "matter", "day"]))


def give_back_quota(work: Work, office_id: UUID, matter: str, day: date) -> None:
    work.execute_dml(
        update(DayQuota)
        .where(_quota_row(office_id, matter, day))
        .values(taken=DayQuota.taken - 1)
        .execution_options(synchronize_session=False)
    )


def quota_left(work: Work, terms: Terms, first: date, last: date) -> dict[date, int]:
    """How many of the matter are left on each day that has been counted; empty without a quota."""
    if terms.quota is None:
        return {}
    rows = work.session.execute(
        select(DayQuota.day, DayQuota.taken).where(
            DayQuota.office_id == terms.office_id, DayQuota.matter == terms.code, DayQuota.day.between(first, last)
        )
    )
    return {day: max(0, terms.quota - taken) for day, taken in rows}


def _quota_row(office_id: UUID, matter: str, day: date) -> ColumnElement[bool]:
    return true() & (DayQuota.office_id == office_id) & (DayQuota.matter == matter) & (DayQuota.day == day)
