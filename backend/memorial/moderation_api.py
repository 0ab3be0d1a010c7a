"""Moderation for staff: ``/api/v1/staff/moderation``; and where WeChat fetches a picture while it checks it."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.core.db import Work, reading
from backend.core.errors import NotFoundError
from backend.idempotent_requests import answer_once
from backend.memorial import moderation, moderation_checks, moderation_desk, tribute_schemas, tribute_views
from backend.memorial.moderation_desk import SECOND
from backend.memorial.tribute_models import ModerationItem
from backend.memorial.tribute_schemas import AuthorityOut, OwnItemOut
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer

blueprint = APIBlueprint("moderation", __name__, url_prefix="/api/v1/staff/moderation", tag="祭扫")
checking = APIBlueprint("moderation_checking", __name__, url_prefix=moderation_checks.PATH.rstrip("/"), tag="祭扫")


@checking.get("/<code>")
@checking.doc(responses={200: "图片或声音"})
def get_unchecked(code: str) -> Response:
    """微信审核时取图；审核一结束就取不到了"""
    with reading() as work:
        data, media_type = moderation.being_checked(work, code[:200])
    return Response(data, content_type=media_type, headers={"Cache-Control": "no-store"})


@blueprint.get("")
@blueprint.input(tribute_schemas.QueueQuery, location="query")
@blueprint.output(tribute_schemas.QueueOut)
def get_queue(query_data: tribute_schemas.QueueQuery) -> dict[str, Any]:
    """等人看的、被举报的，先来的在前；可以只看一个地方的"""
    with reading(viewer().actor) as work:
        path = _path_of(work, query_data.division) if query_data.division else None
        return {"items": tribute_views.queue(work, moderation_desk.queue(work, viewer(), path))}


def _path_of(work: Work, code: str) -> str:
    """Raises ``NotFoundError``."""
    place = work.session.get(Division, code)
    if place is None:
        raise NotFoundError(division=code)
    return place.path


@blueprint.post("/<uuid:item_id>")
@blueprint.input(tribute_schemas.ModerateBody)
@blueprint.output(OwnItemOut)
def post_decision(item_id: UUID, json_data: tribute_schemas.ModerateBody) -> Response:
    """按规则决定：显示、不显示、撤下、保留；复核：恢复、维持"""
    me = viewer()

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        row = decided(work, me, item_id, json_data)
        shown = tribute_views.own_item(work, row, appealed=True)
        return 200, OwnItemOut.model_validate(shown).model_dump(mode="json")

    return answer_once(me.actor, run)


def decided(work: Work, me: Viewer, item_id: UUID, body: tribute_schemas.ModerateBody) -> ModerationItem:
    """A decision, or a voice in the second look."""
    if body.action in SECOND:
        return moderation_desk.look_again(work, me, item_id, body.action, body.words)
    return moderation_desk.decide(work, me, item_id, body.action, body.rule, body.words)


@blueprint.get("/authority")
@blueprint.output(tribute_schemas.AuthorityList)
def get_authority() -> dict[str, Any]:
    """侮辱、诽谤英烈的内容：要报告的在前"""
    with reading(viewer().actor) as work:
        rows = moderation_desk.for_the_authority(work, viewer())
        return {"items": [tribute_views.authority(row, item) for row, item in rows]}


@blueprint.post("/authority/<uuid:report_id>")
@blueprint.input(tribute_schemas.ToldBody)
@blueprint.output(AuthorityOut)
def post_authority(report_id: UUID, json_data: tribute_schemas.ToldBody) -> Response:
    """记下已经报告给哪个部门、文号是什么"""
    me = viewer()

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        row = moderation_desk.reported(work, me, report_id, json_data.reference)
        shown = tribute_views.authority(row, moderation.locked(work, row.item_id))
        return 200, AuthorityOut.model_validate(shown).model_dump(mode="json")

    return answer_once(me.actor, run)
