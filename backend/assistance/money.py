"""Yuan: exact while it is computed, two places once it is done. Pure.

Amounts of facts are ``Decimal`` with at most two places. What is computed from them (a third of a year's rent) is a
``Fraction``, so that splitting an amount into parts changes nothing; ``cents`` rounds once at the end, halves up.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Annotated

from pydantic import Field

Yuan = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2, allow_inf_nan=False)]
Exact = Fraction | Decimal | int
NOTHING = Decimal("0.00")
HALF = Fraction(1, 2)


def cents(amount: Exact) -> Decimal:
    """Yuan with two places; half a fen and more counts as one (ROUND_HALF_UP; amounts here are never negative)."""
    return Decimal(floor(Fraction(amount) * 100 + HALF)).scaleb(-2)


def apportioned(parts: Sequence[Fraction]) -> list[Decimal]:
    """The parts in cents so that they add up to the rounded sum: the largest remainders get the missing fen.

    What a family reads line by line must give the total under the line.
    """
    whole = [floor(part * 100) for part in parts]
    missing = floor(sum(parts, Fraction(0)) * 100 + HALF) - sum(whole)
    by_remainder = sorted(range(len(parts)), key=lambda place: whole[place] - parts[place] * 100)
    for place in by_remainder[:missing]:
        whole[place] += 1
    return [Decimal(one).scaleb(-2) for one in whole]


def instalments(total: Decimal, stages: int) -> tuple[Decimal, ...]:
    """A one-time amount in ``stages`` payments that differ by at most one fen, the larger ones first."""
    low, more = divmod(int(total.scaleb(2)), stages)
    return tuple(Decimal(low + (place < more)).scaleb(-2) for place in range(stages))
