"""People who come without an appointment: one of the places kept for them, else a number in the queue (R-005)."""

from collections.abc import Sequence

from backend.booking import desk, places, service
from backend.booking.errors import SlotFullError
from backend.booking.models import QueueTicket
from backend.booking.offices import Terms, terms
from backend.booking.parties import Party
from backend.booking.places import Seat
from backend.booking.rules import consecutive, day_of
from backend.core.clock import local
from backend.core.db import Work
from backend.people.service import Viewer
from backend.residents import documents


def admit(
    work: Work,
    staff: Viewer,
    office_code: str,
    matter: str,
    people: Sequence[tuple[str, str, str, str | None]],
    tick: str | None = None,
) -> QueueTicket:
    """Book the first kept place of today for these people (name, kind and number of the document, phone), checked in.

    Raises ``SlotFullError`` when no kept place is left today (give a plain number then: ``desk.take_number``), and
    whatever ``service.book`` does.
    """
    parties = [_party(work, *one) for one in people]
    seat = _first_free(work, terms(work, office_code, matter))
    booking = service.book(
        work,
        office_code=office_code,
        matter=matter,
        slot_id=seat.id,
        parties=parties,
        by=None,
        staff=staff,
        on_site=True,
    )
    return desk.check_in_at_desk(work, booking, tick)


def _party(work: Work, name: str, id_kind: str, id_number: str, phone: str | None) -> Party:
    found = documents.read(id_kind, id_number, local(work.now).date())
    return Party(documents.read_name(name), found.kind, found.number, phone or None)


def _first_free(work: Work, known: Terms) -> Seat:
    """The first time of today, not over, with kept places for every slot the matter takes."""
    today = places.seats_of_day(work, known.office_id, known.pool, day_of(work.now))
    ahead = [seat for seat in today if seat.ends_at > work.now and not seat.closed]
    for number, seat in enumerate(ahead):
        run = consecutive(ahead, number, known.units)
        if run is not None and all(one.on_site_left > 0 for one in run):
            return seat
    raise SlotFullError(office=known.office_code)


def kept_today(work: Work, known: Terms) -> int:
    """How many kept places are left today."""
    today = places.seats_of_day(work, known.office_id, known.pool, day_of(work.now))
    return sum(seat.on_site_left for seat in today if seat.ends_at > work.now and not seat.closed)
