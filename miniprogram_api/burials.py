"""Cemeteries and funeral services on the phone: ``/api/v1/mini/cemeteries``, ``…/burial-prices``, ``…/funeral-orders``.

A visit is moved and cancelled where every appointment is: ``/api/v1/mini/bookings``.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel

from backend.cases import paper_files
from backend.cases.serving import let_out
from backend.core import letters_pdf
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.idempotent_requests import answer_once
from backend.memorial import burial_schemas as schemas
from backend.memorial import burial_views as views
from backend.memorial import cemeteries, funeral_orders, funeral_papers, grave_visits, sweeping
from backend.memorial.burial_params import number
from backend.memorial.funeral_orders import Wanted
from backend.memorial.sweeping import Request
from backend.residents import acts
from backend.residents.sessions import Acting, acting, needs
from backend.volunteers.showing import address

public = APIBlueprint("mini_burials_open", __name__, url_prefix="/api/v1/mini", tag="陵园和殡葬服务")
private = APIBlueprint("mini_burials", __name__, url_prefix="/api/v1/mini", tag="陵园和殡葬服务")

SCOPE, VISIT, ORDER, MANAGE = "memorial", "grave.visit", "funeral.order", "booking.manage"
LOOK_AHEAD = timedelta(days=31)
Verb = Callable[[Work, UUID], dict[str, Any]]


@public.get("/cemeteries")
@public.output(schemas.CemeteryList)
def get_cemeteries() -> dict[str, Any]:
    """陵园、电话和要预约的区"""
    with reading() as work:
        return {"items": views.open_cemeteries(work)}


@public.get("/burial-prices")
@public.output(schemas.PriceList)
def get_prices() -> dict[str, Any]:
    """今天的殡葬服务价目：价目以外不收费"""
    with reading() as work:
        return views.price_list(work, local(work.now).date())


def _plot(work: Work, grave: schemas.GraveQuery) -> UUID:
    return cemeteries.grave(work, grave.cemetery, grave.zone, grave.plot).id


def _once(action: str, shape: type[BaseModel], verb: Verb, status: int = 200) -> Response:
    """Something done once for oneself or somebody who allowed it, with its line in the trail."""
    me = acting(SCOPE, action)

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        shown = verb(work, me.principal_id)
        _trail(work, me, action)
        return status, shape.model_validate(shown).model_dump(mode="json")

    return answer_once(me.actor, run)


def _trail(work: Work, me: Acting, action: str) -> None:
    if me.agent_id is not None:
        acts.did(
            work, principal_id=me.principal_id, agent_id=me.agent_id, proxy_id=me.proxy_id, scope=SCOPE,
            action=action, subject=f"person:{me.principal_id}",
        )  # fmt: skip


# -- visits


@private.get("/cemeteries/plots")
@needs(VISIT)
@private.output(schemas.OwnPlotList)
def get_plots() -> dict[str, Any]:
    """我名下的墓位、格位，用到哪一天"""
    me = acting(SCOPE, VISIT).principal_id
    with reading() as work:
        return {"items": [views.plot_out(work, one) for one in cemeteries.held_by(work, me)]}


@private.get("/cemeteries/times")
@needs(VISIT)
@private.input(schemas.GraveQuery, location="query")
@private.output(schemas.VisitTimes)
def get_times(query_data: schemas.GraveQuery) -> dict[str, Any]:
    """这个墓位哪天哪个时段可以去，还能来多少人"""
    with reading() as work:
        today = local(work.now).date()
        found = grave_visits.times(
            work,
            _plot(work, query_data),
            today,
            today + LOOK_AHEAD,
        )
        return {"most": number(work, "visit_persons_per_grave"), "items": [views.time_out(one) for one in found]}


@private.get("/cemeteries/visits")
@needs(VISIT)
@private.output(schemas.VisitList)
def get_visits() -> dict[str, Any]:
    """我的祭扫预约"""
    me = acting(SCOPE, VISIT).principal_id
    with reading() as work:
        return {"items": [views.visit_out(one) for one in grave_visits.visits_of(work, me)]}


@private.post("/cemeteries/visits")
@needs(VISIT)
@private.input(schemas.VisitBody)
@private.output(schemas.VisitOut, status_code=201)
def post_visit(json_data: schemas.VisitBody) -> Response:
    """预约祭扫：墓位、时段、几个人"""
    body = json_data

    def book(work: Work, me: UUID) -> dict[str, Any]:
        made = grave_visits.book(work, me, _plot(work, body), body.slot_id, body.persons)
        work.session.flush()
        (shown,) = grave_visits.with_graves(work, [made])
        return views.visit_out(shown)

    return _once(VISIT, schemas.VisitOut, book, 201)


# -- swept for a family


@private.get("/cemeteries/errands")
@needs(VISIT)
@private.output(schemas.ErrandList)
def get_errands() -> dict[str, Any]:
    """我申请的代祭扫"""
    me = acting(SCOPE, VISIT).principal_id
    with reading() as work:
        return {"items": [views.errand_out(work, one) for one in sweeping.of_person(work, me)]}


@private.post("/cemeteries/errands")
@needs(VISIT)
@private.input(schemas.ErrandBody)
@private.output(schemas.ErrandOut, status_code=201)
def post_errand(json_data: schemas.ErrandBody) -> Response:
    """请工作人员代祭扫，不收费"""
    body = json_data

    def ask(work: Work, me: UUID) -> dict[str, Any]:
        wanted = Request(_plot(work, body), body.day, body.words)
        return views.errand_out(work, sweeping.ask(work, me, wanted))

    return _once(VISIT, schemas.ErrandOut, ask, 201)


@private.get("/cemeteries/errands/<uuid:errand_id>/photos/<uuid:photo_id>")
@needs(VISIT)
@private.doc(responses={200: "照片（image/jpeg）"})
def get_photo(errand_id: UUID, photo_id: UUID) -> Response:
    """代祭扫的照片，只有申请人能看"""
    me = acting(SCOPE, VISIT).principal_id
    with reading() as work:
        data = sweeping.photo(work, sweeping.find(work, errand_id, person_id=me), photo_id)
    return let_out(data, paper_files.JPEG, "代祭扫.jpg")


# -- funeral services


def _wanted(body: schemas.FuneralBody) -> Wanted:
    return Wanted(body.dead_name, body.day, body.division, {one.item: one.quantity for one in body.items})


@private.post("/funeral-orders/quote")
@needs(ORDER)
@private.input(schemas.FuneralBody)
@private.output(schemas.BillOut)
def post_quote(json_data: schemas.FuneralBody) -> dict[str, Any]:
    """先算一算要多少钱，惠民殡葬已批准的会减掉"""
    me = acting(SCOPE, ORDER).principal_id
    with reading() as work:
        return views.bill_out(funeral_orders.quote(work, me, _wanted(json_data)))


@private.get("/funeral-orders")
@needs(ORDER)
@private.output(schemas.FuneralOrderList)
def get_orders() -> dict[str, Any]:
    """我的殡葬服务单和账单"""
    me = acting(SCOPE, ORDER).principal_id
    with reading() as work:
        return {"items": [views.order_out(work, one) for one in funeral_orders.of_person(work, me)]}


@private.get("/funeral-orders/<order_number>/bill.pdf")
@needs(ORDER)
@private.doc(responses={200: "费用清单或结算单（application/pdf）"})
def get_bill(order_number: str) -> Response:
    """这一单的费用清单，办完后是结算单"""
    me = acting(SCOPE, ORDER)
    with unit_of_work(me.actor) as work:
        letter = funeral_papers.of_order(work, funeral_orders.find(work, order_number, person_id=me.principal_id))
        _trail(work, me, ORDER)
    paper = letters_pdf.render(letter, f"{address()}/m/{funeral_papers.PAGE}", funeral_papers.SCAN)
    return let_out(paper, "application/pdf", f"{letter.number}.pdf")


@private.post("/funeral-orders")
@needs(ORDER)
@private.input(schemas.FuneralBody)
@private.output(schemas.FuneralOrderOut, status_code=201)
def post_order(json_data: schemas.FuneralBody) -> Response:
    """选购殡葬服务：只有价目表里的项目"""

    def place(work: Work, me: UUID) -> dict[str, Any]:
        return views.order_out(work, funeral_orders.place(work, me, _wanted(json_data)))

    return _once(ORDER, schemas.FuneralOrderOut, place, 201)


@private.post("/funeral-orders/<order_number>/cancel")
@needs(MANAGE)
@private.output(schemas.FuneralOrderOut)
def post_cancel(order_number: str) -> Response:
    """取消服务单，办完之前都可以"""

    def cancel(work: Work, me: UUID) -> dict[str, Any]:
        return views.order_out(work, funeral_orders.cancel(work, me, order_number))

    return _once(MANAGE, schemas.FuneralOrderOut, cancel)


@private.post("/funeral-orders/<order_number>/complaints")
@needs(MANAGE)
@private.input(schemas.FuneralComplaintBody)
@private.output(schemas.FuneralOrderOut, status_code=201)
def post_complaint(order_number: str, json_data: schemas.FuneralComplaintBody) -> Response:
    """对这一单有意见，写下来"""

    def complain(work: Work, me: UUID) -> dict[str, Any]:
        funeral_orders.complain(work, me, order_number, json_data.words)
        work.session.flush()
        return views.order_out(work, funeral_orders.find(work, order_number, person_id=me))

    return _once(MANAGE, schemas.FuneralOrderOut, complain, 201)
