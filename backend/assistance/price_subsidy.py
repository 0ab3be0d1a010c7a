"""价格临时补贴 (R-034): when prices rise to the line, each person gets the standard times the rise for that month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from backend.assistance.entitlements import payment_params, row_of, write
from backend.assistance.errors import NoPriceRiseError
from backend.assistance.law import book
from backend.assistance.models import Benefit, Entitlement, Household
from backend.assistance.money import NOTHING, cents
from backend.assistance.payees import with_homes
from backend.assistance.working import exact
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError


@dataclass(frozen=True, slots=True)
class Prices:
    """Rises of a month against the year before, in per cent, as the statistics bureau published them (``source``)."""

    month: date
    consumer: Decimal
    food: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What ``pay`` would write; ``again``: rows of the month that are there already. Yuan."""

    households: int
    people: int
    total: Decimal
    again: int


def preview(work: Work, prices: Prices) -> Preview:
    """Looked at before anything is written. Raises as ``pay``."""
    _require_sense(prices)
    standards = payment_params().at("price_subsidy_standards", prices.month).value
    found = [
        (one, amount)
        for one in _receivers(work, standards, prices.month)
        if (amount := amount_of(standards[one.programme], one, prices)) > NOTHING
    ]
    there = select(func.count()).where(Entitlement.month == prices.month, Entitlement.kind == "price_subsidy")
    people, total = sum(one.members for one, _amount in found), sum((amount for _one, amount in found), NOTHING)
    return Preview(len(found), people, total, work.session.scalar(there) or 0)


def pay(work: Work, prices: Prices) -> int:
    """Write the subsidy of the month for everybody who was paid for it; how many rows. Again: nothing more.

    Per head the local standard × the consumer rise, of the household rounded once (ROUND_HALF_UP).
    Raises ``NoPriceRiseError`` below both lines; ``params.NoValueError`` without a parameter for the month.
    """
    _require_sense(prices)
    standards = payment_params().at("price_subsidy_standards", prices.month).value
    rows = [
        row_of(work, one.id, prices.month, "price_subsidy", amount, _why(prices))
        for one in _receivers(work, standards, prices.month)
        if (amount := amount_of(standards[one.programme], one, prices)) > NOTHING
    ]
    written = write(work, rows)
    audit.record(work, "entitlement.price_subsidy", f"month:{prices.month}", rows=written, source=prices.source)
    return written


def _require_sense(prices: Prices) -> None:
    if not prices.source.strip():
        raise BadInputError(field="出处", why="请写明涨幅数字的出处")
    if not triggered(prices):
        raise NoPriceRiseError(consumer=str(prices.consumer), food=str(prices.food))


def triggered(prices: Prices) -> bool:
    """At the line counts: either of the two is enough."""
    lines = (payment_params().at(name, prices.month).value for name in ("price_subsidy_cpi", "price_subsidy_food"))
    consumer, food = (exact(line) for line in lines)
    return prices.consumer >= consumer or prices.food >= food


def amount_of(standards: Mapping[str, str], one: Any, prices: Prices) -> Decimal:
    """Yuan for the household; ``one`` has ``urban`` and ``members``."""
    standard = exact(book().on(prices.month).at(standards["urban" if one.urban else "rural"]).value)
    return cents(max(Fraction(0), Fraction(standard) * Fraction(prices.consumer) / 100 * one.members))


def _why(prices: Prices) -> dict[str, Any]:
    return {"consumer": str(prices.consumer), "food": str(prices.food), "source": prices.source}


def _receivers(work: Work, programmes: Mapping[str, Any], month: date) -> Sequence[Any]:
    """Benefits paid in the month: their id, programme, members, and whether the household is urban.

    A month that was paid before it was changed has two benefits: the later one counts, a family is not helped twice.
    """
    found: Any = (
        select(Benefit.id, Benefit.programme, Benefit.members, Household.urban, Benefit.household_id, Benefit.person_id)
        .select_from(Benefit)
        .join(Entitlement, (Entitlement.benefit_id == Benefit.id) & (Entitlement.month == month))
        .where(Benefit.programme.in_(list(programmes)), Entitlement.kind == "regular")
        .where(Entitlement.state != "cancelled")
        .order_by(Benefit.id)
    )
    rows = work.session.execute(with_homes(found, outer=False))
    return list({(row.programme, row.household_id, row.person_id): row for row in rows}.values())
