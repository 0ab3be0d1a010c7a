"""The coordinator's desk (派单台): orders of help by where they stand, and one order with its story."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.cases.serving import let_out
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import NotFoundError
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.timebank import order_photos, order_views
from backend.timebank.call_outs import RAISE
from backend.timebank.disputes import SETTLE
from backend.timebank.order_records import HANDLE, VIEW, Who, find

blueprint = tapped.with_keys(page_blueprint("console_orders", __name__, "/console/orders"))

# The columns of the board: what waits for whom.
COLUMNS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "open": ("还没有人接", ("open",)),
    "under_way": ("有人接了", ("taken", "started")),
    "finished": ("等待确认", ("finished",)),
    "disputed": ("有不同意见", ("disputed",)),
}
OVER = ("confirmed", "cancelled", "expired")
PHOTO_NAME = "服务照片.jpg"
EVENTS_ZH = {
    "ask": "下单", "offer": "问了志愿者", "accept": "接单", "decline": "志愿者不去", "withdraw": "志愿者退单",
    "fill": "人齐了", "start": "开始服务", "finish": "服务结束", "propose": "改了时长", "confirm": "确认完成",
    "rate": "评价", "dispute": "提出不同意见", "answer": "说明情况", "settle": "裁决", "cancel": "取消",
    "stop": "中止", "miss": "志愿者没有到", "expire": "过期，没有找到志愿者", "sos": "志愿者求助",
    "follow_up": "差评回访", "dispute_late": "裁决过期", "overdue": "超时没有结束",
    "stuck": "没有办成，需要人看", "share": "分享了行程", "photo": "拍了照片",
}  # fmt: skip


@blueprint.context_processor
def desk_words() -> dict[str, Any]:
    """What the viewer may do at this desk."""
    me = viewer()
    return {"may_handle": me.may(HANDLE), "may_settle": me.may(SETTLE), "may_call": me.may(RAISE)}


@blueprint.get("/")
def index() -> str:
    """The board; ``division`` narrows it, ``which=over`` shows what has ended."""
    return render_template("console/orders.html", **_board())


@blueprint.get("/live")
def live() -> str:
    """The board's columns alone, for the page that draws itself again."""
    return render_template("console/orders_live.html", **_board())


def _board() -> dict[str, Any]:
    me = viewer()
    me.require(VIEW)
    over = request.args.get("which") == "over"
    with reading(me.actor) as work:
        towns, here = townships(work, me), place_asked(work, me)
        states = OVER if over else tuple(state for _, each in COLUMNS.values() for state in each)
        rows = order_views.board(work, me, states, here.path if here else "")
        return {
            "towns": towns, "here": here, "over": over, "rows": rows if over else [], "now": work.now,
            "columns": [] if over else _columns(rows),
        }  # fmt: skip


def _columns(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    return [(code, title, [row for row in rows if row["state"] in states]) for code, (title, states) in COLUMNS.items()]


def place_asked(work: Work, me: Viewer, action: str = VIEW) -> Division | None:
    """The place asked for in the address; None: all the viewer sees. Raises ``NotFoundError``, ``NotAllowedError``."""
    code = request.args.get("division")
    if not code:
        return None
    place = work.session.get(Division, code)
    if place is None:
        raise NotFoundError(division=code)
    me.require(action, place.path)
    return place


def townships(work: Work, me: Viewer, action: str = VIEW) -> list[Division]:
    mine = select(Division).where(Division.level == "town", me.sees(Division.path, action)).order_by(Division.code)
    return list(work.session.scalars(mine))


@blueprint.get("/<uuid:order_id>")
def order(order_id: UUID) -> str:
    """One order; that somebody looked at whose it is, is written down."""
    return page(order_id)


def page(order_id: UUID, problem: str = "") -> str:
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = find(work, Who(staff=me), order_id, VIEW, lock=False)
        audit.record_read(work, row.receiver_id, why=f"help_order:{row.id}")
        return render_template(
            "console/order.html", order=order_views.for_desk(work, row), problem=problem, form=request.form,
            events=EVENTS_ZH, settles=me.may(SETTLE, row.division_path), acts=me.may(HANDLE, row.division_path),
            opened=request.form.get("do", ""),
        )  # fmt: skip


@blueprint.get("/<uuid:order_id>/photos/<uuid:photo_id>")
def photo(order_id: UUID, photo_id: UUID) -> Response:
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = find(work, Who(staff=me), order_id, VIEW, lock=False)
        return let_out(order_photos.shown(work, row, photo_id), "image/jpeg", PHOTO_NAME)


def back(order_id: UUID) -> str:
    """The address of an order's page."""
    return url_for("console_orders.order", order_id=order_id)
