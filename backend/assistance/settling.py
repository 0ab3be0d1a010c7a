"""What happens to months that were computed before a benefit changed: not yet paid ones go, paid ones are made even."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select, update

from backend.assistance.models import Entitlement
from backend.core.db import Work
from backend.core.ids import new_id

UNPAID = ("due", "failed")
ON_ITS_WAY = ("batched", "paid")


def move(work: Work, old: UUID, new: UUID, first_month: date) -> None:
    """From ``first_month`` on the new benefit pays; what the old one has paid for these months counts against it."""
    _cancel(work, old, first_month)
    for month, amount in _paid(work, old, first_month):
        owe(work, new, month, amount)


def take_back(work: Work, benefit: UUID, first_month: date) -> None:
    """From ``first_month`` on nothing is due: what was paid is owed by the family."""
    _cancel(work, benefit, first_month)
    for month, amount in list(_paid(work, benefit, first_month)):
        owe(work, benefit, month, amount)


def owe(work: Work, benefit: UUID, month: date, amount: Decimal) -> None:
    """A recovery of ``amount`` (yuan, > 0) in this month."""
    work.session.add(
        Entitlement(
            id=new_id(), benefit_id=benefit, month=month, kind="recovery", amount=-amount, computed_at=work.now,
            parameters={"paid_before": str(amount)},
        )
    )  # fmt: skip


def _cancel(work: Work, benefit: UUID, first_month: date) -> None:
    later = (Entitlement.benefit_id == benefit, Entitlement.month >= first_month, Entitlement.state.in_(UNPAID))
    work.execute_dml(update(Entitlement).where(*later).values(state="cancelled"))


def _paid(work: Work, benefit: UUID, first_month: date) -> Iterator[tuple[date, Decimal]]:
    total = func.sum(Entitlement.amount)
    found = (
        select(Entitlement.month, total)
        .where(Entitlement.benefit_id == benefit, Entitlement.month >= first_month)
        .where(Entitlement.state.in_(ON_ITS_WAY))
        .group_by(Entitlement.month)
        .having(total > 0)
        .order_by(Entitlement.month)
    )
    for month, amount in work.session.execute(found).all():
        yield month, Decimal(amount)
