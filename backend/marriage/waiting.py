"""Waiting for a place at the registry on a full day (候补), after the same check as for an appointment."""

from datetime import date
from uuid import UUID

from backend.booking import places, waiting
from backend.booking import service as appointments
from backend.booking.errors import NoWaitingListError
from backend.booking.matters import require_entrance
from backend.core.db import Work
from backend.marriage import booking
from backend.marriage.booking import BookingAsk


def wait(work: Work, ask: BookingAsk, day: date, *, by: UUID) -> UUID:
    """A place on the list of a day for what the law allows on it; the entry's id. ``ask``: for any time of the day.

    Raises ``NoWaitingListError`` for what keeps to a period of days (the next steps of a divorce) or has more beside
    the appointment than its people (counselling, ceremonies); else what ``booking.lawful`` and ``waiting.join`` do.
    """
    found = booking.lawful(work, ask)
    if found.service is not None or found.asked["day_range"] is not None:
        raise NoWaitingListError(matter=ask.matter)
    return waiting.join(
        work, office_code=ask.office_code, matter=ask.matter, day=day, parties=found.asked["parties"], by=by,
        details=booking.sealed_of(ask),
    ).id  # fmt: skip


def some_time(work: Work, office_code: str, matter: str, day: date) -> UUID:
    """A time of the day, whichever: the law looks at the day. Raises ``NoWaitingListError`` when nobody works on it."""
    require_entrance(matter, "marriage")
    known = appointments.terms(work, office_code, matter)
    seats = places.seats_of_day(work, known.office_id, known.pool, day)
    if not seats:
        raise NoWaitingListError(matter=matter)
    return seats[0].id
