"""Volunteers' activities on the phone: ``/api/v1/mini/activities``.

Finding one is open to everybody; taking part needs a registered volunteer; leaders run those of their own team.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import NotFoundError
from backend.idempotent_requests import answer_once
from backend.residents.sessions import needs, resident
from backend.volunteers import (
    activities,
    activity_schemas,
    activity_search,
    activity_views,
    attendance,
    confirming,
    places,
    records,
    service,
)
from backend.volunteers.activities import Organiser
from backend.volunteers.activity_rules import CODE_LASTS
from backend.volunteers.activity_search import Wanted

public = APIBlueprint("mini_activities_open", __name__, url_prefix="/api/v1/mini/activities", tag="志愿活动")
private = APIBlueprint("mini_activities", __name__, url_prefix="/api/v1/mini/activities", tag="志愿活动")


# -- for everybody


@public.get("")
@public.input(activity_schemas.ActivityQuery, location="query")
@public.output(activity_schemas.ActivityPageOut)
def get_activities(query_data: activity_schemas.ActivityQuery) -> dict[str, Any]:
    """找活动：按地区、日期、种类、有没有名额、名称"""
    asked = query_data
    wanted = Wanted(asked.division, asked.since, asked.until, asked.kind, asked.free, asked.words)
    with reading() as work:
        return activity_views.page(
            *activity_search.search(work, wanted, cursor=asked.cursor, limit=asked.limit)
        )  # fmt: skip


@public.get("/choices")
@public.output(activity_schemas.ActivityChoicesOut)
def get_choices() -> dict[str, Any]:
    """可以选的种类、地区、证书，和组织者要回答的问题"""
    with reading() as work:
        return activity_views.choices(work)


@public.get("/<uuid:activity_id>")
@public.output(activity_schemas.ActivityOut)
def get_activity(activity_id: UUID) -> dict[str, Any]:
    """活动的全部内容、风险和联系人"""
    with reading() as work:
        activity = activities.find(work, activity_id)
        if activity.state == "draft":
            raise NotFoundError(activity=str(activity_id))
        return activity_views.whole(activity)


# -- taking part


def _me(work: Work) -> Any:
    return service.active(work, resident().person())


def _place_once(verb: Callable[[Work], Any], status: int = 200) -> Response:
    """One verb on one's own place, once, and the place after it."""

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        return status, activity_views.own_json(work, verb(work))

    return answer_once(resident().actor, run)


@private.post("/<uuid:activity_id>/sign-up")
@needs("volunteer.join")
@private.input(activity_schemas.SignUpBody)
@private.output(activity_schemas.OwnPlaceOut, status_code=201)
def post_sign_up(activity_id: UUID, json_data: activity_schemas.SignUpBody) -> Response:
    """报名；满了可以排候补"""
    return _place_once(lambda work: places.sign_up(work, _me(work), activity_id, wait=json_data.wait), 201)


@private.post("/<uuid:activity_id>/cancel")
@needs("volunteer.follow")
@private.output(activity_schemas.OwnPlaceOut)
def post_cancel(activity_id: UUID) -> Response:
    """取消报名，名额让给下一位"""
    return _place_once(
        lambda work: places.cancel(work, service.registered(work, resident().person()), activity_id)
    )  # fmt: skip


@private.post("/<uuid:activity_id>/check-in")
@needs("volunteer.follow")
@private.input(activity_schemas.PresenceBody)
@private.output(activity_schemas.OwnPlaceOut)
def post_check_in(activity_id: UUID, json_data: activity_schemas.PresenceBody) -> Response:
    """签到：扫现场的码，或用手机的位置"""
    return _place_once(lambda work: attendance.check_in(work, _me(work), activity_id, json_data.seen()))


@private.post("/<uuid:activity_id>/check-out")
@needs("volunteer.follow")
@private.input(activity_schemas.PresenceBody)
@private.output(activity_schemas.OwnPlaceOut)
def post_check_out(activity_id: UUID, json_data: activity_schemas.PresenceBody) -> Response:
    """签退：离开时再扫一次"""
    return _place_once(lambda work: attendance.check_out(work, _me(work), activity_id, json_data.seen()))


@private.get("/<uuid:activity_id>/mine")
@needs("volunteer.follow")
@private.output(activity_schemas.OwnPlaceOut)
def get_mine_of(activity_id: UUID) -> dict[str, Any]:
    """我在这个活动里：报名、候补第几位、签到"""
    with reading() as work:
        me = service.of_person(work, resident().person())
        place = places.place_of(work, activity_id, me.id) if me else None
        return activity_views.own(work, activity_id, place)


@private.get("/mine")
@needs("volunteer.follow")
@private.output(activity_schemas.OwnActivityList)
def get_mine() -> dict[str, Any]:
    """我报名和参加过的活动，新的在前"""
    with reading() as work:
        me = service.of_person(work, resident().person())
        rows = activity_search.of_volunteer(work, me.id) if me else []
        return {
            "items": [
                {"activity": activity_views.line(activity), "place": activity_views.own(work, activity.id, place)}
                for place, activity in rows
            ]
        }


@private.get("/records")
@needs("volunteer.follow")
@private.output(activity_schemas.ServiceRecordList)
def get_records() -> dict[str, Any]:
    """我的服务记录和一共多少分钟"""
    with reading() as work:
        me = service.registered(work, resident().person())
        rows = records.of_volunteer(work, me.id)
        return {"minutes": records.minutes_of(work, me.id), "items": [activity_views.record(row) for row in rows]}


@private.post("/records/<uuid:record_id>/ask")
@needs("volunteer.follow")
@private.input(activity_schemas.ActivityWhyBody)
@private.output(activity_schemas.ServiceRecordOut)
def post_ask(record_id: UUID, json_data: activity_schemas.ActivityWhyBody) -> Response:
    """申请更正一条服务记录"""

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        me = service.registered(work, resident().person())
        return 200, activity_views.record_json(records.ask(work, me.id, record_id, json_data.why))

    return answer_once(resident().actor, run)


# -- leaders of teams


def _leading(work: Work) -> Organiser:
    return Organiser(leader=_me(work))


def _led_once(verb: Callable[[Work], dict[str, Any]], status: int = 200) -> Response:
    return answer_once(resident().actor, lambda work: (status, verb(work)))


@private.post("")
@needs("volunteer.join")
@private.input(activity_schemas.ActivityBody)
@private.output(activity_schemas.ActivityOut, status_code=201)
def post_activity(json_data: activity_schemas.ActivityBody) -> Response:
    """队长提交活动，镇街核对后发布"""
    return _led_once(
        lambda work: activity_views.whole_json(activities.draft(work, _leading(work), json_data.plan())), 201
    )


@private.put("/<uuid:activity_id>")
@needs("volunteer.follow")
@private.input(activity_schemas.ActivityChangeBody)
@private.output(activity_schemas.ActivityOut)
def put_activity(activity_id: UUID, json_data: activity_schemas.ActivityChangeBody) -> Response:
    """队长修改活动；时间地点有变会通知每个人"""
    body = json_data
    return _led_once(
        lambda work: activity_views.whole_json(
            activities.change(work, _leading(work), activity_id, body.plan(), body.version)
        )
    )


@private.post("/<uuid:activity_id>/call-off")
@needs("volunteer.follow")
@private.input(activity_schemas.ActivityWhyBody)
@private.output(activity_schemas.ActivityOut)
def post_call_off(activity_id: UUID, json_data: activity_schemas.ActivityWhyBody) -> Response:
    """队长取消活动；会通知每个人"""
    return _led_once(
        lambda work: activity_views.whole_json(activities.cancel(work, _leading(work), activity_id, json_data.why))
    )


@private.get("/<uuid:activity_id>/people")
@needs("volunteer.follow")
@private.output(activity_schemas.PeopleThereOut)
def get_people(activity_id: UUID) -> dict[str, Any]:
    """队长看报名和考勤名单"""
    with unit_of_work(resident().actor) as work:
        return activity_views.opened(work, activities.find(work, activity_id, _leading(work)))


@private.get("/<uuid:activity_id>/code")
@needs("volunteer.follow")
@private.output(activity_schemas.CheckInCodeOut)
def get_code(activity_id: UUID) -> dict[str, Any]:
    """队长手机上的签到码，半分钟换一次"""
    with reading() as work:
        code = attendance.code_of(work, activities.find(work, activity_id, _leading(work)))
        return {"code": code, "seconds": CODE_LASTS.seconds}


@private.post("/people/<uuid:place_id>/times")
@needs("volunteer.follow")
@private.input(activity_schemas.PresenceTimesBody)
@private.output(activity_schemas.OwnPlaceOut)
def post_times(place_id: UUID, json_data: activity_schemas.PresenceTimesBody) -> Response:
    """队长补登记到场和离开时间"""
    body = json_data
    return _place_once(
        lambda work: attendance.put_right(
            work, _leading(work), place_id, came_at=body.came_at, left_at=body.left_at, why=body.why
        )
    )


@private.post("/<uuid:activity_id>/confirm")
@needs("volunteer.follow")
@private.input(activity_schemas.VerdictsBody)
@private.output(activity_schemas.PeopleThereOut)
def post_confirm(activity_id: UUID, json_data: activity_schemas.VerdictsBody) -> Response:
    """队长确认考勤和服务时间"""

    def run(work: Work) -> dict[str, Any]:
        confirming.confirm(work, _leading(work), activity_id, json_data.verdicts())
        return activity_views.people_json(work, activities.find(work, activity_id))

    return _led_once(run)
