"""Appeals: they point at a decision, within sixty days of being told, and somebody else than its maker settles them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.cases import places
from backend.cases.errors import AppealOpenError, AppealTooLateError, ReasonNeededError, SamePersonError
from backend.cases.models import Appeal, Case, Decision
from backend.cases.records import note
from backend.cases.rules import appeal_until, due_on, good_reason
from backend.cases.states import APPEAL, APPEAL_ZH
from backend.cases.tasks import SUPERVISE, today
from backend.cases.telling import tell_applicant
from backend.core import audit, calendar_store
from backend.core.clock import local
from backend.core.db import Work, is_sqlite
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.people.service import Viewer

LISTED = 200


def last_day(decision: Decision) -> date:
    """Until when one may appeal: counted from the day it was told, before that from the day it was made."""
    told = local(decision.told_at or decision.decided_at).date()
    return appeal_until(told, places.number("appeal_days", told))


def begin(work: Work, case: Case, decision_id: UUID, grounds: str) -> Appeal:
    """The applicant does not agree. Raises ``NotFoundError``, ``AppealTooLateError``, ``AppealOpenError``,
    ``ReasonNeededError``.
    """
    decision = work.session.scalars(
        select(Decision).where(Decision.id == decision_id, Decision.case_id == case.id)
    ).first()
    if decision is None:
        raise NotFoundError(decision=decision_id)
    until, words = last_day(decision), good_reason(grounds)
    if today(work) > until:
        raise AppealTooLateError(until=f"{until.year}年{until.month}月{until.day}日")
    if words is None:
        raise ReasonNeededError
    row = _insert(work, decision, words)
    note(work, case.id, "appeal", f"已收到您的申诉，{row.due_on.month}月{row.due_on.day}日前答复", appeal=str(row.id))
    return row


def _insert(work: Work, decision: Decision, grounds: str) -> Appeal:
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    workdays = places.number("appeal_workdays", today(work))
    day, _provisional = due_on(calendar_store.current(work), today(work), workdays)
    row = {
        "id": new_id(), "decision_id": decision.id, "grounds": grounds, "state": "open", "raised_at": work.now,
        "due_on": day,
    }  # fmt: skip
    made = work.session.scalar(insert(Appeal).values(**row).on_conflict_do_nothing().returning(Appeal.id))
    if made is None:
        raise AppealOpenError
    return work.session.get_one(Appeal, made)


def settle(work: Work, viewer: Viewer, appeal_id: UUID, *, upheld: bool, finding: str) -> Appeal:
    """Answer it. Upheld: a new decision follows by ``deciding.decide_later``. Raises ``NotFoundError``,
    ``SamePersonError``, ``ReasonNeededError`` and ``WrongStateError``.
    """
    row, decision, case = _found(work, viewer, appeal_id)
    if decision.decided_by == viewer.staff_id:
        raise SamePersonError
    words = good_reason(finding)
    if words is None:
        raise ReasonNeededError
    row.state = APPEAL.next(row.state, "uphold" if upheld else "dismiss")
    row.settled_at, row.settled_by, row.finding = work.now, viewer.staff_id, words
    note(work, case.id, "appeal_settled", APPEAL_ZH[row.state], appeal=str(row.id))
    audit.record(work, "case.appeal", f"case:{case.id}", appeal=str(row.id), outcome=row.state)
    tell_applicant(work, case, APPEAL_ZH[row.state], f"appeal:{row.id}")
    return row


def _found(work: Work, viewer: Viewer, appeal_id: UUID) -> tuple[Appeal, Decision, Case]:
    mine = (
        select(Appeal)
        .join(Decision, Decision.id == Appeal.decision_id)
        .join(Case, Case.id == Decision.case_id)
        .where(Appeal.id == appeal_id, viewer.sees(Case.territory, SUPERVISE))
    )
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None:
        raise NotFoundError(appeal=appeal_id)
    decision = work.session.get_one(Decision, row.decision_id)
    return row, decision, work.session.get_one(Case, decision.case_id)


def listed(work: Work, viewer: Viewer) -> Sequence[tuple[Appeal, Case]]:
    """Open appeals in the viewer's part of the county, due first."""
    mine = (
        select(Appeal, Case)
        .join(Decision, Decision.id == Appeal.decision_id)
        .join(Case, Case.id == Decision.case_id)
        .where(Appeal.state == "open", viewer.sees(Case.territory, SUPERVISE))
    )
    rows = work.session.execute(mine.order_by(Appeal.due_on, Appeal.id).limit(LISTED))
    return [(appeal, case) for appeal, case in rows]
