"""What happens to months that were computed before a benefit changed: not yet paid ones go, paid ones are made even.

Only what is given for a month goes with it. Arrears (``top_up``) were decided on their own, and a debt stays a debt:
neither ends because the benefit does.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from backend.assistance.models import Entitlement
from backend.assistance.money import NOTHING
from backend.assistance.profiles import months_later
from backend.core.db import Work
from backend.core.ids import new_id
from backend.core.locks import for_update

UNPAID = ("due", "failed")
ON_ITS_WAY = ("batched", "paid")
OF_A_MONTH = ("regular", "price_subsidy")


def hold(work: Work, benefits: Collection[UUID]) -> Sequence[Any]:
    """Lock the rows of these benefits in the order of their ids: before anything is recorded, or two may wait.

    Of each its id, month, kind, amount and state.
    """
    columns: Any = select(Entitlement.id, Entitlement.month, Entitlement.kind, Entitlement.amount, Entitlement.state)
    mine = columns.where(Entitlement.benefit_id.in_(benefits)).order_by(Entitlement.id)
    return work.session.execute(for_update(work, mine)).all()


def move(work: Work, old: UUID, new: UUID, first_month: date) -> None:
    """From ``first_month`` on the new benefit pays; what the old one has paid for these months counts against it.

    A price subsidy of such a month is the family's as it was: it goes on with the new benefit.
    """
    rows = [one for one in hold(work, [old]) if one.month >= first_month]
    given = [one for one in rows if one.kind == "regular"]
    _set(work, [one for one in given if one.state in UNPAID], state="cancelled")
    _set(work, [one for one in rows if one.kind == "price_subsidy" and one.state != "cancelled"], benefit_id=new)
    for month, amount in _paid(given):
        _owe(work, new, old, month, amount, in_month=month)


def take_back(work: Work, benefit: UUID, first_month: date) -> None:
    """From ``first_month`` on nothing is due: what was paid is owed by the family."""
    rows = [one for one in hold(work, [benefit]) if one.month >= first_month and one.kind in OF_A_MONTH]
    _set(work, [one for one in rows if one.state in UNPAID], state="cancelled")
    for month, amount in _paid(rows):
        _owe(work, benefit, benefit, month, amount, in_month=free_month(work, benefit, "recovery", month))


def _set(work: Work, rows: Collection[Any], **values: Any) -> None:
    if rows:
        work.session.execute(update(Entitlement), [{"id": one.id, **values} for one in rows])


def _paid(rows: Iterable[Any]) -> list[tuple[date, Decimal]]:
    """What was given for each month: a debt that was taken off it has been paid with it."""
    found: dict[date, Decimal] = {}
    for one in rows:
        if one.state in ON_ITS_WAY:
            found[one.month] = found.get(one.month, NOTHING) + one.amount
    return sorted(found.items())


def free_month(work: Work, benefit: UUID, kind: str, month: date) -> date:
    """The first month from ``month`` on in which the benefit has no row of this kind."""
    mine = select(Entitlement.month).where(Entitlement.benefit_id == benefit, Entitlement.kind == kind)
    taken = set(work.session.scalars(mine))
    while month in taken:
        month = months_later(month, 1)
    return month


def did_not_arrive(work: Work, *these: ColumnElement[bool]) -> None:
    """Rows on their way that wait again, before they do: who no longer has a claim to the month is not paid for it.

    Their row goes, and so does what was to be taken back for it; what has been taken back already is paid again.
    """
    columns: Any = select(Entitlement.id, Entitlement.benefit_id, Entitlement.month, Entitlement.amount)
    locked = for_update(work, columns.where(*these, Entitlement.kind.in_(OF_A_MONTH)).order_by(Entitlement.id))
    rows, debts = work.session.execute(locked).all(), _debts(work)
    owed = ((row, debts.get((str(row.benefit_id), str(row.month)))) for row in rows)
    _set(work, [row for row, debt in owed if debt is not None and _less(debt, row.amount)], state="cancelled")


def _debts(work: Work) -> dict[tuple[str, str], Entitlement]:
    """What waits to be taken back for a month that was on its way, by that month's benefit."""
    waiting = select(Entitlement).where(Entitlement.kind == "recovery", Entitlement.state.in_(UNPAID))
    rows = work.session.scalars(for_update(work, waiting).execution_options(populate_existing=True))
    return {(row.parameters["of"], row.parameters["month"]): row for row in rows if "of" in row.parameters}


def _less(debt: Entitlement, amount: Decimal) -> bool:
    """Take so much off the debt; whether there was any."""
    before, debt.amount = debt.amount, min(debt.amount + amount, NOTHING)
    if debt.amount == NOTHING:
        debt.state = "cancelled"
    return before < NOTHING


def _owe(work: Work, benefit: UUID, of: UUID, month: date, amount: Decimal, *, in_month: date) -> None:
    """Take back what ``of`` gave for ``month`` (yuan, > 0), from ``benefit``."""
    work.session.add(
        Entitlement(
            id=new_id(), benefit_id=benefit, month=in_month, kind="recovery", amount=-amount, computed_at=work.now,
            parameters={"paid_before": str(amount), "of": str(of), "month": str(month)},
        )
    )  # fmt: skip
    work.session.flush()
