"""The waiting list of a day (候补): join, be offered a freed place for a while, take it or leave it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.booking import parties as people
from backend.booking import penalties, places
from backend.booking.errors import (
    AlreadyWaitingError,
    BannedError,
    CutOffError,
    NotOpenYetError,
    NoWaitingListError,
    OfferGoneError,
    PlacesLeftError,
    SlotClosedError,
)
from backend.booking.models import WAITING, Booking, Slot, WaitEntry
from backend.booking.offices import Terms, terms, terms_at
from backend.booking.parties import Party
from backend.booking.promoting import end, fitting, lock_places, offer, pass_on
from backend.booking.records import sealed
from backend.booking.rules import day_of, say, say_day
from backend.booking.telling import tell_waiting
from backend.booking.writing import New, write
from backend.core.crypto import keyring
from backend.core.db import Work, is_sqlite, reading, unit_of_work
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.residents.models import Person

LIVE = ("waiting", "offered")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WaitView:
    """A place on a list as its owner sees it. ``position`` counts from 1 among those who still wait."""

    id: UUID
    office_id: UUID
    matter: str
    day: date
    state: str
    position: int | None
    offered_until: datetime | None
    slot_ids: list[UUID]


def join(
    work: Work,
    *,
    office_code: str,
    matter: str,
    day: date,
    parties: Sequence[Party],
    by: UUID,
    details: dict[str, Any] | None = None,
) -> WaitEntry:
    """Wait for a place on a full day. ``by`` is one of the people.

    Raises ``NoWaitingListError``, ``PlacesLeftError``, ``AlreadyWaitingError``, ``AlreadyBookedError``,
    ``NotOpenYetError``, ``CutOffError``, ``BannedError``, ``WrongPartiesError``, ``NotYourselfError``.
    """
    known = terms(work, office_code, matter)
    if not known.waiting_list:
        raise NoWaitingListError(matter=matter)
    named = people.known(work, people.checked(known.matter, parties, day_of(work.now)))
    people.require_one_is(named, by)
    people.require_free(work, named, known.matter.group)
    _in_time(work, known, day, named)
    _full(work, known, day)
    return _write(work, known, day, named, by, sealed(details))


def _in_time(work: Work, known: Terms, day: date, named: Sequence[Party]) -> None:
    if work.now < (opens := known.opening.opens(day)):
        raise NotOpenYetError(opens_at=say(opens))
    if work.now >= (closes := known.opening.closes(day)):
        raise CutOffError(closed_at=say(closes))
    until = penalties.ban_until(work, [party.index for party in named], known.matter.group)
    if until is not None:
        raise BannedError(until=say(until))


def _full(work: Work, known: Terms, day: date) -> None:
    """Raise ``PlacesLeftError`` while the day can be booked, ``NoWaitingListError`` when the office is closed."""
    seats = places.seats_of_day(work, known.office_id, known.pool, day)
    if all(seat.closed or seat.starts_at <= work.now for seat in seats):
        raise NoWaitingListError(matter=known.code)
    free = [run for run in fitting(seats, known.units) if run[0].starts_at > work.now]
    quota_full = known.quota is not None and places.quota_left(work, known, day, day).get(day, known.quota) <= 0
    if free and not quota_full:
        raise PlacesLeftError(day=day.isoformat())


def _write(work: Work, known: Terms, day: date, named: Sequence[Party], by: UUID, details: str | None) -> WaitEntry:
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    row = {
        "id": new_id(), "office_id": known.office_id, "matter": known.code, "pool": known.pool, "day": day,
        "person_id": by, "person_index": _index_of(work, by), "parties": people.to_json(named), "details": details,
        "state": "waiting", "created_at": work.now,
    }  # fmt: skip
    target = ["person_index", "office_id", "matter", "day"]
    statement = insert(WaitEntry).values(**row).on_conflict_do_nothing(index_elements=target, index_where=WAITING)
    entry_id = work.session.scalar(statement.returning(WaitEntry.id))
    if entry_id is None:
        raise AlreadyWaitingError(day=day.isoformat())
    return work.session.get_one(WaitEntry, entry_id)


def _index_of(work: Work, person_id: UUID) -> str:
    found = work.session.scalar(select(Person.id_index).where(Person.id == person_id))
    return found or keyring().blind_index("person", str(person_id))


def position(work: Work, entry: WaitEntry) -> int | None:
    """How many wait before them, and one; None when they no longer wait."""
    if entry.state != "waiting":
        return None
    earlier = or_(
        WaitEntry.created_at < entry.created_at,
        (WaitEntry.created_at == entry.created_at) & (WaitEntry.id < entry.id),
    )
    before = select(func.count()).where(
        WaitEntry.office_id == entry.office_id, WaitEntry.pool == entry.pool, WaitEntry.day == entry.day,
        WaitEntry.state == "waiting", earlier,
    )  # fmt: skip
    return int(work.session.scalar(before) or 0) + 1


def entries_of(work: Work, person_id: UUID) -> list[WaitView]:
    """Where a person waits or has an offer, the nearest day first."""
    rows = work.session.scalars(
        select(WaitEntry)
        .where(WaitEntry.person_id == person_id, WaitEntry.state.in_(LIVE))
        .order_by(WaitEntry.day, WaitEntry.created_at)
    )
    return [view(work, row) for row in rows]


def view(work: Work, entry: WaitEntry) -> WaitView:
    slots = [UUID(one) for one in entry.offered_slot_ids] if entry.state == "offered" else []
    where = position(work, entry)
    return WaitView(entry.id, entry.office_id, entry.matter, entry.day, entry.state, where, entry.offered_until, slots)


def find(work: Work, entry_id: UUID, by: UUID) -> WaitEntry:
    """Raises ``NotFoundError`` for somebody else's."""
    entry = work.session.get(WaitEntry, entry_id, populate_existing=True)
    if entry is None or entry.person_id != by:
        raise NotFoundError(entry=str(entry_id))
    return entry


def take(work: Work, entry_id: UUID, *, by: UUID) -> Booking:
    """Turn the held places into a booking.

    Raises ``OfferGoneError``, ``AlreadyBookedError``, ``BannedError``, ``SlotClosedError``; the offer stands then.
    """
    entry = find(work, entry_id, by)
    if entry.state != "offered" or entry.offered_until is None or entry.offered_until <= work.now:
        raise OfferGoneError(entry=str(entry_id))
    if not end(work, entry_id, "take", from_state="offered"):
        raise OfferGoneError(entry=str(entry_id))
    booking = write(work, _as_new(work, entry))
    work.session.refresh(entry)
    entry.booking_id = booking.id
    return booking


def _as_new(work: Work, entry: WaitEntry) -> New:
    known = terms_at(work, entry.office_id, entry.matter)
    named = people.known(work, people.from_json(entry.parties))
    until = penalties.ban_until(work, [party.index for party in named], known.matter.group)
    if until is not None:
        raise BannedError(until=say(until))
    seats = places.seats(work, Slot.id.in_([UUID(one) for one in entry.offered_slot_ids]))
    if any(seat.closed for seat in seats):
        raise SlotClosedError(day=entry.day.isoformat())
    return New(
        known, seats, named, entry.person_id, None, on_site=False, counted_quota=entry.counted_quota,
        details=entry.details, day_range=None,
    )  # fmt: skip


def leave(work: Work, entry_id: UUID, *, by: UUID) -> WaitEntry:
    """Stop waiting, or decline an offer: its place goes to the next. Raises ``OfferGoneError`` when it is over."""
    entry = find(work, entry_id, by)
    for state in LIVE:
        if end(work, entry_id, "leave", from_state=state):
            work.session.refresh(entry)
            if state == "offered":
                pass_on(work, entry)
            return entry
    raise OfferGoneError(entry=str(entry_id))


# -- jobs: each is due work found in the database, one transaction each


def expire_offers() -> int:
    """Pass on every offer that was not taken in time."""
    with reading() as work:
        due = work.session.scalars(
            select(WaitEntry.id)
            .where(WaitEntry.state == "offered", WaitEntry.offered_until <= work.now)
            .order_by(WaitEntry.offered_until, WaitEntry.id)
        ).all()
    return sum(_expire(entry_id) for entry_id in due)


def _expire(entry_id: UUID) -> int:
    with unit_of_work() as work:
        entry = work.session.get_one(WaitEntry, entry_id)
        still_due = entry.offered_until is not None and entry.offered_until <= work.now
        if not still_due or not end(work, entry_id, "lapse", from_state="offered"):
            return 0
        work.session.refresh(entry)
        pass_on(work, entry)
        _tell_over(work, entry, "wait_offer_over")
    return 1


def sweep() -> int:
    """Offer places that became free otherwise (a larger plan, a late joiner), and end waits that are over."""
    with reading() as work:
        days = work.session.execute(
            select(WaitEntry.office_id, WaitEntry.pool, WaitEntry.day)
            .where(WaitEntry.state == "waiting")
            .distinct()
            .order_by(WaitEntry.day, WaitEntry.office_id, WaitEntry.pool)
        ).all()
    return sum(_sweep_day(office_id, pool, day) for office_id, pool, day in days)


def _sweep_day(office_id: UUID, pool: str, day: date) -> int:
    with unit_of_work() as work:
        lock_places(work, (), [(office_id, pool, day)])
        return offer(work, office_id, pool, day) + _end_waits(work, office_id, pool, day)


def _end_waits(work: Work, office_id: UUID, pool: str, day: date) -> int:
    """Those for whom booking of the day has closed are told that it did not work out."""
    if day > day_of(work.now) + 31 * DAY:
        return 0
    over = 0
    waiting = select(WaitEntry).where(
        WaitEntry.office_id == office_id, WaitEntry.pool == pool, WaitEntry.day == day, WaitEntry.state == "waiting"
    )
    for entry in work.session.scalars(waiting.order_by(WaitEntry.created_at, WaitEntry.id)).all():
        closes = terms_at(work, office_id, entry.matter).opening.closes(day)
        if work.now >= closes and end(work, entry.id, "lapse", from_state="waiting"):
            _tell_over(work, entry, "wait_over")
            over += 1
    return over


def _tell_over(work: Work, entry: WaitEntry, template: str) -> None:
    known = terms_at(work, entry.office_id, entry.matter)
    tell_waiting(work, entry.person_id, entry.id, template, {"office": known.office_name, "day": say_day(entry.day)})
