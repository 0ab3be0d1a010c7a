"""Freed places go to those who wait for the day: oldest first, in the transaction that freed them."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from backend.booking import places
from backend.booking.errors import QuotaFullError, SlotClosedError, SlotFullError
from backend.booking.models import WaitEntry
from backend.booking.offices import Terms, terms_of_pool
from backend.booking.places import Seat
from backend.booking.rules import consecutive, offer_until, say_day
from backend.booking.states import WAIT
from backend.booking.telling import tell_waiting
from backend.core.db import Work
from backend.core.locks import claim

AT_ONCE = 50  # entries looked at in one transaction; the job that sweeps free places finds the rest


def somebody_waits(work: Work, office_id: UUID, pool: str, day: date) -> bool:
    waits = select(WaitEntry.id).where(
        WaitEntry.office_id == office_id, WaitEntry.pool == pool, WaitEntry.day == day, WaitEntry.state == "waiting"
    )
    return work.session.scalar(waits.limit(1)) is not None


def lock_places(work: Work, slot_ids: Iterable[UUID], days: Iterable[tuple[UUID, str, date]]) -> None:
    """Lock these slots, and all slots of the days for which somebody waits: an offer may need the neighbours."""
    ids = set(slot_ids)
    for office_id, pool, day in days:
        if somebody_waits(work, office_id, pool, day):
            ids |= {seat.id for seat in places.seats_of_day(work, office_id, pool, day)}
    places.lock(work, ids)


def offer(work: Work, office_id: UUID, pool: str, day: date) -> int:
    """Offer what is free on a day to those who wait for it; how many offers. The day's slots are locked already."""
    entries = _waiting(work, office_id, pool, day)
    if not entries:
        return 0
    known = terms_of_pool(work, office_id, pool)
    return sum(_offer_to(work, entry, known[entry.matter]) for entry in entries if entry.matter in known)


def _waiting(work: Work, office_id: UUID, pool: str, day: date) -> Sequence[WaitEntry]:
    statement = (
        select(WaitEntry)
        .where(WaitEntry.office_id == office_id, WaitEntry.pool == pool, WaitEntry.day == day)
        .where(WaitEntry.state == "waiting")
        .order_by(WaitEntry.created_at, WaitEntry.id)
        .limit(AT_ONCE)
    )
    return work.session.scalars(claim(work, statement).execution_options(populate_existing=True)).all()


def _offer_to(work: Work, entry: WaitEntry, terms: Terms) -> bool:
    """Hold places for one entry, if there are any that it can use and still time to answer."""
    closes = terms.opening.closes(entry.day)
    found = fitting(places.seats_of_day(work, entry.office_id, entry.pool, entry.day), terms.units)
    found = [seats for seats in found if seats[0].starts_at > work.now]
    if work.now >= closes or not found:
        return False
    try:
        with work.session.begin_nested():
            places.take(work, found[0])
            counted = places.take_quota(work, terms, entry.day)
    except (SlotFullError, SlotClosedError, QuotaFullError):
        return False  # the quota of this matter is full: the place may still do for somebody with another one
    until = min(offer_until(work.now, closes), found[0][0].starts_at)
    entry.state = WAIT.next(entry.state, "offer")
    entry.offered_until, entry.counted_quota = until, counted
    entry.offered_slot_ids = [str(seat.id) for seat in found[0]]
    facts = {"office": terms.office_name, "at": found[0][0].starts_at, "until": until, "day": say_day(entry.day)}
    tell_waiting(work, entry.person_id, entry.id, "wait_offer", facts)
    return True


def fitting(seats: Sequence[Seat], units: int) -> list[list[Seat]]:
    """Every run of ``units`` consecutive slots of a day with a free place in each, by time."""
    runs = (consecutive(seats, first, units) for first in range(len(seats)))
    return [run for run in runs if run is not None and all(seat.left > 0 and not seat.closed for seat in run)]


def end(work: Work, entry_id: UUID, action: str, *, from_state: str, booking_id: UUID | None = None) -> bool:
    """Compare and swap an entry out of ``from_state``; whether this caller did it."""
    return bool(
        work.execute_dml(
            update(WaitEntry)
            .where(WaitEntry.id == entry_id, WaitEntry.state == from_state)
            .values(state=WAIT.next(from_state, action), offered_until=None, booking_id=booking_id)
            .execution_options(synchronize_session=False)
        )
    )


def pass_on(work: Work, entry: WaitEntry) -> int:
    """Give back what an ended offer held and offer it to the next, in the same transaction."""
    ids = [UUID(one) for one in entry.offered_slot_ids]
    lock_places(work, ids, [(entry.office_id, entry.pool, entry.day)])
    places.give_back(work, ids)
    if entry.counted_quota:
        places.give_back_quota(work, entry.office_id, entry.matter, entry.day)
    return offer(work, entry.office_id, entry.pool, entry.day)
