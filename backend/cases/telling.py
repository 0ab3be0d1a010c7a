"""What people are told of a case. A lock screen never names the matter: a hardship is nobody's business."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from backend.cases.models import Case, CaseTask
from backend.cases.registry import matter_of_case
from backend.cases.rules import NEXT_ROLE
from backend.core.db import Work
from backend.notices.staff_telling import nearest, tell_staff
from backend.people.models import Staff
from backend.residents.telling import tell_resident

DAY_S = 86_400.0
PRIORITY = 5


def tell_applicant(work: Work, case: Case, what: str, key: str, *, template: str = "case_news", **facts: Any) -> None:
    """Tell the applicant once per ``key`` of the case, by SMS too: many have no smartphone."""
    tell_resident(
        work, case.applicant_id, key=f"case:{case.id}:{key}", template=template,
        facts={"matter": matter_of_case(case).title, "number": case.number, "what": what} | facts,
        page=f"/pages/cases/detail?id={case.id}", sms=True,
    )  # fmt: skip


def tell_role(work: Work, case: Case, task: CaseTask, template: str, *, escalated: bool = False) -> int:
    """Tell those who hold a task, or when it is late those of the next role, at the nearest place; how many."""
    people = list(nearest(work, task.role, task.territory))
    if task.assignee_id is not None:
        people = [one for one in people if one.id == task.assignee_id] or people
    if escalated:
        leads = nearest(work, NEXT_ROLE.get(task.role, task.role), task.territory)
        people = [*people, *(leads or nearest(work, "officer", task.territory))]
    _tell(work, people, template, case, task.id, task.due_on or date.max)
    return len(people)


def tell_leads(work: Work, case: Case, what: UUID, due: date) -> int:
    """Tell the leads of the place that something of a case is overdue; how many."""
    people = list(nearest(work, "lead", case.territory) or nearest(work, "officer", case.territory))
    _tell(work, people, "case_overdue", case, what, due)
    return len(people)


def _tell(work: Work, people: Sequence[Staff], template: str, case: Case, what: UUID, day: date) -> None:
    tell_staff(
        work, people, template, str(what), priority=PRIORITY, deadline_s=DAY_S, number=case.number,
        due=f"{day.month}月{day.day}日",
    )  # fmt: skip
