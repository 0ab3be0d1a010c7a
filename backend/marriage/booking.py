"""From the phone: the pre-check, the days the law allows, and an appointment once both say yes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from backend.booking import places
from backend.booking import service as appointments
from backend.booking.errors import UnknownMatterError
from backend.booking.matters import require_entrance
from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.marriage import standing, talks
from backend.marriage.checking import application
from backend.marriage.deciding import not_possible
from backend.marriage.declared import Declared, DeclaredAgreement, DeclaredPerson
from backend.marriage.identities import Identity
from backend.marriage.law import law_on
from backend.marriage.models import Divorce
from backend.marriage.rules import Agreement, Application, Facts, Law, Party, Phase, Verdict, ground, judge, of_age_on
from backend.marriage.sealed import Sealed, SealedPerson
from backend.people.service import Viewer

DayRange = tuple[date, date]
NOTHING = Declared()
BOUND = {"divorce_certificate": "window", "divorce_withdrawal": "cooling"}
LOOK_AHEAD = timedelta(days=60)
FARTHEST_DAYS = 731
OLDEST = date(1900, 1, 1)
YEARS_AHEAD = timedelta(days=3660)
# Who has nothing running yet is checked as if the day were right: the dates are looked at when they book.
ASSUMED: dict[str, Phase] = {"divorce_certificate": "window", "divorce_withdrawal": "cooling"}


@dataclass(frozen=True, slots=True)
class BookingAsk:
    """``said``: what each of the people declares, in their order. ``service``: topic, guests or wishes (``talks``)."""

    office_code: str
    matter: str
    slot_id: UUID
    people: tuple[Identity, ...]
    said: tuple[DeclaredPerson | None, ...] = ()
    declared: Declared = NOTHING
    service: dict[str, Any] = field(default_factory=dict)


def pre_check(
    matter: str, people: Sequence[DeclaredPerson], declared: Declared, day: date, traits: frozenset[str] = frozenset()
) -> Verdict:
    """What the rules say to what is declared; nobody is named, nothing is kept or asked of anyone.

    Raises ``UnknownMatterError`` and ``params.NoValueError``.
    """
    require_entrance(matter, "marriage")
    parties = tuple(_declared_party(one, declared.agreement) for one in people)
    phase = ASSUMED.get(matter)
    return judge(_facts(matter, parties, declared, traits, Application(phase) if phase else None), law_on(day), day)


def _declared_party(one: DeclaredPerson, agreement: DeclaredAgreement | None) -> Party:
    return Party(
        one.sex, one.birth_date, one.region, "not_asked", one.status, one.capacity,
        willing=one.willing and (agreement is None or agreement.will), comes=one.comes,
    )  # fmt: skip


def _facts(
    matter: str, parties: tuple[Party, ...], declared: Declared, traits: frozenset[str], found: Application | None
) -> Facts:
    said = declared.agreement
    return Facts(
        matter, parties, declared.relation,
        agreement=Agreement(said.children, said.assets, said.debts) if said else None,
        registered_in_mainland=declared.registered_in_mainland, country=declared.country, traits=traits,
        application=found,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lawful:
    """An appointment that the law does not stand against: its people, the days it may keep to, what goes beside it."""

    asked: dict[str, Any]
    service: talks.Talk | talks.Party | None


def lawful(work: Work, ask: BookingAsk) -> Lawful:
    """Check what was declared, by reading only.

    Raises ``NotPossibleError`` with every reason, ``ConsentNeededError`` and ``BadInputError``.
    """
    require_entrance(ask.matter, "marriage")
    terms = _terms(work, ask)
    seats = places.chosen(work, terms, ask.slot_id)
    day = seats[0].day
    law = law_on(day)
    facts = _facts_of(work, ask, terms.office_id, frozenset(map(str, terms.office.traits)), day)
    verdict = judge(facts, law, day)
    if not verdict.ok:
        raise not_possible(list(verdict.reasons), verdict.right_office)
    asked = {
        "office_code": ask.office_code, "matter": ask.matter, "slot_id": ask.slot_id, "parties": _parties(ask),
        "day_range": day_range(work, ask.matter, [one.index for one in ask.people], facts, law),
        "where": (terms, seats),
    }  # fmt: skip
    return Lawful(asked, talks.checked(ask.matter, ask.service))


def _terms(work: Work, ask: BookingAsk) -> appointments.Terms:
    try:
        return appointments.terms(work, ask.office_code, ask.matter)
    except UnknownMatterError:
        appointments.office_of(work, ask.office_code)  # an office that is not there is the first thing to say
        raise


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look found to be in order: for the law, and for the office."""

    lawful: Lawful
    admitted: appointments.Admitted


def look(work: Work, ask: BookingAsk, *, by: UUID | None) -> Looked:
    """The same refusals as ``book_matter``, by reading only: most of a rush ends here, without the write lock."""
    found = lawful(work, ask)
    return Looked(found, appointments.refuse_early(work, by=by, **found.asked))


def book_matter(
    work: Work, ask: BookingAsk, *, by: UUID | None, staff: Viewer | None = None, on_site: bool = False,
    looked: Looked | None = None,
) -> UUID:  # fmt: skip
    """``make``, for whoever needs no more than the booking's id."""
    return make(work, ask, by=by, staff=staff, on_site=on_site, looked=looked).id


def make(
    work: Work, ask: BookingAsk, *, by: UUID | None, staff: Viewer | None = None, on_site: bool = False,
    looked: Looked | None = None,
) -> appointments.Booking:  # fmt: skip
    """Keep to what is lawful, then book.

    ``looked``: what ``look`` found a moment ago, so that nobody waits while it is looked at again. The periods of a
    divorce are: the other of the two may have withdrawn. Raises what ``lawful`` does, and whatever
    ``booking.service.book`` does.
    """
    known = None if ask.matter.startswith("divorce") else looked
    found = lawful(work, ask) if known is None else known.lawful
    details = sealed_of(ask)
    booking = appointments.book(
        work, by=by, staff=staff, on_site=on_site, details=details, admitted=known.admitted if known else None,
        **found.asked,
    )  # fmt: skip
    talks.keep(work, booking.id, found.service)
    return booking


def _facts_of(work: Work, ask: BookingAsk, office_id: UUID, traits: frozenset[str], day: date) -> Facts:
    indexes = [one.index for one in ask.people]
    found = application(work, indexes, office_id, day) if ask.matter.startswith("divorce") else None
    declared = ask.declared
    if ask.matter == "divorce_certificate" and declared.agreement is None:
        declared = declared.model_copy(update={"agreement": _agreed(standing.newest_divorce(work, indexes))})
    return _facts(ask.matter, tuple(_party(ask, place) for place in range(len(ask.people))), declared, traits, found)


def _agreed(divorce: Divorce | None) -> DeclaredAgreement | None:
    if divorce is None or divorce.agreement == "{}":
        return None
    return DeclaredAgreement.model_validate_json(divorce.agreement)


def _party(ask: BookingAsk, place: int) -> Party:
    """Sex, birth and region as the document says; the rest as the person does."""
    one = ask.people[place]
    said = _said(ask, place) or DeclaredPerson(sex=one.sex, birth_date=one.birth_date)
    shown = said.model_copy(update={"sex": one.sex, "birth_date": one.birth_date, "region": one.region})
    return _declared_party(shown, ask.declared.agreement)


def _said(ask: BookingAsk, place: int) -> DeclaredPerson | None:
    return ask.said[place] if place < len(ask.said) else None


def _parties(ask: BookingAsk) -> list[appointments.Party]:
    return [appointments.Party(one.name, one.id_kind, one.id_number, one.phone, one.person_id) for one in ask.people]


def sealed_of(ask: BookingAsk) -> dict[str, Any]:
    """What was declared, as it is kept with an appointment or a place on the waiting list."""
    people = tuple(
        SealedPerson(
            sex=one.sex, birth_date=one.birth_date, region=one.region,
            said=_said(ask, place),
        )
        for place, one in enumerate(ask.people)
    )  # fmt: skip
    return Sealed(declared=ask.declared, people=people, service=ask.service).model_dump(mode="json")


def day_range(work: Work, matter: str, indexes: Sequence[str], facts: Facts, law: Law) -> DayRange | None:
    """The days the law allows, which later moves keep to as well; None where any day will do."""
    if matter == "marriage_registration":
        first = max(of_age_on(party.born, law.ages[party.sex], law) for party in facts.parties)
        return (first, first + YEARS_AHEAD) if first > local(work.now).date() else None
    found = standing.newest_divorce(work, indexes) if matter in BOUND else None
    return None if found is None else allowed_days(work, found, matter)


def allowed_days(work: Work, divorce: Divorce, matter: str) -> DayRange:
    """For a certificate the second period, for a withdrawal what is left of the first one."""
    today = local(work.now).date()
    found = standing.periods_of(divorce, calendar_store.current(work), today)
    return found.window if matter == "divorce_certificate" else (today, found.cooling_until)


def slots(
    work: Work, matter: str, office_code: str, person_index: str, first: date | None
) -> tuple[list[appointments.SlotView], DayRange | None]:
    """The times at an office; of a divorce's next step only those inside its period, at its own office.

    Raises ``NotPossibleError`` when there is no application, it is another office's, or its time has passed.
    """
    require_entrance(matter, "marriage")
    today = local(work.now).date()
    begins = min(max(first or today, today), today + timedelta(days=FARTHEST_DAYS))
    if matter not in BOUND:
        return appointments.open_slots(work, office_code, matter, begins, begins + LOOK_AHEAD), None
    allowed = _own_days(work, matter, office_code, person_index, today)
    found = appointments.open_slots(work, office_code, matter, max(begins, allowed[0]), allowed[1])
    return found, allowed


def _own_days(work: Work, matter: str, office_code: str, person_index: str, today: date) -> DayRange:
    office = appointments.office_of(work, office_code)
    found = application(work, [person_index], office.id, today)
    divorce = standing.newest_divorce(work, [person_index])
    if found is None or divorce is None or found.phase == "none":
        raise not_possible([ground("no_application")])
    if not found.same_office:
        raise not_possible([ground("other_office", office=found.office)])
    if found.phase == "over":
        raise not_possible([ground("window_over")])
    if matter == "divorce_withdrawal" and found.phase != "cooling":
        raise not_possible([ground("withdrawal_over")])
    return allowed_days(work, divorce, matter)
