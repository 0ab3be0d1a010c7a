"""Each month's money: rows computed once, due and not done; top-ups, recoveries, the price subsidy; the history.

Months are their first days, amounts yuan with two places. A row can be worked out again from the benefit's basis.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.assistance.assessment import assess
from backend.assistance.benefits import basis_of, locked
from backend.assistance.models import Benefit, Entitlement
from backend.assistance.money import NOTHING, cents
from backend.assistance.profiles import months_later, profile_named
from backend.assistance.settling import free_month
from backend.assistance.working import exact
from backend.core import audit, params
from backend.core.clock import local
from backend.core.db import Work, is_sqlite
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.core.locks import claim

FILE = Path(__file__).with_name("params") / "payments.yaml"
PORTION = 1000
ROWS_AT_ONCE = 400  # 8 columns each: below SQLite's limit of variables in one statement
PAYING = ("active", "phasing_out", "ended")
HISTORY_MONTHS = 12
MOST_PARTS = 120


@cache
def payment_params() -> params.Parameters:
    """The dated numbers of paying and taking back."""
    return params.load(FILE)


# -- computed, due and not done


def compute(work: Work, portion: int = PORTION) -> int:
    """Write the missing rows of up to ``portion`` benefits to the present month; how many benefits there were.

    Arrears too: a benefit granted late gets all months since its first. Running it again changes nothing.
    """
    this = local(work.now).date().replace(day=1)
    todo: Any = (
        select(
            Benefit.id, Benefit.state, Benefit.first_month, Benefit.last_month, Benefit.computed_until,
            Benefit.monthly, Benefit.members,
        )
        .where(Benefit.state.in_(PAYING), Benefit.first_month <= this)
        .where(or_(Benefit.computed_until.is_(None), Benefit.computed_until < _until(this)))
        .order_by(Benefit.id)
        .limit(portion)
    )  # fmt: skip
    found = work.session.execute(claim(work, todo)).all()
    write(work, [row for one in found for row in _rows(work, one, this)])
    ids = [one.id for one in found]
    work.execute_dml(
        update(Benefit).where(Benefit.id.in_(ids)).values(computed_until=_until(this))
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return len(found)


def _until(this: date) -> Any:
    """SQL: the earlier of the present month and the benefit's last month."""
    return case((Benefit.last_month < this, Benefit.last_month), else_=this)


def _rows(work: Work, one: Row[Any], this: date) -> Iterator[dict[str, Any]]:
    month = one.first_month if one.computed_until is None else months_later(one.computed_until, 1)
    last = this if one.last_month is None else min(one.last_month, this)
    stages = _stages(work, one.id) if one.state == "ended" and one.monthly == NOTHING else ()
    while month <= last:
        amount = stages[_place(one.first_month, month)] if stages else one.monthly
        if amount > NOTHING:
            yield row_of(work, one.id, month, "regular", amount, {"monthly": str(amount), "members": one.members})
        month = months_later(month, 1)


def _place(first: date, month: date) -> int:
    return (month.year - first.year) * 12 + month.month - first.month


def _stages(work: Work, benefit_id: UUID) -> tuple[Decimal, ...]:
    """A one-time amount as it is paid, month by month; empty for a benefit without money."""
    verdict = basis_of(work.session.scalars(select(Benefit.basis).where(Benefit.id == benefit_id)).one()).verdict
    if verdict.once is None:
        return ()
    return verdict.stages or (verdict.once,)


def row_of(
    work: Work, benefit_id: UUID, month: date, kind: str, amount: Decimal, parameters: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    return {
        "id": new_id(), "benefit_id": benefit_id, "month": month, "kind": kind, "amount": amount, "state": "due",
        "computed_at": work.now, "parameters": parameters,
    }  # fmt: skip


def write(work: Work, rows: Sequence[dict[str, Any]]) -> int:
    """Insert what is not there yet; how many rows were."""
    insert, written = (sqlite_insert if is_sqlite(work) else pg_insert)(Entitlement), 0
    for start in range(0, len(rows), ROWS_AT_ONCE):
        new = insert.values(rows[start : start + ROWS_AT_ONCE]).on_conflict_do_nothing()
        written += len(work.session.execute(new.returning(Entitlement.id)).all())
    return written


def paid_in_advance(work: Work, benefit: Benefit, amount: Decimal, voucher: str) -> None:
    """A one-time amount the township has paid out of its float: its row is there, paid, and no batch takes it."""
    row = row_of(work, benefit.id, benefit.first_month, "regular", amount, {"float": voucher})
    work.session.flush()
    write(work, [row | {"state": "paid"}])
    benefit.computed_until = benefit.first_month


# -- worked out again


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One month three times over: as stored, as the frozen verdict says, as the frozen facts give today. Yuan."""

    stored: Decimal
    verdict: Decimal
    again: Decimal

    @property
    def same(self) -> bool:
        return self.stored == self.verdict == self.again


def recompute(work: Work, entitlement_id: UUID) -> Recomputed:
    """A regular month worked out again with the profile and on the day it was decided."""
    row = work.session.get_one(Entitlement, entitlement_id)
    benefit = work.session.get_one(Benefit, row.benefit_id)
    basis = basis_of(benefit.basis)
    verdict, place = basis.verdict, _place(benefit.first_month, row.month)
    again = assess(verdict.programme, basis.facts, verdict.day, profile=profile_named(verdict.profile))
    return Recomputed(row.amount, *(_of_month(one.monthly, one.once, one.stages, place) for one in (verdict, again)))


def _of_month(monthly: Decimal | None, once: Decimal | None, stages: Sequence[Decimal], place: int) -> Decimal:
    if once is not None:
        return (stages or (once,))[place]
    return monthly or NOTHING


# -- more and less


def top_up(work: Work, benefit_id: UUID, amount: Decimal, reason: str) -> date:
    """Pay ``amount`` yuan more, e.g. arrears; the month it is paid in: the first without another top-up."""
    require_amount(amount, reason)
    locked(work, benefit_id)
    month = free_month(work, benefit_id, "top_up", local(work.now).date().replace(day=1))
    write(work, [row_of(work, benefit_id, month, "top_up", amount, {})])
    audit.record(work, "entitlement.top_up", f"benefit:{benefit_id}", amount=str(amount), month=month)
    return month


def recover(work: Work, benefit_id: UUID, total: Decimal, reason: str) -> list[tuple[date, Decimal]]:
    """Take back ``total`` yuan in monthly parts of at most the lawful share of the benefit; months and amounts.

    A family goes on living on what is left, so the parts begin in the present month and take as long as they must;
    of a benefit so small that it would be more than ``MOST_PARTS``, the last part is the rest and stays owed.
    """
    require_amount(total, reason)
    benefit, today = locked(work, benefit_id), local(work.now).date()
    share = Fraction(exact(payment_params().at("recovery_share", today).value))
    part = _not_more(Fraction(benefit.monthly) * share) or total
    parts: list[tuple[date, Decimal]] = []
    month = today.replace(day=1)
    while total > NOTHING:
        month = free_month(work, benefit_id, "recovery", month)
        parts.append((month, min(part, total) if len(parts) < MOST_PARTS - 1 else total))
        total, month = total - parts[-1][1], months_later(month, 1)
    write(work, [row_of(work, benefit_id, month, "recovery", -amount, {}) for month, amount in parts])
    audit.record(work, "entitlement.recover", f"benefit:{benefit_id}", months=len(parts))
    return parts


def require_amount(amount: Decimal, reason: str) -> None:
    """Raises ``BadInputError`` unless there is something to pay or take back, and why."""
    if amount <= NOTHING or amount != cents(amount):
        raise BadInputError(field="amount", why="金额要大于零，最多两位小数")
    if not reason.strip():
        raise BadInputError(field="reason", why="请写明补发或扣回的原因")


def _not_more(amount: Fraction) -> Decimal:
    """Yuan with two places, rounded down: a limit is not exceeded by half a fen either."""
    return Decimal(int(amount * 100)).scaleb(-2)


# -- looked at


@dataclass(frozen=True, slots=True)
class Month:
    """A line of a family's history."""

    month: date
    programme: str
    kind: str
    amount: Decimal
    state: str


def history(work: Work, household_id: UUID, persons: Sequence[UUID] = (), months: int = HISTORY_MONTHS) -> list[Month]:
    """The newest first: ``months`` back from the present one, of the household and of these members."""
    since = months_later(local(work.now).date(), 1 - months)
    whose = (Benefit.household_id == household_id) | Benefit.person_id.in_(persons)
    found = (
        select(Entitlement.month, Benefit.programme, Entitlement.kind, Entitlement.amount, Entitlement.state)
        .join(Benefit, Benefit.id == Entitlement.benefit_id)
        .where(whose, Entitlement.month >= since, Entitlement.state != "cancelled")
        .order_by(Entitlement.month.desc(), Benefit.programme, Entitlement.kind)
    )
    return [Month(*row) for row in work.session.execute(found)]
