"""The published price catalogue (R-112, R-115): a price is a new row from a day on; nothing is edited or deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.memorial.burial_errors import PriceRepeatedError
from backend.memorial.burial_models import BurialPrice
from backend.memorial.burial_rules import BASES, FREE_KINDS, GROUPS, NOTHING, cents, on_day
from backend.people.service import Viewer, county

PRICE = "burial.price"
LONGEST = {"item": 64, "title": 64, "unit": 16, "source": 200}
FIELDS = {"item": "编号", "title": "项目", "unit": "单位", "source": "文件依据"}


@dataclass(frozen=True, slots=True)
class NewPrice:
    """The fields of ``burial_models.BurialPrice``; ``price`` None ends the item."""

    item: str
    title: str
    group: str
    basis: str
    price: Decimal | None
    unit: str
    source: str
    free_kind: str | None
    valid_from: date


def publish(work: Work, viewer: Viewer, new: NewPrice) -> BurialPrice:
    """A price from today or later on: what was charged before stays as it was.

    Raises ``PriceRepeatedError`` for a day the item has one for, ``BadInputError``, ``NotAllowedError``.
    """
    viewer.require(PRICE, county(work).path)
    _require_sense(new, local(work.now).date())
    row = {
        "id": new_id(), "item": new.item.strip(), "title": new.title.strip(), "group": new.group, "basis": new.basis,
        "price": new.price, "unit": new.unit.strip(), "source": new.source.strip(), "free_kind": new.free_kind,
        "valid_from": new.valid_from, "staff_id": viewer.staff_id, "at": work.now,
    }  # fmt: skip
    if not insert_new(work, BurialPrice, row, unique=("item", "valid_from")):
        raise PriceRepeatedError
    audit.record(work, "burial.price", f"burial_price:{new.item}", price=str(new.price), since=str(new.valid_from))
    return work.session.get_one(BurialPrice, row["id"])


def _require_sense(new: NewPrice, today: date) -> None:
    for name, most in LONGEST.items():
        if not 0 < len(getattr(new, name).strip()) <= most:
            raise BadInputError(field=FIELDS[name], why=f"请填写，最多 {most} 个字")
    if new.basis not in BASES or new.group not in GROUPS:
        raise BadInputError(field="定价方式", why="请从列表里选择")
    if new.free_kind is not None and new.free_kind not in FREE_KINDS:
        raise BadInputError(field="惠民项目", why="请从列表里选择")
    if new.price is not None and (new.price < NOTHING or new.price != cents(new.price)):
        raise BadInputError(field="价格", why="不能小于零，最多两位小数")
    if new.valid_from < today:
        raise BadInputError(field="生效日期", why="不能早于今天：已经收的费用不能改")


def listed(work: Work, day: date) -> Sequence[BurialPrice]:
    """What may be charged on a day, basic services first."""
    found = on_day(work.session.scalars(select(BurialPrice)).all(), day).values()
    order = list(GROUPS)
    return sorted(found, key=lambda row: (order.index(row.group), row.item))


def coming(work: Work, day: date) -> Sequence[BurialPrice]:
    """Prices that are published and begin after a day."""
    later = select(BurialPrice).where(BurialPrice.valid_from > day)
    return work.session.scalars(later.order_by(BurialPrice.valid_from, BurialPrice.item)).all()
