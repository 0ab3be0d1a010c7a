"""Tasks: opened with a deadline in working days, claimed, handed on, done; who may, is decided by role and place."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from backend.cases import places
from backend.cases.errors import CannotTakeError, NotYourTaskError, TaskOverError
from backend.cases.models import Case, CaseTask
from backend.cases.records import lock, note
from backend.cases.registry import ROLE_OF_LEVEL, Branch, Step, hooks_of, matter_of_case
from backend.cases.rules import Place, due_on, may_act
from backend.cases.states import TASK, from_which
from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.people.models import Staff
from backend.people.service import Viewer

LIVE = ("open", "claimed")
OBJECTION_STEP = "objection"
VIEW, HANDLE, SUPERVISE = "case.view", "case.handle", "case.supervise"


def today(work: Work) -> date:
    """The day of this unit of work in the county."""
    return local(work.now).date()


def open_step(work: Work, case: Case, step: Step) -> None:
    """Open the step's task, or one for each of its parallel branches."""
    for part in step.branches or (step,):
        branch = part.code if isinstance(part, Branch) else ""
        role, territory = _whose(work, case, part)
        open_task(work, case, step.code, branch, role, territory, part.workdays or 1)


def open_task(
    work: Work, case: Case, step: str, branch: str, role: str, territory: str, workdays: int
) -> CaseTask:  # fmt: skip
    """One task, due at the end of its working days."""
    day, _provisional = due_on(calendar_store.current(work), today(work), workdays)
    task = CaseTask(
        case_id=case.id, step=step, branch=branch, role=role, territory=territory, opened_at=work.now, due_on=day
    )
    work.session.add(task)
    work.session.flush()
    return task


def _whose(work: Work, case: Case, part: Step | Branch) -> tuple[str, str]:
    level: str = part.level
    if level == "decider":
        known = hooks_of(matter_of_case(case)).level(work, case)
        level = known or places.decision_level(case.territory, today(work))
    territory = case.territory if level == "township" else places.county_path(case.territory)
    return part.role or ROLE_OF_LEVEL[level], territory


def live_tasks(work: Work, case_id: UUID) -> Sequence[CaseTask]:
    """What is to be done now, the most urgent first."""
    mine = select(CaseTask).where(CaseTask.case_id == case_id, CaseTask.state.in_(LIVE))
    return work.session.scalars(mine.order_by(CaseTask.due_on, CaseTask.id)).all()


def step_task(work: Work, case: Case, kind: str) -> tuple[Step, CaseTask]:
    """The live task of the case's present step if it is of this kind. Raises ``TaskOverError``."""
    step = matter_of_case(case).step(case.step) if case.step else None
    found = [one for one in live_tasks(work, case.id) if step is not None and one.step == step.code]
    if step is None or step.kind != kind or not found:
        raise TaskOverError(step=kind)
    return step, found[0]


def places_of(viewer: Viewer) -> list[Place]:
    """The viewer's roles with their subtrees."""
    return [Place(grant.role, grant.path) for grant in viewer.grants]


def may_do(viewer: Viewer, task: CaseTask) -> bool:
    """Whether the task is the viewer's: given to them, or to nobody and of their role and place."""
    if task.assignee_id is not None:
        return task.assignee_id == viewer.staff_id
    return may_act(places_of(viewer), task.role, task.territory, escalated=task.escalated_at is not None)


def require_mine(viewer: Viewer, task: CaseTask) -> None:
    """Raises ``NotYourTaskError``."""
    if not may_do(viewer, task):
        raise NotYourTaskError(step=task.step)


def find(work: Work, viewer: Viewer, task_id: UUID) -> CaseTask:
    """A task of a case the viewer sees, its case locked. Raises ``NotFoundError``."""
    mine = select(CaseTask.case_id).join(Case, Case.id == CaseTask.case_id).where(CaseTask.id == task_id)
    case_id = work.session.scalar(mine.where(viewer.sees(Case.territory, VIEW)))
    if case_id is None:
        raise NotFoundError(task=task_id)
    lock(work, case_id)
    return work.session.get_one(CaseTask, task_id, populate_existing=True)


def change(work: Work, task: CaseTask, action: str, **values: object) -> None:
    """Compare and swap along the table. Raises ``TaskOverError``: two hands, one task."""
    sources = from_which(TASK, action)
    changed = work.execute_dml(
        update(CaseTask)
        .where(CaseTask.id == task.id, CaseTask.state.in_(sources))
        .values(state=TASK.next(sources[0], action), **values)
        .execution_options(synchronize_session=False)
    )
    if not changed:
        raise TaskOverError(step=task.step)
    work.session.refresh(task)


def claim(work: Work, viewer: Viewer, task_id: UUID) -> CaseTask:
    """Take a task that nobody has. Raises ``NotYourTaskError`` and ``TaskOverError``."""
    task = find(work, viewer, task_id)
    require_mine(viewer, task)
    change(work, task, "claim", assignee_id=viewer.staff_id)
    note(work, task.case_id, "claim", step=task.step)
    return task


def hand_back(work: Work, viewer: Viewer, task_id: UUID) -> CaseTask:
    """Put one's own task back for colleagues."""
    task = find(work, viewer, task_id)
    require_mine(viewer, task)
    change(work, task, "hand_back", assignee_id=None)
    note(work, task.case_id, "hand_back", step=task.step)
    return task


def assign(work: Work, viewer: Viewer, task_id: UUID, staff_id: UUID) -> CaseTask:
    """Give a task to a colleague: one's own, or any as a supervisor of the place. Raises ``CannotTakeError``."""
    task = find(work, viewer, task_id)
    if task.assignee_id != viewer.staff_id:
        viewer.require(SUPERVISE, task.territory)
    if staff_id not in {one.id for one in colleagues(work, task.territory)}:
        raise CannotTakeError(staff=staff_id)
    change(work, task, "assign", assignee_id=staff_id)
    note(work, task.case_id, "assign", step=task.step, to=str(staff_id))
    return task


def colleagues(work: Work, territory: str) -> Sequence[Staff]:
    """Clerks and officers whose part of the county holds this territory."""
    rows = work.session.scalars(select(Staff).where(Staff.active).order_by(Staff.name, Staff.id)).all()
    return [one for one in rows if _works_at(one, territory)]


def _works_at(staff: Staff, territory: str) -> bool:
    roles = ((role.role, role.division.path) for role in staff.roles)
    return any(role in ("clerk", "officer") and territory.startswith(path) for role, path in roles)


def finish(work: Work, viewer: Viewer, task: CaseTask, outcome: str, words: str | None = None) -> None:
    """The task is done by this viewer. Raises ``NotYourTaskError`` and ``TaskOverError``."""
    require_mine(viewer, task)
    done = {"done_at": work.now, "done_by": viewer.staff_id, "outcome": outcome, "note": words}
    change(work, task, "finish", assignee_id=viewer.staff_id, **done)


def cancel_all(work: Work, case_id: UUID) -> int:
    """Nothing is left to be done: the case has ended, or goes back; how many there were."""
    return work.execute_dml(
        update(CaseTask)
        .where(CaseTask.case_id == case_id, CaseTask.state.in_(from_which(TASK, "cancel")))
        .values(state=TASK.next("open", "cancel"), done_at=work.now)
        .execution_options(synchronize_session="fetch")
    )
