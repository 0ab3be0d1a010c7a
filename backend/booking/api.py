"""The desk for staff: ``/api/v1/staff/booking``. The pages of the console do the same by forms."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from backend.booking import closures, desk, desk_finding, noshow, queue, schemas, service, walk_ins
from backend.booking.desk_finding import PLAN, place
from backend.booking.desk_views import line, ticket_out
from backend.booking.models import QueueTicket
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import NotFoundError
from backend.people.sessions import viewer

blueprint = APIBlueprint("booking_desk", __name__, url_prefix="/api/v1/staff/booking", tag="预约与叫号")

TICKET_VERBS: dict[str, Callable[[Work, QueueTicket], None]] = {
    "call-again": queue.call_again,
    "start": queue.start,
    "finish": queue.finish,
    "absent": queue.absent,
    "leave": queue.leave,
}


@blueprint.get("/offices/<code>/appointments")
@blueprint.input(schemas.DayQuery, location="query")
@blueprint.output(schemas.DeskList)
def get_appointments(code: str, query_data: schemas.DayQuery) -> dict[str, Any]:
    """一天的预约，可按预约号、姓名或证件号后四位找"""
    with reading() as work:
        office = place(work, viewer(), code)
        day = query_data.day or local(work.now).date()
        rows = desk_finding.of_day(work, office, day, query_data.q)
        return {"day": day, "items": [line(work, row) for row in rows]}


@blueprint.post("/bookings/<uuid:booking_id>/check-in")
@blueprint.input(schemas.TickBody)
@blueprint.output(schemas.DeskTicket)
def post_check_in(booking_id: UUID, json_data: schemas.TickBody) -> dict[str, Any]:
    """窗口签到，得到排队号"""
    with unit_of_work(viewer().actor) as work:
        booking = service.find(work, booking_id, staff=viewer())
        return ticket_out(work, desk.check_in_at_desk(work, booking, json_data.tick))


@blueprint.post("/bookings/<uuid:booking_id>/cancel")
@blueprint.input(schemas.ReasonBody)
@blueprint.output(schemas.DeskLine)
def post_cancel(booking_id: UUID, json_data: schemas.ReasonBody) -> dict[str, Any]:
    """替群众取消，写明原因；不计入取消次数"""
    with unit_of_work(viewer().actor) as work:
        return line(work, service.cancel(work, booking_id, staff=viewer(), reason=json_data.reason))


@blueprint.post("/bookings/<uuid:booking_id>/undo-no-show")
@blueprint.input(schemas.ReasonBody)
@blueprint.output(schemas.DeskLine)
def post_undo(booking_id: UUID, json_data: schemas.ReasonBody) -> dict[str, Any]:
    """撤销“未到”，写明原因；由此产生的限制一并解除"""
    with unit_of_work(viewer().actor) as work:
        noshow.undo(work, service.find(work, booking_id, staff=viewer()), json_data.reason)
        return line(work, service.find(work, booking_id, staff=viewer()))


@blueprint.post("/offices/<code>/numbers")
@blueprint.input(schemas.NumberBody)
@blueprint.output(schemas.DeskTicket, status_code=201)
def post_number(code: str, json_data: schemas.NumberBody) -> dict[str, Any]:
    """没有预约的群众取号"""
    with unit_of_work(viewer().actor) as work:
        office = place(work, viewer(), code)
        given = desk.take_number(work, office, json_data.matter, holder=json_data.holder, tick=json_data.tick)
        return ticket_out(work, given)


@blueprint.post("/offices/<code>/walk-ins")
@blueprint.input(schemas.WalkInBody)
@blueprint.output(schemas.DeskTicket, status_code=201)
def post_walk_in(code: str, json_data: schemas.WalkInBody) -> dict[str, Any]:
    """没有预约的群众用现场名额办理：登记并取号"""
    people = [(one.name, one.id_kind, one.id_number, one.phone) for one in json_data.people]
    with unit_of_work(viewer().actor) as work:
        place(work, viewer(), code)
        given = walk_ins.admit(work, viewer(), code, json_data.matter, people, json_data.tick)
        return ticket_out(work, given)


@blueprint.post("/offices/<code>/windows/<uuid:window_id>/call-next")
@blueprint.output(schemas.DeskTicket)
def post_call_next(code: str, window_id: UUID) -> dict[str, Any]:
    """叫下一位"""
    with unit_of_work(viewer().actor) as work:
        office = place(work, viewer(), code)
        return ticket_out(work, queue.call_next(work, queue.window(work, office, window_id)))


@blueprint.post("/offices/<code>/tickets/<uuid:ticket_id>/<action>")
@blueprint.output(schemas.DeskTicket)
def post_ticket(code: str, ticket_id: UUID, action: str) -> dict[str, Any]:
    """再叫一次、开始办、办完、未到、离开"""
    verb = TICKET_VERBS.get(action)
    with unit_of_work(viewer().actor) as work:
        office = place(work, viewer(), code)
        if verb is None:
            raise NotFoundError(action=action)
        one = queue.ticket(work, office, ticket_id)
        verb(work, one)
        return ticket_out(work, one)


# -- closed days


@blueprint.get("/offices/<code>/closures")
@blueprint.output(schemas.ClosedList)
def get_closures(code: str) -> dict[str, Any]:
    """停办的日子，和还没有改时间的预约数"""
    return _closed(code)


def _closed(code: str) -> dict[str, Any]:
    with reading() as work:
        return {"items": [asdict(row) for row in closures.closed_days(work, place(work, viewer(), code, PLAN))]}


@blueprint.post("/offices/<code>/closures")
@blueprint.input(schemas.CloseBody)
@blueprint.output(schemas.ClosedList, status_code=201)
def post_closure(code: str, json_data: schemas.CloseBody) -> dict[str, Any]:
    """停办一天：不再放号，已约的马上通知改时间"""
    with unit_of_work(viewer().actor) as work:
        office = place(work, viewer(), code, PLAN)
        closures.close_day(work, office, json_data.pool, json_data.day, json_data.reason)
    closures.displace_now()
    return _closed(code)


@blueprint.post("/offices/<code>/closures/<pool>/<day>/reopen")
@blueprint.input(schemas.ReasonBody)
@blueprint.output(schemas.ClosedList)
def post_reopen(code: str, pool: str, day: str, json_data: schemas.ReasonBody) -> dict[str, Any]:
    """恢复办公：没有改时间的预约照旧"""
    with unit_of_work(viewer().actor) as work:
        closures.reopen(work, place(work, viewer(), code, PLAN), pool, _day(day), json_data.reason)
    return _closed(code)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFoundError(day=text) from None
