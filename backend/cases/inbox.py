"""What is to be done: by role and territory, due first, page by page."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true, tuple_

from backend.cases.models import Case, CaseTask
from backend.cases.registry import matter_of_case
from backend.cases.rules import NEAR, NEXT_ROLE, is_near, left_words
from backend.cases.states import TASK_ZH
from backend.cases.tasks import LIVE, VIEW, today
from backend.cases.views import step_title
from backend.core import paging
from backend.core.db import Work
from backend.people.models import Division
from backend.people.rules import Grant
from backend.people.service import Viewer
from backend.residents.masking import mask_name
from backend.residents.models import Person

SHOWN = ("mine", "open", "all")
Found = tuple[CaseTask, Case, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One task as the inbox shows it; the name is masked until the case is opened."""

    task_id: UUID
    case_id: UUID
    number: str
    matter: str
    applicant: str
    step: str
    due_on: date | None
    left: str
    late: bool
    soon: bool
    mine: bool
    state_zh: str


@dataclass(frozen=True, slots=True)
class Load:
    """How much of one matter waits: past its day, due within three days, and the rest."""

    matter: str
    late: int
    soon: int
    later: int


def page_of(
    work: Work, viewer: Viewer, *, which: str = "open", division: str | None = None, cursor: str | None = None,
    limit: int = 20, matter: str | None = None, late: bool = False,
) -> tuple[list[Line], str | None]:  # fmt: skip
    """One page and the cursor of the next. ``which``: mine, open (mine and nobody's) or all of one's place.
    ``matter``: of this matter only; ``late``: only what is past its day.

    Raises ``NotAllowedError`` without the right at the division.
    """
    path = _path(work, division)
    viewer.require(VIEW, path)
    mine = _tasks(viewer, which, path)
    if matter is not None:
        mine = mine.where(Case.matter == matter)
    if late:
        mine = mine.where(CaseTask.due_on < today(work))
    if cursor is not None:
        due, last = paging.decode(cursor, date, UUID)
        mine = mine.where(tuple_(CaseTask.due_on, CaseTask.id) > tuple_(due, last))
    rows = [(task, of, who.name) for task, of, who in work.session.execute(mine.limit(limit + 1))]
    lines = [_line(viewer, today(work), row) for row in rows[:limit]]
    more = rows[limit - 1][0] if len(rows) > limit else None
    return lines, paging.encode(more.due_on, more.id) if more else None


def loads(work: Work, viewer: Viewer, *, which: str = "open") -> list[Load]:
    """What waits for the viewer by matter, in the order of the most; one query."""
    day = today(work)
    late, soon = CaseTask.due_on < day, CaseTask.due_on.between(day, day + NEAR)
    counted = (
        select(Case.matter, func.count(case((late, 1))), func.count(case((soon, 1))), func.count())
        .select_from(CaseTask)
        .join(Case, Case.id == CaseTask.case_id)
        .where(CaseTask.state.in_(LIVE), viewer.sees(Case.territory, VIEW), _whose(viewer, which))
        .group_by(Case.matter)
        .order_by(func.count().desc(), Case.matter)
    )
    return [Load(code, past, near, all_ - past - near) for code, past, near, all_ in work.session.execute(counted)]


def _path(work: Work, division: str | None) -> str | None:
    found = work.session.get(Division, division) if division else None
    return found.path if found else None


def _tasks(viewer: Viewer, which: str, path: str | None) -> Select[CaseTask, Case, Person]:
    shown = (
        select(CaseTask, Case, Person)
        .join(Case, Case.id == CaseTask.case_id)
        .join(Person, Person.id == Case.applicant_id)
        .where(CaseTask.state.in_(LIVE), viewer.sees(Case.territory, VIEW), _whose(viewer, which))
        .order_by(CaseTask.due_on, CaseTask.id)
    )
    return shown if path is None else shown.where(Case.territory.startswith(path, autoescape=True))


def _whose(viewer: Viewer, which: str) -> ColumnElement[bool]:
    own = CaseTask.assignee_id == viewer.staff_id
    if which == "mine":
        return own
    if which == "all":
        return true()
    return or_(own, and_(CaseTask.assignee_id.is_(None), or_(*map(_of_role, viewer.grants), false())))


def _of_role(grant: Grant) -> ColumnElement[bool]:
    """The role's own tasks, and those another role has let pass."""
    before = [one for one, following in NEXT_ROLE.items() if following == grant.role]
    late = and_(CaseTask.escalated_at.is_not(None), CaseTask.role.in_(before))
    here = CaseTask.territory.startswith(grant.path, autoescape=True)
    return and_(or_(CaseTask.role == grant.role, late), here)


def _line(viewer: Viewer, day: date, row: Found) -> Line:
    task, of, name = row
    return Line(
        task_id=task.id, case_id=of.id, number=of.number, matter=matter_of_case(of).title,
        applicant=mask_name(name), step=step_title(of, task), due_on=task.due_on,
        left=left_words(task.due_on, day), late=task.due_on is not None and day > task.due_on,
        soon=is_near(task.due_on, day),
        mine=task.assignee_id == viewer.staff_id, state_zh=TASK_ZH[task.state],
    )  # fmt: skip
