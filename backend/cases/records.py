"""The record of a case: its state moves along the table only, by compare-and-swap, each move with a line of its own.

``version`` is what the asker saw: of two clerks who decide at once one wins, and the other is told to look again.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from backend.cases.errors import ChangedMeanwhileError, WrongCaseStateError
from backend.cases.models import Case, CaseEvent
from backend.cases.states import CASE, CASE_ZH, FINAL
from backend.core.clock import local
from backend.core.db import Base, Work
from backend.core.inserting import insert_new
from backend.core.locks import for_update
from backend.core.numbers import number_for

NUMBER_DIGITS = (5, 5, 7, 9)  # one try each: short ones to read aloud, longer ones when they run out
WITH_PEOPLE = (joinedload(Case.applicant), joinedload(Case.agent))


class NoNumberError(RuntimeError):
    """Four random numbers in a row were taken: something is wrong with the table, not with the person."""


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


def draw_number(work: Work, prefix: str, digits: int) -> str:
    """Numbers are drawn, not counted: a counter's row would be a queue, and nobody can guess the next one."""
    drawn = 10 ** (digits - 1) + secrets.randbelow(9 * 10 ** (digits - 1))
    return number_for(prefix, local(work.now).date(), drawn)


def insert_numbered(
    work: Work, model: type[Base], row: Mapping[str, Any], prefix: str, *, unique: tuple[str, ...] = ("number",),
    met: Callable[[], None] = lambda: None,
) -> UUID:  # fmt: skip
    """Write the row with a number nobody has; its id. ``met``: called when a row of ``unique`` (empty: any) was met,
    to refuse if it was not for the number. Raises ``NoNumberError``.
    """
    for digits in NUMBER_DIGITS:
        made = insert_new(work, model, {**row, "number": draw_number(work, prefix, digits)}, unique=unique)
        if made:
            return cast("UUID", made[0])
        met()
    raise NoNumberError


def sealed(value: Any) -> str:
    """What is kept as sealed JSON; decimals and days as text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def form_of(case: Case) -> dict[str, Any]:
    """The form as it was filled."""
    return dict(json.loads(case.form))
