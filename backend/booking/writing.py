"""Writing a booking whose places are already held: the row with its number, its people, its record, its telling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from backend.booking import parties as people
from backend.booking.models import Booking
from backend.booking.offices import Terms
from backend.booking.parties import Party
from backend.booking.places import Seat, named
from backend.booking.records import note, written
from backend.booking.rules import next_reminder
from backend.booking.telling import tell_people
from backend.core.db import Work
from backend.core.ids import new_id
from backend.core.inserting import insert_numbered


@dataclass(frozen=True, slots=True)
class New:
    """A booking to be written. ``counted_quota``: one of the matter's daily quota is held with the places."""

    terms: Terms
    seats: Sequence[Seat]
    parties: Sequence[Party]
    by: UUID | None
    staff_id: UUID | None
    on_site: bool
    counted_quota: bool
    details: str | None
    day_range: tuple[date, date] | None
    persons: int = 1


def write(work: Work, new: New) -> Booking:
    """Write it whole. Raises ``AlreadyBookedError``; whoever calls it leaves the transaction then."""
    row = _insert(work, new)
    parties = people.write(work, row["id"], new.parties, new.terms.matter.group)
    note(work, row["id"], "book", slots=row["slot_ids"])
    booking = written(work, row, parties)
    tell_people(work, booking, "booking_made")
    return booking


def _insert(work: Work, new: New) -> dict[str, Any]:
    row = _row(work, new)
    return row | {"number": insert_numbered(work, Booking, row, new.terms.matter.prefix, returning="number")}


def _row(work: Work, new: New) -> dict[str, Any]:
    first, last = new.seats[0], new.seats[-1]
    earliest, latest = new.day_range or (None, None)
    return {
        "id": new_id(), "office_id": new.terms.office_id, "matter": new.terms.code, "pool": new.terms.pool,
        "day": first.day, "starts_at": first.starts_at, "ends_at": last.ends_at,
        "slot_ids": named(new.seats, new.persons), "on_site": new.on_site,
        "counted_quota": new.counted_quota, "source": "desk" if new.staff_id else "online", "booked_by": new.by,
        "booked_by_staff": new.staff_id, "provisional": any(seat.provisional for seat in new.seats),
        "remind_at": next_reminder(first.starts_at, work.now), "created_at": work.now, "changed_at": work.now,
        "details": new.details, "earliest": earliest, "latest": latest, "state": "booked", "sequence": 0,
        "late": False, "cancelled_at": None, "cancel_reason": None, "checked_in_at": None,
    }  # fmt: skip
