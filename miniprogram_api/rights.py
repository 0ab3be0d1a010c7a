"""One's own data: seen, corrected, erased, and who looked at it: ``/api/v1/mini/me/data``."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response

from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.holdings import ERASABLES, HOLDINGS
from backend.idempotent_requests import answer_once
from backend.residents import erasure, export, reveal, rights
from backend.residents import rights_schemas as schemas
from backend.residents.holdings import Kept
from backend.residents.models import RightsRequest
from backend.residents.own_data import REQUEST_STATES
from backend.residents.sessions import needs, resident

blueprint = APIBlueprint("mini_rights", __name__, url_prefix="/api/v1/mini/me/data", tag="我的资料和权利")


@blueprint.get("")
@needs("data.see")
@blueprint.output(schemas.ExportOut)
def get_data() -> dict[str, Any]:
    """我们保存的关于我的全部资料，每一项都说明用途、依据和保存多久"""
    given = _export()
    return {"made_at": local(given.made_at), "sections": [_section(one) for one in given.sections]}


@blueprint.get("/text")
@needs("data.see")
@blueprint.output(FileSchema(type="string", format="text"), content_type="text/plain")
def get_text() -> Response:
    """同样的内容，可以打印、可以朗读的纯文本"""
    return Response(export.printable(_export()), content_type="text/plain; charset=utf-8")


def _export() -> export.Export:
    me = resident()
    with unit_of_work(me.actor) as work:
        return export.export(work, me.person(), HOLDINGS)


def _section(one: export.Section) -> dict[str, Any]:
    held = one.holding
    return {
        "key": held.key, "title": held.title, "purpose": held.purpose, "ground": held.ground, "keep": held.keep,
        "items": one.lines,
    }  # fmt: skip


@blueprint.get("/requests")
@needs("data.see")
@blueprint.output(schemas.RequestList)
def get_requests() -> dict[str, Any]:
    """我的更正和注销申请"""
    with reading() as work:
        return {"items": [_request(row) for row in rights.requests_of(work, resident().person())]}


def _request(row: RightsRequest) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "field": row.field,
        "field_zh": rights.FIELDS.get(row.field or ""),
        "state": row.state,
        "state_zh": REQUEST_STATES[row.state],
        "asked_at": local(row.asked_at).isoformat(),
        "due_on": row.due_on.isoformat(),
        "answer": row.answer,
        "kept": row.kept,
    }


@blueprint.post("/corrections")
@needs("data.change")
@blueprint.input(schemas.CorrectionBody)
@blueprint.output(schemas.RequestOut, status_code=201)
def post_correction(json_data: schemas.CorrectionBody) -> Response:
    """申请更正；15 个工作日内答复"""
    me = resident()

    def ask(work: Work) -> tuple[int, dict[str, Any]]:
        return 201, _request(rights.ask_correction(work, me.person(), **json_data.model_dump()))

    return answer_once(me.actor, ask)


@blueprint.delete("/corrections/<uuid:request_id>")
@needs("data.change")
@blueprint.output(schemas.RequestOut)
def delete_correction(request_id: UUID) -> dict[str, Any]:
    """撤回还没有答复的更正申请"""
    me = resident()
    with unit_of_work(me.actor) as work:
        return _request(rights.withdraw(work, me.person(), request_id))


@blueprint.get("/erasure")
@needs("data.see")
@blueprint.output(schemas.ErasurePlan)
def get_erasure() -> dict[str, Any]:
    """注销前先看：哪些会删除，哪些依法保留，哪些事要先办完"""
    with reading() as work:
        found = erasure.plan(work, resident().person(), ERASABLES)
    return {"goes": found.goes, "kept": [_kept(one) for one in found.kept], "blocked_by": found.blocked_by}


def _kept(one: Kept) -> dict[str, Any]:
    return {"what": one.what, "ground": one.ground, "until": one.until}


@blueprint.post("/erasure")
@needs("data.change")
@blueprint.input(schemas.ErasureBody)
@blueprint.output(schemas.RequestOut)
def post_erasure(json_data: schemas.ErasureBody) -> dict[str, Any]:
    """注销：能删的马上删，并退出登录；依法保留的列给您看"""
    me = resident()
    with unit_of_work(me.actor) as work:
        return _request(erasure.erase(work, me.person(), ERASABLES, json_data.reason))


@blueprint.get("/access-log")
@needs("data.see")
@blueprint.output(schemas.LookList)
def get_access_log() -> dict[str, Any]:
    """谁看过我的资料，为什么"""
    with reading() as work:
        looks = reveal.looks_at(work, resident().person())
    return {"items": [{"at": local(one.at), "who": one.who, "what": one.what, "why": one.why} for one in looks]}
