"""Appointments in the mini-program: offices and free times for everybody, one's own visits for residents."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, current_app

from backend.booking import desk, desk_finding, ics, schemas, service, views, waiting
from backend.booking.matters import require_entrance
from backend.booking.offices import terms
from backend.booking.parties import Party
from backend.core.clock import local
from backend.core.db import Work, one_writer, reading
from backend.core.errors import BadInputError, DomainError
from backend.core.fresh import KEPT_S, Fresh
from backend.core.gate import BUSY_WORK
from backend.idempotent_requests import answer_once, answered
from backend.residents import acts, documents
from backend.residents.models import Person
from backend.residents.sessions import Acting, acting, needs
from miniprogram_api import rush

public = APIBlueprint("mini_offices", __name__, url_prefix="/api/v1/mini", tag="预约")
blueprint = APIBlueprint("mini_bookings", __name__, url_prefix="/api/v1/mini", tag="预约")

SCOPE = "booking"
MOST_DAYS = 62
CACHE = "shouwang_slot_lists"


# -- for everybody


@public.get("/offices")
@public.input(schemas.OfficeQuery, location="query")
@public.output(schemas.OfficeList)
def get_offices(query_data: schemas.OfficeQuery) -> dict[str, Any]:
    """办事地点；给出位置时近的在前"""
    lon, lat = query_data.lon, query_data.lat
    with reading() as work:
        here = (lon, lat) if lon is not None and lat is not None else None
        return {"items": views.offices(work, query_data.matter, here)}


@public.get("/offices/<code>/slots")
@public.input(schemas.SlotQuery, location="query")
@public.output(schemas.SlotList)
def get_slots(code: str, query_data: schemas.SlotQuery) -> Response:
    """一个办事地点一件事的可约时间，按天；一秒内的数"""
    key = f"{code}\0{query_data.matter}\0{query_data.first}\0{query_data.last}"
    body = _lists().get(key, lambda: _slots(code, query_data))
    answer = Response(body, mimetype="application/json")
    answer.cache_control.public = True
    answer.cache_control.max_age = 1
    return answer


def _lists() -> Fresh[str]:
    """Tests move the clock by hand and want to see what they just did."""
    kept = 0.0 if current_app.config["SHOUWANG"].mode == "test" else KEPT_S
    return cast("Fresh[str]", current_app.extensions.setdefault(CACHE, Fresh(kept)))


def _slots(code: str, asked: schemas.SlotQuery) -> str:
    with reading() as work:
        known, today = terms(work, code, asked.matter), local(work.now).date()
        first = max(asked.first or today, today)
        last = asked.last or max(first, views.last_day(known, today))
        _range(first, last)
        return schemas.SlotList.model_validate(views.slot_list(work, known, first, last)).model_dump_json()


def _range(first: date, last: date) -> None:
    if not timedelta() <= last - first <= timedelta(days=MOST_DAYS):
        raise BadInputError(field="日期", why=f"一次最多看 {MOST_DAYS} 天，结束不能早于开始")


# -- one's own visits


@blueprint.post("/bookings")
@needs("booking.book")
@blueprint.input(schemas.BookBody)
@blueprint.output(schemas.BookingOut, status_code=201)
def post_booking(json_data: schemas.BookBody) -> Response:
    """预约；带 Idempotency-Key，连点两次也只约一个"""
    me, body = acting(SCOPE, "booking.book"), json_data
    require_entrance(body.matter, "booking")

    def book(work: Work) -> tuple[int, dict[str, Any]]:
        booking = service.book(work, **_asked(work, me, body))
        return 201, _done(work, me, booking, "booking.book")

    with BUSY_WORK, rush.watched(body.slot_id):
        _refuse_early(me, body)
        return answer_once(me.actor, book)


def _refuse_early(me: Acting, body: schemas.BookBody) -> None:
    """Where writers stand in a line nobody joins it in vain; a repeated tap of what worked gets its first answer."""
    if not one_writer():
        return
    with reading() as work:
        try:
            service.refuse_early(work, **_asked(work, me, body))
        except DomainError:
            if not answered(work, me.actor):
                raise


def _asked(work: Work, me: Acting, body: schemas.BookBody) -> dict[str, Any]:
    return {
        "office_code": body.office, "matter": body.matter, "slot_id": body.slot_id,
        "parties": _parties(work, me.principal_id, body.companions), "by": me.principal_id,
    }  # fmt: skip


def _parties(work: Work, person_id: UUID, companions: list[schemas.CompanionBody]) -> list[Party]:
    """Oneself from the register, those who come along as typed."""
    me = work.session.get_one(Person, person_id)
    mine = Party(me.name, me.id_kind, me.id_number or "", me.phone, me.id)
    return [mine, *(_companion(work, one) for one in companions)]


def _companion(work: Work, one: schemas.CompanionBody) -> Party:
    found = documents.read(one.id_kind, one.id_number, local(work.now).date())
    return Party(documents.read_name(one.name), found.kind, found.number, one.phone)


def _done(work: Work, me: Acting, booking: Any, action: str) -> dict[str, Any]:
    """What was done, as JSON; with its line in the trail if somebody did it for somebody."""
    work.session.flush()
    _trail(work, me, action, f"booking:{booking.id}")
    shown = views.booking_out(work, booking, me.principal_id)
    return schemas.BookingOut.model_validate(shown).model_dump(mode="json")


def _trail(work: Work, me: Acting, action: str, subject: str) -> None:
    if me.agent_id is not None:
        acts.did(
            work, principal_id=me.principal_id, agent_id=me.agent_id, proxy_id=me.proxy_id, scope=SCOPE,
            action=action, subject=subject,
        )  # fmt: skip


@blueprint.get("/bookings")
@needs("booking.manage")
@blueprint.input(schemas.PageQuery, location="query")
@blueprint.output(schemas.BookingList)
def get_bookings(query_data: schemas.PageQuery) -> dict[str, Any]:
    """我的预约，日期晚的在前"""
    me = acting(SCOPE, "booking.manage").principal_id
    with reading() as work:
        rows, following = desk_finding.page_of(work, me, query_data.cursor, query_data.limit)
        return {"items": [views.booking_out(work, row, me) for row in rows], "next": following}


@blueprint.get("/bookings/<uuid:booking_id>")
@needs("booking.manage")
@blueprint.output(schemas.BookingOut)
def get_booking(booking_id: UUID) -> dict[str, Any]:
    """一个预约"""
    me = acting(SCOPE, "booking.manage").principal_id
    with reading() as work:
        return views.booking_out(work, service.find(work, booking_id, by=me), me)


def _change(action: str, verb: Callable[[Work, UUID], Any]) -> Response:
    me = acting(SCOPE, "booking.manage")
    return answer_once(me.actor, lambda work: (200, _done(work, me, verb(work, me.principal_id), action)))


@blueprint.post("/bookings/<uuid:booking_id>/cancel")
@needs("booking.manage")
@blueprint.input(schemas.CancelBody)
@blueprint.output(schemas.BookingOut)
def post_cancel(booking_id: UUID, json_data: schemas.CancelBody) -> Response:
    """取消预约，名额马上让给候补的人"""
    return _change("booking.cancel", lambda work, me: service.cancel(work, booking_id, by=me, reason=json_data.reason))


@blueprint.post("/bookings/<uuid:booking_id>/move")
@needs("booking.manage")
@blueprint.input(schemas.MoveBody)
@blueprint.output(schemas.BookingOut)
def post_move(booking_id: UUID, json_data: schemas.MoveBody) -> Response:
    """改时间；新的时间约上了才放掉旧的"""
    return _change("booking.move", lambda work, me: service.move(work, booking_id, json_data.slot_id, by=me))


@blueprint.post("/bookings/<uuid:booking_id>/check-in")
@needs("booking.manage")
@blueprint.input(schemas.CheckInBody)
@blueprint.output(schemas.BookingOut)
def post_check_in(booking_id: UUID, json_data: schemas.CheckInBody) -> Response:
    """在大厅扫码签到，得到排队号"""

    def check_in(work: Work, me: UUID) -> Any:
        desk.check_in_by_code(work, service.find(work, booking_id, by=me), json_data.qr)
        return service.find(work, booking_id, by=me)

    return _change("booking.check_in", check_in)


@blueprint.get("/bookings/<uuid:booking_id>/calendar.ics")
@needs("booking.manage")
@blueprint.doc(responses={200: "日历文件（text/calendar）"})
def get_calendar(booking_id: UUID) -> Response:
    """加到手机日历的文件"""
    me = acting(SCOPE, "booking.manage").principal_id
    with reading() as work:
        body = ics.calendar(service.find(work, booking_id, by=me))
    return Response(body, content_type=ics.MIME, headers={"Content-Disposition": 'attachment; filename="booking.ics"'})


# -- the waiting list


@blueprint.get("/waiting")
@needs("booking.manage")
@blueprint.output(schemas.WaitList)
def get_waiting() -> dict[str, Any]:
    """我的候补"""
    me = acting(SCOPE, "booking.manage").principal_id
    with reading() as work:
        return {"items": [views.wait_out(work, one) for one in waiting.entries_of(work, me)]}


@blueprint.post("/waiting")
@needs("booking.book")
@blueprint.input(schemas.WaitBody)
@blueprint.output(schemas.WaitOut, status_code=201)
def post_waiting(json_data: schemas.WaitBody) -> Response:
    """候补：有空位按先后通知，保留两小时"""
    me, body = acting(SCOPE, "booking.book"), json_data
    require_entrance(body.matter, "booking")

    def join(work: Work) -> tuple[int, dict[str, Any]]:
        parties = _parties(work, me.principal_id, body.companions)
        entry = waiting.join(
            work, office_code=body.office, matter=body.matter, day=body.day, parties=parties, by=me.principal_id
        )
        _trail(work, me, "booking.wait", f"wait:{entry.id}")
        return 201, _waiting(work, entry.id, me)

    return answer_once(me.actor, join)


def _waiting(work: Work, entry_id: UUID, me: Acting) -> dict[str, Any]:
    work.session.flush()
    shown = views.wait_out(work, waiting.view(work, waiting.find(work, entry_id, me.principal_id)))
    return schemas.WaitOut.model_validate(shown).model_dump(mode="json")


@blueprint.post("/waiting/<uuid:entry_id>/take")
@needs("booking.book")
@blueprint.output(schemas.BookingOut, status_code=201)
def post_take(entry_id: UUID) -> Response:
    """确认为您保留的名额"""
    me = acting(SCOPE, "booking.book")

    def take(work: Work) -> tuple[int, dict[str, Any]]:
        return 201, _done(work, me, waiting.take(work, entry_id, by=me.principal_id), "booking.book")

    return answer_once(me.actor, take)


@blueprint.post("/waiting/<uuid:entry_id>/leave")
@needs("booking.manage")
@blueprint.output(schemas.WaitOut)
def post_leave(entry_id: UUID) -> Response:
    """退出候补，或放弃为您保留的名额"""
    me = acting(SCOPE, "booking.manage")

    def leave(work: Work) -> tuple[int, dict[str, Any]]:
        waiting.leave(work, entry_id, by=me.principal_id)
        _trail(work, me, "booking.cancel", f"wait:{entry_id}")
        return 200, _waiting(work, entry_id, me)

    return answer_once(me.actor, leave)
