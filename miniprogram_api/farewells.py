"""Days of remembrance and farewells on the phone: ``/api/v1/mini/remembrance-days``, ``/api/v1/mini/farewells``."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import NotFoundError
from backend.idempotent_requests import answer_once
from backend.memorial import (
    day_reminders,
    day_views,
    days,
    farewell_book,
    farewell_changes,
    farewell_doors,
    farewell_guests,
    farewell_recording,
    farewell_views,
    farewells,
    halls,
)
from backend.memorial import farewell_schemas as schemas
from backend.memorial.farewell_answers import kept_nowhere
from backend.memorial.farewell_rules import HAND_OVER_LASTS
from backend.residents.sessions import needs, resident

day_blueprint = APIBlueprint("mini_days", __name__, url_prefix="/api/v1/mini/remembrance-days", tag="纪念日提醒")
blueprint = APIBlueprint("mini_farewells", __name__, url_prefix="/api/v1/mini/farewells", tag="远程告别")
blueprint.after_request(kept_nowhere)


# -- days of remembrance: nothing is told to whoever has not asked


@day_blueprint.get("")
@needs("memorial.keep")
@day_blueprint.output(schemas.DayReminderList)
def get_days() -> dict[str, Any]:
    """我要的纪念日提醒，近的在前"""
    with reading() as work:
        mine = day_reminders.of_person(work, resident().person())
        return {"items": [day_views.reminder(work, one) for one in mine]}


@day_blueprint.get("/<uuid:hall_id>")
@needs("memorial.keep")
@day_blueprint.output(schemas.HallDaysOut)
def get_hall_days(hall_id: UUID) -> dict[str, Any]:
    """一座纪念馆的日子：下一次是哪天，要不要提醒我"""
    me = resident().person()
    with reading() as work:
        hall = halls.find(work, hall_id)
        if not halls.may_see(work, hall, me):
            raise NotFoundError(hall=str(hall_id))
        known = day_reminders.of_hall(work, me, hall)
        return {"hall_id": hall.id, "hall": hall.title, "items": [day_views.known(work, one) for one in known]}


@day_blueprint.put("/<uuid:hall_id>/<string:kind>")
@needs("memorial.keep")
@day_blueprint.input(schemas.DayWishBody)
@day_blueprint.output(schemas.DayReminderOut)
def put_day(hall_id: UUID, kind: str, json_data: schemas.DayWishBody) -> dict[str, Any]:
    """这一天请提醒我：忌日、生日、清明、中元、寒衣节、冬至"""
    known = next((one for one in days.KINDS if one == kind), None)
    if known is None:
        raise NotFoundError(kind=kind)
    with unit_of_work(resident().actor) as work:
        mine = day_reminders.ask(work, resident().person(), json_data.wish(hall_id, known))
        return day_views.reminder(work, mine)


@day_blueprint.delete("/<uuid:hall_id>/<string:kind>")
@needs("memorial.keep")
@day_blueprint.output({}, status_code=204)
def delete_day(hall_id: UUID, kind: str) -> str:
    """不再提醒；点一下就好，不留记录"""
    with unit_of_work(resident().actor) as work:
        day_reminders.stop(work, resident().person(), hall_id=hall_id, kind=kind)
    return ""


# -- farewells


def _kin_once(farewell_id: UUID, verb: Callable[[Work, Any], None]) -> Response:
    """One act of the family, once, and the farewell after it."""

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        me = resident().person()
        row = farewells.of_kin(work, me, farewell_id)
        verb(work, row)
        return 200, farewell_views.whole_json(work, row, me)

    return answer_once(resident().actor, run)


@blueprint.get("")
@needs("farewell.attend")
@blueprint.output(schemas.FarewellList)
def get_farewells() -> dict[str, Any]:
    """我家的和邀请我的告别仪式"""
    with reading() as work:
        rows = farewells.of_person(work, resident().person())
        return {"items": [farewell_views.own_line(work, row, resident().person()) for row in rows]}


@blueprint.get("/dead")
@needs("memorial.keep")
@blueprint.output(schemas.FarewellDeadList)
def get_dead() -> dict[str, Any]:
    """我能为哪些家人安排告别：纪念馆里证明过的近亲属"""
    with reading() as work:
        return {"items": [farewell_views.dead(work, one) for one in farewells.dead_of(work, resident().person())]}


@blueprint.post("")
@needs("memorial.keep")
@blueprint.input(schemas.FarewellBody)
@blueprint.output(schemas.FarewellOut, status_code=201)
def post_farewell(json_data: schemas.FarewellBody) -> Response:
    """近亲属安排一场告别：选一个礼厅的时段，或写下地点和时间"""

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        me = resident().person()
        row = farewells.plan_by_kin(work, me, json_data.deceased_id, json_data.at())
        return 201, farewell_views.whole_json(work, row, me)

    return answer_once(resident().actor, run)


@blueprint.post("/join")
@needs("farewell.attend")
@blueprint.input(schemas.FarewellCodeBody)
@blueprint.output(schemas.FarewellOut)
def post_join(json_data: schemas.FarewellCodeBody) -> dict[str, Any]:
    """打开邀请；第一次打开以后，这份邀请就只认这个人"""
    with unit_of_work(resident().actor) as work:
        me = resident().person()
        return farewell_views.whole(work, farewell_guests.join(work, json_data.code, me), me)


@blueprint.get("/<uuid:farewell_id>")
@needs("farewell.attend")
@blueprint.output(schemas.FarewellOut)
def get_farewell(farewell_id: UUID) -> dict[str, Any]:
    """一场告别：时间、地点、留言簿"""
    with reading() as work:
        me = resident().person()
        return farewell_views.whole(work, farewell_guests.seen_by(work, me, farewell_id), me)


@blueprint.post("/<uuid:farewell_id>/enter")
@needs("farewell.attend")
@blueprint.output(schemas.FarewellDoorOut)
def post_enter(farewell_id: UUID) -> dict[str, Any]:
    """进入：开始前半小时到结束给直播地址，结束以后给录像地址（家属同意才有）"""
    with unit_of_work(resident().actor) as work:
        me = resident().person()
        row = farewell_guests.seen_by(work, me, farewell_id)
        return {"address": farewell_guests.enter(work, row, me)}


@blueprint.post("/<uuid:farewell_id>/hand-over")
@needs("farewell.attend")
@blueprint.output(schemas.FarewellHandOverOut)
def post_hand_over(farewell_id: UUID) -> dict[str, Any]:
    """在小程序的网页里打开告别房间：地址只能用一次，一分钟内有效，只认这个人和这一场"""
    with unit_of_work(resident().actor) as work:
        me = resident().person()
        row = farewell_guests.seen_by(work, me, farewell_id)
        token = farewell_doors.hand_over(work, row, me, resident().family)
    path = f"/farewell/room/{farewell_id}#{token}"
    return {"path": path, "expires_s": int(HAND_OVER_LASTS.total_seconds())}


@blueprint.post("/<uuid:farewell_id>/words")
@needs("farewell.attend")
@blueprint.input(schemas.FarewellWordsBody)
@blueprint.output(schemas.FarewellOut, status_code=201)
def post_words(farewell_id: UUID, json_data: schemas.FarewellWordsBody) -> Response:
    """写几句话给家属；审核以后大家能看到"""

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        me = resident().person()
        row = farewell_guests.seen_by(work, me, farewell_id)
        farewell_book.write(work, row, me, json_data.words)
        return 201, farewell_views.whole_json(work, row, me)

    return answer_once(resident().actor, run)


@blueprint.delete("/<uuid:farewell_id>/words/<uuid:words_id>")
@needs("farewell.attend")
@blueprint.output({}, status_code=204)
def delete_words(farewell_id: UUID, words_id: UUID) -> str:
    """撤下一条留言：自己的，或家属撤下任何一条"""
    with unit_of_work(resident().actor) as work:
        me = resident().person()
        row = farewell_guests.seen_by(work, me, farewell_id)
        author = None if farewells.is_kin(work, row, me) else me
        farewell_book.take_away(work, row, words_id, author=author)
    return ""


@blueprint.post("/<uuid:farewell_id>/guests")
@needs("memorial.keep")
@blueprint.input(schemas.FarewellGuestBody)
@blueprint.output(schemas.FarewellInvitationOut, status_code=201)
def post_guest(farewell_id: UUID, json_data: schemas.FarewellGuestBody) -> tuple[dict[str, Any], int]:
    """家属邀请一位亲友；链接只显示这一次，请直接发给本人"""
    with unit_of_work(resident().actor) as work:
        row = farewells.of_kin(work, resident().person(), farewell_id)
        made = farewell_guests.invite(work, row, json_data.name)
        return {"guest_id": made.guest.id, "path": f"/farewell/{made.code}"}, 201


@blueprint.delete("/<uuid:farewell_id>/guests/<uuid:guest_id>")
@needs("memorial.keep")
@blueprint.output({}, status_code=204)
def delete_guest(farewell_id: UUID, guest_id: UUID) -> str:
    """家属收回一份邀请"""
    with unit_of_work(resident().actor) as work:
        farewell_guests.take_back(work, farewells.of_kin(work, resident().person(), farewell_id), guest_id)
    return ""


@blueprint.put("/<uuid:farewell_id>/place")
@needs("memorial.keep")
@blueprint.input(schemas.FarewellPlaceBody)
@blueprint.output(schemas.FarewellOut)
def put_place(farewell_id: UUID, json_data: schemas.FarewellPlaceBody) -> Response:
    """家属改时间或地点，也可以换一个礼厅的时段；已经打开邀请的亲友都会收到通知"""
    return _kin_once(farewell_id, lambda work, row: farewell_changes.reschedule(work, row, json_data.at()))


@blueprint.post("/<uuid:farewell_id>/cancel")
@needs("memorial.keep")
@blueprint.input(schemas.FarewellWhyBody)
@blueprint.output(schemas.FarewellOut)
def post_cancel(farewell_id: UUID, json_data: schemas.FarewellWhyBody) -> Response:
    """家属取消；亲友都会收到通知"""
    me = resident().person()
    return _kin_once(farewell_id, lambda work, row: farewell_changes.cancel(work, row, json_data.why, by=me))


@blueprint.post("/<uuid:farewell_id>/consent")
@needs("memorial.keep")
@blueprint.input(schemas.FarewellConsentBody)
@blueprint.output(schemas.FarewellOut)
def post_consent(farewell_id: UUID, json_data: schemas.FarewellConsentBody) -> Response:
    """家属同意录像，或收回同意：有一位不同意，录像地址马上删除"""
    me, agreed, until = resident().person(), json_data.agreed, json_data.until
    return _kin_once(farewell_id, lambda work, row: farewell_recording.agree(work, row, me, agreed=agreed, until=until))
