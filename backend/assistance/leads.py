"""主动发现 (R-022, R-082): a need seen → a visit → an application by proxy, a referral, or closed with a reason.

Anybody may say so, named or not (社会救助法 39). Two terms in working days: until somebody goes there, and until what
came of it is written down; past either the county is told, once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import ColumnElement, or_, select, update

from backend.assistance.errors import LeadChangedError, LeadReasonMissingError
from backend.assistance.leads_models import Lead
from backend.assistance.notices_of_params import ParamNotice, of_used
from backend.assistance.verdicts import Used
from backend.cases import service as cases
from backend.cases.rules import good_reason
from backend.cases.service import By
from backend.core import audit, calendar_store, params
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import claim
from backend.core.states import Machine
from backend.notices.staff_telling import nearest, tell_staff
from backend.people.models import Division
from backend.people.service import Viewer
from backend.residents.indexes import name_index
from backend.residents.persons import find_or_create_person

FILE = Path(__file__).with_name("params") / "leads.yaml"
VIEW, HANDLE = "lead.view", "lead.handle"
LEAD = Machine(
    {
        "new": {"visit": "visiting", "refer": "referred", "close": "closed"},
        "visiting": {"apply": "application", "refer": "referred", "close": "closed"},
        "application": {},
        "referred": {},
        "closed": {},
    }
)
STATE_ZH = {
    "new": "等待走访", "visiting": "正在走访", "application": "已代为申请", "referred": "已转介", "closed": "已办结",
}  # fmt: skip
OPEN = ("new", "visiting")
SIGNS: dict[str, str] = {
    "illness": "重病", "disability": "残疾", "no_income": "没有收入", "old_alone": "老人没人照顾",
    "child_alone": "孩子没人照顾", "disaster": "火灾、意外等急事", "schooling": "上学有困难", "homeless": "没有住处",
    "other": "其他困难",
}  # fmt: skip
FINDERS: dict[str, str] = {
    "neighbour": "邻居或亲友", "village_cadre": "村（社区）干部", "grid_worker": "网格员", "volunteer": "志愿者",
    "self": "本人", "monitoring": "动态监测",
}  # fmt: skip
PORTION, LISTED, PRIORITY, DEADLINE_S = 50, 300, 6, 86_400.0
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class About(BaseModel):
    """Who is in need, as far as the finder knows; sealed as JSON."""

    model_config = ConfigDict(frozen=True)

    name: Short = ""
    where: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    phone: Short = ""
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=500)]


class Finder(BaseModel):
    """Who found it. Both empty: without a name."""

    model_config = ConfigDict(frozen=True)

    name: Short = ""
    phone: Short = ""


class Found(BaseModel):
    """One report. ``division``: a village or township; ``signs``: of ``SIGNS``."""

    model_config = ConfigDict(frozen=True)

    division: Annotated[str, Field(min_length=6, max_length=32)]
    about: About
    signs: Annotated[tuple[str, ...], Field(max_length=9)] = ()
    finder: Finder = Finder()
    finder_kind: Literal["neighbour", "village_cadre", "grid_worker", "volunteer", "self", "monitoring"] = "neighbour"


# -- coming in


def report(work: Work, found: Found, *, reported_by: UUID | None = None, person_id: UUID | None = None) -> Lead:
    """Keep a sign of need and tell the township's clerks. ``reported_by``: None hides who it was.

    Raises ``BadInputError`` for a place that is neither village nor township, and for an unknown sign.
    """
    place = work.session.get(Division, found.division)
    if place is None or place.level not in ("town", "village"):
        raise BadInputError(field="地点", why="请从列表中选一个镇街或村（社区）")
    if unknown := set(found.signs) - set(SIGNS):
        raise BadInputError(field="困难情况", why=f"没有“{min(unknown)[:20]}”这一项")
    row = Lead(
        id=new_id(), division_code=place.code, division_path=place.path, person_id=person_id, reported_by=reported_by,
        name_index=name_index(found.about.name) if found.about.name else None, about=found.about.model_dump_json(),
        signs=sorted(set(found.signs)), found_by=found.finder.model_dump_json(), finder_kind=found.finder_kind,
        state="new", created_at=work.now, due_on=_due(work, "lead_visit_workdays"),
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    _tell(work, row, "lead_new", "clerk", place.name)
    return row


def enter(work: Work, viewer: Viewer, found: Found) -> Lead:
    """A member of staff writes down what they saw or were told. Raises what ``report`` raises, ``NotAllowedError``."""
    row = report(work, found)
    viewer.require(HANDLE, row.division_path)
    audit.record(work, "lead.enter", f"lead:{row.id}")
    return row


def _due(work: Work, term: str) -> date:
    """The last day of a term that begins today, which is not counted."""
    today = local(work.now).date()
    workdays = int(params.load(FILE).at(term, today).value)
    return calendar_store.current(work).add_workdays(today, workdays)


def _tell(work: Work, row: Lead, template: str, role: str, place: str) -> None:
    due = f"{row.due_on.month}月{row.due_on.day}日"
    tell_staff(
        work, nearest(work, role, row.division_path), template, f"{row.id}:{row.state}", priority=PRIORITY,
        deadline_s=DEADLINE_S, place=place, due=due,
    )  # fmt: skip


# -- finding


def find(work: Work, viewer: Viewer, lead_id: UUID, action: str = VIEW) -> Lead:
    """A lead of the viewer's part of the county. Raises ``NotFoundError``."""
    mine = select(Lead).where(Lead.id == lead_id, viewer.sees(Lead.division_path, action))
    row = work.session.scalars(mine).first()
    if row is None:
        raise NotFoundError(lead=lead_id)
    return row


def listed(work: Work, viewer: Viewer, states: Sequence[str], path: str) -> Sequence[Lead]:
    """Leads in these states at or below a place, the most urgent first."""
    here = Lead.division_path.startswith(path, autoescape=True)
    return _listed(work, viewer.sees(Lead.division_path, VIEW), here, Lead.state.in_(states))


def _listed(work: Work, *conditions: Any) -> Sequence[Lead]:
    mine = select(Lead).where(*conditions).order_by(Lead.due_on, Lead.created_at, Lead.id).limit(LISTED)
    return work.session.scalars(mine).all()


@dataclass(frozen=True, slots=True)
class Said:
    """What a finder reads of their own report: what came of it is the family's own business."""

    id: UUID
    created_at: datetime
    state: str
    words: str


def of_reporter(work: Work, person_id: UUID) -> list[Said]:
    """What somebody has reported under their name, newest first."""
    mine = select(Lead).where(Lead.reported_by == person_id)
    rows = work.session.scalars(mine.order_by(Lead.created_at.desc(), Lead.id.desc()).limit(LISTED))
    return [Said(row.id, row.created_at, row.state, about(row).words) for row in rows]


def same_person(row: Lead) -> str:
    """Leads with the same key are about the same person, as far as is known; the id where nobody gave a name."""
    return str(row.person_id or (f"{row.division_code}:{row.name_index}" if row.name_index else row.id))


def together(work: Work, row: Lead) -> Sequence[Lead]:
    """The other leads about the same person or the same name in the same place; none where nobody gave a name."""
    known: list[ColumnElement[bool]] = []
    if row.name_index is not None:
        known.append((Lead.name_index == row.name_index) & (Lead.division_code == row.division_code))
    if row.person_id is not None:
        known.append(Lead.person_id == row.person_id)
    return _listed(work, Lead.id != row.id, or_(*known)) if known else []


def about(row: Lead) -> About:
    return About.model_validate_json(row.about)


def finder(row: Lead) -> Finder:
    return Finder.model_validate_json(row.found_by)


# -- what becomes of it


def _move(work: Work, row: Lead, action: str, **values: Any) -> Lead:
    """Compare and swap along the table. Raises ``core.states.WrongStateError`` and ``LeadChangedError``."""
    before, target = row.state, LEAD.next(row.state, action)
    over = {} if target in OPEN else {"closed_at": work.now}
    work.session.flush()
    changed = work.execute_dml(
        update(Lead)
        .where(Lead.id == row.id, Lead.state == before)
        .values(state=target, **over, **values)
        .execution_options(synchronize_session=False)
    )
    if not changed:
        raise LeadChangedError(lead=str(row.id))
    work.session.refresh(row)
    audit.record(work, f"lead.{action}", f"lead:{row.id}")
    return row


def set_out(work: Work, viewer: Viewer, lead_id: UUID) -> Lead:
    """Somebody goes there: from now on the second term runs. A second tap changes nothing."""
    row = find(work, viewer, lead_id, HANDLE)
    if row.state == "visiting":
        return row
    return _move(work, row, "visit", due_on=_due(work, "lead_result_workdays"), escalated_at=None)


def apply(
    work: Work, viewer: Viewer, lead_id: UUID, *, matter: str, name: str, id_number: str, phone: str | None = None
) -> Lead:  # fmt: skip
    """Begin a case for the person, source ``proactive``; the clerk fills it in with them at the case desk.

    Raises what ``cases.service.start`` and ``find_or_create_person`` raise.
    """
    row = find(work, viewer, lead_id, HANDLE)
    LEAD.next(row.state, "apply")
    person = find_or_create_person(work, name=name, id_kind="resident_id", id_number=id_number, phone=phone)
    case = cases.start(
        work, matter_code=matter, applicant_id=person.id, division_code=row.division_code, by=By(staff=viewer),
        source="proactive",
    )  # fmt: skip
    return _move(work, row, "apply", case_id=case.id, person_id=person.id)


def refer(work: Work, viewer: Viewer, lead_id: UUID, where: str) -> Lead:
    """Handed to somebody else, named in words. Raises ``LeadReasonMissingError``."""
    return _move(work, find(work, viewer, lead_id, HANDLE), "refer", outcome=_words(where))


def close(work: Work, viewer: Viewer, lead_id: UUID, reason: str) -> Lead:
    """Nothing further is done, for this reason. Raises ``LeadReasonMissingError``."""
    return _move(work, find(work, viewer, lead_id, HANDLE), "close", outcome=_words(reason))


def _words(text: str) -> str:
    words = good_reason(text)
    if words is None:
        raise LeadReasonMissingError
    return words


# -- terms


def doubts(day: date) -> list[ParamNotice]:
    """Terms that somebody in this county must look at again."""
    return doubtful(FILE, day)


def doubtful(file: Path, day: date) -> list[ParamNotice]:
    """The doubtful ones of a file of dated numbers."""
    found = params.load(file)
    used = (
        Used(name, found.root[name].title, one.value, one.source, one.since, one.review_by, one.review_by < day)
        for name, one in found.in_force(day)
    )
    return of_used(used, day)


def is_late(row: Lead, day: date) -> bool:
    """The last day itself is in time."""
    return row.state in OPEN and day > row.due_on


def escalate(work: Work) -> int:
    """A lead past its term: the county's officers are told, once for each of the two terms; how many."""
    late = select(Lead).where(Lead.state.in_(OPEN), Lead.escalated_at.is_(None), Lead.due_on < local(work.now).date())
    rows = work.session.scalars(claim(work, late.order_by(Lead.due_on, Lead.id).limit(PORTION))).all()
    for row in rows:
        row.escalated_at = work.now
        _tell(work, row, "lead_overdue", "officer", work.session.get_one(Division, row.division_code).name)
    return len(rows)
