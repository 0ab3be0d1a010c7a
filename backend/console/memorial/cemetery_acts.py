"""What staff do on the cemeteries' pages; each form once, however often it is sent."""

from uuid import UUID

from flask import request, url_for
from werkzeug.wrappers import Response

from backend.booking.parties import Party
from backend.console import form_values as said
from backend.console import tapped
from backend.console.memorial import plot_acts
from backend.console.memorial.cemetery_pages import (
    blueprint,
    fees_page,
    list_page,
    one_page,
    orders_page,
    plot_page,
    prices_page,
)
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.memorial import burial_prices, cemeteries, cemetery_fees, funeral_orders, grave_visits, sweeping
from backend.memorial.burial_models import CemeteryZone, Plot
from backend.memorial.burial_prices import NewPrice
from backend.memorial.cemeteries import NewCemetery
from backend.memorial.cemetery_fees import Fee
from backend.people.service import Viewer, county
from backend.residents import documents

__all__ = ["blueprint"]

RANGE = 200  # plots registered at once


@blueprint.post("/")
def post_cemetery() -> Response:
    def act(work: Work, me: Viewer) -> str:
        new = NewCemetery(
            said.text("code"), said.text("name"), said.text("kind"), county(work).code, said.text("address"),
            said.text("phone"),
        )  # fmt: skip
        return url_for(".one", code=cemeteries.open_cemetery(work, me, new).code)

    return tapped.done(act, list_page)


@blueprint.post("/<code>/zones")
def post_zone(code: str) -> Response:
    def act(work: Work, me: Viewer) -> str:
        cemeteries.add_zone(work, me, code, said.text("name"), said.text("office") or None)
        return url_for(".one", code=code)

    return tapped.done(act, lambda problem: one_page(code, problem))


@blueprint.post("/<code>/plots")
def post_plots(code: str) -> Response:
    """So many plots of a row, numbered from a first one: ``3排`` 1 to 20."""

    def act(work: Work, me: Viewer) -> str:
        zone = _zone(work, me, code, said.text("zone"))
        first, last = said.whole("first", "从几号"), said.whole("last", "到几号")
        if not first <= last < first + RANGE:
            raise BadInputError(field="到几号", why=f"一次最多登记 {RANGE} 个")
        numbers = [f"{said.text('row')}{one}号" for one in range(first, last + 1)]
        cemeteries.add_plots(work, me, zone, said.text("kind"), numbers, said.whole("places", "可安葬人数"))
        return url_for(".one", code=code)

    return tapped.done(act, lambda problem: one_page(code, problem))


def _zone(work: Work, me: Viewer, code: str, name: str) -> CemeteryZone:
    here = cemeteries.find(work, me, code)
    found = next((one for one in cemeteries.zones(work, here.id) if one.name == name), None)
    if found is None:
        raise BadInputError(field="区", why="请从列表里选择")
    return found


# -- a plot


def _plot(work: Work, me: Viewer, code: str) -> Plot:
    here = cemeteries.find(work, me, code)
    return cemeteries.plot_of(work, here.id, request.args.get("zone", ""), request.args.get("number", ""))


@blueprint.post("/<code>/plot/<action>")
def post_plot(code: str, action: str) -> Response:
    """One of ``plot_acts.ACTS``."""

    def act(work: Work, me: Viewer) -> str:
        plot, verb = _plot(work, me, code), plot_acts.ACTS.get(action)
        if verb is None:
            raise NotFoundError(action=action)
        verb(work, me, plot)
        return url_for(".plot", code=code, zone=request.args.get("zone"), number=request.args.get("number"))

    return tapped.done(act, lambda problem: plot_page(code, problem))


# -- fees, prices, orders


@blueprint.post("/<code>/fees")
def post_fee(code: str) -> Response:
    def act(work: Work, me: Viewer) -> str:
        fee = Fee(said.text("kind"), said.money("amount", "金额"), said.text("purpose"), said.text("voucher"))
        cemetery_fees.enter(work, me, code, fee)
        return url_for(".fees", code=code)

    return tapped.done(act, lambda problem: fees_page(code, problem))


@blueprint.post("/prices")
def post_price() -> Response:
    def act(work: Work, me: Viewer) -> str:
        me.require(burial_prices.PRICE, county(work).path)
        ended = said.text("ended") == "yes"
        new = NewPrice(
            said.text("item"), said.text("title"), said.text("group"), said.text("basis"),
            None if ended else said.money("price", "价格"), said.text("unit"), said.text("source"),
            said.text("free_kind") or None, said.day("valid_from", "生效日期"),
        )  # fmt: skip
        burial_prices.publish(work, me, new)
        return url_for(".prices")

    return tapped.done(act, prices_page)


@blueprint.post("/orders/<number>/<action>")
def post_order(number: str, action: str) -> Response:
    def act(work: Work, me: Viewer) -> str:
        funeral_orders.handle(work, me, number, action)
        return url_for(".orders")

    return tapped.done(act, orders_page)


@blueprint.post("/orders/answer")
def post_answer() -> Response:
    def act(work: Work, me: Viewer) -> str:
        funeral_orders.answer(work, me, said.which("complaint", "意见"), said.text("words"))
        return url_for(".orders")

    return tapped.done(act, orders_page)


# -- visits and sweepings


@blueprint.post("/<code>/visits")
def post_visit(code: str) -> Response:
    """The green channel: a visit for somebody without a telephone, also of the places kept for today."""

    def act(work: Work, me: Viewer) -> str:
        here = cemeteries.find(work, me, code)
        plot = cemeteries.plot_of(work, here.id, said.text("zone"), said.text("number"))
        found = documents.read("resident_id", said.text("id_number"), local(work.now).date())
        who = Party(documents.read_name(said.text("name")), found.kind, found.number, said.text("phone") or None)
        on_site = said.text("on_site") == "yes"
        slot = said.which("slot", "时段")
        made = grave_visits.book_at_desk(work, me, plot.id, slot, said.whole("persons", "人数"), who, on_site=on_site)
        return url_for(".one", code=code, booked=made.number)

    return tapped.done(act, lambda problem: one_page(code, problem))


@blueprint.post("/<code>/arrivals")
def post_arrival(code: str) -> Response:
    """They are at the gate, with the number of their booking or of their grave."""

    def act(work: Work, me: Viewer) -> str:
        here = cemeteries.find(work, me, code)
        number = said.text("booking")
        if not number:
            plot = cemeteries.plot_of(work, here.id, said.text("zone"), said.text("number"))
            number = grave_visits.of_today(work, plot.id).number
        grave_visits.arrive(work, me, number)
        return url_for(".one", code=code, arrived="yes")

    return tapped.done(act, lambda problem: one_page(code, problem))


@blueprint.post("/<code>/errands/<uuid:errand_id>/done")
def post_photo(code: str, errand_id: UUID) -> Response:
    pictures = [one.stream.read() for one in request.files.getlist("file") if one.filename]

    def act(work: Work, me: Viewer) -> str:
        sweeping.finish(work, me, errand_id, pictures)
        return url_for(".one", code=code)

    return tapped.done(act, lambda problem: one_page(code, problem), b"".join(pictures))


@blueprint.post("/<code>/errands/<uuid:errand_id>/refuse")
def post_refusal(code: str, errand_id: UUID) -> Response:
    def act(work: Work, me: Viewer) -> str:
        sweeping.refuse(work, me, errand_id, said.text("why"))
        return url_for(".one", code=code)

    return tapped.done(act, lambda problem: one_page(code, problem))
