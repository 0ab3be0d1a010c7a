"""Tributes on the phone: ``/api/v1/mini/tributes``. Seeing a public hall and reporting need no account."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, current_app

from backend.core.db import Work, reading, unit_of_work
from backend.idempotent_requests import answer_once
from backend.memorial import moderation_desk, moderation_reports, tribute_schemas, tribute_views, tributes
from backend.memorial.tribute_schemas import OwnItemOut, OwnTributeOut
from backend.memorial.tributes import Offering
from backend.residents.sessions import needs, resident

public = APIBlueprint("mini_tributes_open", __name__, url_prefix="/api/v1/mini/tributes", tag="祭扫")
private = APIBlueprint("mini_tributes", __name__, url_prefix="/api/v1/mini/tributes", tag="祭扫")

GIVE = "memorial.visit"
REPORT_LIMIT = "30 per hour"  # of one address: a whole village may share it
THANKS = "收到了，谢谢您的提醒。请记下查询码，过一天可以查看处理结果。"


@public.get("/choices")
@public.output(tribute_schemas.TributeChoices)
def get_choices() -> dict[str, Any]:
    """祭扫的方式、可以听的曲子、举报的理由"""
    return tribute_views.choices()


@public.get("/open/<uuid:hall_id>")
@public.output(tribute_schemas.HallTributesOut)
def get_open_hall(hall_id: UUID) -> dict[str, Any]:
    """一座公开的纪念馆里的祭扫和留言，不用登录"""
    with reading() as work:
        return tribute_views.of_hall(work, tributes.seen(work, hall_id, None))


@public.post("/reports")
@public.input(tribute_schemas.ReportBody)
@public.output(tribute_schemas.ReportOut, status_code=201)
def post_report(json_data: tribute_schemas.ReportBody) -> dict[str, Any]:
    """举报不合适的内容，不用登录，可以不留姓名"""
    body = json_data
    with current_app.extensions["shouwang_limiter"].limit(REPORT_LIMIT), unit_of_work() as work:
        code = moderation_reports.report(work, body.subject, body.subject_id, body.rule, body.words)
    return {"code": code, "words": THANKS}


@public.post("/reports/answer")
@public.input(tribute_schemas.ReportCodeBody)
@public.output(tribute_schemas.ReportAnswerOut)
def post_report_answer(json_data: tribute_schemas.ReportCodeBody) -> dict[str, Any]:
    """凭查询码看举报的处理结果"""
    with reading() as work:
        return {"answer": moderation_reports.answer(work, json_data.code)}


# -- somebody signed in


@private.get("/halls/<uuid:hall_id>")
@needs(GIVE)
@private.output(tribute_schemas.OwnHallTributesOut)
def get_hall(hall_id: UUID) -> dict[str, Any]:
    """纪念馆里的祭扫和留言，还有我自己的"""
    me = resident().person()
    with reading() as work:
        hall = tributes.seen(work, hall_id, me)
        mine = tribute_views.own(work, tributes.mine(work, me, hall.id))
        return tribute_views.of_hall(work, hall) | {"mine": mine}


Verb = Callable[[Work, UUID], UUID]


def _once(verb: Verb, status: int = 200) -> Response:
    """One verb on a tribute of one's own, once, and the tribute after it."""
    me = resident()

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        row = tributes.own(work, me.person(), verb(work, me.person()))
        work.session.flush()
        return status, OwnTributeOut.model_validate(tribute_views.own(work, [row])[0]).model_dump(mode="json")

    return answer_once(me.actor, run)


@private.post("")
@needs(GIVE)
@private.input(tribute_schemas.TributeBody)
@private.output(OwnTributeOut, status_code=201)
def post_tribute(json_data: tribute_schemas.TributeBody) -> Response:
    """献花、点烛、上香、鞠躬、留言、写信、听一首歌；每样每天记一次，都不收费"""
    body = json_data
    offering = Offering(body.kind, body.words, body.song, body.shared)
    return _once(lambda work, me: tributes.give(work, me, body.hall_id, offering).id, 201)


@private.post("/<uuid:tribute_id>/take-back")
@needs(GIVE)
@private.output(OwnTributeOut)
def post_take_back(tribute_id: UUID) -> Response:
    """收回我写的话，别人就看不到了"""
    return _once(lambda work, me: tributes.take_back(work, me, tribute_id).id)


@private.post("/<uuid:tribute_id>/share")
@needs(GIVE)
@private.input(tribute_schemas.ShareBody)
@private.output(OwnTributeOut)
def post_share(tribute_id: UUID, json_data: tribute_schemas.ShareBody) -> Response:
    """信给大家看，或者只留给自己"""
    return _once(lambda work, me: tributes.share(work, me, tribute_id, shared=json_data.shared).id)


@private.get("/items")
@needs(GIVE)
@private.output(tribute_schemas.OwnItemList)
def get_items() -> dict[str, Any]:
    """我写的、传的内容有没有显示，没有显示是为什么"""
    with reading() as work:
        return {"items": tribute_views.own_items(work, resident().person())}


@private.post("/items/<uuid:item_id>/appeal")
@needs(GIVE)
@private.input(tribute_schemas.AppealBody)
@private.output(OwnItemOut)
def post_appeal(item_id: UUID, json_data: tribute_schemas.AppealBody) -> Response:
    """不同意没有显示的决定，请另外两位工作人员再看一次"""
    me = resident()

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        row = moderation_desk.appeal(work, me.person(), item_id, json_data.words)
        shown = tribute_views.own_item(work, row, appealed=True)
        return 200, OwnItemOut.model_validate(shown).model_dump(mode="json")

    return answer_once(me.actor, run)
