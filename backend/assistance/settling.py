"""What happens to months that were computed before a benefit changed: not yet paid ones go, paid ones are made even.

Only what is given for a month goes with it. Arrears (``top_up``) were decided on their own, and a debt stays a debt:
neither ends because the benefit does.
"""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from backend.assistance.models import Entitlement
from backend.assistance.money import NOTHING
from backend.assistance.profiles import months_later
from backend.core.db import Work
from backend.core.ids import new_id
from backend.core.locks import for_update

UNPAID = ("due", "failed")
ON_ITS_WAY = ("batched", "paid")
OF_A_MONTH = ("regular", "price_subsidy")


def hold(work: Work, benefits: Collection[UUID]) -> None:
    """Lock the rows of these benefits, in the order of their ids: before anything is recorded, or two may wait."""
    mine = select(Entitlement.id).where(Entitlement.benefit_id.in_(benefits)).order_by(Entitlement.id)
    work.session.execute(for_update(work, mine)).all()


def move(work: Work, old: UUID, new: UUID, first_month: date) -> None:
    """From ``first_month`` on the new benefit pays; what the old one has paid for these months counts against it.

    A price subsidy of such a month is the family's as it was: it goes on with the new benefit.
    """
    hold(work, [old])
    _cancel(work, old, first_month, ("regular",))
    theirs = (*_from(old, first_month, ("price_subsidy",)), Entitlement.state != "cancelled")
    work.execute_dml(update(Entitlement).where(*theirs).values(benefit_id=new))
    for month, amount in _paid(work, old, first_month):
        _owe(work, new, old, month, amount)


def take_back(work: Work, benefit: UUID, first_month: date) -> None:
    """From ``first_month`` on nothing is due: what was paid is owed by the family."""
    hold(work, [benefit])
    _cancel(work, benefit, first_month, OF_A_MONTH)
    for month, amount in list(_paid(work, benefit, first_month)):
        _owe(work, benefit, benefit, month, amount)


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
    gone = [{"id": row.id, "state": "cancelled"} for row, debt in owed if debt is not None and _less(debt, row.amount)]
    if gone:
        work.session.execute(update(Entitlement), gone)


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


def _owe(work: Work, benefit: UUID, of: UUID, month: date, amount: Decimal) -> None:
    """Take back what ``of`` gave for the month (yuan, > 0), from ``benefit``."""
    work.session.add(
        Entitlement(
            id=new_id(), benefit_id=benefit, month=free_month(work, benefit, "recovery", month), kind="recovery",
            amount=-amount, computed_at=work.now,
            parameters={"paid_before": str(amount), "of": str(of), "month": str(month)},
        )
    )  # fmt: skip


def _from(benefit: UUID, first_month: date, kinds: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return (Entitlement.benefit_id == benefit, Entitlement.month >= first_month, Entitlement.kind.in_(kinds))


def _cancel(work: Work, benefit: UUID, first_month: date, kinds: Collection[str]) -> None:
    later = (*_from(benefit, first_month, kinds), Entitlement.state.in_(UNPAID))
    work.execute_dml(update(Entitlement).where(*later).values(state="cancelled"))


def _paid(work: Work, benefit: UUID, first_month: date) -> Iterator[tuple[date, Decimal]]:
    """What was given for each month: a debt that was taken off it has been paid with it."""
    found = (
        select(Entitlement.month, func.sum(Entitlement.amount))
        .where(*_from(benefit, first_month, OF_A_MONTH), Entitlement.state.in_(ON_ITS_WAY))
        .group_by(Entitlement.month)
        .order_by(Entitlement.month)
    )
    for month, amount in work.session.execute(found).all():
        yield month, Decimal(amount)
