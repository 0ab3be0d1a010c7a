"""What people do with appointments: book, cancel, move, finish. Callers of other domains ask through here too."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from backend.booking import moves, penalties, places
from backend.booking import parties as people
from backend.booking.admitting import Admitted, Range, Where, admit, admit_move, require_room
from backend.booking.errors import SlotOverError
from backend.booking.matters import matter_of, require_entrance
from backend.booking.models import Booking
from backend.booking.offices import Terms, office_of, terms, terms_at
from backend.booking.parties import Party
from backend.booking.places import Seat, is_full
from backend.booking.promoting import lock_places, offer
from backend.booking.queries import SlotView, bookings_of, find, open_slots
from backend.booking.records import change, details_of, let_go, persons_of, sealed, settled, slots_of
from backend.booking.rules import day_of, is_late, next_reminder
from backend.booking.states import BOOKING
from backend.booking.telling import invite_to_rate, tell_people
from backend.booking.trail import note_counter
from backend.booking.writing import New, write
from backend.core.db import Work
from backend.people.service import Viewer

__all__ = [
    "Admitted",
    "Booking",
    "Party",
    "SlotView",
    "Terms",
    "book",
    "bookings_of",
    "cancel",
    "details_of",
    "find",
    "finish",
    "is_full",
    "matter_of",
    "move",
    "office_of",
    "open_slots",
    "persons_of",
    "refuse_early",
    "require_entrance",
    "terms",
]


def refuse_early(
    work: Work,
    *,
    office_code: str,
    matter: str,
    slot_id: UUID,
    parties: Sequence[Party],
    by: UUID | None,
    staff: Viewer | None = None,
    on_site: bool = False,
    day_range: Range = None,
    where: Where | None = None,
    persons: int = 1,
) -> Admitted:
    """The same refusals as ``book``, by reading only: in a rush most are answered without the write lock.

    What was found spares ``book`` the same looks while everybody else waits for it.
    """
    admitted = admit(work, office_code, matter, slot_id, parties, by, staff, on_site, day_range, where)
    require_room(work, admitted, on_site=on_site, persons=persons)
    people.require_free(work, admitted.parties, admitted.terms.matter.group)
    return admitted


def book(
    work: Work,
    *,
    office_code: str,
    matter: str,
    slot_id: UUID,
    parties: Sequence[Party],
    by: UUID | None,
    staff: Viewer | None = None,
    on_site: bool = False,
    details: dict[str, Any] | None = None,
    day_range: Range = None,
    admitted: Admitted | None = None,
    where: Where | None = None,
    persons: int = 1,
) -> Booking:
    """Make a booking: online for ``by`` (one of the people), or by ``staff`` at the desk; ``on_site`` for walk-ins.

    ``day_range``: first and last day the law allows; later moves keep to it. ``admitted``: what ``refuse_early`` found
    for the same request a moment ago; places and people are held by the database alone. ``where``: see ``admit``.
    ``persons``: how many come, where everybody takes a place (a cemetery); whoever calls it knows the most.
    Raises ``NotFoundError``,
    ``UnknownMatterError``, ``WrongPartiesError``, ``NotYourselfError``, ``NotConsecutiveError``, ``SlotClosedError``,
    ``OutsidePeriodError``, ``SlotOverError``, ``NotOpenYetError``, ``CutOffError``, ``BannedError``,
    ``SlotFullError``, ``QuotaFullError``, ``AlreadyBookedError``; nothing is left behind then.
    """
    if admitted is None:
        admitted = admit(work, office_code, matter, slot_id, parties, by, staff, on_site, day_range, where)
    places.take(work, admitted.seats, on_site=on_site, persons=persons)
    counted = not on_site and places.take_quota(work, admitted.terms, admitted.seats[0].day)
    new = New(
        admitted.terms, admitted.seats, admitted.parties, by, staff.staff_id if staff else None,
        on_site=on_site, counted_quota=counted, details=sealed(details), day_range=day_range,
        persons=persons,
    )  # fmt: skip
    booking = write(work, new)
    note_counter(work, booking, "booking.book", staff)
    return booking


def cancel(
    work: Work, booking_id: UUID, *, by: UUID | None = None, staff: Viewer | None = None, reason: str
) -> Booking:
    """Cancel; the places go straight to those who wait. Of two who do it at once the second hears that it is done.

    Raises ``NotFoundError``, ``BookingSettledError``, ``SlotOverError`` (online, once the time has begun).
    """
    booking = find(work, booking_id, by=by, staff=staff)
    action = "leave" if staff is not None and "leave" in BOOKING.actions(booking.state) else "cancel"
    if staff is None and booking.state == "booked" and work.now >= booking.starts_at:
        raise SlotOverError(booking=str(booking_id))
    late = staff is None and booking.state == "booked" and _is_late(work, booking)
    booking = change(
        work, booking_id, action, {"late": late}, cancelled_at=work.now, cancel_reason=reason.strip()[:64] or None,
        late=late, remind_at=None, sequence=Booking.sequence + 1,
    )  # fmt: skip
    _release(work, booking)
    tell_people(work, booking, "booking_cancelled")
    note_counter(work, booking, "booking.cancel", staff)
    if late:
        penalties.weigh(work, booking)
    return booking


def _is_late(work: Work, booking: Booking) -> bool:
    policy = penalties.book()[terms_at(work, booking.office_id, booking.matter).penalty]
    return is_late(policy.free_days, booking.day, day_of(work.now))


def _release(work: Work, booking: Booking) -> None:
    """Give back the places and the quota, offer them on, and let the people book again."""
    place = (booking.office_id, booking.pool, booking.day)
    lock_places(work, slots_of(booking), [place])
    places.give_back(work, slots_of(booking), on_site=booking.on_site)
    if booking.counted_quota:
        places.give_back_quota(work, booking.office_id, booking.matter, booking.day)
    offer(work, *place)
    let_go(work, booking.id)


def move(
    work: Work, booking_id: UUID, slot_id: UUID, *, by: UUID | None = None, staff: Viewer | None = None
) -> Booking:
    """Another time at the same office, in one step: the new place is held before the old one goes to those who wait.

    A displaced booking moves free of opening rule, ban and quota. The same time again changes nothing. Raises what
    ``book`` does about the new time, ``NotFoundError``, ``BookingSettledError``; the old place is kept then.
    """
    before = find(work, booking_id, by=by, staff=staff)
    known = terms_at(work, before.office_id, before.matter)
    seats = places.chosen(work, known, slot_id)
    if "move" not in BOOKING.actions(before.state):
        raise settled(before, "move")
    if before.state == "booked" and set(slots_of(before)) == {seat.id for seat in seats}:
        return before
    if staff is None and before.state == "booked" and work.now >= before.starts_at:
        raise SlotOverError(booking=str(booking_id))
    admit_move(work, before, known, seats, staff)
    displaced = before.state == "displaced"
    moves.ask(work, before, seats[0].day)
    booking = change(work, booking_id, "move", {"slots": [str(seat.id) for seat in seats]})
    _reseat(work, booking, known, seats, displaced=displaced)
    tell_people(work, booking, "booking_moved")
    note_counter(work, booking, "booking.move", staff)
    return booking


def _reseat(work: Work, booking: Booking, known: Terms, seats: Sequence[Seat], *, displaced: bool) -> None:
    """Take what is new, free what is no longer needed, write it down, offer the freed places on."""
    old, old_day, wanted = slots_of(booking), booking.day, {seat.id for seat in seats}
    persons = persons_of(booking)
    kept = set() if booking.on_site else set(old) & wanted
    place = (booking.office_id, booking.pool, old_day)
    lock_places(work, {*old, *wanted}, [place])
    places.take(work, [seat for seat in seats if seat.id not in kept], persons=persons)
    places.give_back(work, [slot_id for slot_id in old if slot_id not in kept], on_site=booking.on_site)
    booking.counted_quota = _recount(work, booking, known, seats[0].day, displaced=displaced)
    booking.slot_ids, booking.day = places.named(seats, persons), seats[0].day
    booking.starts_at, booking.ends_at = seats[0].starts_at, seats[-1].ends_at
    booking.provisional, booking.on_site = any(seat.provisional for seat in seats), False
    booking.remind_at, booking.sequence = next_reminder(booking.starts_at, work.now), booking.sequence + 1
    work.session.flush()
    offer(work, *place)


def _recount(work: Work, booking: Booking, known: Terms, day: date, *, displaced: bool) -> bool:
    """Move the count of the daily quota along, by day; whether one is held on the new day."""
    if booking.day == day and (booking.counted_quota or known.quota is None):
        return booking.counted_quota
    steps = [(booking.day, False)] if booking.counted_quota else []
    counted = False
    for at, forward in sorted([*steps, *([] if displaced else [(day, True)])]):
        if forward:
            counted = places.take_quota(work, known, at)
        else:
            places.give_back_quota(work, booking.office_id, booking.matter, at)
    return counted


def finish(work: Work, booking_id: UUID) -> Booking:
    """The matter is done. Whoever calls it has checked the right to. Raises ``BookingSettledError``."""
    booking = change(work, booking_id, "finish", remind_at=None)
    let_go(work, booking_id)
    invite_to_rate(work, booking)
    return booking
