"""What can be booked, and whose booking is whose. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from backend.booking import places
from backend.booking.admitting import DESK
from backend.booking.models import Booking, BookingParty, Office, Slot
from backend.booking.offices import Terms, terms
from backend.booking.places import Seat
from backend.booking.rules import consecutive
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.numbers import normal
from backend.people.models import Division
from backend.people.service import Viewer
from backend.residents.models import Person

SlotState = Literal["open", "full", "not_yet", "closed", "provisional"]


@dataclass(frozen=True, slots=True)
class SlotView:
    """A time at which a matter can begin. ``left``: places in every slot it needs, and of its quota.

    ``state`` is ``provisional`` for an open time of a year whose holidays are not published; ``closed`` also when
    the time or its cut-off has passed. ``opens_at`` and ``closes_at`` are the moments of online booking.
    """

    slot_id: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    left: int
    state: SlotState
    opens_at: datetime
    closes_at: datetime
    provisional: bool


def open_slots(work: Work, office_code: str, matter: str, first: date, last: date) -> list[SlotView]:
    """Every time of the days ``first`` … ``last`` at which the matter could begin, by time."""
    known = terms(work, office_code, matter)
    seats = places.seats(
        work, Slot.office_id == known.office_id, Slot.pool == known.pool, Slot.day.between(first, last)
    )
    quotas = places.quota_left(work, known, first, last)
    runs = (consecutive(seats, number, known.units) for number in range(len(seats)))
    return [_view(known, run, quotas, work.now) for run in runs if run is not None]


def _view(known: Terms, run: Sequence[Seat], quotas: Mapping[date, int], now: datetime) -> SlotView:
    start = run[0]
    left = max(0, min(seat.left for seat in run))
    if known.quota is not None:
        left = min(left, quotas.get(start.day, known.quota))
    return SlotView(
        start.id, start.day, start.starts_at, run[-1].ends_at, left, _state(known, run, left, now),
        known.opening.opens(start.day), known.opening.closes(start.day), any(seat.provisional for seat in run),
    )  # fmt: skip


def _state(known: Terms, run: Sequence[Seat], left: int, now: datetime) -> SlotState:
    day = run[0].day
    if any(seat.closed for seat in run) or now >= run[0].starts_at or now >= known.opening.closes(day):
        return "closed"
    if now < known.opening.opens(day):
        return "not_yet"
    if left <= 0:
        return "full"
    return "provisional" if any(seat.provisional for seat in run) else "open"


def of_person(work: Work, person_id: UUID) -> ColumnElement[bool]:
    """The bookings a person made, or is part of: also those a partner made before the house knew them."""
    index = work.session.scalar(select(Person.id_index).where(Person.id == person_id))
    mine = or_(BookingParty.person_id == person_id, BookingParty.person_index == index)
    return or_(Booking.booked_by == person_id, Booking.id.in_(select(BookingParty.booking_id).where(mine)))


def bookings_of(work: Work, person_id: UUID, *, limit: int = 100) -> Sequence[Booking]:
    """A person's bookings, the latest visit first."""
    statement = select(Booking).where(of_person(work, person_id)).order_by(Booking.starts_at.desc(), Booking.id.desc())
    return work.session.scalars(statement.limit(limit)).all()


def find(work: Work, booking_id: UUID, *, by: UUID | None = None, staff: Viewer | None = None) -> Booking:
    """A booking that is this person's, or lies where this member of staff works at the desk.

    Without either it is the system that asks. Raises ``NotFoundError`` for anybody else's, ``NotAllowedError``.
    """
    statement = select(Booking).where(Booking.id == booking_id).execution_options(populate_existing=True)
    if staff is not None:
        staff.require(DESK)
        place = select(Office.id).join(Division, Division.code == Office.division_code)
        statement = statement.where(Booking.office_id.in_(place.where(staff.sees(Division.path, DESK))))
    elif by is not None:
        statement = statement.where(of_person(work, by))
    found = work.session.scalars(statement).first()
    if found is None:
        raise NotFoundError(booking=str(booking_id))
    return found


def by_number(work: Work, number: str) -> Booking:
    """The booking of a number as it was typed or read aloud. Raises ``NotFoundError``."""
    found = work.session.scalars(select(Booking).where(Booking.number == normal(number))).first()
    if found is None:
        raise NotFoundError(booking=number)
    return found
