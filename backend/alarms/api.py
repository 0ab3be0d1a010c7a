"""Alarms for staff: ``/api/v1/staff/alarms``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from backend.alarms import figures as figures_
from backend.alarms import queries, schemas, service
from backend.alarms.models import Alarm
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError
from backend.people.sessions import viewer

blueprint = APIBlueprint("alarms", __name__, url_prefix="/api/v1/staff/alarms", tag="报警")
FIGURES_DAYS = 30


@blueprint.get("")
@blueprint.input(schemas.ListQuery, location="query")
@blueprint.output(schemas.AlarmList)
def list_alarms(query_data: schemas.ListQuery) -> dict[str, Any]:
    """报警列表：未结案的按紧急程度排列"""
    with reading() as work:
        rows, cursor = queries.page(work, viewer(), query_data)
        return {"items": [queries.as_dict(row) for row in rows], "next_cursor": cursor}


@blueprint.get("/figures")
@blueprint.input(schemas.FiguresQuery, location="query")
@blueprint.output(schemas.Figures)
def get_figures(query_data: schemas.FiguresQuery) -> dict[str, Any]:
    """接警时效：各镇街、各机构 60 秒和 180 秒内的接警比例"""
    viewer().require("figures.view")
    with reading() as work:
        until = query_data.until or work.now
        since = query_data.since or until - timedelta(days=FIGURES_DAYS)
        if since >= until:
            raise BadInputError(field="since", why="开始时间要早于结束时间")
        return {"since": since, "until": until, "rows": figures_.figures(work, viewer(), since, until)}


@blueprint.get("/<uuid:alarm_id>")
@blueprint.output(schemas.AlarmDetail)
def get_alarm(alarm_id: UUID) -> dict[str, Any]:
    """一条报警，连同完整的时间线和通知结果"""
    with reading() as work:
        return queries.detail(work, viewer(), alarm_id)


def _act(verb: Callable[[Work], Alarm]) -> dict[str, Any]:
    with unit_of_work(viewer().actor) as work:
        return queries.as_dict(verb(work))


@blueprint.post("/<uuid:alarm_id>/acknowledge")
@blueprint.input(schemas.ActionBody)
@blueprint.output(schemas.AlarmOut)
def acknowledge(alarm_id: UUID, json_data: schemas.ActionBody) -> dict[str, Any]:
    """接警"""
    return _act(lambda work: service.acknowledge(work, viewer(), alarm_id, json_data.fence))


@blueprint.post("/<uuid:alarm_id>/on-my-way")
@blueprint.input(schemas.ActionBody)
@blueprint.output(schemas.AlarmOut)
def on_my_way(alarm_id: UUID, json_data: schemas.ActionBody) -> dict[str, Any]:
    """正在赶往"""
    return _act(lambda work: service.on_my_way(work, viewer(), alarm_id, json_data.fence))


@blueprint.post("/<uuid:alarm_id>/arrive")
@blueprint.input(schemas.ActionBody)
@blueprint.output(schemas.AlarmOut)
def arrive(alarm_id: UUID, json_data: schemas.ActionBody) -> dict[str, Any]:
    """已到场"""
    return _act(lambda work: service.arrive(work, viewer(), alarm_id, json_data.fence))


@blueprint.post("/<uuid:alarm_id>/call")
@blueprint.input(schemas.CallBody)
@blueprint.output(schemas.AlarmOut)
def call(alarm_id: UUID, json_data: schemas.CallBody) -> dict[str, Any]:
    """已与本人双向通话"""
    return _act(lambda work: service.complete_call(work, viewer(), alarm_id, json_data.note, json_data.fence))


@blueprint.post("/<uuid:alarm_id>/close")
@blueprint.input(schemas.CloseBody)
@blueprint.output(schemas.AlarmOut)
def close(alarm_id: UUID, json_data: schemas.CloseBody) -> dict[str, Any]:
    """结案"""
    return _act(
        lambda work: service.close(work, viewer(), alarm_id, json_data.disposition, json_data.note, json_data.fence)
    )


@blueprint.post("/<uuid:alarm_id>/escalate")
@blueprint.input(schemas.ActionBody)
@blueprint.output(schemas.AlarmOut)
def escalate(alarm_id: UUID, json_data: schemas.ActionBody) -> dict[str, Any]:
    """上报：马上通知下一级"""
    return _act(lambda work: service.escalate(work, viewer(), alarm_id, json_data.fence))


@blueprint.post("/<uuid:alarm_id>/assign")
@blueprint.input(schemas.AssignBody)
@blueprint.output(schemas.AlarmOut)
def assign(alarm_id: UUID, json_data: schemas.AssignBody) -> dict[str, Any]:
    """指派给同事"""
    staff = json_data.staff_id or json_data.username
    if not staff:
        raise BadInputError(field="staff_id", why="请选择要指派的人")
    return _act(lambda work: service.assign(work, viewer(), alarm_id, staff, json_data.fence))


@blueprint.post("/<uuid:alarm_id>/note")
@blueprint.input(schemas.NoteBody)
@blueprint.output(schemas.AlarmOut)
def note(alarm_id: UUID, json_data: schemas.NoteBody) -> dict[str, Any]:
    """写备注"""
    return _act(lambda work: service.add_note(work, viewer(), alarm_id, json_data.note, json_data.fence))
