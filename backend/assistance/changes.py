"""After the first decision: a family's circumstances change, or the law does. Every change is a decision of its own.

What a person decides may cut, after the family was heard. What the law decides (a standard rises) is done by a job and
only ever gives more: what would come out lower becomes a review for a clerk.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from backend.assistance import benefits, settling, sheets
from backend.assistance.benefits import Award, Hearing
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.errors import FactsFaultError, HeldTogetherError
from backend.assistance.facts import Previous
from backend.assistance.law import changed_on
from backend.assistance.models import Benefit
from backend.assistance.money import NOTHING
from backend.assistance.profiles import profile_on
from backend.assistance.sheets import Judged, calculation_of
from backend.assistance.verdicts import Verdict
from backend.cases import deciding
from backend.cases.deciding import Words
from backend.cases.models import Case, Decision
from backend.cases.records import lock
from backend.cases.tasks import HANDLE, today
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.locks import claim
from backend.people.service import Viewer

log = structlog.get_logger(__name__)

PORTION = 50
WORK = "work"  # the family's income rose because somebody works: 渐退


@dataclass(frozen=True, slots=True)
class _Now:
    """A benefit, its case, and what today's facts come to."""

    row: Benefit
    case: Case
    found: Judged


# -- a family's circumstances


def change_of_circumstance(
    work: Work, viewer: Viewer, benefit_id: UUID, facts: FamilyFacts, why: str, *, reason: str = "",
    hearing: Hearing | None = None,
) -> Decision | None:  # fmt: skip
    """Judge the new facts and decide: changed, or stopped; None where nothing is different.

    ``why``: death, own_wish, work, over_standard, moved, fraud, … ``reason``: what the family reads, by default the
    rules' own words. Raises ``VerdictNotReadyError``, ``HearingNeededError``, ``NotAllowedError``, and
    ``WrongCaseStateError`` where the first decision has not been delivered yet.
    """
    case, row = hold(work, benefit_id)
    viewer.require(HANDLE, row.division_path)
    now = _judged(work, case, row, facts.model_copy(update={"applied_on": None}), why)
    verdict = now.found.verdict
    sheets.require_known(verdict)
    if verdict.eligible and _same(row, now.found):
        return None
    words = _words(row, verdict, reason)
    made = deciding.decide_later(work, viewer, now.case, words, calculation_of(now.found), version=now.case.version)
    if verdict.eligible:
        benefits.change(work, row.id, _award(made, now), hearing=hearing, reason=words.reason or "")
    else:
        benefits.stop(
            work, row.id, why=why, reason=words.reason or "", hearing=hearing, last_month=_last_month(work, now, why)
        )  # fmt: skip
    _keep(work, viewer, now)
    return made


def hold(work: Work, benefit_id: UUID) -> tuple[Case, Benefit]:
    """Both as they are now, locked until the commit. Raises ``NotFoundError``.

    A case before its benefit, and both before the benefit's months, as every decision does it: two that meet on a
    family never wait for each other.
    """
    mine = select(Decision.case_id).join(Benefit, Benefit.decision_id == Decision.id).where(Benefit.id == benefit_id)
    case_id = work.session.scalar(mine)
    if case_id is None:
        raise NotFoundError(benefit=str(benefit_id))
    held = lock(work, case_id), benefits.locked(work, benefit_id)
    settling.hold(work, [benefit_id])
    return held


def _judged(work: Work, case: Case, row: Benefit, facts: FamilyFacts, why: str) -> _Now:
    known = sheets.known_today(work, facts, row.programme, row.household_id)
    verdict = sheets.verdict_on(work, row.programme, known)
    if why == WORK and not verdict.eligible and known.previous is None and row.programme == "dibao":
        over = Previous(programme="dibao", monthly=row.monthly, over_since=today(work).replace(day=1))
        known = known.model_copy(update={"previous": over})
        verdict = sheets.verdict_on(work, row.programme, known)
    return _Now(row, case, Judged(known, verdict, row.household_id, row.person_id))


def _same(row: Benefit, found: Judged) -> bool:
    before = benefits.facts_of(row.basis)
    unchanged = before.model_copy(update={"applied_on": None}) == found.facts
    return unchanged and (found.verdict.monthly or NOTHING) == row.monthly


def _words(row: Benefit, verdict: Verdict, reason: str) -> Words:
    """The outcome with its reason and article, both from the rules unless somebody wrote better ones."""
    if not verdict.eligible:
        first = next(one for one in verdict.reasons if one.against)
        return Words("stopped", reason or first.words, first.article)
    said = f"家庭情况有变化，每月由{row.monthly}元调整为{verdict.monthly or NOTHING}元。"
    article = verdict.reasons[0].article if verdict.reasons else profile_on(verdict.day).article("standard")
    return Words("changed", reason or said, article)


def _award(made: Decision, now: _Now) -> Award:
    row, found = now.row, now.found
    return Award(made.id, found.verdict, found.facts, row.division_path, row.household_id, row.person_id)


def _last_month(work: Work, now: _Now, why: str) -> date | None:
    """The month somebody died in is still paid; anything else ends with the present month."""
    died = now.found.facts.person.died_on
    return died.replace(day=1) if why == "death" and died is not None and died <= today(work) else None


def _keep(work: Work, viewer: Viewer, now: _Now) -> None:
    """The case's sheet says what was decided on last."""
    row = sheets.sheet_of(work, now.case.id)
    if row is not None:
        row.facts, row.version = sheets.text_of(now.found.facts), row.version + 1
        row.changed_at, row.changed_by = work.now, viewer.staff_id


# -- the law


def adjust_all(work: Work, programme: str, day: date | None = None) -> int:
    """Judge a portion of the live benefits anew that were last judged before the programme's numbers changed.

    More money is decided and counts from the month of the change; the same amount is ticked; less, or nothing, is
    left as it is and becomes a review. Due and not done: ``assessed_on`` of each row. How many were looked at.
    """
    since = changed_on(programme, day or today(work))
    mine: Any = (
        select(Benefit, Case)
        .join(Decision, Decision.id == Benefit.decision_id)
        .join(Case, Case.id == Decision.case_id)
        .where(Benefit.programme == programme, Benefit.state == "active", Benefit.assessed_on < since)
        .where(Case.state == "closed")
        .order_by(Benefit.assessed_on, Benefit.id)  # by the index: what is done is not read again
        .limit(PORTION)
    )
    rows = work.session.execute(claim(work, mine)).all()
    settling.hold(work, [row.id for row, _case in rows])
    for row, case in rows:
        _adjust(work, case, row, since)
    return len(rows)


def _adjust(work: Work, case: Case, row: Benefit, since: date) -> None:
    facts = benefits.facts_of(row.basis)
    try:
        verdict = sheets.verdict_on(work, row.programme, facts)
    except (FactsFaultError, HeldTogetherError) as fault:  # for people to see: the other families do not wait for them
        log.warning("benefit.not_adjusted", benefit=str(row.id), code=fault.code)
        row.review_on, row.assessed_on = min(row.review_on, today(work)), today(work)
        return
    if not verdict.eligible or (verdict.monthly or NOTHING) < row.monthly:
        row.review_on = min(row.review_on, today(work))
    if not verdict.eligible or (verdict.monthly or NOTHING) <= row.monthly:
        row.assessed_on = today(work)
        return
    verdict = replace(verdict, first_month=_from(row, since))
    _raise(work, _Now(row, case, Judged(facts, verdict, row.household_id, row.person_id)))


def _from(row: Benefit, since: date) -> date:
    return max(row.first_month, since.replace(day=1))


def _raise(work: Work, now: _Now) -> None:
    row, verdict = now.row, now.found.verdict
    said = f"救助标准提高，从{verdict.first_month:%Y年%m月}起每月由{row.monthly}元提高到{verdict.monthly}元。"
    words = Words("changed", said, profile_on(verdict.day).article("standard"))
    made = deciding.decide_by_law(work, now.case, words, calculation_of(now.found))
    benefits.change(work, row.id, _award(made, now), reason=said)
