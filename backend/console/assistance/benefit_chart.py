"""Twelve months of a benefit as bars drawn on the server: what arrived, and what has not yet. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from backend.assistance.money import NOTHING
from backend.assistance.profiles import months_later

MONTHS, WIDTH, HEIGHT, TOP, FOOT = 12, 720, 220, 26, 28
STEP = WIDTH / MONTHS


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: its sum in yuan, how much of it has arrived, and where its bars stand in the drawing."""

    month: date
    total: Decimal
    paid: Decimal
    x: float
    y: float
    height: float
    paid_y: float
    paid_height: float

    @property
    def words(self) -> str:
        return f"{self.month:%Y年%m月}：共{self.total}元，已发{self.paid}元"


def bars(rows: Sequence[tuple[date, Decimal, str]], today: date) -> list[Bar]:
    """``rows``: month, yuan, state of each entitlement row. The last bar is the present month; below zero: no bar."""
    first = months_later(today, 1 - MONTHS)
    months = [months_later(first, place) for place in range(MONTHS)]
    totals = {month: _sum(rows, month) for month in months}
    paid = {month: max(_sum(rows, month, "paid"), NOTHING) for month in months}
    most = max((max(totals.values()), Decimal(1)))
    return [_bar(place, month, totals[month], paid[month], most) for place, month in enumerate(months)]


def _sum(rows: Sequence[tuple[date, Decimal, str]], month: date, state: str | None = None) -> Decimal:
    return sum((amount for when, amount, now in rows if when == month and state in (None, now)), NOTHING)


def _bar(place: int, month: date, total: Decimal, paid: Decimal, most: Decimal) -> Bar:
    room = HEIGHT - TOP - FOOT
    height = float(max(total, NOTHING) / most) * room
    paid_height = min(float(paid / most) * room, height)
    floor = HEIGHT - FOOT
    return Bar(month, total, paid, place * STEP + 6, floor - height, height, floor - paid_height, paid_height)
