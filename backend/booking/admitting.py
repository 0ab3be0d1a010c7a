"""Whether a booking may be made: everything that can be said by looking, before a place is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from uuid import UUID

from backend.booking import parties as people
from backend.booking import penalties, places
from backend.booking.errors import (
    BannedError,
    CutOffError,
    NotOpenYetError,
    NotTodayError,
    OutsidePeriodError,
    QuotaFullError,
    SlotClosedError,
    SlotFullError,
    SlotOverError,
)
from backend.booking.models import Booking
from backend.booking.offices import Terms, terms
from backend.booking.parties import Party
from backend.booking.places import Seat
from backend.booking.rules import Ask, Channel, Verdict, day_of, may_book, say, say_day
from backend.core.db import Work
from backend.people.service import Viewer

DESK = "booking.desk"
Range = tuple[date, date] | None
Where = tuple[Terms, list[Seat]]


@dataclass(frozen=True, slots=True)
class Admitted:
    """What was looked up on the way."""

    terms: Terms
    seats: list[Seat]
    parties: list[Party]
    channel: Channel


def channel_of(staff: Viewer | None, *, on_site: bool) -> Channel:
    if on_site:
        return "on_site"
    return "online" if staff is None else "desk"


def admit(
    work: Work,
    office_code: str,
    matter: str,
    slot_id: UUID,
    parties: Sequence[Party],
    by: UUID | None,
    staff: Viewer | None,
    on_site: bool,
    day_range: Range,
    where: Where | None = None,
) -> Admitted:
    """Raise the first obstacle, without taking anything: see ``service.book`` for which there are.

    ``where``: the terms and the slots, if they were looked up in this transaction already.
    """
    found = terms(work, office_code, matter) if where is None else where[0]
    if staff is not None:
        staff.require(DESK, found.path)
    seats = places.chosen(work, found, slot_id) if where is None else where[1]
    named = people.known(work, people.checked(found.matter, parties, day_of(work.now)))
    if staff is None and by is not None:
        people.require_one_is(named, by)
    channel = channel_of(staff, on_site=on_site)
    until = penalties.ban_until(work, [one.index for one in named], found.matter.group) if channel == "online" else None
    first, last = day_range or (None, None)
    verdict = may_book(
        Ask(
            channel, work.now, seats[0].day, seats[0].starts_at, seats[-1].ends_at, found.opening,
            closed=any(seat.closed for seat in seats), first=first, last=last, banned_until=until,
        )
    )  # fmt: skip
    if verdict.reason is not None:
        refuse(verdict, day_range)
    return Admitted(found, seats, named, channel)


def admit_move(work: Work, booking: Booking, known: Terms, seats: Sequence[Seat], staff: Viewer | None) -> None:
    """The same for another time of a booking: no ban, and the displaced are bound by no opening rule."""
    day_range = (booking.earliest, booking.latest) if booking.earliest and booking.latest else None
    verdict = may_book(
        Ask(
            channel_of(staff, on_site=False), work.now, seats[0].day, seats[0].starts_at, seats[-1].ends_at,
            known.opening, closed=any(seat.closed for seat in seats), displaced=booking.state == "displaced",
            first=booking.earliest, last=booking.latest,
        )
    )  # fmt: skip
    if verdict.reason is not None:
        refuse(verdict, day_range)


def refuse(verdict: Verdict, day_range: Range) -> NoReturn:
    """Raise the error of a verdict's reason, with its facts in words."""
    when = say(verdict.moment) if verdict.moment is not None else ""
    first, last = (say_day(day) for day in day_range) if day_range else ("", "")
    raise {
        "closed": SlotClosedError(),
        "outside": OutsidePeriodError(first=first, last=last),
        "over": SlotOverError(),
        "not_today": NotTodayError(),
        "not_yet": NotOpenYetError(opens_at=when),
        "cut_off": CutOffError(closed_at=when),
        "banned": BannedError(until=when),
    }[str(verdict.reason)]


def require_room(work: Work, admitted: Admitted, *, on_site: bool, persons: int = 1) -> None:
    """An early look at the counters. Raises ``SlotFullError``, ``QuotaFullError``."""
    if any((seat.on_site_left if on_site else seat.left) < persons for seat in admitted.seats):
        raise SlotFullError(slot=str(admitted.seats[0].id))
    day, quota = admitted.seats[0].day, admitted.terms.quota
    if not on_site and quota is not None and places.quota_left(work, admitted.terms, day, day).get(day, quota) <= 0:
        raise QuotaFullError(matter=admitted.terms.code, day=day.isoformat())
