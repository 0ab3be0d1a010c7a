"""What a case takes from the appointments: who came, at which office, and that the appointment is done with."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from backend.booking import desk_finding
from backend.booking.errors import BookingSettledError, WrongPartiesError
from backend.booking.matters import require_entrance
from backend.booking.noshow import tells_who_came, was_there
from backend.booking.offices import office_with_id
from backend.booking.service import find as find_booking
from backend.booking.service import finish as finish_booking
from backend.booking.states import LIVE
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.marriage.declared import Declared
from backend.marriage.identities import Identity, identity
from backend.marriage.models import Registration
from backend.marriage.rules import RULES
from backend.marriage.sealed import Sealed
from backend.people.service import Viewer, division


@dataclass(frozen=True, slots=True)
class Office:
    """What the registry's rules need to know of an office."""

    id: UUID
    code: str
    name: str
    division_code: str
    path: str
    traits: frozenset[str]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A booking as a case needs it."""

    office_id: UUID
    office_code: str
    matter: str
    day: date
    parties: tuple[Identity, ...]
    declared: Declared


def office(work: Work, office_id: UUID) -> Office:
    found = office_with_id(work, office_id)
    path = division(work, found.division_code).path
    return Office(found.id, found.code, found.name, found.division_code, path, frozenset(map(str, found.traits)))


def office_id_of(work: Work, viewer: Viewer, code: str, action: str) -> UUID:
    """The office where the viewer may do this. Raises ``NotFoundError`` and ``NotAllowedError``."""
    return desk_finding.place(work, viewer, code, action).id


def may_at(work: Work, viewer: Viewer, office_id: UUID, action: str) -> bool:
    """Whether the viewer may do this at this office."""
    try:
        desk_finding.place(work, viewer, office(work, office_id).code, action)
    except NotFoundError:
        return False
    return True


def check_matter(matter: str, people: int) -> None:
    """Raise ``UnknownMatterError`` or ``WrongPartiesError`` unless so many people can come for it."""
    least, most = require_entrance(matter, "marriage").parties
    if not RULES[matter] or not least <= people <= most:
        raise WrongPartiesError(needed=str(least) if least == most else f"{least} 到 {most}")


def arrival(work: Work, viewer: Viewer, booking_id: UUID, action: str) -> Arrival:
    """The people of a live booking. Raises ``NotFoundError`` and ``BookingSettledError``."""
    booking = find_booking(work, booking_id)
    desk_finding.place(work, viewer, booking.office.code, action)
    check_matter(booking.matter, len(booking.parties))
    if booking.state not in LIVE:
        raise BookingSettledError(state=booking.state, action="open", possible=[])
    sealed = Sealed.model_validate_json(booking.details or "{}")
    today = local(work.now).date()
    parties = tuple(
        identity(
            one.name, one.id_kind, one.id_number, today, person_id=one.person_id, phone=one.phone,
            **sealed.beside(place),
        )
        for place, one in enumerate(booking.parties)
    )  # fmt: skip
    return Arrival(booking.office_id, booking.office.code, booking.matter, booking.day, parties, sealed.declared)


def finish(work: Work, booking_id: UUID | None) -> None:
    """The appointment is done; one that ended otherwise meanwhile stays as it is."""
    if booking_id is None:
        return
    try:
        finish_booking(work, booking_id)
    except BookingSettledError:
        return


def finish_held(work: Work, booking_id: UUID) -> None:
    """The same, written down late: who was called absent meanwhile is told that it was a mistake."""
    booking = find_booking(work, booking_id)
    if booking.state == "no_show":
        was_there(work, booking, "工作人员登记已到场")
    finish(work, booking_id)


@tells_who_came
def came(work: Work, booking_id: UUID) -> bool:
    """Whoever has a case at the desk was there, whatever the queue says (rules B1.4)."""
    return work.session.scalar(select(Registration.id).where(Registration.booking_id == booking_id)) is not None
