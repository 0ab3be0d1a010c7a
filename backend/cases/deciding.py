"""Decisions: append-only, each with everything it was made on frozen into it; told, delivered, explained for ever."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from backend.cases import steps, tasks
from backend.cases.errors import (
    ChangedMeanwhileError,
    ObjectionOpenError,
    ReasonNeededError,
    SamePersonError,
    WrongCaseStateError,
    WrongOutcomeError,
)
from backend.cases.models import Case, CaseTask, Decision, Objection, Publication
from backend.cases.records import change, fresh, note, sealed
from backend.cases.registry import Calculation, Matter, Ruling, hooks_of, matter_of_case
from backend.cases.rules import good_reason
from backend.cases.states import CASE_ZH, OUTCOME_ZH
from backend.cases.tasks import HANDLE
from backend.cases.telling import tell_applicant
from backend.core import audit
from backend.core.db import Work
from backend.core.ids import new_id
from backend.core.inserting import insert_numbered
from backend.people.service import Viewer
from backend.ratings import service as ratings

FIRST = frozenset({"granted", "refused"})
LATER = frozenset({"granted", "changed", "stopped"})
PREFIX = "JD"


@dataclass(frozen=True, slots=True)
class Words:
    """A decision's outcome with its reason (needed unless granted) and the article it rests on."""

    outcome: str
    reason: str | None = None
    article: str | None = None


def decide(work: Work, viewer: Viewer, case: Case, words: Words, *, version: int) -> Decision:
    """Decide a case that is ready. Two at once: one wins, the other gets ``ChangedMeanwhileError``.

    Raises ``NotYourTaskError``, ``SamePersonError`` (who prepared it), ``ReasonNeededError``, ``ObjectionOpenError``,
    ``WrongOutcomeError``, ``TaskOverError`` and those of ``records.change``.
    """
    step, task = tasks.step_task(work, case, "decide")
    tasks.require_mine(viewer, task)
    if step.separate:
        _require_other_hands(work, viewer, case)
    _require_no_objection(work, case.id)
    checked = _checked(words, FIRST)
    found = steps.calculation_of(work, case)
    case = change(work, case, "decide", version)
    tasks.finish(work, viewer, task, words.outcome)
    decision = _write(work, case, checked, found, decided_by=viewer.staff_id)
    _announce(work, case, decision)
    steps.advance(work, case)
    return decision


def _require_other_hands(work: Work, viewer: Viewer, case: Case) -> None:
    prepared = select(CaseTask.id).where(
        CaseTask.case_id == case.id, CaseTask.state == "done", CaseTask.done_by == viewer.staff_id
    )
    if work.session.scalars(prepared).first() is not None:
        raise SamePersonError


def _require_no_objection(work: Work, case_id: UUID) -> None:
    still = (
        select(Objection.id)
        .join(Publication, Publication.id == Objection.publication_id)
        .where(Publication.case_id == case_id, Objection.state == "open")
    )
    if work.session.scalars(still).first() is not None:
        raise ObjectionOpenError


def _checked(words: Words, possible: frozenset[str]) -> Words:
    if words.outcome not in possible:
        raise WrongOutcomeError(outcome=words.outcome)
    reason = good_reason(words.reason)
    if reason is None and words.outcome != "granted":
        raise ReasonNeededError
    return Words(words.outcome, reason, (words.article or "").strip()[:64] or None)


def _write(
    work: Work,
    case: Case,
    words: Words,
    found: Calculation,
    *,
    decided_by: UUID | None,
    told_at: datetime | None = None,
) -> Decision:
    """The row with the next sequence; the case's row is locked, so two never share one. ``told_at``: None waits for
    the letter.
    """
    last = select(func.coalesce(func.max(Decision.sequence), 0)).where(Decision.case_id == case.id)
    calculation = {
        "lines": dict(found.lines), "amount": found.amount, "members": found.members, "words": list(found.words),
    }  # fmt: skip
    row: dict[str, Any] = {
        "id": new_id(), "case_id": case.id, "sequence": (work.session.scalar(last) or 0) + 1,
        "outcome": words.outcome, "reason": words.reason, "article": words.article, "profile": found.profile,
        "facts": sealed(dict(found.facts)), "calculation": sealed(calculation),
        "parameters": list(found.parameters), "decided_at": work.now, "decided_by": decided_by,
        "automatic": decided_by is None, "told_at": told_at,
    }  # fmt: skip
    return work.session.get_one(Decision, insert_numbered(work, Decision, row, PREFIX))


def _announce(work: Work, case: Case, decision: Decision) -> None:
    hooks_of(matter_of_case(case)).decided(work, case, decision)
    words = OUTCOME_ZH[decision.outcome]
    note(work, case.id, "decide", f"作出决定：{words}", decision=decision.number, automatic=decision.automatic)
    audit.record(work, "case.decide", f"case:{case.id}", decision=str(decision.id), outcome=decision.outcome)
    tell_applicant(work, case, words, f"decision:{decision.sequence}", template="case_decided")


def decide_at_once(work: Work, case: Case, ruling: Ruling) -> Case:
    """秒批 (R-002): a machine has checked every condition; decided, told and closed in the moment of submission."""
    case = change(work, case, "decide_at_once", case.version, accepted_at=work.now, step=None)
    words = _checked(Words(ruling.outcome, ruling.reason, ruling.article), FIRST)
    decision = _write(work, case, words, ruling.calculation, decided_by=None, told_at=work.now)
    _announce(work, case, decision)
    _invite(work, case, matter_of_case(case))
    return case


def deliver(work: Work, viewer: Viewer, case: Case, *, version: int, how: str) -> Case:
    """The letter has reached the person (低保办法 21: within three working days); the case is closed."""
    _step, task = tasks.step_task(work, case, "deliver")
    tasks.require_mine(viewer, task)
    case = change(work, case, "deliver", version, step=None)
    tasks.finish(work, viewer, task, how)
    untold = (Decision.case_id == case.id, Decision.told_at.is_(None))
    work.execute_dml(update(Decision).where(*untold).values(told_at=work.now))
    note(work, case.id, "deliver", "决定已送达，办理结束", how=how)
    _invite(work, case, matter_of_case(case))
    return case


def _invite(work: Work, case: Case, matter: Matter) -> None:
    ratings.invite(work, case.applicant_id, "case", str(case.id), matter.title, division_path=case.territory)


def decide_later(
    work: Work, viewer: Viewer, case: Case, words: Words, found: Calculation, *, version: int
) -> Decision:  # fmt: skip
    """A later decision on a closed case: changed, stopped, granted after an appeal. It supersedes, nothing is edited.

    Whoever calls it has heard the person first where the law asks for it (社会救助法 48).
    Raises ``WrongCaseStateError``.
    """
    viewer.require(HANDLE, case.territory)
    case = _later(work, case, version)
    return _supersede(work, case, words, found, decided_by=viewer.staff_id)


def decide_by_law(work: Work, case: Case, words: Words, found: Calculation) -> Decision:
    """A later decision that the law itself makes, e.g. more money when a standard rises: by a job, never a cut.

    Raises ``WrongCaseStateError`` and ``ChangedMeanwhileError``.
    """
    case = _later(work, case, case.version)
    return _supersede(work, case, words, found, decided_by=None)


def _later(work: Work, case: Case, version: int) -> Case:
    if case.state != "closed":
        raise WrongCaseStateError(state=case.state, state_zh=CASE_ZH[case.state], action="decide_later", possible=[])
    return _bump(work, case, version)


def _supersede(work: Work, case: Case, words: Words, found: Calculation, *, decided_by: UUID | None) -> Decision:
    checked = _checked(words, LATER)
    decision = _write(work, case, checked, found, decided_by=decided_by, told_at=work.now)
    _announce(work, case, decision)
    return decision


def _bump(work: Work, case: Case, version: int) -> Case:
    """The same compare-and-swap, for a case whose state stays."""
    same = (Case.id == case.id, Case.version == version)
    if not work.execute_dml(update(Case).where(*same).values(version=version + 1)):
        raise ChangedMeanwhileError(version=version)
    return fresh(work, case.id)
