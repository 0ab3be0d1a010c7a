"""The reports that are due after a case was stopped (婚姻登记条例 6), as their list and their page show them."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from backend.booking import desk_finding
from backend.booking.matters import matter_of
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.marriage import desk_booking
from backend.marriage.freezing import KINDS
from backend.marriage.models import Registration, ReportTask
from backend.people.models import Staff
from backend.people.service import Viewer

VIEW = "marriage.view"
LISTED = 100
STATES = {"open": "等报告", "reported": "已报告，等结果", "closed": "已办结"}
# What the sources of the house say of each kind; nothing is added to them.
GUIDANCE = {
    "trafficking": "发现疑似被拐卖的，应当及时报告公安机关（110）。",
    "coercion": "疑似被胁迫的，及时报告公安机关（110），并保密。",
    "violence": "遇到家庭暴力，应当劝阻，并告诉受害人怎样求助：报警110，妇女维权热线12338。隐私要保密。",
}


@dataclass(frozen=True, slots=True)
class Report:
    """One report as the list shows it. ``case_state`` tells whether the case still stands still."""

    id: UUID
    case_id: UUID
    case_number: str
    case_state: str
    title: str
    office: str
    kind: str
    state: str
    opened_at: datetime
    opened_by: str
    due_at: datetime
    late: bool
    reported_to: str | None
    reported_at: datetime | None

    @property
    def kind_zh(self) -> str:
        return KINDS[self.kind]

    @property
    def state_zh(self) -> str:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was seen, and what came of it."""

    signs: str = field(repr=False)
    result: str | None = field(repr=False)


def listed(work: Work, viewer: Viewer) -> list[Report]:
    """The reports of the viewer's registries: what is due first on top, closed ones last."""
    offices = {one.id: one.name for one in desk_finding.places(work, viewer, VIEW)}
    rows = work.session.execute(
        select(ReportTask, Registration, Staff.name)
        .join(Registration, Registration.id == ReportTask.registration_id)
        .join(Staff, Staff.id == ReportTask.opened_by)
        .where(Registration.office_id.in_(offices))
        .order_by(ReportTask.state == "closed", ReportTask.due_at.desc())
        .limit(LISTED)
    ).all()
    found = [_report(work, task, case, offices[case.office_id], name) for task, case, name in rows]
    return sorted(found, key=lambda one: (one.state == "closed", one.state == "reported", one.due_at))


def _report(work: Work, task: ReportTask, case: Registration, office: str, opened_by: str) -> Report:
    return Report(
        task.id, case.id, case.number, case.state, matter_of(case.matter).title, office, task.kind, task.state,
        task.opened_at, opened_by, task.due_at, task.state == "open" and task.due_at < work.now, task.reported_to,
        task.reported_at,
    )  # fmt: skip


def read(work: Work, viewer: Viewer, task_id: UUID) -> Sealed:
    """What the registrar saw; the look is written down. Raises ``NotFoundError``."""
    task = _find(work, viewer, task_id)
    audit.record(work, "marriage.report_read", f"report:{task_id}", case=str(task.registration_id))
    return Sealed(task.signs, task.result)


def case_of(work: Work, viewer: Viewer, task_id: UUID) -> UUID:
    """The case a report is about. Raises ``NotFoundError``."""
    return _find(work, viewer, task_id).registration_id


def _find(work: Work, viewer: Viewer, task_id: UUID) -> ReportTask:
    viewer.require(VIEW)
    row = work.session.execute(
        select(ReportTask, Registration.office_id)
        .join(Registration, Registration.id == ReportTask.registration_id)
        .where(ReportTask.id == task_id)
    ).first()
    if row is None or not desk_booking.may_at(work, viewer, row.office_id, VIEW):
        raise NotFoundError(report=str(task_id))
    return row[0]


def waiting(work: Work, viewer: Viewer) -> int:
    """How many reports are still to be made, for a quiet figure beside the link."""
    offices = [one.id for one in desk_finding.places(work, viewer, VIEW)]
    due = (
        select(func.count())
        .select_from(ReportTask)
        .join(Registration, Registration.id == ReportTask.registration_id)
        .where(ReportTask.state == "open", Registration.office_id.in_(offices))
    )
    return work.session.scalar(due) or 0
