"""Reports that must be made (婚姻登记条例 6): the leads are told at once, and again when one is overdue."""

from collections.abc import Sequence

from sqlalchemy import select

from backend.core.db import Work
from backend.core.locks import claim
from backend.marriage import desk_booking
from backend.marriage.models import Registration, ReportTask
from backend.notices import service as notices
from backend.notices.service import Recipient
from backend.people.models import Staff, StaffRole
from backend.people.service import ancestors

PRIORITY, DEADLINE_S = 2, 4 * 3600
PORTION = 50


def tell_leads(work: Work, case: Registration, task: ReportTask, template: str) -> int:
    """Tell the leads of the office's place, by the number of the case only; how many there are."""
    office = desk_booking.office(work, case.office_id)
    leads = _leads(work, office.path)
    for lead in leads:
        addresses = {one.channel: one.address for one in lead.addresses if one.enabled}
        notices.tell(
            work, Recipient("staff", str(lead.id), lead.name, tuple(addresses), addresses),
            key=f"{template}:{task.id}:{lead.id}", template=template,
            facts={"number": case.number, "office": office.name, "due": task.due_at}, priority=PRIORITY,
            deadline_s=DEADLINE_S,
        )  # fmt: skip
    return len(leads)


def _leads(work: Work, path: str) -> Sequence[Staff]:
    """The leads of the nearest division that has one, else its officers."""
    for role in ("lead", "officer"):
        for code in ancestors(path):
            here = select(StaffRole.staff_id).where(StaffRole.role == role, StaffRole.division_code == code)
            if found := work.session.scalars(select(Staff).where(Staff.active, Staff.id.in_(here))).all():
                return found
    return []


def remind_overdue(work: Work) -> int:
    """Tell the leads once of each report that is overdue; how many there were."""
    late = select(ReportTask).where(
        ReportTask.state == "open", ReportTask.due_at < work.now, ReportTask.told_at.is_(None)
    )
    tasks = work.session.scalars(claim(work, late.order_by(ReportTask.id).limit(PORTION))).all()
    for task in tasks:
        task.told_at = work.now
        tell_leads(work, work.session.get_one(Registration, task.registration_id), task, "marriage_report_overdue")
    return len(tasks)
