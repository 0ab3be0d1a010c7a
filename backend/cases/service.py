"""What applicants do with a case, and how a township takes it in.

A case begins as a draft that saves itself; it is submitted, and then accepted, sent back once with everything that is
missing (行政许可法 32), or not accepted with a reason. Further verbs stand in ``steps``, ``deciding``, ``publishing``,
``appeals``, ``referrals`` and ``papers``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal
from uuid import UUID

import structlog
from sqlalchemy import select

from backend.cases import deciding, forms, places, steps, tasks
from backend.cases.errors import (
    AlreadyApplyingError,
    FormFaultsError,
    NeverAskedError,
    NotForApplicantError,
    NothingMissingError,
    PapersMissingError,
    ReasonNeededError,
    ReturnedBeforeError,
)
from backend.cases.models import Case, CaseEvent, CasePaper
from backend.cases.records import (
    WITH_PEOPLE,
    change,
    form_of,
    fresh,
    note,
    sealed,
)
from backend.cases.registry import Matter, hooks_of, matter_of, matter_of_case
from backend.cases.rules import due_on, good_reason
from backend.cases.tasks import HANDLE, VIEW, today
from backend.cases.telling import tell_applicant
from backend.core import audit, calendar_store
from backend.core.db import Work
from backend.core.errors import DomainError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_numbered
from backend.core.locks import for_update
from backend.people.service import Viewer
from backend.residents import acts
from backend.residents.errors import PersonDeadError
from backend.residents.models import Person

log = structlog.get_logger(__name__)

SCOPE = "assistance"
LISTED = 100


@dataclass(frozen=True, slots=True)
class By:
    """Who acts for the applicant: nobody but themself, an agent with a proxy, or a clerk at the desk."""

    agent_id: UUID | None = None
    proxy_id: UUID | None = None
    staff: Viewer | None = None

    @property
    def how(self) -> Literal["self", "proxy", "clerk"]:
        return "clerk" if self.staff else "proxy" if self.agent_id else "self"


SELF = By()


# -- finding


def find(
    work: Work, case_id: UUID, *, applicant: UUID | None = None, viewer: Viewer | None = None, lock: bool = False
) -> Case:
    """A case of the applicant, or one in the viewer's part of the county. Raises ``NotFoundError``."""
    mine = select(Case).where(Case.id == case_id)
    if not lock:
        mine = mine.options(*WITH_PEOPLE)
    if applicant is not None:
        mine = mine.where(Case.applicant_id == applicant)
    if viewer is not None:
        mine = mine.where(viewer.sees(Case.territory, VIEW))
    case = work.session.scalars(for_update(work, mine) if lock else mine).first()
    if case is None or (applicant is None and viewer is None):
        raise NotFoundError(case=case_id)
    return case


def of_applicant(work: Work, person_id: UUID) -> Sequence[Case]:
    """Everything somebody has applied for, newest first."""
    mine = select(Case).where(Case.applicant_id == person_id)
    return work.session.scalars(mine.order_by(Case.created_at.desc(), Case.id.desc()).limit(LISTED)).all()


# -- the applicant


def start(
    work: Work, *, matter_code: str, applicant_id: UUID, division_code: str, by: By = SELF, source: str | None = None,
    form: Mapping[str, Any] | None = None,
) -> Case:  # fmt: skip
    """A new draft. Raises ``NoSuchMatterError``, ``NotForApplicantError``, ``AlreadyApplyingError``,
    ``residents.PersonDeadError`` and ``BadInputError``.

    ``source``: online, desk, proactive (somebody found the need) or review; by default by who enters it.
    """
    matter = matter_of(matter_code)
    _require_allowed(matter, by)
    _require_alive(work, applicant_id)
    town = places.township_of(work, division_code)
    if by.staff is not None:
        by.staff.require(HANDLE, town.path)
    clean = _read_form(work, matter, form or {}, whole=False)
    row = {
        "id": new_id(), "matter": matter.code, "matter_version": matter.version, "applicant_id": applicant_id,
        "agent_id": by.agent_id, "entered_by": by.staff.staff_id if by.staff else None, "territory": town.path,
        "source": source or ("desk" if by.staff else "online"), "state": "draft", "form": sealed(clean),
        "created_at": work.now, "version": 0, "live": True,
    }  # fmt: skip
    case = _insert(work, matter, row)
    note(work, case.id, "start", "开始填写申请", paper_form=by.how == "clerk")
    leave_trail(work, case, by, "case.start")
    return case


def _require_allowed(matter: Matter, by: By) -> None:
    wanted = {"self", "head"} if by.how == "self" else {by.how}
    if not wanted & set(matter.applicants):
        raise NotForApplicantError(matter=matter.title)


def _require_alive(work: Work, person_id: UUID) -> None:
    person = work.session.get_one(Person, person_id)
    if person.died_on is not None:
        raise PersonDeadError


def _insert(work: Work, matter: Matter, row: dict[str, Any]) -> Case:
    met = partial(_refuse_twice, work, matter, row["applicant_id"])
    return fresh(work, insert_numbered(work, Case, row, matter.prefix, unique=(), met=met))


def _refuse_twice(work: Work, matter: Matter, applicant_id: UUID) -> None:
    live = select(Case.number).where(Case.applicant_id == applicant_id, Case.matter == matter.code, Case.live)
    number = work.session.scalar(live)
    if number is not None:
        raise AlreadyApplyingError(matter=matter.title, number=number)


def leave_trail(work: Work, case: Case, by: By, action: str) -> None:
    """Whoever acts for somebody leaves a line the principal can read."""
    if by.how != "self":
        acts.did(
            work, principal_id=case.applicant_id, agent_id=by.agent_id, proxy_id=by.proxy_id, staff=by.staff,
            scope=SCOPE, action=action, subject=f"case:{case.id}",
        )  # fmt: skip


def _read_form(work: Work, matter: Matter, values: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    clean, faults = forms.read(matter.form, values, today(work), whole=whole)
    _refuse_faults(faults)
    return clean


def _refuse_faults(faults: Mapping[str, str]) -> None:
    if faults:
        field, why = next(iter(faults.items()))
        raise FormFaultsError(field=field, why=why, errors=dict(faults))


def save(work: Work, case: Case, form: Mapping[str, Any], *, version: int) -> Case:
    """Keep what has been filled so far, whole or not. Raises ``FormFaultsError`` and ``ChangedMeanwhileError``."""
    clean = _read_form(work, matter_of_case(case), form, whole=False)
    return change(work, case, "save", version, form=sealed(clean))


def submit(work: Work, case: Case, *, version: int, by: By = SELF) -> Case:
    """Hand it in: whole, with its papers. What a machine may decide alone is decided in the same moment (秒批).

    Raises ``FormFaultsError``, ``PapersMissingError``, ``WrongCaseStateError``, ``ChangedMeanwhileError`` and
    ``residents.PersonDeadError``.
    """
    matter, form = matter_of_case(case), form_of(case)
    _require_alive(work, case.applicant_id)
    _read_form(work, matter, form, whole=True)
    _refuse_faults(hooks_of(matter).check(work, case, form))
    _require_papers(work, case, matter)
    case = change(work, case, "submit", version, submitted_at=work.now, step=matter.steps[0].code)
    note(work, case.id, "submit", f"已提交申请，编号 {case.number}", how=by.how)
    leave_trail(work, case, by, "case.submit")
    ruling = hooks_of(matter).automatic(work, case, form)
    if ruling is not None:
        return deciding.decide_at_once(work, case, ruling)
    tasks.open_step(work, case, matter.steps[0])
    tell_applicant(work, case, "已收到申请，等待受理", f"submit:{case.version}")
    return case


def _require_papers(work: Work, case: Case, matter: Matter) -> None:
    there = select(CasePaper.kind).where(CasePaper.case_id == case.id, CasePaper.removed_at.is_(None))
    have = set(work.session.scalars(there))
    lacking = [one.title for one in matter.papers if one.required and one.kind not in have]
    if lacking and case.source == "online":  # at a desk the clerk has the paper in hand
        raise PapersMissingError(papers="、".join(lacking))


def withdraw(work: Work, case: Case, *, version: int, by: By = SELF) -> Case:
    """The applicant takes it back, at any time before the decision; everything that was to be done ends."""
    case = change(work, case, "withdraw", version, step=None)
    tasks.cancel_all(work, case.id)
    steps.end_publications(work, case.id)
    note(work, case.id, "withdraw", "您撤回了申请，需要时可以重新申请")
    leave_trail(work, case, by, "case.withdraw")
    return case


# -- taking in


def accept(work: Work, viewer: Viewer, case: Case, *, version: int) -> Case:
    """Accept: from now on the legal period runs. Raises ``NotYourTaskError``, ``TaskOverError`` and those of change."""
    _step, task = tasks.step_task(work, case, "accept")
    tasks.require_mine(viewer, task)
    case = _accepted(work, case, version)
    hooks_of(matter_of_case(case)).accepted(work, case)
    tasks.finish(work, viewer, task, "accepted")
    note(work, case.id, "accept", "申请已受理", due=str(case.due_on))
    tell_applicant(work, case, "已受理", "accept")
    return steps.advance(work, case)


def accept_by_law(work: Work, case: Case) -> Case:
    """Nobody said in time what is missing, so it counts as accepted from the day it came in (行政许可法 32)."""
    case = _accepted(work, case, case.version)
    tasks.cancel_all(work, case.id)
    note(work, case.id, "deemed_accepted", "到期没有告知补正，依法视为已受理")
    audit.record(work, "case.deemed_accepted", f"case:{case.id}")
    _begin_of_its_own(work, case)
    tell_applicant(work, case, "已受理", "accept")
    return steps.advance(work, case)


def _begin_of_its_own(work: Work, case: Case) -> None:
    """The domain's own beginning; what stands in its way is for people to see later, the law's day does not wait."""
    try:
        with work.session.begin_nested():
            hooks_of(matter_of_case(case)).accepted(work, case)
    except DomainError as fault:
        log.warning("accepted by law, but not begun", case=str(case.id), code=fault.code)


def _accepted(work: Work, case: Case, version: int) -> Case:
    matter = matter_of_case(case)
    level = places.decision_level(case.territory, today(work))
    total = matter.total_for(form_of(case))
    whole = total.township if level == "township" else total.county
    day, _provisional = due_on(calendar_store.current(work), today(work), whole)
    return change(work, case, "accept", version, accepted_at=work.now, due_on=day)


def send_back(
    work: Work, viewer: Viewer, case: Case, *, version: int, papers: Sequence[str] = (), fields: Sequence[str] = ()
) -> Case:
    """The one-time notice of everything missing. Raises ``ReturnedBeforeError``, ``NothingMissingError`` and
    ``NeverAskedError`` for a paper that a check of means can fetch.
    """
    _step, task = tasks.step_task(work, case, "accept")
    tasks.require_mine(viewer, task)
    missing = missing_words(matter_of_case(case), papers, fields)
    if _returned_before(work, case.id):
        raise ReturnedBeforeError
    case = change(work, case, "return", version)
    tasks.finish(work, viewer, task, "returned")
    words = "、".join(missing)
    note(work, case.id, "return", f"请一次补齐：{words}", papers=list(papers), fields=list(fields))
    tell_applicant(work, case, words, "return", template="case_missing")
    return case


def missing_words(matter: Matter, papers: Sequence[str], fields: Sequence[str]) -> list[str]:
    """What is missing as the applicant reads it. Raises ``NothingMissingError`` and ``NeverAskedError``."""
    known = {one.kind: one for one in matter.papers}
    labels = {one.name: one.label for one in matter.form}
    fetched = next((known[kind] for kind in papers if kind in known and known[kind].fetched), None)
    if fetched is not None:
        raise NeverAskedError(paper=fetched.title)
    if not (papers or fields) or set(papers) - set(known) or set(fields) - set(labels):
        raise NothingMissingError
    return [known[kind].title for kind in papers] + [labels[name] for name in fields]


def _returned_before(work: Work, case_id: UUID) -> bool:
    before = select(CaseEvent.id).where(CaseEvent.case_id == case_id, CaseEvent.action == "return")
    return work.session.scalars(before).first() is not None


def not_accept(work: Work, viewer: Viewer, case: Case, *, version: int, reason: str) -> Case:
    """Not accepted, with the reason the applicant reads. Raises ``ReasonNeededError``."""
    _step, task = tasks.step_task(work, case, "accept")
    tasks.require_mine(viewer, task)
    words = good_reason(reason)
    if words is None:
        raise ReasonNeededError
    case = change(work, case, "not_accept", version, step=None)
    tasks.finish(work, viewer, task, "not_accepted", words)
    tasks.cancel_all(work, case.id)
    note(work, case.id, "not_accept", "没有受理，理由见办理说明；不服可以申请行政复议")
    tell_applicant(work, case, f"没有受理：{words}", "not_accept")
    return case
