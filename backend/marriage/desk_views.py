"""A day's list and a case as the registrar's desk shows them: names masked, every state in words, what can be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.booking import desk_finding, queue
from backend.booking import desk_views as appointments
from backend.booking.matters import matter_of
from backend.core.clock import local
from backend.core.db import Work
from backend.marriage import cases, desk_booking, licences
from backend.marriage.checking import application
from backend.marriage.declared import CaseFacts, Observed
from backend.marriage.freshness import fence
from backend.marriage.grounds import BY_REGISTRAR, GROUNDS
from backend.marriage.letters import kind_of
from backend.marriage.models import Registration, RegistrationParty
from backend.marriage.rules import RULES, Application
from backend.marriage.states import REGISTRATION
from backend.marriage.talks import CEREMONIES
from backend.marriage.verdicts import Check, check_of
from backend.people.service import Viewer
from backend.residents.masking import mask_id, mask_name

MATTERS = tuple(code for code, rules in RULES.items() if rules and code not in CEREMONIES)
# A case that was stopped looks like any other that takes a while: the couple may be looking at the screen.
STATES = {
    "open": "办理中", "checked": "已核查", "registered": "已办好", "refused": "不予办理", "frozen": "资料复核中",
    "abandoned": "没有办完",
}  # fmt: skip
STATUSES = {
    "single": "未婚", "married": "已婚", "divorced": "离异", "widowed": "丧偶", "unknown": "没有查到，请稍后再查",
    "mismatch": "与联网资料对不上", "unavailable": "查询中断，请稍后再查",
}  # fmt: skip
UNSURE = ("unknown", "mismatch", "unavailable")
REGISTER_WORDS = {"divorce_application": "受理申请", "divorce_withdrawal": "办理撤回", "no_record_proof": "出具证明"}
FILTERS = {"": "全部", "due": "还没来", "waiting": "在等", "working": "在办", "ended": "办完的", "missed": "没办成"}
STAGES = {
    "booked": "due", "checked_in": "waiting", "serving": "waiting", "open": "working", "checked": "working",
    "frozen": "working", "no_show": "missed", "displaced": "missed", "refused": "missed", "abandoned": "missed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the day's list: an appointment with or without its case, or the case of people who just came.

    ``stage`` is a key of ``FILTERS``; ``shape`` the mark beside the word, so that colour is never alone.
    """

    booking_id: UUID | None
    case_id: UUID | None
    time: str
    label: str | None
    matter: str
    title: str
    names: tuple[str, ...]
    stage: str
    state_zh: str
    came_at: datetime | None
    can_open: bool
    can_check_in: bool

    @property
    def shape(self) -> str:
        return {"due": "○", "waiting": "◐", "working": "●", "ended": "✓", "missed": "✕"}[self.stage]


def day_list(work: Work, viewer: Viewer, office_code: str, day: date) -> list[Line]:
    """Everything of an office's day that belongs to the registrar, by time. Raises ``NotFoundError``."""
    office = desk_finding.place(work, viewer, office_code, cases.VIEW)
    opened = select(Registration).where(Registration.office_id == office.id, Registration.day == day)
    found = list(work.session.scalars(opened.order_by(Registration.opened_at)))
    by_booking = {case.booking_id: case for case in found if case.booking_id is not None}
    booked = [one for one in desk_finding.of_day(work, office, day) if one.matter in MATTERS]
    today = day == local(work.now).date()
    lines = [_booked(work, one, by_booking.get(one.id), today) for one in booked if one.state != "cancelled"]
    lines += [_walked_in(case) for case in found if case.booking_id is None]
    return sorted(lines, key=lambda line: line.time)


def _booked(work: Work, booking: Any, case: Registration | None, today: bool) -> Line:
    shown, ticket = appointments.line(work, booking), queue.ticket_of(work, booking.id)
    live = booking.state in ("booked", "checked_in", "serving")
    stage = STAGES.get(case.state if case else booking.state, "ended")
    return Line(
        booking.id, case.id if case else None, shown["time"], shown["label"], booking.matter, shown["title"],
        tuple(shown["names"]), stage, STATES[case.state] if case else shown["state_zh"],
        ticket.created_at if ticket else None, case is None and live and today,
        case is None and booking.state == "booked" and today,
    )  # fmt: skip


def _walked_in(case: Registration) -> Line:
    names = tuple(mask_name(party.name) for party in case.parties)
    stage = STAGES.get(case.state, "ended")
    return Line(
        None, case.id, f"{local(case.opened_at):%H:%M}", "现场", case.matter, matter_of(case.matter).title, names,
        stage, STATES[case.state], case.opened_at, can_open=False, can_check_in=False,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonView:
    """One of the people, masked. ``status``: the last answer of the online check in words, empty before it."""

    position: int
    name: str
    id_number: str
    id_kind: str
    sex: str
    born: str
    present: bool
    identity_seen: bool
    statement: bool
    observed: Observed
    status: str
    unsure: bool
    status_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case. ``missing``: what is still to be noted; ``off``: why the two large buttons do nothing, in words."""

    id: UUID
    number: str
    matter: str
    title: str
    office: str
    label: str | None
    state: str
    state_zh: str
    actions: tuple[str, ...]
    people: tuple[PersonView, ...]
    facts: CaseFacts
    check: Check | None
    checked_at: datetime | None
    missing: tuple[str, ...]
    off: str
    grounds: tuple[tuple[str, str, str], ...]
    application: Application | None
    register_word: str
    fence: int
    letter: str | None
    certificate_number: str | None
    decided_at: datetime | None

    @property
    def couple(self) -> str:
        """Who it is about, as a question names them."""
        return "和".join(person.name for person in self.people)

    @property
    def ready(self) -> bool:
        return bool(self.check and self.check.ok) and not self.missing and not self.off and "register" in self.actions


def case_view(work: Work, viewer: Viewer, case: Registration) -> CaseView:
    """The case for this viewer: what they may do, and what is in the way."""
    facts, office = cases.facts_of(case), desk_booking.office(work, case.office_id)
    check = check_of(case) if case.checked_at is not None else None
    ticket = queue.ticket_of(work, case.booking_id) if case.booking_id else None
    signs = viewer.may(cases.REGISTER)
    return CaseView(
        id=case.id, number=case.number, matter=case.matter, title=matter_of(case.matter).title, office=office.name,
        label=ticket.label if ticket else None, state=case.state, state_zh=STATES[case.state],
        actions=tuple(REGISTRATION.actions(case.state)) if signs else (),
        people=tuple(_person(party, facts) for party in case.parties), facts=facts, check=check,
        checked_at=case.checked_at, missing=tuple(_missing(case, check, work)), off=_off(work, viewer, signs),
        grounds=tuple(_grounds(check)), application=_application(work, case),
        register_word=REGISTER_WORDS.get(case.matter, "办理登记"), fence=fence(work, case),
        letter=kind_of(case), certificate_number=case.certificate_number, decided_at=case.decided_at,
    )  # fmt: skip


def _person(party: RegistrationParty, facts: CaseFacts) -> PersonView:
    status = STATUSES.get(party.status_check or "", "")
    return PersonView(
        party.position, mask_name(party.name), mask_id(party.id_number), party.id_kind, party.sex,
        f"{party.birth_date.year}年", party.present, party.identity_seen, party.statement,
        facts.observed.get(party.position, Observed()), status, party.status_check in UNSURE, party.status_checked_at,
    )  # fmt: skip


def _missing(case: Registration, check: Check | None, work: Work) -> Iterable[str]:
    yield from cases.absent(case)
    if check is None or check.day != local(work.now).date():
        yield "今天的联网核查"


def _off(work: Work, viewer: Viewer, signs: bool) -> str:
    return licences.why_not(work, viewer) if signs else "只有婚姻登记员可以办理。您可以查看。"


def _grounds(check: Check | None) -> Iterable[tuple[str, str, str]]:
    """(code, article, words) of every reason a refusal can have now: what the check found, then the registrar's own."""
    found: Sequence[Any] = check.reasons if check else ()
    yield from ((one.code, one.article, one.words) for one in found if one.kind != "wait")
    known = {one.code for one in found}
    for code in GROUNDS:
        if code in BY_REGISTRAR and code not in known:
            yield code, GROUNDS[code].article, GROUNDS[code].words


def _application(work: Work, case: Registration) -> Application | None:
    """How the couple's application for divorce stands, for the visits that are about it."""
    if not case.matter.startswith("divorce"):
        return None
    indexes = [party.person_index for party in case.parties]
    return application(work, indexes, case.office_id, local(work.now).date())
