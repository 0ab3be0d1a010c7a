"""One branch of an investigation, done by what was found: a visit that is over, an assessment on record."""

from uuid import UUID

from backend.cases import service as cases
from backend.cases import steps, tasks
from backend.cases.models import CaseTask
from backend.cases.registry import matter_of_case
from backend.core.db import Work
from backend.people.service import Viewer


def task_of(work: Work, case_id: UUID, branch: str) -> CaseTask | None:
    """The open task of the branch, or of the step that is called so."""
    live = tasks.live_tasks(work, case_id)
    return next((one for one in live if branch in (one.branch, one.step)), None)


def finish(work: Work, viewer: Viewer, case_id: UUID, branch: str, words: str, *, others: bool = True) -> None:
    """Somebody may have finished it from the case desk meanwhile; then what was found stands beside it.

    ``others`` False: a task that a colleague has taken is left to them. Raises those of ``steps.finish``.
    """
    task = task_of(work, case_id, branch)
    if task is None or (not others and task.assignee_id not in (None, viewer.staff_id)):
        return
    case = cases.find(work, case_id, viewer=viewer)
    step = matter_of_case(case).step(case.step or "")
    onward = next(code for code, to in steps.outcomes_of(step).items() if to == "next")
    steps.finish(work, viewer, case, task.id, version=case.version, outcome=onward, note_words=words)
