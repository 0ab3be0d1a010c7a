"""Benefits: given by a decision, changed by the next one, ended in the month the law names.

A change is a new row with its own frozen basis; the old one keeps its months. So what was paid for a month can always
be worked out again from what it was decided on.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from backend.assistance import settling
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.errors import BenefitLiveError, CutReasonMissingError, HearingNeededError, NotEligibleError
from backend.assistance.facts import HouseholdFacts
from backend.assistance.models import Benefit, Household
from backend.assistance.money import NOTHING
from backend.assistance.profiles import months_later, profile_on, same_day_later
from backend.assistance.verdicts import Verdict, frozen, thawed
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.core.locks import claim, for_update
from backend.core.states import Machine
from backend.residents.models import Person

LIVE = ("active", "suspended", "phasing_out")
ALREADY_SAID = ("death", "own_wish")  # nobody is left to hear, or the person has spoken
YEAR = 12
PORTION = 500
BENEFIT = Machine(
    {
        "active": {"change": "ended", "stop": "ended", "suspend": "suspended"},
        "phasing_out": {"change": "ended", "stop": "ended", "suspend": "suspended"},
        "suspended": {"change": "ended", "stop": "ended", "resume": "active"},
        "ended": {},
    }
)


@dataclass(frozen=True, slots=True)
class Award:
    """What one decision gives, to a household or to one person: exactly one of the two ids."""

    decision_id: UUID
    verdict: Verdict
    facts: HouseholdFacts
    division_path: str
    household_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Hearing:
    """The person was heard before the decision: on which day, by whom, what they said."""

    held_on: date
    heard_by: str
    said: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What a benefit was decided on, as it was frozen."""

    facts: FamilyFacts
    verdict: Verdict


def grant(work: Work, award: Award) -> Benefit:
    """Give what a decision grants, from the first month the profile names; a one-time amount is paid at once.

    Raises ``NotEligibleError``, ``BenefitLiveError``.
    """
    if not award.verdict.eligible or not award.verdict.ready:
        raise NotEligibleError(programme=award.verdict.programme)
    _one_at_a_time(work, award)
    if _live_of(work, award) is not None:
        raise BenefitLiveError(programme=award.verdict.programme)
    row = _row(work, award)
    work.session.add(row)
    audit.record(work, "benefit.grant", f"benefit:{row.id}", programme=row.programme, decision=award.decision_id)
    return row


def _one_at_a_time(work: Work, award: Award) -> None:
    """Two decisions for one family queue at its row, so that the second sees what the first has given."""
    mine = select(Household.id).where(Household.id == award.household_id)
    own = select(Person.id).where(Person.id == award.person_id)
    work.session.execute(for_update(work, mine if award.household_id else own)).all()


def _live_of(work: Work, award: Award) -> UUID | None:
    whose = Benefit.household_id == award.household_id if award.household_id else Benefit.person_id == award.person_id
    mine = select(Benefit.id).where(whose, Benefit.programme == award.verdict.programme, Benefit.state.in_(LIVE))
    return work.session.scalars(mine).first()


def _row(work: Work, award: Award) -> Benefit:
    verdict = award.verdict
    first, last = months_of(verdict)
    return Benefit(
        id=new_id(), programme=verdict.programme, household_id=award.household_id, person_id=award.person_id,
        division_path=award.division_path, decision_id=award.decision_id, state=_state_of(verdict),
        category=verdict.category, members=verdict.members, monthly=verdict.monthly or NOTHING,
        basis=basis_text(award), first_month=first, last_month=last, computed_until=None,
        review_on=verdict.review_after or same_day_later(verdict.day, YEAR), assessed_on=verdict.day,
        changed_at=work.now,
    )  # fmt: skip


def basis_text(award: Award) -> str:
    """Facts and verdict as JSON; what a family did not tell is left out, so a year's caseload is read fast."""
    facts = award.facts.model_dump(mode="json", exclude_defaults=True)
    return json.dumps({"facts": facts, "verdict": frozen(award.verdict)}, ensure_ascii=False)


def basis_of(text: str) -> Basis:
    """What ``basis_text`` wrote."""
    found = json.loads(text)
    return Basis(FamilyFacts.model_validate(found["facts"]), thawed(found["verdict"]))


def facts_of(text: str) -> FamilyFacts:
    """Only the facts, for whoever judges them anew."""
    return FamilyFacts.model_validate(json.loads(text)["facts"])


def _state_of(verdict: Verdict) -> str:
    """A one-time amount never blocks a later one, so its row has ended as soon as its months are fixed."""
    if verdict.once is not None:
        return "ended"
    return "phasing_out" if verdict.category == "phasing_out" else "active"


def months_of(verdict: Verdict) -> tuple[date, date | None]:
    """First and last month (None: until changed) that are paid."""
    if verdict.once is not None:
        first = verdict.day.replace(day=1)
        return first, months_later(first, max(len(verdict.stages), 1) - 1)
    return verdict.first_month or profile_on(verdict.day).first_month(verdict.day), verdict.last_month


# -- changed, stopped, suspended


def change(work: Work, benefit_id: UUID, award: Award, *, hearing: Hearing | None = None, reason: str = "") -> Benefit:
    """End the benefit before the new first month and give the new one; what was paid too early is settled.

    A cut needs a ``reason`` and, since 2026-07-01, a ``hearing`` (the day of the verdict decides).
    Raises ``HearingNeededError``, ``CutReasonMissingError``, ``NotEligibleError``, ``WrongStateError``.
    """
    old = locked(work, benefit_id)
    state = BENEFIT.next(old.state, "change")
    if (award.verdict.monthly or NOTHING) < old.monthly:
        require_lawful_cut(award.verdict.day, reason, hearing)
    if not award.verdict.eligible:
        raise NotEligibleError(programme=award.verdict.programme)
    new = _row(work, award)
    _end(work, old, state, months_later(new.first_month, -1))
    work.session.flush()
    work.session.add(new)
    work.session.flush()
    settling.move(work, old.id, new.id, new.first_month)
    recorded(work, "benefit.change", old, reason, hearing, decision=award.decision_id, by=new.id)
    return new


def stop(
    work: Work, benefit_id: UUID, *, why: str, reason: str, hearing: Hearing | None = None,
    last_month: date | None = None,
) -> Benefit:  # fmt: skip
    """No money after ``last_month`` (default: the present month); what was paid for later months is to be returned.

    ``why``: death, own_wish, over_standard, moved, fraud, … Only the first two need no hearing. Raises as ``change``.
    """
    row, today = locked(work, benefit_id), local(work.now).date()
    state = BENEFIT.next(row.state, "stop")
    require_lawful_cut(today, reason, hearing, said=why in ALREADY_SAID)
    _end(work, row, state, (last_month or today).replace(day=1))
    settling.take_back(work, row.id, months_later(last_month or today, 1))
    recorded(work, "benefit.stop", row, reason, hearing, why=why)
    return row


def require_lawful_cut(day: date, reason: str, hearing: Hearing | None, *, said: bool = False) -> None:
    """Reasons always; a hearing on or before the day where the profile of the day asks for one."""
    if not reason.strip():
        raise CutReasonMissingError
    unheard = hearing is None or not hearing.said.strip() or hearing.held_on > day
    if profile_on(day)["hearing_before_cut"] and unheard and not said:
        raise HearingNeededError


def suspend(work: Work, benefit_id: UUID, reason: str) -> Benefit:
    """Compute no further months until it is resumed, changed or stopped. Raises ``WrongStateError``."""
    if not reason.strip():
        raise CutReasonMissingError
    row = locked(work, benefit_id)
    row.state, row.changed_at = BENEFIT.next(row.state, "suspend"), work.now
    recorded(work, "benefit.suspend", row, reason, None)
    return row


def resume(work: Work, benefit_id: UUID, *, back_pay: bool) -> Benefit:
    """Go on paying, with or without the months between. Raises ``WrongStateError``."""
    row = locked(work, benefit_id)
    state = BENEFIT.next(row.state, "resume")
    row.state, row.changed_at = "phasing_out" if row.category == "phasing_out" else state, work.now
    before = months_later(local(work.now).date(), -1)
    if not back_pay and before >= row.first_month:
        row.computed_until = max(row.computed_until or before, before)
    recorded(work, "benefit.resume", row, "", None, back_pay=back_pay)
    return row


def end_over(work: Work) -> int:
    """End those whose last month is over, e.g. a 渐退期; a portion, how many."""
    this_month = local(work.now).date().replace(day=1)
    over = select(Benefit.id).where(Benefit.state.in_(LIVE), Benefit.last_month < this_month)
    ids = work.session.scalars(claim(work, over.order_by(Benefit.id).limit(PORTION))).all()
    work.execute_dml(update(Benefit).where(Benefit.id.in_(ids)).values(state="ended", changed_at=work.now))
    return len(ids)


def locked(work: Work, benefit_id: UUID) -> Benefit:
    """The row as it is now, locked until the commit. Raises ``NotFoundError``."""
    mine = select(Benefit).where(Benefit.id == benefit_id).execution_options(populate_existing=True)
    row = work.session.scalars(for_update(work, mine)).one_or_none()
    if row is None:
        raise NotFoundError(benefit=str(benefit_id))
    return row


def live(work: Work, household_id: UUID, persons: Iterable[UUID] = ()) -> list[Benefit]:
    """What the household and these persons receive now."""
    whose = (Benefit.household_id == household_id) | Benefit.person_id.in_(list(persons))
    return list(work.session.scalars(select(Benefit).where(whose, Benefit.state.in_(LIVE)).order_by(Benefit.id)))


def _end(work: Work, row: Benefit, state: str, last: date) -> None:
    """A benefit replaced before its first month keeps that month, marked as computed, so that nothing comes of it; so
    are the months of one that is suspended: they are paid only if somebody says so (``resume``).
    """
    if last < row.first_month or row.state == "suspended":
        row.computed_until = max(row.computed_until or last, last, row.first_month)
    row.last_month = max(last, row.first_month)
    row.state, row.changed_at = state, work.now


def recorded(work: Work, action: str, row: Benefit, reason: str, hearing: Hearing | None, **body: Any) -> None:
    """In the audit chain: codes and days; the words themselves are sealed in the basis, with who did it and when."""
    found = json.loads(row.basis)
    said = None if hearing is None else {"on": str(hearing.held_on), "by": hearing.heard_by, "said": hearing.said}
    act = {"action": action, "reason": reason, "hearing": said, "at": work.now.isoformat(), "by": work.actor.name}
    found.setdefault("acts", []).append(act)
    row.basis = json.dumps(found, ensure_ascii=False)
    heard = None if hearing is None else hearing.held_on
    audit.record(work, action, f"benefit:{row.id}", last_month=row.last_month, heard_on=heard, **body)
