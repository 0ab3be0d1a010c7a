"""Activities at the desk: ``/api/v1/staff/activities``: plan, publish, attendance, records and their correction."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.core.db import Work, reading, unit_of_work
from backend.idempotent_requests import answer_once
from backend.people.sessions import viewer
from backend.volunteers import (
    activities,
    activity_schemas,
    activity_search,
    activity_views,
    attendance,
    confirming,
    records,
)
from backend.volunteers.activities import HANDLE, VIEW, Organiser
from backend.volunteers.activity_models import Activity, ServiceRecord
from backend.volunteers.activity_rules import CODE_LASTS

blueprint = APIBlueprint("activity_desk", __name__, url_prefix="/api/v1/staff/activities", tag="志愿活动")


def _me() -> Organiser:
    return Organiser(viewer=viewer())


def _once(verb: Callable[[Work], Activity], status: int = 200) -> Response:
    """One verb, once, and the activity after it."""

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        return status, activity_views.whole_json(verb(work))

    return answer_once(viewer().actor, run)


def _record_once(verb: Callable[[Work], ServiceRecord]) -> Response:
    def run(work: Work) -> tuple[int, dict[str, Any]]:
        return 200, activity_views.record_json(verb(work))

    return answer_once(viewer().actor, run)


@blueprint.get("")
@blueprint.input(activity_schemas.ActivityDeskQuery, location="query")
@blueprint.output(activity_schemas.ActivityPageOut)
def get_activities(query_data: activity_schemas.ActivityDeskQuery) -> dict[str, Any]:
    """本辖区的活动，按开始时间"""
    viewer().require(VIEW)
    with reading() as work:
        asked = query_data
        return activity_views.page(
            *activity_search.of_staff(work, viewer(), VIEW, state=asked.state, cursor=asked.cursor, limit=asked.limit)
        )


@blueprint.post("")
@blueprint.input(activity_schemas.ActivityBody)
@blueprint.output(activity_schemas.ActivityOut, status_code=201)
def post_activity(json_data: activity_schemas.ActivityBody) -> Response:
    """新建活动，核对后再发布"""
    viewer().require(HANDLE)
    return _once(lambda work: activities.draft(work, _me(), json_data.plan()), 201)


@blueprint.put("/<uuid:activity_id>")
@blueprint.input(activity_schemas.ActivityChangeBody)
@blueprint.output(activity_schemas.ActivityOut)
def put_activity(activity_id: UUID, json_data: activity_schemas.ActivityChangeBody) -> Response:
    """修改；时间地点有变会通知每个人"""
    body = json_data
    return _once(lambda work: activities.change(work, _me(), activity_id, body.plan(), body.version))


@blueprint.post("/<uuid:activity_id>/publish")
@blueprint.output(activity_schemas.ActivityOut)
def post_publish(activity_id: UUID) -> Response:
    """发布，开始报名"""
    return _once(lambda work: activities.publish(work, viewer(), activity_id))


@blueprint.post("/<uuid:activity_id>/cancel")
@blueprint.input(activity_schemas.ActivityWhyBody)
@blueprint.output(activity_schemas.ActivityOut)
def post_cancel(activity_id: UUID, json_data: activity_schemas.ActivityWhyBody) -> Response:
    """取消或不予发布，写明原因；会通知每个人"""
    return _once(lambda work: activities.cancel(work, _me(), activity_id, json_data.why))


# -- attendance


@blueprint.get("/<uuid:activity_id>/people")
@blueprint.output(activity_schemas.PeopleThereOut)
def get_people(activity_id: UUID) -> dict[str, Any]:
    """报名和考勤名单；谁看过都有记录"""
    with unit_of_work(viewer().actor) as work:
        return activity_views.opened(work, activities.find(work, activity_id, _me(), action=VIEW))


@blueprint.get("/<uuid:activity_id>/code")
@blueprint.output(activity_schemas.CheckInCodeOut)
def get_code(activity_id: UUID) -> dict[str, Any]:
    """现在的签到码，半分钟换一次"""
    with reading() as work:
        code = attendance.code_of(work, activities.find(work, activity_id, _me()))
        return {"code": code, "seconds": CODE_LASTS.seconds}


@blueprint.post("/people/<uuid:place_id>/times")
@blueprint.input(activity_schemas.PresenceTimesBody)
@blueprint.output(activity_schemas.OwnPlaceOut)
def post_times(place_id: UUID, json_data: activity_schemas.PresenceTimesBody) -> Response:
    """补登记到场和离开时间，写明原因"""
    body = json_data

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        place = attendance.put_right(
            work, _me(), place_id, came_at=body.came_at, left_at=body.left_at, why=body.why
        )  # fmt: skip
        return 200, activity_views.own_json(work, place)

    return answer_once(viewer().actor, run)


@blueprint.post("/<uuid:activity_id>/confirm")
@blueprint.input(activity_schemas.VerdictsBody)
@blueprint.output(activity_schemas.PeopleThereOut)
def post_confirm(activity_id: UUID, json_data: activity_schemas.VerdictsBody) -> Response:
    """确认考勤，记录服务时间和评价"""

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        confirming.confirm(work, _me(), activity_id, json_data.verdicts())
        return 200, activity_views.people_json(work, activities.find(work, activity_id))

    return answer_once(viewer().actor, run)


# -- records


@blueprint.get("/records/asked")
@blueprint.output(activity_schemas.AskedRecordList)
def get_asked() -> dict[str, Any]:
    """志愿者申请更正的服务记录"""
    viewer().require(HANDLE)
    with reading() as work:
        return {"items": [activity_views.record(row) for row in records.asked(work, viewer())]}


@blueprint.post("/records/<uuid:record_id>/correct")
@blueprint.input(activity_schemas.RecordCorrectionBody)
@blueprint.output(activity_schemas.ServiceRecordOut)
def post_correct(record_id: UUID, json_data: activity_schemas.RecordCorrectionBody) -> Response:
    """核对后更正：旧记录作废，写一条新的"""
    body = json_data
    return _record_once(
        lambda work: records.correct(
            work, viewer(), record_id, started_at=body.started_at, ended_at=body.ended_at, minutes=body.minutes,
            why=body.why,
        )
    )  # fmt: skip


@blueprint.post("/records/<uuid:record_id>/keep")
@blueprint.input(activity_schemas.ActivityWhyBody)
@blueprint.output(activity_schemas.ServiceRecordOut)
def post_keep(record_id: UUID, json_data: activity_schemas.ActivityWhyBody) -> Response:
    """核对后不改，告诉本人原因"""
    return _record_once(lambda work: records.keep(work, viewer(), record_id, json_data.why))


@blueprint.post("/records/<uuid:record_id>/void")
@blueprint.input(activity_schemas.ActivityWhyBody)
@blueprint.output(activity_schemas.ServiceRecordOut)
def post_void(record_id: UUID, json_data: activity_schemas.ActivityWhyBody) -> Response:
    """作废一条记录，写明原因"""
    return _record_once(lambda work: records.void(work, viewer(), record_id, json_data.why))


@blueprint.post("/records/<uuid:record_id>/evaluate")
@blueprint.input(activity_schemas.RecordStarsBody)
@blueprint.output(activity_schemas.ServiceRecordOut)
def post_evaluate(record_id: UUID, json_data: activity_schemas.RecordStarsBody) -> Response:
    """评价服务质量，一到五星"""
    body = json_data
    return _record_once(lambda work: records.evaluate(work, viewer(), record_id, body.quality, body.words))
