"""Small things given for points (R-172): stock and points move together, and never below zero."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new, insert_numbered
from backend.people.service import Viewer
from backend.timebank import ledger, points
from backend.timebank.errors import GiftGoneError, GiftOrderOverError
from backend.timebank.ledger import POINTS_BUREAU, Leg, Movement
from backend.timebank.models import ThankGift, ThankGiftOrder

HANDLE, PREFIX, GIVEN = "volunteer.handle", "LW", "points_for_gift"
MOST = 100_000


def shown(work: Work) -> Sequence[ThankGift]:
    """What can be had, the cheapest first."""
    live = select(ThankGift).where(ThankGift.active)
    return work.session.scalars(live.order_by(ThankGift.points, ThankGift.name)).all()


def add(work: Work, viewer: Viewer, name: str, about: str, points_each: int, stock: int) -> ThankGift:
    """A new gift; the same name again is the same gift. Raises ``NotAllowedError``, ``BadInputError``."""
    viewer.require(HANDLE)
    _require_number("points", points_each, 1)
    _require_number("stock", stock, 0)
    if not 0 < len(name.strip()) <= 64:  # noqa: PLR2004 - what fits on a phone
        raise BadInputError(field="name", why="请填写名称，最多64个字")
    row = {
        "id": new_id(), "name": name.strip(), "about": about.strip(), "points": points_each, "stock": stock,
        "active": True, "version": 0,
    }  # fmt: skip
    if insert_new(work, ThankGift, row, unique=("name",)):
        audit.record(work, "time_gift.add", f"time_gift:{row['id']}", stock=stock)
    return work.session.scalars(select(ThankGift).where(ThankGift.name == row["name"])).one()


def _require_number(field: str, number: int, least: int) -> None:
    if type(number) is not int or not least <= number <= MOST:
        raise BadInputError(field=field, why=f"要填写{least}到{MOST}的整数")


def restock(work: Work, viewer: Viewer, gift_id: UUID, more: int) -> ThankGift:
    """Put ``more`` on the shelf. Raises ``NotAllowedError``, ``NotFoundError``, ``BadInputError``."""
    viewer.require(HANDLE)
    _require_number("more", more, 1)
    if not work.execute_dml(update(ThankGift).where(ThankGift.id == gift_id).values(stock=ThankGift.stock + more)):
        raise NotFoundError(gift=str(gift_id))
    audit.record(work, "time_gift.restock", f"time_gift:{gift_id}", more=more)
    return _fresh(work, gift_id)


def _fresh(work: Work, gift_id: UUID) -> ThankGift:
    return work.session.get_one(ThankGift, gift_id, populate_existing=True)


def reserve(work: Work, person_id: UUID, gift_id: UUID, key: str) -> ThankGiftOrder:
    """One gift for its points, to be fetched at a counter; the same key again is the same order.

    Raises ``GiftGoneError``, ``PointsShortError``, ``NotFoundError``.
    """
    gift = work.session.get(ThankGift, gift_id)
    if gift is None:
        raise NotFoundError(gift=str(gift_id))
    mine = points.of(person_id)
    ledger.lock(work, points.accounts(person_id))
    legs = (Leg(mine, -gift.points), Leg(POINTS_BUREAU, gift.points))
    transfer = ledger.post(work, Movement(
        f"gift:{person_id}:{key}", GIVEN, legs, local(work.now).date(), "gift_order", str(gift_id), gift.name,
    ))  # fmt: skip
    earlier = select(ThankGiftOrder).where(ThankGiftOrder.transfer_id == transfer.id)
    made = work.session.scalars(earlier).one_or_none()
    if made is not None:
        return made
    _take_one(work, gift_id)
    row = {
        "id": new_id(), "gift_id": gift_id, "person_id": person_id, "transfer_id": transfer.id, "points": gift.points,
        "state": "reserved", "ordered_at": work.now, "done_at": None, "staff_id": None,
    }  # fmt: skip
    return work.session.get_one(ThankGiftOrder, insert_numbered(work, ThankGiftOrder, row, PREFIX))


def _take_one(work: Work, gift_id: UUID) -> None:
    there = ThankGift.id == gift_id, ThankGift.active, ThankGift.stock > 0
    if not work.execute_dml(update(ThankGift).where(*there).values(stock=ThankGift.stock - 1)):
        raise GiftGoneError


def fetch(work: Work, viewer: Viewer, number: str) -> ThankGiftOrder:
    """It was handed over. Raises ``NotAllowedError``, ``NotFoundError``, ``GiftOrderOverError``."""
    viewer.require(HANDLE)
    row = _ended(work, _by_number(work, number), "fetched", viewer.staff_id)
    audit.record(work, "time_gift.fetch", f"time_gift_order:{row.id}")
    return row


def cancel(work: Work, person_id: UUID, order_id: UUID) -> ThankGiftOrder:
    """One's own, before it was fetched: points and stock come back.

    Raises ``NotFoundError``, ``GiftOrderOverError``.
    """
    row = work.session.get(ThankGiftOrder, order_id)
    if row is None or row.person_id != person_id:
        raise NotFoundError(gift_order=str(order_id))
    ledger.lock(work, points.accounts(person_id))
    _ended(work, row, "cancelled", None)
    work.execute_dml(update(ThankGift).where(ThankGift.id == row.gift_id).values(stock=ThankGift.stock + 1))
    ledger.reverse(work, row.transfer_id, key=f"cancel:{row.id}", why="取消兑换")
    return row


def _by_number(work: Work, number: str) -> ThankGiftOrder:
    row = work.session.scalars(select(ThankGiftOrder).where(ThankGiftOrder.number == number)).one_or_none()
    if row is None:
        raise NotFoundError(gift_order=number)
    return row


def _ended(work: Work, row: ThankGiftOrder, state: str, staff_id: UUID | None) -> ThankGiftOrder:
    """By compare-and-swap: of a fetching and a cancelling at once one wins."""
    waits = ThankGiftOrder.id == row.id, ThankGiftOrder.state == "reserved"
    values = {"state": state, "done_at": work.now, "staff_id": staff_id}
    if not work.execute_dml(update(ThankGiftOrder).where(*waits).values(**values)):
        raise GiftOrderOverError
    return work.session.get_one(ThankGiftOrder, row.id, populate_existing=True)


def orders_of(work: Work, person_id: UUID) -> Sequence[ThankGiftOrder]:
    """Somebody's own, the newest first."""
    mine = select(ThankGiftOrder).where(ThankGiftOrder.person_id == person_id)
    return work.session.scalars(mine.order_by(ThankGiftOrder.ordered_at.desc(), ThankGiftOrder.id)).all()
