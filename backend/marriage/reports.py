"""Reports that must be made (婚姻登记条例 6): the leads are told at once, with the officers when one is overdue."""

from sqlalchemy import select

from backend.core.db import Work
from backend.core.locks import claim
from backend.marriage import desk_booking
from backend.marriage.models import Registration, ReportTask
from backend.notices.staff_telling import nearest, tell_staff

PRIORITY, DEADLINE_S = 2, 4 * 3600.0
PORTION = 50


def tell_leads(work: Work, case: Registration, task: ReportTask, template: str) -> int:
    """Tell the leads of the office's place (its officers where no lead is), by the number of the case only; how many.

    When the report is overdue the officers are told beside them.
    """
    office = desk_booking.office(work, case.office_id)
    leads, officers = nearest(work, "lead", office.path), nearest(work, "officer", office.path)
    people = [*leads, *officers] if template == "marriage_report_overdue" or not leads else leads
    tell_staff(
        work, people, template, str(task.id), priority=PRIORITY, deadline_s=DEADLINE_S, number=case.number,
        office=office.name, due_at=task.due_at,
    )  # fmt: skip
    return len(people)


def remind_overdue(work: Work) -> int:
    """Tell them once of each report that is overdue; how many there were."""
    late = select(ReportTask).where(
        ReportTask.state == "open", ReportTask.due_at < work.now, ReportTask.told_at.is_(None)
    )
    tasks = work.session.scalars(claim(work, late.order_by(ReportTask.id).limit(PORTION))).all()
    for task in tasks:
        task.told_at = work.now
        tell_leads(work, work.session.get_one(Registration, task.registration_id), task, "marriage_report_overdue")
    return len(tasks)
