"""How somebody's own matters stand, in plain words. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select

from backend.booking.matters import matter_of
from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.marriage import desk_booking, standing
from backend.marriage.cases import facts_of
from backend.marriage.models import Divorce, Registration, RegistrationParty
from backend.marriage.telling import zh
from backend.marriage.timing import Periods

LISTED = 50
# A frozen case looks to the people like one that is being worked on: whoever threatens may be holding the phone.
STATES = {
    "open": ("正在办理", "请按登记员说的做。"),
    "checked": ("正在办理", "请按登记员说的做。"),
    "frozen": ("正在办理", "请按登记员说的做。"),
    "registered": ("已办好", "欢迎在“我的评价”里打分。"),
    "refused": ("这次没有办成", "请看原因；不服可以申请行政复议或起诉。"),
    "abandoned": ("已停止办理", "还要办的话，请重新预约。"),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """One case of a person. ``reason`` and ``article`` when it was refused."""

    id: UUID
    number: str
    matter: str
    title: str
    office: str
    day: date
    state: str
    state_zh: str
    next_zh: str
    decided_at: datetime | None
    certificate_number: str | None
    reason: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class DivorceProgress:
    """An application with both periods. ``phase``: cooling, window, over, withdrawn, registered, deemed_withdrawn."""

    id: UUID
    number: str
    office: str
    office_code: str
    phase: str
    received_on: date
    withdraw_until: date
    certificate_from: date
    certificate_until: date
    moved: bool
    provisional: bool
    words: str
    next_zh: str


def cases_of(work: Work, person_id: UUID, person_index: str) -> list[Progress]:
    """Everything at the registry that this person is part of, newest first."""
    mine = select(RegistrationParty.registration_id).where(
        or_(RegistrationParty.person_id == person_id, RegistrationParty.person_index == person_index)
    )
    newest = select(Registration).where(Registration.id.in_(mine)).order_by(Registration.opened_at.desc())
    return [_progress(work, case) for case in work.session.scalars(newest.limit(LISTED))]


def _progress(work: Work, case: Registration) -> Progress:
    words, advice = STATES[case.state]
    refused = case.state == "refused"
    return Progress(
        case.id, case.number, case.matter, matter_of(case.matter).title, desk_booking.office(work, case.office_id).name,
        case.day, "open" if case.state in ("open", "checked", "frozen") else case.state, words, advice, case.decided_at,
        case.certificate_number, facts_of(case).refusal if refused else None, case.article if refused else None,
    )  # fmt: skip


def divorces_of(work: Work, person_index: str) -> list[DivorceProgress]:
    """Applications for divorce of a person, newest first."""
    rows = work.session.scalars(
        standing.divorces_of_person(person_index).order_by(Divorce.received_on.desc()).limit(LISTED)
    )
    return [divorce_progress(work, row) for row in rows]


def own_divorce(work: Work, person_index: str, divorce_id: UUID) -> Divorce:
    """Raises ``NotFoundError`` for anybody else's."""
    found = work.session.scalars(standing.divorces_of_person(person_index).where(Divorce.id == divorce_id)).first()
    if found is None:
        raise NotFoundError(divorce=str(divorce_id))
    return found


def divorce_progress(work: Work, row: Divorce) -> DivorceProgress:
    today = local(work.now).date()
    found = standing.periods_of(row, calendar_store.current(work), today)
    phase = found.phase(today) if row.state in ("cooling", "window") else row.state
    office = desk_booking.office(work, row.office_id)
    words, advice = _said(phase, found, office.name)
    return DivorceProgress(
        row.id, row.number, office.name, office.code, phase, row.received_on, found.cooling_until, found.window_from,
        found.window_until, found.cooling_until != found.unrolled, found.provisional and row.ended_at is None,
        words, advice,
    )  # fmt: skip


def _said(phase: str, found: Periods, office: str) -> tuple[str, str]:
    window = f"{zh(found.window_from)}到{zh(found.window_until)}"
    return {
        "cooling": (
            f"现在可以撤回，到{zh(found.cooling_until)}下班前。",
            f"要撤回，一个人带身份证和回执单到{office}就行；要领证，{window}双方一起来。",
        ),
        "window": (f"现在可以领离婚证，到{zh(found.window_until)}为止。", f"请预约，双方一起到{office}。"),
        "over": ("领证的期限已过，申请视为撤回。", "仍要离婚，请双方重新申请。"),
        "withdrawn": ("申请已撤回。", "仍要离婚，请双方重新申请，重新计算三十天。"),
        "registered": ("已经登记离婚。", "离婚证请妥善保管，遗失可以补领。"),
        "deemed_withdrawn": ("过期没有领证，申请视为撤回。", "仍要离婚，请双方重新申请，重新计算三十天。"),
    }[phase]
