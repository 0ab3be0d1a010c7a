"""Applying for help: ``/api/v1/mini/cases``.

What can be applied for and what is published is open to everybody; one's own cases need a proved name.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, current_app

from backend.cases import appeals, papers, places, publishing, schemas, service, serving, views
from backend.cases.fields import FieldSpec
from backend.cases.records import fresh
from backend.cases.registry import Matter, Step, registry
from backend.cases.service import SCOPE, By
from backend.core.db import Work, reading, unit_of_work
from backend.idempotent_requests import answer_once
from backend.residents.sessions import Acting, acting, needs

public = APIBlueprint("mini_cases_open", __name__, url_prefix="/api/v1/mini/cases", tag="救助申请")
private = APIBlueprint("mini_cases", __name__, url_prefix="/api/v1/mini/cases", tag="救助申请")
private.url_value_preprocessor(serving.allow_a_paper)

OBJECTION_LIMIT = "10 per hour"
RECEIVED = "已收到，镇街会去核实。您的姓名和联系方式不会告诉别人。"
Verb = Callable[[Work, Any, By], Any]


# -- for everybody


@public.get("/matters")
@public.output(schemas.CaseMatterList)
def get_matters() -> dict[str, Any]:
    """能申请的事：填什么、带什么、几天办完；能核对到的材料一律不要"""
    return {"items": [_matter(one) for one in registry().matters.values()]}


def _matter(one: Matter) -> dict[str, Any]:
    asked = [paper for paper in one.papers if not paper.fetched]
    return {
        "code": one.code, "title": one.title, "version": one.version, "summary": one.summary,
        "applicants": list(one.applicants), "form": [_field(field) for field in one.form],
        "papers": [paper.model_dump() for paper in asked],
        "never_asked": [paper.title for paper in one.papers if paper.fetched],
        "steps": [_step(one, step) for step in one.steps], "workdays": one.total.county, "article": one.total.article,
    }  # fmt: skip


def _step(matter: Matter, step: Step) -> str:
    """Its title; of a step that not every form goes through also for which."""
    asked = {field.name: field for field in matter.form}
    words = [asked[name].choices.get(str(value), asked[name].label) for name, value in step.when.items()]
    return f"{step.title}（{'、'.join(words)}）" if words else step.title


def _field(one: FieldSpec) -> dict[str, Any]:
    """A JSON object has no order on its way to the phone: choices go out as a list, as the matter lists them."""
    choices = [{"code": code, "name": name} for code, name in one.choices.items()]
    return one.model_dump() | {"choices": choices, "of": [_field(each) for each in one.of]}


@public.get("/places")
@public.output(schemas.CasePlaceList)
def get_places() -> dict[str, Any]:
    """在哪个镇街申请：户籍地或居住地的镇街"""
    with reading() as work:
        return {"items": [{"code": one.code, "name": one.name} for one in places.townships(work)]}


@public.get("/board/<division>")
@public.output(schemas.BoardOut)
def get_board(division: str) -> dict[str, Any]:
    """公示：只有姓名、人数和金额，到期自动撤下"""
    with reading() as work:
        name, rows = publishing.board(work, division)
        return {"division": name, "items": [asdict(row) for row in rows]}


@public.post("/board/<uuid:publication_id>/objections")
@public.input(schemas.ObjectionBody)
@public.output(schemas.ReceivedOut, status_code=201)
def post_objection(publication_id: UUID, json_data: schemas.ObjectionBody) -> dict[str, Any]:
    """对公示提出异议，可以不留姓名"""
    with current_app.extensions["shouwang_limiter"].limit(OBJECTION_LIMIT), unit_of_work() as work:
        publishing.raise_objection(work, publication_id, json_data.text, json_data.contact)
    return {"received": True, "words": RECEIVED}


# -- one's own cases


def _by(me: Acting) -> By:
    return By(agent_id=me.agent_id, proxy_id=me.proxy_id)


def _shown(work: Work, case_id: UUID) -> dict[str, Any]:
    work.session.flush()
    shown = views.for_applicant(work, fresh(work, case_id))
    return schemas.CaseOut.model_validate(shown).model_dump(mode="json")


def _act(case_id: UUID, action: str, verb: Verb, status: int = 200) -> Response:
    """One verb on a case of the person one acts for, once, and the case after it."""
    me = acting(SCOPE, action)

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        verb(work, service.find(work, case_id, applicant=me.principal_id), _by(me))
        return status, _shown(work, case_id)

    return answer_once(me.actor, run)


@private.post("")
@needs("case.apply")
@private.input(schemas.StartBody)
@private.output(schemas.CaseOut, status_code=201)
def post_case(json_data: schemas.StartBody) -> Response:
    """开始填写，随时自动保存"""
    me, body = acting(SCOPE, "case.apply"), json_data

    def start(work: Work) -> tuple[int, dict[str, Any]]:
        case = service.start(
            work, matter_code=body.matter, applicant_id=me.principal_id, division_code=body.division, by=_by(me),
            form=body.form,
        )  # fmt: skip
        return 201, _shown(work, case.id)

    return answer_once(me.actor, start)


@private.get("")
@needs("case.follow")
@private.output(schemas.CaseList)
def get_cases() -> dict[str, Any]:
    """我的申请，新的在前"""
    me = acting(SCOPE, "case.follow").principal_id
    with reading() as work:
        return {"items": [views.brief(work, one) for one in service.of_applicant(work, me)]}


@private.get("/<uuid:case_id>")
@needs("case.follow")
@private.output(schemas.CaseOut)
def get_case(case_id: UUID) -> dict[str, Any]:
    """办到哪一步、谁在办、最迟什么时候办完"""
    me = acting(SCOPE, "case.follow").principal_id
    with reading() as work:
        return views.for_applicant(work, service.find(work, case_id, applicant=me))


@private.put("/<uuid:case_id>/form")
@needs("case.apply")
@private.input(schemas.SaveBody)
@private.output(schemas.CaseOut)
def put_form(case_id: UUID, json_data: schemas.SaveBody) -> Response:
    """保存填到一半的表"""
    body = json_data
    return _act(
        case_id, "case.apply", lambda work, case, _by: service.save(work, case, body.form, version=body.version)
    )


@private.post("/<uuid:case_id>/submit")
@needs("case.apply")
@private.input(schemas.VersionBody)
@private.output(schemas.CaseOut)
def post_submit(case_id: UUID, json_data: schemas.VersionBody) -> Response:
    """提交"""
    return _act(
        case_id, "case.apply", lambda work, case, by: service.submit(work, case, version=json_data.version, by=by)
    )


@private.post("/<uuid:case_id>/withdraw")
@needs("case.apply")
@private.input(schemas.VersionBody)
@private.output(schemas.CaseOut)
def post_withdraw(case_id: UUID, json_data: schemas.VersionBody) -> Response:
    """撤回申请，决定以前都可以"""
    return _act(
        case_id, "case.apply", lambda work, case, by: service.withdraw(work, case, version=json_data.version, by=by)
    )


@private.post("/<uuid:case_id>/decisions/<uuid:decision_id>/appeal")
@needs("case.apply")
@private.input(schemas.AppealBody)
@private.output(schemas.CaseOut, status_code=201)
def post_appeal(case_id: UUID, decision_id: UUID, json_data: schemas.AppealBody) -> Response:
    """不同意决定，申诉；由另一位工作人员处理"""

    def appeal(work: Work, case: Any, by: By) -> None:
        appeals.begin(work, case, decision_id, json_data.grounds)
        service.leave_trail(work, case, by, "case.appeal")

    return _act(case_id, "case.apply", appeal, 201)


# -- papers


@private.post("/<uuid:case_id>/papers")
@needs("case.apply")
@private.output(schemas.PaperIn, status_code=201)
@private.doc(description="multipart/form-data：file（照片或 PDF，10 MB 以内）和 kind（材料种类）")
def post_paper(case_id: UUID) -> dict[str, Any]:
    """上传一份材料；同一个文件传两次只算一份"""
    me, upload = acting(SCOPE, "case.apply"), serving.uploaded()
    with unit_of_work(me.actor) as work:
        case = service.find(work, case_id, applicant=me.principal_id)
        row = papers.add(work, case, upload)
        service.leave_trail(work, case, _by(me), "case.paper")
        return serving.paper_out(row)


@private.get("/<uuid:case_id>/papers/<uuid:paper_id>")
@needs("case.follow")
@private.doc(responses={200: "照片（带水印）或 PDF"})
def get_paper(case_id: UUID, paper_id: UUID) -> Response:
    """看自己交的一份材料"""
    me = acting(SCOPE, "case.follow")
    with reading(me.actor) as work:
        case = service.find(work, case_id, applicant=me.principal_id)
        data, kind = papers.shown(work, case, paper_id)
        return serving.let_out(data, kind, case.number)


@private.delete("/<uuid:case_id>/papers/<uuid:paper_id>")
@needs("case.apply")
@private.output({}, status_code=204)
def delete_paper(case_id: UUID, paper_id: UUID) -> str:
    """删除自己交的一份材料，受理前后都可以"""
    me = acting(SCOPE, "case.apply")
    with unit_of_work(me.actor) as work:
        papers.remove(work, service.find(work, case_id, applicant=me.principal_id), paper_id)
    return ""
