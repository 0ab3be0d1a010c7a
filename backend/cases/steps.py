"""From one step to the next: work, parallel branches that join, publications, the way back."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from backend.cases import tasks
from backend.cases.errors import WrongOutcomeError
from backend.cases.models import Case, CaseTask, Publication
from backend.cases.records import change, form_of, note
from backend.cases.registry import Calculation, Matter, Step, hooks_of, matter_of_case
from backend.cases.rules import joined, publication_days
from backend.cases.tasks import today
from backend.cases.telling import tell_applicant
from backend.core.db import Work
from backend.people.models import Division
from backend.people.service import Viewer, ancestors
from backend.residents.models import Person

PLAIN = {"done": "next"}


def calculation_of(work: Work, case: Case) -> Calculation:
    """What the case would be decided on now: by the matter's own rules, or the form as it stands."""
    matter, form = matter_of_case(case), form_of(case)
    calculate = hooks_of(matter).calculate
    if calculate is None:
        return Calculation(matter.profile, {"form": form}, {})
    return calculate(work, case, form)


def outcomes_of(step: Step) -> dict[str, str]:
    """Result → where it leads."""
    return dict(step.outcomes) or PLAIN


def finish(
    work: Work, viewer: Viewer, case: Case, task_id: UUID, *, version: int, outcome: str, note_words: str | None = None
) -> Case:
    """A task of a working step is done; when the last of its branches is, the case goes on or back.

    Raises ``NotYourTaskError``, ``TaskOverError``, ``WrongOutcomeError`` and those of ``records.change``.
    """
    task = tasks.find(work, viewer, task_id)
    step = _working_step(case, task)
    if outcome not in outcomes_of(step):
        raise WrongOutcomeError(outcome=outcome)
    tasks.require_mine(viewer, task)
    hooks_of(matter_of_case(case)).finishing(work, case, outcome)
    case = change(work, case, "finish_step", version)
    tasks.finish(work, viewer, task, outcome, note_words)
    note(work, case.id, "finish_step", None, step=step.code, branch=task.branch, outcome=outcome)
    return _join(work, case, step)


def _working_step(case: Case, task: CaseTask) -> Step:
    step = matter_of_case(case).step(case.step) if case.step else None
    if step is None or step.kind != "work" or task.step != step.code or task.case_id != case.id:
        raise WrongOutcomeError(outcome=task.step)
    return step


def _join(work: Work, case: Case, step: Step) -> Case:
    """All branches of this round are done: the earliest step any of them sends it back to, else on."""
    if any(one.step == step.code for one in tasks.live_tasks(work, case.id)):
        return case
    leads, order = outcomes_of(step), _order(matter_of_case(case))
    newest = dict(_results(work, case, step))  # of a branch that was done again the last result counts
    target = joined([leads[one] for one in newest.values()], order)
    return advance(work, case) if target == "next" else enter(work, case, matter_of_case(case).step(target))


def _results(work: Work, case: Case, step: Step) -> list[tuple[str, str]]:
    """Branch and outcome of what was done in this step, oldest first."""
    done = select(CaseTask.branch, CaseTask.outcome).where(
        CaseTask.case_id == case.id, CaseTask.step == step.code, CaseTask.state == "done"
    )
    rows = work.session.execute(done.order_by(CaseTask.done_at, CaseTask.id))
    return [(branch, outcome) for branch, outcome in rows if outcome is not None]


def _order(matter: Matter) -> dict[str, int]:
    return {one.code: place for place, one in enumerate(matter.steps)}


def advance(work: Work, case: Case) -> Case:
    """To the step after the present one."""
    following = matter_of_case(case).after(case.step or "", form_of(case))
    return case if following is None else enter(work, case, following)


def enter(work: Work, case: Case, step: Step) -> Case:
    """Begin a step: its publication, or its tasks. The case's row is locked by the verb that leads here."""
    work.session.flush()
    case.step = step.code
    if step.kind == "publish":
        return _publish(work, case, step)
    tasks.open_step(work, case, step)
    note(work, case.id, "enter", f"进入“{step.title}”", step=step.code)
    return case


def _publish(work: Work, case: Case, step: Step) -> Case:
    """From tomorrow on for whole days: name, number of members and amount, and nothing else (低保办法 24)."""
    found = calculation_of(work, case)
    person = work.session.get_one(Person, case.applicant_id)
    first, last = publication_days(today(work), step.days or 1)
    row: dict[str, Any] = {
        "case_id": case.id, "division_code": _where(work, case, person), "matter": case.matter, "name": person.name,
        "members": found.members, "amount": found.amount, "first_day": first, "last_day": last,
    }  # fmt: skip
    work.session.add(Publication(**row))
    case = change(work, case, "publish", case.version, step=step.code)
    shown = f"公示 {step.days} 天，从{first.month}月{first.day}日到{last.month}月{last.day}日"
    note(work, case.id, "publish", shown, step=step.code)
    tell_applicant(work, case, shown, f"publish:{case.version}")
    return case


def _where(work: Work, case: Case, person: Person) -> str:
    """The applicant's village if it lies in the township, else the township."""
    home = work.session.get(Division, person.division_code) if person.division_code else None
    return home.code if home is not None and home.path.startswith(case.territory) else ancestors(case.territory)[0]


def end_publications(work: Work, case_id: UUID) -> int:
    """What is published of a case is taken down at once; how many there were."""
    running = (Publication.case_id == case_id, Publication.ended_at.is_(None))
    return work.execute_dml(update(Publication).where(*running).values(ended_at=work.now))


def first_work(matter: Matter) -> Step:
    """Where a case goes back to when an objection is upheld: the investigation."""
    return matter.of_kind("work") or matter.steps[-2]
