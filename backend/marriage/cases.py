"""A case at the desk: opened from a booking or for people who just come, and what the registrar notes about them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.marriage import desk_booking
from backend.marriage.declared import CaseFacts, Declared, Observed
from backend.marriage.errors import BookedForOtherDayError, CaseOpenError, CaseSettledError
from backend.marriage.identities import Identity, couple_key
from backend.marriage.models import Registration, RegistrationEvent, RegistrationParty
from backend.marriage.numbers import COUNTY_DIGITS, case_number
from backend.marriage.states import REGISTRATION
from backend.people.service import Viewer

REGISTER, VIEW = "marriage.register", "marriage.view"
OPEN = ("open", "checked", "frozen")
PREFIX = "HD"
NOTHING = Declared()


@dataclass(frozen=True, slots=True)
class WalkIn:
    """People who come without a booking. ``parties`` in the order of the form."""

    office_code: str
    matter: str
    parties: tuple[Identity, ...]
    declared: Declared = NOTHING


def open_from_booking(work: Work, viewer: Viewer, booking_id: UUID) -> Registration:
    """The case of a booking of today; opened once, given back when it is there already.

    Raises ``NotFoundError``, ``BookedForOtherDayError`` and ``CaseOpenError``.
    """
    known = work.session.scalars(select(Registration).where(Registration.booking_id == booking_id)).first()
    if known is not None:
        return find(work, viewer, known.id, REGISTER)
    came = desk_booking.arrival(work, viewer, booking_id, REGISTER)
    if came.day != local(work.now).date():
        raise BookedForOtherDayError(day=f"{came.day.month}月{came.day.day}日")
    return _open(work, came.office_id, WalkIn(came.office_code, came.matter, came.parties, came.declared), booking_id)


def open_walk_in(work: Work, viewer: Viewer, walk_in: WalkIn) -> Registration:
    """A case for people who just come (R-005). Raises ``NotFoundError``, ``BadInputError`` and ``CaseOpenError``."""
    office_id = desk_booking.office_id_of(work, viewer, walk_in.office_code, REGISTER)
    desk_booking.check_matter(walk_in.matter, len(walk_in.parties))
    return _open(work, office_id, walk_in, None)


def _open(work: Work, office_id: UUID, walk_in: WalkIn, booking_id: UUID | None) -> Registration:
    day = local(work.now).date()
    case = Registration(
        id=new_id(), number=case_number(work, PREFIX, day), matter=walk_in.matter, office_id=office_id,
        booking_id=booking_id, couple_key=couple_key([one.index for one in walk_in.parties]), state="open", day=day,
        opened_at=work.now, facts=_facts(walk_in).model_dump_json(),
    )  # fmt: skip
    county = desk_booking.office(work, office_id).division_code[:COUNTY_DIGITS]
    case.parties = [_party(place, one, county) for place, one in enumerate(walk_in.parties, 1)]
    try:
        with work.session.begin_nested():
            work.session.add(case)
    except IntegrityError as error:  # the partial unique index: one open case of a couple and matter
        raise CaseOpenError from error
    note_event(work, case, "open", matter=walk_in.matter, booking=str(booking_id) if booking_id else None)
    return case


def _facts(walk_in: WalkIn) -> CaseFacts:
    regions = {place: one.region for place, one in enumerate(walk_in.parties, 1)}
    return CaseFacts(declared=walk_in.declared, regions=regions)


def _party(position: int, one: Identity, county: str) -> RegistrationParty:
    local_number = one.id_number.startswith(county) if one.id_kind == "resident_id" else None
    return RegistrationParty(
        id=new_id(), position=position, person_id=one.person_id, name=one.name, id_kind=one.id_kind,
        id_number=one.id_number, person_index=one.index, birth_date=one.birth_date, sex=one.sex,
        local=local_number,
    )  # fmt: skip


def find(work: Work, viewer: Viewer, case_id: UUID, action: str = VIEW) -> Registration:
    """A case at an office where the viewer may ``action``. Raises ``NotFoundError`` and ``NotAllowedError``."""
    viewer.require(action)
    case = work.session.get(Registration, case_id)
    if case is None or not desk_booking.may_at(work, viewer, case.office_id, action):
        raise NotFoundError(case=str(case_id))
    return case


def take(work: Work, viewer: Viewer, case_id: UUID, action: str, permission: str = REGISTER) -> Registration:
    """The case, locked, if the table of states allows the action now. Raises ``CaseSettledError``."""
    find(work, viewer, case_id, permission)
    statement = select(Registration).where(Registration.id == case_id).execution_options(populate_existing=True)
    case = work.session.scalars(for_update(work, statement)).one()
    if action not in REGISTRATION.actions(case.state):
        raise CaseSettledError(state=case.state, action=action, possible=REGISTRATION.actions(case.state))
    return case


def move(work: Work, case: Registration, action: str, **detail: Any) -> None:
    """Change the state along the table, with its line in the record."""
    case.state = REGISTRATION.next(case.state, action)
    note_event(work, case, action, **detail)


def note_event(work: Work, case: Registration, action: str, **detail: Any) -> None:
    actor = f"{work.actor.kind}:{work.actor.id}"
    work.session.add(RegistrationEvent(registration_id=case.id, at=work.now, action=action, actor=actor, detail=detail))


def facts_of(case: Registration) -> CaseFacts:
    return CaseFacts.model_validate_json(case.facts)


def change_facts(case: Registration, change: Callable[[CaseFacts], dict[str, Any]]) -> None:
    """Write changed facts; what was checked before no longer holds."""
    facts = facts_of(case)
    case.facts = facts.model_copy(update=change(facts)).model_dump_json()
    if case.state == "checked":
        case.checked_at = None


def note_presence(
    work: Work,
    viewer: Viewer,
    case_id: UUID,
    position: int,
    *,
    present: bool,
    identity_seen: bool,
    statement: bool,
    observed: Observed | None = None,
) -> Registration:
    """What the registrar has seen of one person: here in person, identity compared, declaration signed at the desk."""
    case = take(work, viewer, case_id, "note")
    party = party_at(case, position)
    party.present, party.identity_seen, party.statement = present, identity_seen, statement
    if observed is not None:
        change_facts(case, lambda facts: {"observed": {**facts.observed, position: observed}})
    move(work, case, "note", party=position, present=present, identity_seen=identity_seen, statement=statement)
    return case


def note_facts(work: Work, viewer: Viewer, case_id: UUID, declared: Declared) -> Registration:
    """What the people declare at the desk instead of before, e.g. an agreement that is complete now."""
    case = take(work, viewer, case_id, "note")
    change_facts(case, lambda _facts: {"declared": declared})
    move(work, case, "note", declared=True)
    return case


def note_archive(work: Work, viewer: Viewer, case_id: UUID, *, found: bool) -> Registration:
    """The registrar has looked for the papers of a registration that the index does not know (条例 21)."""
    case = take(work, viewer, case_id, "note")
    change_facts(case, lambda _facts: {"archive_found": found})
    move(work, case, "note", archive=found)
    return case


def party_at(case: Registration, position: int) -> RegistrationParty:
    """Raises ``BadInputError`` for a place that the case does not have."""
    for party in case.parties:
        if party.position == position:
            return party
    raise BadInputError(field="当事人", why="请选择第一位或第二位")


def absent(case: Registration) -> list[str]:
    """What is still to be noted before a registration, in words."""
    wanted = (("present", "本人到场"), ("identity_seen", "证件核对"), ("statement", "签字声明"))
    return [
        f"{party.name[:1]}*的{words}" for party in case.parties for name, words in wanted if not getattr(party, name)
    ]


def abandon(work: Work, viewer: Viewer, case_id: UUID, reason: str) -> Registration:
    """They leave without a decision; nothing is held against them."""
    case = take(work, viewer, case_id, "abandon")
    if not reason.strip():
        raise BadInputError(field="原因", why="请写明为什么不办了")
    move(work, case, "abandon", reason=reason.strip()[:200])
    return case


def events(work: Work, case: Registration) -> Sequence[RegistrationEvent]:
    """What happened, in order."""
    mine = select(RegistrationEvent).where(RegistrationEvent.registration_id == case.id)
    return work.session.scalars(mine.order_by(RegistrationEvent.at, RegistrationEvent.id)).all()
