"""公示: what is hung out in a village for exactly the lawful days, who objects to it, and its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from backend.cases import places, steps, tasks
from backend.cases.errors import ReasonNeededError
from backend.cases.models import Case, CaseTask, Objection, Publication
from backend.cases.records import change, lock, note
from backend.cases.registry import matter_of_case, registry
from backend.cases.rules import good_reason
from backend.cases.states import OBJECTION
from backend.cases.tasks import OBJECTION_STEP, today
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.core.locks import claim
from backend.people.models import Division
from backend.people.service import Viewer

PORTION = 50
LISTED = 500


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of the board: the law lets it show these and nothing else."""

    id: UUID
    matter: str
    name: str
    members: int
    amount: str | None
    first_day: date
    last_day: date


def board(work: Work, division_code: str) -> tuple[str, Sequence[Notice]]:
    """The division's name and what is published there and below today. Raises ``NotFoundError``."""
    place = work.session.get(Division, division_code)
    if place is None:
        raise NotFoundError(division=division_code)
    below = select(Division.code).where(Division.path.startswith(place.path, autoescape=True))
    mine = select(Publication).where(Publication.division_code.in_(below), *_hanging(today(work)))
    rows = work.session.scalars(mine.order_by(Publication.last_day, Publication.id).limit(LISTED))
    return place.name, [_line(row) for row in rows]


def _hanging(day: date) -> tuple[ColumnElement[bool], ...]:
    """On its first and last day too; gone the day after, whether or not a job has run."""
    return (Publication.first_day <= day, Publication.last_day >= day, Publication.ended_at.is_(None))


def _line(row: Publication) -> Notice:
    known = registry().matters.get(row.matter)
    title = known.title if known else row.matter
    return Notice(row.id, title, row.name, row.members, row.amount, row.first_day, row.last_day)


def objected(work: Work, case_id: UUID) -> bool:
    """Whether anybody has objected to what was published of this case and was not found wrong."""
    mine = select(Publication.id).where(Publication.case_id == case_id)
    found = exists().where(Objection.publication_id.in_(mine), Objection.state != "dismissed")
    return bool(work.session.scalar(select(found)))


def raise_objection(work: Work, publication_id: UUID, text: str, contact: str | None = None) -> Objection:
    """Anybody may object while it hangs; the township looks into it.

    Raises ``NotFoundError`` and ``ReasonNeededError``.
    """
    case = _hung_case(work, publication_id)
    words = good_reason(text)
    if words is None:
        raise ReasonNeededError
    said = (contact or "").strip()[:100] or None
    row = Objection(id=new_id(), publication_id=publication_id, text=words, contact=said, raised_at=work.now)
    work.session.add(row)
    workdays = places.number("objection_workdays", today(work))
    tasks.open_task(work, case, OBJECTION_STEP, str(row.id), "clerk", case.territory, workdays)
    note(work, case.id, "object", "公示期间有人提出异议，正在核实", objection=str(row.id))
    return row


def _hung_case(work: Work, publication_id: UUID) -> Case:
    """The case of what hangs now, locked; it may be taken down between two looks."""
    mine = select(Publication.case_id).where(Publication.id == publication_id, *_hanging(today(work)))
    case_id = work.session.scalar(mine)
    case = None if case_id is None else lock(work, case_id)
    if case is None or work.session.scalar(mine) is None:
        raise NotFoundError(publication=publication_id)
    return case


def settle_objection(work: Work, viewer: Viewer, objection_id: UUID, *, upheld: bool, finding: str) -> Objection:
    """The objection has been looked into. Upheld: the case goes back to its investigation and is published anew.

    Raises ``NotFoundError``, ``ReasonNeededError``, ``NotYourTaskError``, ``TaskOverError``, ``WrongStateError``.
    """
    row, task = _objection(work, viewer, objection_id)
    words = good_reason(finding)
    if words is None:
        raise ReasonNeededError
    row.state = OBJECTION.next(row.state, "uphold" if upheld else "dismiss")
    row.settled_at, row.settled_by, row.finding = work.now, viewer.staff_id, words
    tasks.finish(work, viewer, task, row.state)
    case = work.session.get_one(Case, task.case_id)
    note(work, case.id, "objection_settled", "异议已核实", objection=str(row.id), outcome=row.state)
    audit.record(work, "case.objection", f"case:{case.id}", objection=str(row.id), outcome=row.state)
    if upheld and case.state == "published":
        _back(work, case)
    return row


def _objection(work: Work, viewer: Viewer, objection_id: UUID) -> tuple[Objection, CaseTask]:
    mine = select(CaseTask.id).where(
        CaseTask.branch == str(objection_id), CaseTask.step == OBJECTION_STEP, CaseTask.state.in_(tasks.LIVE)
    )
    task_id = work.session.scalar(mine)
    if task_id is None:
        raise NotFoundError(objection=objection_id)
    task = tasks.find(work, viewer, task_id)
    return work.session.get_one(Objection, objection_id, populate_existing=True), task


def _back(work: Work, case: Case) -> Case:
    steps.end_publications(work, case.id)
    case = change(work, case, "object_upheld", case.version)
    return steps.enter(work, case, steps.first_work(matter_of_case(case)))


def end_over(work: Work) -> int:
    """Take down what has hung its days and has no open objection, and let the case go on; how many there were."""
    open_objection = exists().where(Objection.publication_id == Publication.id, Objection.state == "open")
    over = (
        select(Publication)
        .join(Case, Case.id == Publication.case_id)
        .where(Publication.last_day < today(work), Publication.ended_at.is_(None), ~open_objection)
    )
    rows = work.session.scalars(claim(work, over.order_by(Publication.id).limit(PORTION))).all()
    for row in rows:
        row.ended_at = work.now
        case = lock(work, row.case_id)
        if case.state == "published":
            case = change(work, case, "end_publication", case.version)
            note(work, case.id, "end_publication", "公示结束，没有异议或异议不成立")
            steps.advance(work, case)
    return len(rows)
