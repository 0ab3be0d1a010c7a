"""申请纪念馆 on the phone: ``/api/v1/mini/memorial/applications``: asked, papers added, handed in, taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend import kin_registers
from backend.cases.serving import allow_a_paper, let_out, uploaded
from backend.core.db import Work, reading, unit_of_work
from backend.idempotent_requests import answer_once
from backend.memorial import hall_application_papers as papers
from backend.memorial import hall_application_schemas as schemas
from backend.memorial import hall_application_views as views
from backend.memorial import hall_applications as applications
from backend.memorial.hall_application_errors import MartyrAskedError
from backend.memorial.hall_applications import Asked, AskedDead
from backend.residents.sessions import needs, resident

blueprint = APIBlueprint(
    "mini_hall_applications", __name__, url_prefix="/api/v1/mini/memorial/applications", tag="网上祭扫"
)
blueprint.url_value_preprocessor(allow_a_paper)

# Whoever took a consent back begins nothing new; what was begun can still be seen and ended.
OPEN, KEEP = "memorial.open", "memorial.keep"


@blueprint.get("/choices")
@needs(KEEP)
@blueprint.output(schemas.HallApplicationChoices)
def get_choices() -> dict[str, Any]:
    """种类、关系、样式、谁能看、镇街，几个工作日答复"""
    with reading() as work:
        return views.choices(work)


@blueprint.get("")
@needs(KEEP)
@blueprint.output(schemas.HallApplicationList)
def get_applications() -> dict[str, Any]:
    """我的申请，新的在前"""
    with reading() as work:
        return {"items": [views.line(row) for row in applications.of_person(work, resident().person())]}


@blueprint.get("/<uuid:application_id>")
@needs(KEEP)
@blueprint.output(schemas.HallApplicationOut)
def get_application(application_id: UUID) -> dict[str, Any]:
    """一份申请：还缺什么、最迟哪天答复、结果"""
    with reading() as work:
        return _shown(work, applications.own(work, resident().person(), application_id))


_shown = partial(views.answer, proof=kin_registers.proof)


def _asked(body: schemas.HallApplicationBody) -> Asked:
    said = body.model_dump()
    dead = tuple(AskedDead(**{**one, "id_number": one["id_number"] or None}) for one in said.pop("dead"))
    return Asked(dead=dead, **said)


@blueprint.post("")
@needs(OPEN)
@blueprint.input(schemas.HallApplicationBody)
@blueprint.output(schemas.HallApplicationOut, status_code=201)
def post_application(json_data: schemas.HallApplicationBody) -> Response:
    """写好申请；同一位再申请一次，还是第一份。健在的、烈士、已有纪念馆的，马上告诉"""
    me, asked = resident(), _asked(json_data)

    def begin(work: Work) -> tuple[int, dict[str, Any]]:
        return 201, _shown(work, applications.begin(work, me.person(), asked))

    with _reporting(asked):
        return answer_once(me.actor, begin)


@contextmanager
def _reporting(asked: Asked) -> Iterator[None]:
    """That a martyr was to have a private hall stays on record though it was refused (英雄烈士保护法 23)."""
    try:
        yield
    except MartyrAskedError:
        with unit_of_work(resident().actor) as work:
            applications.report_martyr(work, resident().person(), asked)
        raise


@blueprint.post("/check")
@needs(OPEN)
@blueprint.input(schemas.HallApplicationBody)
@blueprint.output({}, status_code=204)
def post_check(json_data: schemas.HallApplicationBody) -> str:
    """没写完先看一看：健在的、烈士、已有纪念馆的，马上告诉；什么也不留"""
    asked = _asked(json_data)
    with _reporting(asked), unit_of_work(resident().actor) as work:
        applications.check(work, asked)
    return ""


@blueprint.post("/<uuid:application_id>")
@needs(OPEN)
@blueprint.input(schemas.HallApplicationBody)
@blueprint.output(schemas.HallApplicationOut)
def post_amended(application_id: UUID, json_data: schemas.HallApplicationBody) -> Response:
    """没交以前、要补材料时，改一改写的内容"""
    me, asked = resident(), _asked(json_data)

    def amend(work: Work) -> tuple[int, dict[str, Any]]:
        return 200, _shown(work, applications.amend(work, me.person(), application_id, asked))

    with _reporting(asked):
        return answer_once(me.actor, amend)


@blueprint.post("/<uuid:application_id>/submit")
@needs(OPEN)
@blueprint.input(schemas.HallSubmitBody)
@blueprint.output(schemas.HallApplicationOut)
def post_submit(application_id: UUID, json_data: schemas.HallSubmitBody) -> Response:
    """交给工作人员；没有的材料写一写为什么（note）"""
    me, body = resident(), json_data

    def submit(work: Work) -> tuple[int, dict[str, Any]]:
        row = applications.submit(
            work, me.person(), application_id, body.note, kin_registers.proof, version=body.version
        )
        return 200, _shown(work, row)

    return answer_once(me.actor, submit)


@blueprint.post("/<uuid:application_id>/withdraw")
@needs(KEEP)
@blueprint.output(schemas.HallApplicationOut)
def post_withdraw(application_id: UUID) -> Response:
    """不办了，撤回申请"""
    me = resident()
    return answer_once(
        me.actor, lambda work: (200, _shown(work, applications.withdraw(work, me.person(), application_id)))
    )


# -- papers


@blueprint.post("/<uuid:application_id>/papers")
@needs(OPEN)
@blueprint.output(schemas.HallApplicationOut, status_code=201)
@blueprint.doc(description="multipart/form-data：file（JPG、PNG、PDF，10 MB 以内）、kind（death、kinship、other）")
def post_paper(application_id: UUID) -> tuple[dict[str, Any], int]:
    """加一份材料；拍照的时间和地点不会留下"""
    upload = uploaded()
    with unit_of_work(resident().actor) as work:
        papers.add(work, resident().person(), application_id, upload)
        return _shown(work, applications.own(work, resident().person(), application_id)), 201


@blueprint.get("/<uuid:application_id>/papers/<uuid:paper_id>")
@needs(KEEP)
@blueprint.doc(responses={200: "照片（带水印）或 PDF"})
def get_paper(application_id: UUID, paper_id: UUID) -> Response:
    """看自己交的一份材料"""
    with reading(resident().actor) as work:
        row = applications.own(work, resident().person(), application_id)
        data, kind = papers.shown(work, row, paper_id)
        return let_out(data, kind, row.number)


@blueprint.delete("/<uuid:application_id>/papers/<uuid:paper_id>")
@needs(KEEP)
@blueprint.output(schemas.HallApplicationOut)
def delete_paper(application_id: UUID, paper_id: UUID) -> dict[str, Any]:
    """没交以前，删掉一份材料"""
    with unit_of_work(resident().actor) as work:
        return _shown(work, papers.remove(work, resident().person(), application_id, paper_id))
