"""The record of a case: its state moves along the table only, by compare-and-swap, each move with a line of its own.

``version`` is what the asker saw: of two clerks who decide at once one wins, and the other is told to look again.
"""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from backend.cases.errors import ChangedMeanwhileError, WrongCaseStateError
from backend.cases.models import Case, CaseEvent
from backend.cases.states import CASE, CASE_ZH, FINAL
from backend.core.db import Work
from backend.core.locks import for_update

WITH_PEOPLE = (joinedload(Case.applicant), joinedload(Case.agent))


def note(work: Work, case_id: UUID, action: str, shown: str | None = None, **detail: Any) -> None:
    """Append one line. ``shown`` is what the applicant reads; ``detail`` holds codes and numbers, never free text."""
    actor = work.actor
    if actor.kind == "staff":
        detail["by"] = actor.name
    row = CaseEvent(
        case_id=case_id, at=work.now, action=action, actor=f"{actor.kind}:{actor.id}", shown=shown, detail=detail
    )
    work.session.add(row)


def fresh(work: Work, case_id: UUID) -> Case:
    """The row as the database has it now."""
    mine = select(Case).where(Case.id == case_id).options(*WITH_PEOPLE)
    return work.session.scalars(mine.execution_options(populate_existing=True)).one()


def lock(work: Work, case_id: UUID) -> Case:
    """The case as it is now, locked until the commit: always before its tasks and publications, or two may wait."""
    mine = select(Case).where(Case.id == case_id).execution_options(populate_existing=True)
    return work.session.scalars(for_update(work, mine)).one()


def require(case: Case, action: str) -> str:
    """The state the action leads to. Raises ``WrongCaseStateError``."""
    target = CASE.table[case.state].get(action)
    if target is None:
        possible = CASE.actions(case.state)
        raise WrongCaseStateError(state=case.state, state_zh=CASE_ZH[case.state], action=action, possible=possible)
    return target


def change(work: Work, case: Case, action: str, version: int, **values: Any) -> Case:
    """Compare and swap; the case as it is now, its row locked until the commit.

    Raises ``WrongCaseStateError``, and ``ChangedMeanwhileError`` if it is no longer what the asker saw.
    """
    target = require(case, action)
    ended: dict[str, Any] = {"live": False, "ended_at": work.now} if target in FINAL else {}
    work.session.flush()
    changed = work.execute_dml(
        update(Case)
        .where(Case.id == case.id, Case.version == version, Case.state == case.state)
        .values(state=target, version=version + 1, **ended, **values)
        .execution_options(synchronize_session=False)
    )
    if not changed:
        raise ChangedMeanwhileError(version=version)
    return fresh(work, case.id)


def sealed(value: Any) -> str:
    """What is kept as sealed JSON; decimals and days as text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def form_of(case: Case) -> dict[str, Any]:
    """The form as it was filled."""
    return dict(json.loads(case.form))
