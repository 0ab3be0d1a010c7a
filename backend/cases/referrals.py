"""Referrals to partner departments (转办, R-020): a question with a due date; a clerk enters the answer that came."""

from uuid import UUID

from sqlalchemy import select

from backend.cases import places
from backend.cases.errors import ReasonNeededError, WrongCaseStateError
from backend.cases.models import Case, Referral
from backend.cases.records import note
from backend.cases.rules import due_on, good_reason
from backend.cases.states import CASE_ZH, FINAL, REFERRAL
from backend.cases.tasks import HANDLE, today
from backend.core import calendar_store
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import claim, for_update
from backend.people.service import Viewer

DEPARTMENTS = {
    "medical_insurance": "医疗保障局", "housing": "住房和城乡建设委", "education": "教育委员会",
    "employment": "人力资源和社会保障局", "disabled": "残疾人联合会", "emergency": "应急管理局", "health": "卫生健康委",
    "agriculture": "农业农村委", "justice": "司法局", "charity": "慈善会", "women": "妇女联合会", "union": "总工会",
}  # fmt: skip
PORTION = 100


def send(work: Work, viewer: Viewer, case: Case, department: str, question: str) -> Referral:
    """Ask a department. Raises ``NotAllowedError``, ``BadInputError``, ``ReasonNeededError``."""
    viewer.require(HANDLE, case.territory)
    if department not in DEPARTMENTS:
        raise BadInputError(field="部门", why="请从列表中选择")
    words = good_reason(question)
    if words is None:
        raise ReasonNeededError
    if case.state in FINAL:
        raise WrongCaseStateError(state=case.state, state_zh=CASE_ZH[case.state], action="refer", possible=[])
    workdays = places.number("referral_workdays", today(work))
    day, _provisional = due_on(calendar_store.current(work), today(work), workdays)
    row = Referral(id=new_id(), case_id=case.id, department=department, question=words, sent_at=work.now, due_on=day)
    work.session.add(row)
    note(work, case.id, "refer", f"已转请{DEPARTMENTS[department]}协助", referral=str(row.id))
    return row


def answer(work: Work, viewer: Viewer, referral_id: UUID, words: str, by: str) -> Referral:
    """What the department said, and who there. Late answers count too. Raises ``WrongStateError``."""
    row, case = _found(work, viewer, referral_id)
    said = good_reason(words)
    if said is None:
        raise ReasonNeededError
    row.state = REFERRAL.next(row.state, "answer")
    row.answer, row.answered_at, row.answered_by = said, work.now, by.strip()[:128] or DEPARTMENTS[row.department]
    note(work, case.id, "referral_answered", f"{DEPARTMENTS[row.department]}已答复", referral=str(row.id))
    return row


def _found(work: Work, viewer: Viewer, referral_id: UUID) -> tuple[Referral, Case]:
    mine = (
        select(Referral)
        .join(Case, Case.id == Referral.case_id)
        .where(Referral.id == referral_id, viewer.sees(Case.territory, HANDLE))
    )
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None:
        raise NotFoundError(referral=referral_id)
    return row, work.session.get_one(Case, row.case_id)


def mark_overdue(work: Work) -> int:
    """Those without an answer on the day after their last: shown to the desk; how many."""
    late = select(Referral).where(Referral.state == "sent", Referral.due_on < today(work))
    rows = work.session.scalars(claim(work, late.order_by(Referral.id).limit(PORTION))).all()
    for row in rows:
        row.state = REFERRAL.next(row.state, "lapse")
        note(work, row.case_id, "referral_overdue", None, referral=str(row.id))
    return len(rows)
