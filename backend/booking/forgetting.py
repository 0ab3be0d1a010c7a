"""The end of what an appointment knows about people: a year after its day only the counts are left (rules B6).

What a matter has to keep for longer it has copied into its own record, a registration for instance.
"""

from datetime import date

from sqlalchemy import select

from backend.booking.models import Booking, BookingParty, WaitEntry
from backend.booking.states import LIVE
from backend.core.clock import local
from backend.core.crypto import new_token
from backend.core.db import Work
from backend.residents import retention

GONE = "已到期"
AT_ONCE = 200


def forget(work: Work, at_once: int = AT_ONCE) -> int:
    """Blank the people of appointments and waits past their time; how many rows that were. Due and not yet done."""
    last = retention.last_day_gone("booking", local(work.now).date())
    return _parties(work, last, at_once) + _waits(work, last, at_once)


def _parties(work: Work, last: date, at_once: int) -> int:
    over = (
        select(BookingParty, Booking)
        .join(Booking, Booking.id == BookingParty.booking_id)
        .where(Booking.day <= last, Booking.state.not_in(LIVE), BookingParty.forgotten_at.is_(None))
        .order_by(BookingParty.id)
        .limit(at_once)
    )
    found = work.session.execute(over).all()
    for party, booking in found:
        party.name, party.id_number, party.phone, party.person_id = GONE, "", None, None
        party.person_index, party.forgotten_at = new_token(), work.now
        booking.details, booking.booked_by = None, None
    return len(found)


def _waits(work: Work, last: date, at_once: int) -> int:
    over = select(WaitEntry).where(WaitEntry.day <= last, WaitEntry.forgotten_at.is_(None))
    found = work.session.scalars(over.order_by(WaitEntry.id).limit(at_once)).all()
    for entry in found:
        entry.parties, entry.details, entry.person_index, entry.forgotten_at = "[]", None, new_token(), work.now
    return len(found)
