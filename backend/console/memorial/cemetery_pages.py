"""陵园: the list, one cemetery with today's visits, a plot, its fees; what staff do there is in ``cemetery_acts``."""

from uuid import UUID

from flask import render_template, request

from backend.cases.serving import allow_a_paper
from backend.console.blueprints import page_blueprint
from backend.console.memorial import cemetery_reads as reads
from backend.console.memorial import visits_chart
from backend.console.tapped import with_keys
from backend.core.clock import local
from backend.core.db import Work, reading
from backend.memorial import burial_prices, burial_views, cemeteries, cemetery_fees, funeral_orders, plots, sweeping
from backend.memorial.burial_models import CemeteryZone, Plot
from backend.memorial.burial_rules import (
    BASES,
    CEMETERY_KINDS,
    CLOSED_WHY,
    FEE_WORDS,
    FREE_KINDS,
    GROUPS,
    ORDER_STATES,
    PLOT_KINDS,
)
from backend.memorial.burial_states import ORDER
from backend.memorial.rules import NEAR_ZH
from backend.people.service import county
from backend.people.sessions import viewer

blueprint = with_keys(page_blueprint("console_cemeteries", __name__, "/console/cemeteries"))
blueprint.url_value_preprocessor(allow_a_paper)


@blueprint.get("/")
def index() -> str:
    return list_page()


def list_page(problem: str = "") -> str:
    me = viewer()
    me.require(cemeteries.VIEW)
    with reading() as work:
        return render_template(
            "console/memorial/cemeteries.html", rows=reads.lines(work, me), kinds=CEMETERY_KINDS, problem=problem,
            may_handle=me.may(cemeteries.HANDLE, county(work).path), form=request.form,
        )  # fmt: skip


@blueprint.get("/<code>")
def one(code: str) -> str:
    return one_page(code)


def one_page(code: str, problem: str = "") -> str:
    """A cemetery: today's visits, zones, what waits to be swept, the green channel."""
    me = viewer()
    with reading() as work:
        here = cemeteries.find(work, me, code)
        today = local(work.now).date()
        times = reads.times(work, here.id, today)
        errands = [(row, *_grave(work, row.plot_id)) for row in sweeping.to_do(work, here.id)]
        return render_template(
            "console/memorial/cemetery.html", here=here, kind=CEMETERY_KINDS[here.kind], today=today, times=times,
            chart=visits_chart.draw(times) if times else "", zones=reads.zone_lines(work, here.id), errands=errands,
            plot_kinds=PLOT_KINDS, may_handle=me.may(cemeteries.HANDLE), problem=problem, form=request.form,
            offered=reads.free_times(work, here.id, today), booked=request.args.get("booked", "")[:24],
            arrived=request.args.get("arrived") == "yes",
        )  # fmt: skip


def _grave(work: Work, plot_id: UUID) -> tuple[str, str]:
    plot = work.session.get_one(Plot, plot_id)
    return work.session.get_one(CemeteryZone, plot.zone_id).name, plot.number


@blueprint.get("/<code>/plot")
def plot(code: str) -> str:
    return plot_page(code)


def plot_page(code: str, problem: str = "") -> str:
    """A plot by its zone and number."""
    me, zone, number = viewer(), request.args.get("zone", ""), request.args.get("number", "")
    with reading() as work:
        here = cemeteries.find(work, me, code)
        found = reads.plot_page(work, cemeteries.plot_of(work, here.id, zone, number))
        return render_template(
            "console/memorial/plot.html", here=here, zone=zone, found=found, kind=PLOT_KINDS[found.plot.kind],
            may_handle=me.may(cemeteries.HANDLE), problem=problem, form=request.form, today=local(work.now).date(),
            yearly=plots.yearly(work), relations=NEAR_ZH, closed_why=CLOSED_WHY,
        )  # fmt: skip


@blueprint.get("/<code>/fees")
def fees(code: str) -> str:
    return fees_page(code)


def fees_page(code: str, problem: str = "") -> str:
    """The maintenance fees: what supervision looks at, every movement with its voucher and purpose."""
    me = viewer()
    with reading() as work:
        here = cemeteries.find(work, me, code)
        return render_template(
            "console/memorial/fees.html", here=here, account=cemetery_fees.account(work, here.id),
            rows=cemetery_fees.ledger(work, here.id), words=FEE_WORDS, may_handle=me.may(cemeteries.HANDLE),
            problem=problem, form=request.form,
        )  # fmt: skip


@blueprint.get("/prices")
def prices() -> str:
    return prices_page()


def prices_page(problem: str = "") -> str:
    me = viewer()
    me.require(cemeteries.VIEW)
    with reading() as work:
        today = local(work.now).date()
        return render_template(
            "console/memorial/prices.html", rows=burial_prices.listed(work, today),
            later=burial_prices.coming(work, today), bases=BASES, groups=GROUPS, free_kinds=FREE_KINDS, today=today,
            may_price=me.may(burial_prices.PRICE, county(work).path), problem=problem, form=request.form,
        )  # fmt: skip


@blueprint.get("/orders")
def orders() -> str:
    return orders_page()


def orders_page(problem: str = "") -> str:
    """Funeral orders with their bills and complaints."""
    me = viewer()
    me.require(cemeteries.VIEW)
    with reading() as work:
        rows = [
            (row, burial_views.bill_out(funeral_orders.bill_of(work, row)), funeral_orders.complaints_of(work, row))
            for row in funeral_orders.seen_by(work, me)
        ]
        return render_template(
            "console/memorial/orders.html", rows=rows, states=ORDER_STATES, machine=ORDER, problem=problem,
            may_handle=me.may(cemeteries.HANDLE), actions={"accept": "受理", "finish": "办完", "cancel": "取消"},
            today=local(work.now).date(),
        )  # fmt: skip
