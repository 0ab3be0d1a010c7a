"""The demonstration's own endpoints; elsewhere they do not exist. For administrators."""

from datetime import UTC
from typing import Any

from apiflask import APIBlueprint

from backend.core.db import app_clock, reading, unit_of_work
from backend.demo import clock, schemas, service
from backend.demo.models import CapturedMessage
from backend.people.sessions import viewer

blueprint = APIBlueprint("demo", __name__, url_prefix="/api/v1/demo", tag="演示")


@blueprint.post("/clock")
@blueprint.input(schemas.ClockBody)
@blueprint.output(schemas.ClockAnswer)
def post_clock(json_data: schemas.ClockBody) -> dict[str, Any]:
    """把所有进程的演示时间往前拨"""
    viewer().require("demo")
    return {"now": clock.advance(app_clock(), json_data.advance_s)}


@blueprint.get("/messages")
@blueprint.input(schemas.MessagesQuery, location="query")
@blueprint.output(schemas.Messages)
def get_messages(query_data: schemas.MessagesQuery) -> dict[str, Any]:
    """本应发出的每一条通知，新的在前"""
    viewer().require("demo")
    since = query_data.since
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    with reading() as work:
        found = service.messages(
            work, alarm=query_data.alarm, channel=query_data.channel, since=since, limit=query_data.limit
        )
        return {"items": [_shown(one) for one in found]}


def _shown(message: CapturedMessage) -> dict[str, Any]:
    return {
        "channel": message.channel,
        "to": message.to,
        "to_kind": message.to_kind,
        "address": message.address,
        "alarm": message.alarm_id,
        "title": message.title,
        "text": message.text,
        "at": message.at,
    }


@blueprint.get("/channels")
@blueprint.output(schemas.Moods)
def get_channels() -> dict[str, Any]:
    """各通道现在的状态"""
    viewer().require("demo")
    with reading() as work:
        return {"items": [{"name": name, "mode": mode} for name, mode in service.moods(work).items()]}


@blueprint.post("/channels/<name>")
@blueprint.input(schemas.MoodBody)
@blueprint.output(schemas.Mood)
def post_channel(name: str, json_data: schemas.MoodBody) -> dict[str, Any]:
    """让一个通道正常、故障、拒收或没有回应"""
    me = viewer()
    me.require("demo")
    with unit_of_work(me.actor) as work:
        service.set_mood(work, name, json_data.mode)
    return {"name": name, "mode": json_data.mode}
