"""Yuan: exact while it is computed, two places once it is done. Pure.

Amounts of facts are ``Decimal`` with at most two places. What is computed from them (a third of a year's rent) is a
``Fraction``, so that splitting an amount into parts changes nothing; ``cents`` rounds once at the end, halves up.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import Field

Yuan = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2, allow_inf_nan=False)]
Exact = Fraction | Decimal | int
NOTHING = Decimal("0.00")


def cents(amount: Exact) -> Decimal:
    """Yuan with two places; half a fen and more counts as one (ROUND_HALF_UP; amounts here are never negative)."""
    if isinstance(amount, Decimal):
        return amount.quantize(NOTHING, ROUND_HALF_UP)
    return Decimal(_fen(amount)).scaleb(-2)


def _fen(amount: Fraction | int) -> int:
    """Whole fen, halves up; in integers, because twenty thousand families wait for it."""
    return (200 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def apportioned(parts: Sequence[Fraction]) -> list[Decimal]:
    """The parts in cents so that they add up to the rounded sum: the largest remainders get the missing fen.

    What a family reads line by line must give the total under the line.
    """
    split = [divmod(100 * part.numerator, part.denominator) for part in parts]
    whole = [fen for fen, _rest in split]
    missing = _fen(sum(parts, Fraction(0))) - sum(whole)
    if missing:
        by_remainder = sorted(range(len(parts)), key=lambda place: -split[place][1] / parts[place].denominator)
        for place in by_remainder[:missing]:
            whole[place] += 1
    return [Decimal(one).scaleb(-2) for one in whole]


def instalments(total: Decimal, stages: int) -> tuple[Decimal, ...]:
    """A one-time amount in ``stages`` payments that differ by at most one fen, the larger ones first."""
    low, more = divmod(int(total.scaleb(2)), stages)
    return tuple(Decimal(low + (place < more)).scaleb(-2) for place in range(stages))
