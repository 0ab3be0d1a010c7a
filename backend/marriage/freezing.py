"""Suspicion of trafficking, coercion or violence (婚姻登记条例 6): the case stops, and a report is due at once."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.marriage import cases, reports
from backend.marriage.errors import ReportSettledError
from backend.marriage.law import value
from backend.marriage.models import Registration, ReportTask
from backend.marriage.states import REPORT
from backend.people.service import Viewer

RELEASE = "marriage.release"
KINDS = {"trafficking": "疑似被拐卖", "coercion": "疑似被胁迫", "violence": "家庭暴力"}


def freeze(work: Work, viewer: Viewer, case_id: UUID, kind: str, signs: str) -> ReportTask:
    """Stop the case and open the report. ``signs``: what the registrar saw; sealed, told to nobody by a notice.

    The people themselves are not told: whoever threatens may be holding the phone. Raises ``CaseSettledError``.
    """
    case = cases.take(work, viewer, case_id, "freeze")
    if kind not in KINDS or not signs.strip():
        raise BadInputError(field="情形", why="请选择情形，并写明看到的迹象")
    minutes = int(value("report_within_minutes", local(work.now).date()).value)
    task = ReportTask(
        id=new_id(), registration_id=case.id, kind=kind, signs=signs.strip(), state="open", opened_at=work.now,
        opened_by=viewer.staff_id, due_at=work.now + timedelta(minutes=minutes),
    )  # fmt: skip
    work.session.add(task)
    case.frozen_at = work.now
    cases.move(work, case, "freeze", kind=kind)
    reports.tell_leads(work, case, task, "marriage_report")
    audit.record(work, "marriage.freeze", f"registration:{case.id}", kind=kind, task=str(task.id))
    return task


def release(work: Work, viewer: Viewer, case_id: UUID, reason: str) -> Registration:
    """A lead lets the case go on after looking into it; everything is checked again. Raises ``CaseSettledError``."""
    case = cases.take(work, viewer, case_id, "release", RELEASE)
    if not reason.strip():
        raise BadInputError(field="原因", why="请写明查清了什么")
    case.check = case.checked_at = None
    cases.move(work, case, "release", reason=reason.strip()[:200])
    audit.record(work, "marriage.release", f"registration:{case.id}")
    return case


def report(work: Work, viewer: Viewer, task_id: UUID, reported_to: str) -> ReportTask:
    """The report was made: to whom, when. Raises ``ReportSettledError``."""
    task = _take(work, viewer, task_id, "report")
    if not reported_to.strip():
        raise BadInputError(field="报告对象", why="请写明报告给了谁，如派出所和警官姓名")
    task.reported_to, task.reported_at = reported_to.strip()[:128], work.now
    return _moved(work, task, "report")


def close_report(work: Work, viewer: Viewer, task_id: UUID, result: str) -> ReportTask:
    """What came of it. Raises ``ReportSettledError``."""
    task = _take(work, viewer, task_id, "close")
    if not result.strip():
        raise BadInputError(field="结果", why="请写明处理结果")
    task.result, task.closed_at, task.closed_by = result.strip(), work.now, viewer.staff_id
    return _moved(work, task, "close")


def _take(work: Work, viewer: Viewer, task_id: UUID, action: str) -> ReportTask:
    statement = select(ReportTask).where(ReportTask.id == task_id).execution_options(populate_existing=True)
    task = work.session.scalars(for_update(work, statement)).first()
    permission = cases.REGISTER if viewer.may(cases.REGISTER) else RELEASE  # who was told of it may do it too
    viewer.require(permission)
    if task is None:
        raise NotFoundError(report=str(task_id))
    cases.find(work, viewer, task.registration_id, permission)
    if action not in REPORT.actions(task.state):
        raise ReportSettledError(state=task.state, action=action, possible=REPORT.actions(task.state))
    return task


def _moved(work: Work, task: ReportTask, action: str) -> ReportTask:
    task.state = REPORT.next(task.state, action)
    audit.record(work, f"marriage.report_{action}", f"report:{task.id}")
    return task
