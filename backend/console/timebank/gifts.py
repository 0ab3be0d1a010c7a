"""Gifts for points: what is on the shelf, who waits for what, and handing it over at the counter."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.console.timebank.order_acts import number
from backend.core import audit
from backend.core.db import Work, reading
from backend.core.errors import NotFoundError
from backend.core.numbers import normal
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents import acts
from backend.residents.masking import mask_name
from backend.residents.models import Person
from backend.timebank import gifts
from backend.timebank.models import ThankGift, ThankGiftOrder
from backend.timebank.views import GIFT_STATES
from backend.volunteers.service import HANDLE, VIEW

blueprint = tapped.with_keys(page_blueprint("console_gifts", __name__, "/console/time-bank/gifts"))

LISTED = 100
FEW = 3  # so few left: it is time to restock
FIELDS = {"name": "名称", "points": "积分", "stock": "数量", "more": "补多少"}
DONE = {"add": "礼品已上架。", "restock": "已补货。", "fetch": "已交给本人。", "cancel": "已取消，积分退回本人。"}


@blueprint.get("/")
def index() -> str:
    """The shelf and the orders; ``which=over`` shows those that were fetched or cancelled."""
    return _page()


def _page(problem: str = "") -> str:
    me = viewer()
    me.require(VIEW)
    over = request.args.get("which") == "over"
    with reading(me.actor) as work:
        return render_template(
            "console/time_gifts.html", gifts=_shelf(work), orders=_orders(work, over=over), over=over, few=FEW,
            states=GIFT_STATES, problem=problem, form=request.form, opened=request.form.get("do", ""),
            may_handle=me.may(HANDLE), said="" if problem else DONE.get(request.args.get("done", ""), ""),
        )  # fmt: skip


def _shelf(work: Work) -> list[ThankGift]:
    return list(work.session.scalars(select(ThankGift).order_by(ThankGift.points, ThankGift.name)))


def _orders(work: Work, *, over: bool) -> list[dict[str, Any]]:
    """Names masked: who fetches a gift reads out its number."""
    joined = (
        select(ThankGiftOrder, ThankGift.name, Person)
        .join(ThankGift, ThankGift.id == ThankGiftOrder.gift_id)
        .join(Person, Person.id == ThankGiftOrder.person_id)
    )
    which = ThankGiftOrder.state != "reserved" if over else ThankGiftOrder.state == "reserved"
    newest = joined.where(which).order_by(ThankGiftOrder.ordered_at.desc(), ThankGiftOrder.id).limit(LISTED)
    return [
        {"row": row, "gift": gift, "who": mask_name(person.name)} for row, gift, person in work.session.execute(newest)
    ]


def _done(act: Callable[[Work, Viewer], Any], what: str) -> Response:
    def run(work: Work, me: Viewer) -> str:
        with said.called(FIELDS):
            act(work, me)
        return url_for("console_gifts.index", done=what)

    return tapped.done(run, _page)


@blueprint.post("/")
def add() -> Response:
    """A new gift on the shelf."""

    def shelve(work: Work, me: Viewer) -> None:
        gifts.add(work, me, said.text("name"), said.text("about"), number("points", "积分"), number("stock", "数量"))

    return _done(shelve, "add")


@blueprint.post("/<uuid:gift_id>/restock")
def restock(gift_id: UUID) -> Response:
    """More of the same gift."""
    return _done(lambda work, me: gifts.restock(work, me, gift_id, number("more", "补多少")), "restock")


@blueprint.post("/fetch")
def fetch() -> Response:
    """Handed over, by the number the person reads out."""
    typed = said.text("number")
    return _done(lambda work, me: gifts.fetch(work, me, normal(typed) or typed), "fetch")


@blueprint.post("/orders/<uuid:order_id>/cancel")
def cancel(order_id: UUID) -> Response:
    """For somebody who does not want it any more: points and stock come back, and they can read who did it."""

    def give_back(work: Work, me: Viewer) -> None:
        me.require(HANDLE)
        row = work.session.get(ThankGiftOrder, order_id)
        if row is None:
            raise NotFoundError(gift_order=str(order_id))
        gifts.cancel(work, row.person_id, row.id)
        subject = f"time_gift_order:{row.id}"
        audit.record(work, "time_gift.cancel", subject)
        acts.did(work, principal_id=row.person_id, scope="time_bank", action="gift.cancel", subject=subject, staff=me)

    return _done(give_back, "cancel")
