"""Words and numbers of cemeteries: terms, which price holds on a day, what of a bill is free. Pure."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol, TypeVar

CEMETERY_KINDS = {"welfare": "公益性公墓", "commercial": "经营性公墓", "ashes": "骨灰堂"}
PLOT_KINDS = {
    "tomb": "墓", "wall": "壁葬", "niche": "骨灰格位", "tree": "树葬", "lawn": "草坪葬", "flower": "花坛葬",
    "sea": "海葬",
}  # fmt: skip
CLOSED_WHY = {"danger": "有险情，暂时不能前往", "historic": "历史墓葬，原样保护", "other": "其他原因停用"}
ECOLOGICAL = frozenset({"wall", "niche", "tree", "lawn", "flower", "sea"})  # 节地生态安葬
BASES = {"set": "政府定价", "guided": "政府指导价", "market": "市场调节价"}
GROUPS = {"basic": "基本服务", "chosen": "选择性服务", "plot": "安葬设施", "goods": "丧葬用品"}
FREE_KINDS = {"transport": "接运", "refrigeration": "冷藏", "body_bag": "尸袋", "cremation": "火化", "urn": "骨灰盒"}
FEES = {"paid_in": 1, "interest": 1, "used": -1, "refund": -1}
FEE_WORDS = {"paid_in": "收取维护费", "interest": "利息", "used": "支出", "refund": "退费"}
ORDER_STATES = {"ordered": "已提交", "accepted": "已受理", "done": "已办完", "cancelled": "已取消"}
ERRAND_STATES = {"asked": "等候安排", "done": "已祭扫", "refused": "不能安排"}
CENT = Decimal("0.01")
NOTHING = Decimal(0)


def after_years(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th where there is none."""
    year = day.year + years
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


class Priced(Protocol):
    """A row of the catalogue."""

    @property
    def item(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def price(self) -> Decimal | None: ...


P = TypeVar("P", bound=Priced)


def on_day(rows: Iterable[P], day: date) -> dict[str, P]:
    """The row of each item that holds on ``day``; an item that is no longer offered is not there."""
    latest: dict[str, P] = {}
    for row in sorted((one for one in rows if one.valid_from <= day), key=lambda one: one.valid_from):
        latest[row.item] = row
    return {item: row for item, row in latest.items() if row.price is not None}


@dataclass(frozen=True, slots=True)
class Charge:
    """What a line costs: ``amount`` and how much of it is ``waived``."""

    amount: Decimal
    waived: Decimal


def charge(price: Decimal, quantity: int, free_kind: str | None, free: Mapping[str, Any], free_days: int) -> Charge:
    """One line of a bill. ``free``: item of 惠民殡葬 → yuan at most for one, None for all of it; empty grants nothing.

    Of refrigeration ``free_days`` days are free, of everything else one.
    """
    amount = price * quantity
    if free_kind is None or free_kind not in free:
        return Charge(amount, NOTHING)
    covered = min(quantity, free_days if free_kind == "refrigeration" else 1)
    most = free[free_kind]
    each = price if most is None else min(price, Decimal(str(most)))
    return Charge(amount, each * covered)


def cents(amount: Decimal) -> Decimal:
    """Rounded to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)
