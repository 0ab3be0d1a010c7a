"""Cemeteries, visits, sweepings and bills as ``burial_schemas`` shows them: short words."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from backend.booking.service import SlotView
from backend.core.clock import local
from backend.core.db import Work
from backend.memorial import burial_prices, cemeteries, funeral_orders, sweeping
from backend.memorial.burial_models import BurialPrice, Cemetery, FuneralOrder, Plot, PlotTerm, SweepingErrand
from backend.memorial.burial_rules import BASES, CEMETERY_KINDS, ERRAND_STATES, GROUPS, NOTHING, ORDER_STATES
from backend.memorial.funeral_orders import Bill
from backend.memorial.grave_visits import Visit

VISIT_STATES = {
    "booked": "已预约", "displaced": "请改时间", "checked_in": "已到", "serving": "已到", "done": "已祭扫",
    "cancelled": "已取消", "no_show": "没有来",
}  # fmt: skip


def yuan(amount: Decimal | None) -> str:
    return f"{amount or NOTHING:.2f}"


def open_cemeteries(work: Work) -> list[dict[str, Any]]:
    """Every cemetery, with the zones whose visits are booked."""
    rows = work.session.scalars(select(Cemetery).order_by(Cemetery.name)).all()
    return [
        {"code": row.code, "name": row.name, "kind": CEMETERY_KINDS[row.kind], "address": row.address,
         "phone": row.phone,
         "zones": [one.name for one in cemeteries.zones(work, row.id) if one.office_code is not None]}
        for row in rows
    ]  # fmt: skip


def time_out(one: SlotView) -> dict[str, Any]:
    return {
        "slot_id": one.slot_id, "day": one.day, "time": f"{local(one.starts_at):%H:%M}–{local(one.ends_at):%H:%M}",
        "left": one.left, "state": one.state, "opens_at": local(one.opens_at),
    }  # fmt: skip


def visit_out(one: Visit) -> dict[str, Any]:
    start, end = local(one.booking.starts_at), local(one.booking.ends_at)
    return {
        "booking_id": one.booking.id, "number": one.booking.number, "place": one.booking.office.name,
        "grave": f"{one.zone} {one.plot}", "when": f"{start.month}月{start.day}日 {start:%H:%M}–{end:%H:%M}",
        "day": one.booking.day, "persons": one.persons, "state": one.booking.state,
        "state_zh": VISIT_STATES[one.booking.state],
    }  # fmt: skip


def plot_out(work: Work, term: PlotTerm) -> dict[str, Any]:
    plot = work.session.get_one(Plot, term.plot_id)
    cemetery, zone = cemeteries.place_of(work, plot)
    return {
        "cemetery": cemetery.code, "place": cemetery.name, "phone": cemetery.phone, "zone": zone.name,
        "plot": plot.number, "certificate": term.certificate, "until": term.until,
        "booked": zone.office_code is not None,
    }  # fmt: skip


def errand_out(work: Work, one: SweepingErrand) -> dict[str, Any]:
    plot = work.session.get_one(Plot, one.plot_id)
    cemetery, zone = cemeteries.place_of(work, plot)
    return {
        "id": one.id, "place": cemetery.name, "phone": cemetery.phone, "grave": f"{zone.name} {plot.number}",
        "day": one.day, "state": one.state, "state_zh": ERRAND_STATES[one.state], "words": one.words,
        "answer": one.answer or "", "photos": list(sweeping.photos(work, one)),
    }  # fmt: skip


def price_out(row: BurialPrice) -> dict[str, Any]:
    return {
        "item": row.item, "title": row.title, "group": GROUPS[row.group], "basis": BASES[row.basis],
        "price": yuan(row.price), "unit": row.unit, "source": row.source, "since": row.valid_from,
        "free": row.free_kind is not None,
    }  # fmt: skip


def price_list(work: Work, day: date) -> dict[str, Any]:
    return {"day": day, "items": [price_out(row) for row in burial_prices.listed(work, day)]}


def by_group(items: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The same, a list for each group that has any."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in items:
        found.setdefault(one["group"], []).append(one)
    return found


def bill_out(bill: Bill) -> dict[str, Any]:
    return {
        "lines": [
            {"title": one.price.title, "basis": BASES[one.price.basis], "price": yuan(one.price.price),
             "unit": one.price.unit, "quantity": one.quantity, "amount": yuan(one.amount), "waived": yuan(one.waived)}
            for one in bill.lines
        ],
        "total": yuan(bill.total), "waived": yuan(bill.waived), "due": yuan(bill.due),
    }  # fmt: skip


def order_out(work: Work, order: FuneralOrder) -> dict[str, Any]:
    return {
        "number": order.number, "dead_name": order.dead_name, "day": order.day, "state": order.state,
        "state_zh": ORDER_STATES[order.state], "bill": bill_out(funeral_orders.bill_of(work, order)),
        "complaints": [
            {"words": one.words, "at": local(one.at), "due": one.due_on, "answer": one.answer or ""}
            for one in funeral_orders.complaints_of(work, order)
        ],
    }  # fmt: skip
