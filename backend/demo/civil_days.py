"""The days before today at the registry, the working day as it stands, and what residents have booked."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from backend.booking import desk, founding, queue
from backend.booking import service as appointments
from backend.booking.parties import Party
from backend.core.clock import local
from backend.core.db import Actor, Work
from backend.demo import civil_people
from backend.demo.civil_data import CoupleRow, civil
from backend.demo.civil_moments import as_of, days_ago, workday_before
from backend.demo.civil_people import Residents
from backend.marriage import booking, providers
from backend.marriage import service as marriage
from backend.marriage.booking import BookingAsk
from backend.marriage.cases import WalkIn
from backend.marriage.declared import Declared, DeclaredAgreement, Observed
from backend.marriage.identities import Identity, of_person
from backend.marriage.providers import SandboxRegistry
from backend.people.service import Viewer
from backend.ratings import service as ratings
from backend.residents import acts, proxies

REGISTRY, ROOM, TOWN = "MR-01", "MR-01-F", "QS-01"
MARRIAGE, APPLICATION = "marriage_registration", "divorce_application"
TALK, ADVICE = "family_counselling", "assistance_consultation"
SEATS = (0, 0, 1, 1, 2, -2, -1)  # of the day's times, for the couples of today
FORTNIGHT = timedelta(days=14)
AGREED = Declared(
    agreement=DeclaredAgreement(will=True, children=True, assets=True, debts=True, outline="孩子随母亲，房子归女方。")
)
SEEN = Observed(proofs=("marriage_certificate",))
WINDOW_DAYS_AGO, COOLING_DAYS_AGO, BOOKED_DAYS_AGO = 45, 10, 6
MARRIED_SERIALS = 450  # the sandbox's registry of marriages knows the people of couple 450 as married


def before_today(work: Work, registrar: Viewer, residents: Residents) -> None:
    """Two applications for divorce, one in each of the two periods, and the weddings of the last days."""
    _apply(work, registrar, WINDOW_DAYS_AGO, (residents["chen-jie"], residents["zhao-min"]))
    marriage.open_windows(as_of(work, days_ago(work, 1)))
    _apply(work, registrar, COOLING_DAYS_AGO, _couple(work, civil().cooling, MARRIED_SERIALS))
    rows = civil().married
    for number, row in enumerate(rows):
        _wed(work, registrar, row, number, days=1 + len(rows) - number)


def _couple(work: Work, row: CoupleRow, number: int) -> tuple[UUID, UUID]:
    man, woman = (civil_people.person(work, name, id_number) for name, id_number in row.people(number))
    return man, woman


def _apply(work: Work, registrar: Viewer, days: int, people: tuple[UUID, UUID]) -> None:
    then = as_of(work, workday_before(work, days), 10, actor=registrar.actor)
    case = marriage.open_walk_in(then, registrar, WalkIn(REGISTRY, APPLICATION, _identities(then, people), AGREED))
    _decide(then, registrar, case.id, SEEN)


def _wed(work: Work, registrar: Viewer, row: CoupleRow, number: int, days: int) -> None:
    then = as_of(work, workday_before(work, days), 10, actor=registrar.actor)
    people = _couple(then, row, number)
    case = marriage.open_walk_in(then, registrar, WalkIn(REGISTRY, MARRIAGE, _identities(then, people)))
    _decide(then, registrar, case.id)
    if row.rated is not None:
        [invited] = ratings.invitations(then, people[0])
        ratings.rate(then, people[0], invited.id, row.rated, comment=row.words)


def _identities(work: Work, people: Sequence[UUID]) -> tuple[Identity, ...]:
    return tuple(of_person(work, one, local(work.now).date()) for one in people)


def _decide(work: Work, registrar: Viewer, case_id: UUID, observed: Observed | None = None) -> None:
    _look(work, registrar, case_id, observed)
    answers = providers.ask(SandboxRegistry(), marriage.questions(work, registrar, case_id))
    marriage.run_check(work, registrar, case_id, answers)
    marriage.register(work, registrar, case_id)


def _look(work: Work, registrar: Viewer, case_id: UUID, observed: Observed | None = None) -> None:
    """Everybody is here, their documents were compared, they have signed."""
    for party in marriage.find(work, registrar, case_id).parties:
        marriage.note_presence(
            work, registrar, case_id, party.position, present=True, identity_seen=True, statement=True,
            observed=observed,
        )  # fmt: skip


# -- today


def today(work: Work, registrar: Viewer) -> None:
    """Of today's couples one is married, one before the registrar, one called; two wait, one comes later, one not."""
    times = appointments.open_slots(work, REGISTRY, MARRIAGE, days_ago(work, 0), days_ago(work, 0))
    pairs = zip(civil().today, (times[at].slot_id for at in SEATS), strict=True)
    booked = [_book(work, row, number, slot_id) for number, (row, slot_id) in enumerate(pairs, 100)]
    own = Work(work.session, work.now, registrar.actor, work.hooks)
    for booking_id in booked[:5]:
        desk.check_in_at_desk(own, appointments.find(own, booking_id))
    office = appointments.office_of(own, REGISTRY)
    desk.take_number(own, office, "certificate_reissue", holder="马建国")
    _serve(own, registrar)
    appointments.cancel(own, booked[6], staff=registrar, reason="群众来电改到下个月")


def _book(work: Work, row: CoupleRow, number: int, slot_id: UUID) -> UUID:
    then = as_of(work, days_ago(work, BOOKED_DAYS_AGO), 8, 31)
    people = _couple(then, row, number)
    return booking.book_matter(then, BookingAsk(REGISTRY, MARRIAGE, slot_id, _identities(then, people)), by=people[0])


def _serve(work: Work, registrar: Viewer) -> None:
    """Each of the three windows has called: one couple is married by now, one is being looked at, one is on its way."""
    office = appointments.office_of(work, REGISTRY)
    counters = founding.windows(work, office, "marriage")
    called = [queue.call_next(work, queue.window(work, office, one.id)) for one in counters]
    for ticket in called[:2]:
        queue.start(work, ticket)
    first, second = [
        marriage.open_from_booking(work, registrar, one.booking_id).id for one in called[:2] if one.booking_id
    ]
    _decide(work, registrar, first)
    queue.finish(work, called[0])
    _look(work, registrar, second)


# -- ahead


def ahead(work: Work, residents: Residents) -> None:
    """What somebody who logs in finds to move or to cancel: a talk, and an advice that a son asked for his mother."""
    _talk(work, residents["wang-fang"])
    mother, son = residents[civil().proxy.principal], residents[civil().proxy.agent]
    own = Work(work.session, work.now, Actor("resident", str(son), ""), work.hooks)
    [proxy] = [one for one in proxies.of_person(own, mother) if one.agent_id == son]
    made = appointments.book(
        own, office_code=TOWN, matter=ADVICE, slot_id=_next(own, TOWN, ADVICE), parties=[_party(own, mother)], by=mother
    )
    acts.did(
        own, principal_id=mother, scope="booking", action="booking.book", subject=f"booking:{made.id}", agent_id=son,
        proxy_id=proxy.id,
    )  # fmt: skip


def _talk(work: Work, person_id: UUID) -> None:
    service = {"topic": "communication", "consent": True}
    people = _identities(work, [person_id])
    ask = BookingAsk(ROOM, TALK, _next(work, ROOM, TALK), people, service=service)
    booking.book_matter(work, ask, by=person_id)


def _next(work: Work, office: str, matter: str) -> UUID:
    first = days_ago(work, -2)
    times = appointments.open_slots(work, office, matter, first, first + FORTNIGHT)
    return next(one.slot_id for one in times if one.state in ("open", "provisional"))


def _party(work: Work, person_id: UUID) -> Party:
    [one] = _identities(work, [person_id])
    return Party(one.name, one.id_kind, one.id_number, one.phone, person_id)
