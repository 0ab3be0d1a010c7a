"""Funeral services ordered and billed: only from the published catalogue, at the price of the day they were ordered.

What 惠民殡葬 makes free is taken off when the family's application was granted: the items and limits frozen in that
decision count, not those of today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from backend.cases import decided
from backend.cases.decided import Granted
from backend.core import audit, calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_numbered
from backend.core.locks import for_update
from backend.memorial import burial_prices
from backend.memorial.burial_errors import FuneralOrderOverError, NotListedError
from backend.memorial.burial_models import BurialPrice, FuneralComplaint, FuneralLine, FuneralOrder
from backend.memorial.burial_params import number as number_of
from backend.memorial.burial_rules import NOTHING, ORDER_STATES, charge
from backend.memorial.burial_states import ORDER
from backend.people.models import Division
from backend.people.service import Viewer, division
from backend.ratings import service as ratings
from backend.residents.documents import read_name, same_name
from backend.residents.models import Person
from backend.residents.telling import tell_resident

MATTER, FREE, FREE_DAYS = "funeral_fee_waiver", "funeral_items", "funeral_refrigeration_days"
REWARD = "reward"  # the category of those who are paid for saving land but have no basic services free
TITLE, PREFIX = "殡葬服务", "BY"
VIEW, HANDLE = "memorial.view", "burial.handle"
MOST_LINES, MOST_EACH, LONGEST, LISTED = 40, 99, 500, 100
AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order: for whom (the dead person's name), on which day, at whose house (division), item → how many."""

    dead_name: str = field(repr=False)
    day: date
    division_code: str
    items: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of a bill with its row of the catalogue."""

    price: BurialPrice
    quantity: int
    amount: Decimal
    waived: Decimal


@dataclass(frozen=True, slots=True)
class Bill:
    """What an order costs: the lines, yuan altogether, yuan taken off, yuan to pay."""

    lines: tuple[BillLine, ...]
    total: Decimal
    waived: Decimal

    @property
    def due(self) -> Decimal:
        return self.total - self.waived


# -- the bill


def quote(work: Work, person_id: UUID, wanted: Wanted) -> Bill:
    """What it would cost today; nothing is written. Raises ``NotListedError``, ``BadInputError``."""
    return _bill(work, wanted, _grant(work, person_id, wanted.dead_name))


def _bill(work: Work, wanted: Wanted, grant: Granted | None) -> Bill:
    today = local(work.now).date()
    if not today <= wanted.day <= today + AHEAD:
        raise BadInputError(field="日期", why=f"请选今天到 {AHEAD.days} 天内的日子")
    if not 0 < len(wanted.items) <= MOST_LINES:
        raise BadInputError(field="项目", why="请至少选一项")
    known = {row.item: row for row in burial_prices.listed(work, today)}
    free, days = (grant.values.get(FREE, {}), int(grant.values.get(FREE_DAYS, 1))) if grant else ({}, 1)
    lines = tuple(_line(known.get(item), count, free, days) for item, count in wanted.items.items())
    return Bill(lines, sum((one.amount for one in lines), NOTHING), sum((one.waived for one in lines), NOTHING))


def _line(row: BurialPrice | None, count: int, free: Mapping[str, Any], days: int) -> BillLine:
    if row is None or row.price is None:
        raise NotListedError
    if not 1 <= count <= MOST_EACH:
        raise BadInputError(field="数量", why=f"应在 1 到 {MOST_EACH} 之间")
    found = charge(row.price, count, row.free_kind, free, days)
    return BillLine(row, count, found.amount, found.waived)


def _grant(work: Work, person_id: UUID, dead_name: str) -> Granted | None:
    """The decision that makes this funeral's basic items free: for this dead person, not yet used, not paid back."""
    used = set(
        work.session.scalars(
            select(FuneralOrder.granted_by).where(
                FuneralOrder.person_id == person_id, FuneralOrder.state != "cancelled",
                FuneralOrder.granted_by.is_not(None),
            )
        )
    )  # fmt: skip
    for one in decided.granted(work, person_id, MATTER):
        category = one.lines.get("verdict", {}).get("category")
        paid_back = bool(one.form.get("paid"))
        mine = same_name(str(one.form.get("name", "")), dead_name)
        if mine and not paid_back and category not in ("", REWARD, None) and one.number not in used:
            return one
    return None


# -- the order


def place(work: Work, person_id: UUID, wanted: Wanted) -> FuneralOrder:
    """Order for a family. Raises as ``quote``, and ``NotFoundError`` for an unknown division."""
    where = work.session.get(Division, wanted.division_code)
    if where is None:
        raise NotFoundError(division=wanted.division_code)
    name = read_name(wanted.dead_name)
    # Of two taps at once only one finds the grant unused.
    work.session.execute(for_update(work, select(Person.id).where(Person.id == person_id))).all()
    grant = _grant(work, person_id, name)
    bill = _bill(work, wanted, grant)
    row = {
        "id": new_id(), "person_id": person_id, "division_code": where.code, "dead_name": name, "day": wanted.day,
        "state": "ordered", "granted_by": grant.number if grant and bill.waived else None, "at": work.now,
        "done_at": None,
    }  # fmt: skip
    order = work.session.get_one(FuneralOrder, insert_numbered(work, FuneralOrder, row, PREFIX))
    work.session.add_all(
        FuneralLine(
            order_id=order.id, price_id=one.price.id, quantity=one.quantity, amount=one.amount, waived=one.waived
        )
        for one in bill.lines
    )
    work.session.flush()
    audit.record(work, "funeral_order.place", f"funeral_order:{order.number}", due=str(bill.due))
    return order


def bill_of(work: Work, order: FuneralOrder) -> Bill:
    """The order's bill as it was made: what the invoice shows."""
    rows = work.session.execute(
        select(FuneralLine, BurialPrice)
        .join(BurialPrice, BurialPrice.id == FuneralLine.price_id)
        .where(FuneralLine.order_id == order.id)
        .order_by(FuneralLine.id)
    )
    lines = tuple(BillLine(price, line.quantity, line.amount, line.waived) for line, price in rows)
    return Bill(lines, sum((one.amount for one in lines), NOTHING), sum((one.waived for one in lines), NOTHING))


def of_person(work: Work, person_id: UUID) -> Sequence[FuneralOrder]:
    """Somebody's orders, the newest first."""
    mine = select(FuneralOrder).where(FuneralOrder.person_id == person_id)
    return work.session.scalars(mine.order_by(FuneralOrder.at.desc(), FuneralOrder.id).limit(LISTED)).all()


def find(work: Work, number: str, *, person_id: UUID | None = None, viewer: Viewer | None = None) -> FuneralOrder:
    """One's own order, or one in the viewer's part of the county. Raises ``NotFoundError``."""
    mine = select(FuneralOrder).join(Division, Division.code == FuneralOrder.division_code)
    mine = mine.where(FuneralOrder.number == number)
    if viewer is not None:
        mine = mine.where(viewer.sees(Division.path, VIEW))
    else:
        mine = mine.where(FuneralOrder.person_id == person_id)
    found = work.session.scalars(mine).one_or_none()
    if found is None:
        raise NotFoundError(order=number)
    return found


def seen_by(work: Work, viewer: Viewer) -> Sequence[FuneralOrder]:
    """The orders in the viewer's part of the county, the next funeral first, ended ones last."""
    mine = select(FuneralOrder).join(Division, Division.code == FuneralOrder.division_code)
    mine = mine.where(viewer.sees(Division.path, VIEW))
    ended = FuneralOrder.state.in_(("done", "cancelled"))
    return work.session.scalars(mine.order_by(ended, FuneralOrder.day, FuneralOrder.at).limit(LISTED)).all()


def cancel(work: Work, person_id: UUID, number: str) -> FuneralOrder:
    """By the family, until it is done. Raises ``FuneralOrderOverError``, ``NotFoundError``."""
    return _go(work, find(work, number, person_id=person_id), "cancel")


def handle(work: Work, viewer: Viewer, number: str, action: str) -> FuneralOrder:
    """``accept``, ``finish`` or ``cancel`` by staff; a finished one invites the family to rate it.

    Raises ``FuneralOrderOverError``, ``NotFoundError``, ``NotAllowedError``.
    """
    order = find(work, number, viewer=viewer)
    path = division(work, order.division_code).path
    viewer.require(HANDLE, path)
    order = _go(work, order, action, done_at=work.now if action == "finish" else None)
    if action == "finish":
        ratings.invite(work, order.person_id, "funeral_order", str(order.id), TITLE, division_path=path)
    return order


def _go(work: Work, order: FuneralOrder, action: str, **values: Any) -> FuneralOrder:
    """Along the table by compare-and-swap: of two at once the second hears that it is done."""
    if action not in ORDER.actions(order.state):
        raise FuneralOrderOverError(state_zh=ORDER_STATES[order.state])
    same = (FuneralOrder.id == order.id, FuneralOrder.state == order.state)
    after = ORDER.next(order.state, action)
    changed = work.execute_dml(update(FuneralOrder).where(*same).values(state=after, **values))
    work.session.refresh(order)
    if not changed:
        raise FuneralOrderOverError(state_zh=ORDER_STATES[order.state])
    audit.record(work, f"funeral_order.{action}", f"funeral_order:{order.number}")
    return order


# -- complaints


def complain(work: Work, person_id: UUID, number: str, words: str) -> FuneralComplaint:
    """An answer is due in so many working days. Raises ``NotFoundError``, ``BadInputError``."""
    order = find(work, number, person_id=person_id)
    days = number_of(work, "complaint_answer_workdays")
    due = calendar_store.current(work).add_workdays(local(work.now).date(), days)
    row = FuneralComplaint(id=new_id(), order_id=order.id, words=_words(words), at=work.now, due_on=due)
    work.session.add(row)
    audit.record(work, "funeral_order.complain", f"funeral_order:{order.number}")
    return row


def answer(work: Work, viewer: Viewer, complaint_id: UUID, words: str) -> FuneralComplaint:
    """Answer a complaint once; the family is told. Raises ``NotFoundError``, ``BadInputError``, ``NotAllowedError``."""
    row = work.session.get(FuneralComplaint, complaint_id)
    order = work.session.get(FuneralOrder, row.order_id) if row is not None else None
    if row is None or order is None or row.answered_at is not None:
        raise NotFoundError(complaint=str(complaint_id))
    viewer.require(HANDLE, division(work, order.division_code).path)
    row.answer, row.answered_at, row.answered_by = _words(words), work.now, viewer.staff_id
    tell_resident(
        work, order.person_id, key=f"funeral_answered:{row.id}", template="funeral_answered",
        facts={"number": order.number}, page=f"/pages/funeral/detail?number={order.number}",
    )  # fmt: skip
    audit.record(work, "funeral_order.answer", f"funeral_order:{order.number}")
    return row


def complaints_of(work: Work, order: FuneralOrder) -> Sequence[FuneralComplaint]:
    mine = select(FuneralComplaint).where(FuneralComplaint.order_id == order.id)
    return work.session.scalars(mine.order_by(FuneralComplaint.at)).all()


def _words(words: str) -> str:
    clean = words.strip()
    if not 0 < len(clean) <= LONGEST:
        raise BadInputError(field="内容", why=f"请写 1 到 {LONGEST} 个字")
    return clean
