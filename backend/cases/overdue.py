"""Deadlines that run: a warning when a third is left, escalation to the next role, late appeals, acceptance by law."""

from sqlalchemy import select

from backend.cases import service, tasks
from backend.cases.models import Appeal, Case, CaseTask, Decision
from backend.cases.records import lock, note
from backend.cases.registry import matter_of_case
from backend.cases.rules import is_soon
from backend.cases.telling import tell_leads, tell_role
from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.locks import claim

PORTION = 50
LIVE = CaseTask.state.in_(tasks.LIVE)


def warn(work: Work) -> int:
    """Tell whoever has a task of whose working days a third or less is left, once; how many tasks."""
    today, calendar = tasks.today(work), calendar_store.current(work)
    waiting = select(CaseTask).where(LIVE, CaseTask.warned_at.is_(None), CaseTask.due_on >= today)
    done = 0
    for task in work.session.scalars(claim(work, waiting.order_by(CaseTask.due_on, CaseTask.id))):
        if task.due_on is not None and is_soon(calendar, local(task.opened_at).date(), task.due_on, today):
            task.warned_at = work.now
            tell_role(work, work.session.get_one(Case, task.case_id), task, "case_due_soon")
            done += 1
    return done


def escalate(work: Work) -> int:
    """A task past its last day: the next role is told and may act too, once; how many.

    An acceptance nobody made counts by law (行政许可法 32), unless its last day lies in a year whose holidays nobody
    has published.
    """
    today = tasks.today(work)
    late = (
        select(CaseTask)
        .join(Case, Case.id == CaseTask.case_id)
        .where(LIVE, CaseTask.escalated_at.is_(None), CaseTask.due_on < today)
    )
    rows = work.session.scalars(claim(work, late.order_by(CaseTask.due_on, CaseTask.id).limit(PORTION))).all()
    for task in rows:
        task.escalated_at = work.now
        case = lock(work, task.case_id)
        tell_role(work, case, task, "case_overdue", escalated=True)
        note(work, case.id, "escalate", None, step=task.step)
        _accept_by_law(work, case, task)
    return len(rows)


def appeals_late(work: Work) -> int:
    """An appeal nobody has answered by its last day: the county's lead is told, once; how many."""
    late = select(Appeal).where(
        Appeal.state == "open", Appeal.escalated_at.is_(None), Appeal.due_on < tasks.today(work)
    )  # fmt: skip
    rows = work.session.scalars(claim(work, late.order_by(Appeal.due_on, Appeal.id).limit(PORTION))).all()
    for row in rows:
        row.escalated_at = work.now
        case = work.session.get_one(Case, work.session.get_one(Decision, row.decision_id).case_id)
        tell_leads(work, case, row.id, row.due_on)
        note(work, case.id, "appeal_late", None, appeal=str(row.id))
    return len(rows)


def _accept_by_law(work: Work, case: Case, task: CaseTask) -> None:
    due, opened = task.due_on or tasks.today(work), local(task.opened_at).date()
    waiting = task.step == matter_of_case(case).steps[0].code and case.state == "submitted"
    if waiting and not calendar_store.current(work).provisional(due, opened):
        service.accept_by_law(work, case)
