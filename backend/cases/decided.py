"""Decided cases for those who look at them again: which of a period, and whose hands were on one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.cases.forms import opened
from backend.cases.models import Case, CaseTask, Decision
from backend.cases.records import form_of
from backend.core.clock import midnight
from backend.core.db import Work

PORTION = 500
GRANTS = ("granted", "changed")


@dataclass(frozen=True, slots=True)
class Granted:
    """What somebody was granted: the decision's number, the form it was asked with, the numbers that decided by name,
    and the verdict's lines as they were frozen.
    """

    number: str
    form: Mapping[str, Any]
    values: Mapping[str, Any]
    lines: Mapping[str, Any]


def numbers(work: Work, territory: str, first: date, last: date, matter: str | None = None) -> Sequence[str]:
    """Numbers of the cases below a path with a decision from the first to the last day, both included.

    ``matter``: only of this one.
    """
    start, end = midnight(first), midnight(last + timedelta(days=1))
    mine = (
        select(Case.number)
        .join(Decision, Decision.case_id == Case.id)
        .where(Case.territory.startswith(territory, autoescape=True))
        .where(Decision.decided_at >= start, Decision.decided_at < end)
        .distinct()
    )
    return work.session.scalars(mine if matter is None else mine.where(Case.matter == matter)).all()


def ids_of(work: Work, wanted: Sequence[str]) -> Mapping[str, UUID]:
    """Number → id, in portions that every database takes."""
    found: dict[str, UUID] = {}
    for start in range(0, len(wanted), PORTION):
        part = select(Case.number, Case.id).where(Case.number.in_(wanted[start : start + PORTION]))
        found.update({row.number: row.id for row in work.session.execute(part)})
    return found


def hands(work: Work, case_id: UUID) -> set[UUID]:
    """Whoever did a step of the case or decided it: none of them looks at it a second time."""
    done = select(CaseTask.done_by).where(CaseTask.case_id == case_id, CaseTask.done_by.is_not(None))
    made = select(Decision.decided_by).where(Decision.case_id == case_id, Decision.decided_by.is_not(None))
    return {one for one in work.session.scalars(done.union(made)) if one is not None}


def granted(work: Work, applicant_id: UUID, matter: str) -> list[Granted]:
    """What stands of what somebody was granted in a matter: of each case the last decision, if it grants."""
    rows = work.session.execute(
        select(Case, Decision)
        .join(Decision, Decision.case_id == Case.id)
        .where(Case.applicant_id == applicant_id, Case.matter == matter)
        .order_by(Case.id, Decision.sequence)
    )
    last = {case.id: (case, decision) for case, decision in rows}
    return [_granted(case, decision) for case, decision in last.values() if decision.outcome in GRANTS]


def _granted(case: Case, decision: Decision) -> Granted:
    values = {one["name"]: one["value"] for one in decision.parameters if "name" in one}
    return Granted(decision.number, form_of(case), values, opened(decision.calculation).get("lines", {}))
