"""The desk for staff: ``/api/v1/staff/cases``: inbox, a case, and what can be done with it."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.cases import (
    appeals,
    deciding,
    inbox,
    papers,
    publishing,
    referrals,
    schemas,
    service,
    serving,
    steps,
    tasks,
    views,
)
from backend.cases.deciding import Words
from backend.cases.models import Case
from backend.cases.records import fresh
from backend.cases.service import By
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.idempotent_requests import answer_once
from backend.people.models import Division
from backend.people.sessions import viewer
from backend.residents.persons import find_or_create_person

blueprint = APIBlueprint("case_desk", __name__, url_prefix="/api/v1/staff/cases", tag="一门受理")
blueprint.url_value_preprocessor(serving.allow_a_paper)

Verb = Callable[[Work, Case], Any]


@blueprint.get("")
@blueprint.input(schemas.InboxQuery, location="query")
@blueprint.output(schemas.InboxOut)
def get_inbox(query_data: schemas.InboxQuery) -> dict[str, Any]:
    """待办，快到期的在前"""
    with reading() as work:
        asked = query_data
        lines, following = inbox.page_of(
            work, viewer(), which=asked.which, division=asked.division, cursor=asked.cursor, limit=asked.limit
        )
        return {"items": [asdict(line) for line in lines], "next": following}


@blueprint.post("")
@blueprint.input(schemas.DeskStartBody)
@blueprint.output(schemas.DeskCaseOut, status_code=201)
def post_case(json_data: schemas.DeskStartBody) -> Response:
    """窗口代填：群众交纸质表，由经办人录入"""
    me, body = viewer(), json_data

    def enter(work: Work) -> tuple[int, dict[str, Any]]:
        _require_here(work, body.division)
        person = find_or_create_person(
            work, name=body.name, id_kind=body.id_kind, id_number=body.id_number, phone=body.phone
        )
        case = service.start(
            work, matter_code=body.matter, applicant_id=person.id, division_code=body.division, by=By(staff=me),
            source=body.source, form=body.form,
        )  # fmt: skip
        return 201, _shown(work, case.id)

    return answer_once(me.actor, enter)


def _require_here(work: Work, division_code: str) -> None:
    place = work.session.get(Division, division_code)
    viewer().require(tasks.HANDLE, place.path if place else None)


def _shown(work: Work, case_id: UUID) -> dict[str, Any]:
    work.session.flush()
    shown = views.for_desk(work, fresh(work, case_id), viewer())
    return schemas.DeskCaseOut.model_validate(shown).model_dump(mode="json")


@blueprint.get("/colleagues")
@blueprint.input(schemas.DivisionQuery, location="query")
@blueprint.output(schemas.ColleagueList)
def get_colleagues(query_data: schemas.DivisionQuery) -> dict[str, Any]:
    """可以转给谁办"""
    with reading() as work:
        place = work.session.get(Division, query_data.division)
        viewer().require(tasks.SUPERVISE, place.path if place else None)
        found = tasks.colleagues(work, place.path) if place else []
        return {"items": [{"id": one.id, "name": one.name} for one in found]}


@blueprint.get("/appeals")
@blueprint.output(schemas.AppealList)
def get_appeals() -> dict[str, Any]:
    """没有办结的申诉，快到期的在前"""
    viewer().require(tasks.SUPERVISE)
    with reading() as work:
        rows = appeals.listed(work, viewer())
        return {
            "items": [
                {"id": one.id, "case_id": case.id, "number": case.number, "due_on": one.due_on} for one, case in rows
            ]
        }


@blueprint.get("/<uuid:case_id>")
@blueprint.output(schemas.DeskCaseOut)
def get_case(case_id: UUID) -> dict[str, Any]:
    """一个申请的全部内容；谁看过都有记录"""
    with unit_of_work(viewer().actor) as work:
        case = service.find(work, case_id, viewer=viewer())
        shown = views.for_desk(work, case, viewer())
        audit.record_read(work, case.applicant_id, why=f"case:{case.id}")
        return shown


def _act(case_id: UUID, verb: Verb) -> Response:
    """One verb on a case of the viewer's place, once, and the page after it."""

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        verb(work, service.find(work, case_id, viewer=viewer()))
        return 200, _shown(work, case_id)

    return answer_once(viewer().actor, run)


# -- on behalf of the applicant


@blueprint.put("/<uuid:case_id>/form")
@blueprint.input(schemas.SaveBody)
@blueprint.output(schemas.DeskCaseOut)
def put_form(case_id: UUID, json_data: schemas.SaveBody) -> Response:
    """保存代填的表"""

    def save(work: Work, case: Case) -> None:
        viewer().require(tasks.HANDLE, case.territory)
        service.save(work, case, json_data.form, version=json_data.version)

    return _act(case_id, save)


@blueprint.post("/<uuid:case_id>/submit")
@blueprint.input(schemas.VersionBody)
@blueprint.output(schemas.DeskCaseOut)
def post_submit(case_id: UUID, json_data: schemas.VersionBody) -> Response:
    """替群众提交"""

    def submit(work: Work, case: Case) -> None:
        viewer().require(tasks.HANDLE, case.territory)
        service.submit(work, case, version=json_data.version, by=By(staff=viewer()))

    return _act(case_id, submit)


# -- taking in, working, deciding


@blueprint.post("/<uuid:case_id>/accept")
@blueprint.input(schemas.VersionBody)
@blueprint.output(schemas.DeskCaseOut)
def post_accept(case_id: UUID, json_data: schemas.VersionBody) -> Response:
    """受理"""
    return _act(case_id, lambda work, case: service.accept(work, viewer(), case, version=json_data.version))


@blueprint.post("/<uuid:case_id>/return")
@blueprint.input(schemas.ReturnBody)
@blueprint.output(schemas.DeskCaseOut)
def post_return(case_id: UUID, json_data: schemas.ReturnBody) -> Response:
    """一次性告知要补的全部材料；只能退回一次"""
    body = json_data
    return _act(
        case_id,
        lambda work, case: service.send_back(
            work, viewer(), case, version=body.version, papers=body.papers, fields=body.fields
        ),
    )


@blueprint.post("/<uuid:case_id>/not-accept")
@blueprint.input(schemas.ReasonBody)
@blueprint.output(schemas.DeskCaseOut)
def post_not_accept(case_id: UUID, json_data: schemas.ReasonBody) -> Response:
    """不予受理，写明理由"""
    body = json_data
    return _act(
        case_id,
        lambda work, case: service.not_accept(work, viewer(), case, version=body.version, reason=body.reason),
    )


@blueprint.post("/<uuid:case_id>/tasks/<uuid:task_id>/finish")
@blueprint.input(schemas.FinishBody)
@blueprint.output(schemas.DeskCaseOut)
def post_finish(case_id: UUID, task_id: UUID, json_data: schemas.FinishBody) -> Response:
    """办完一步，写明结果"""
    body = json_data
    return _act(
        case_id,
        lambda work, case: steps.finish(
            work, viewer(), case, task_id, version=body.version, outcome=body.outcome, note_words=body.note
        ),
    )


@blueprint.post("/<uuid:case_id>/decide")
@blueprint.input(schemas.DecideBody)
@blueprint.output(schemas.DeskCaseOut)
def post_decide(case_id: UUID, json_data: schemas.DecideBody) -> Response:
    """作出决定；不同意要写理由"""
    words = Words(json_data.outcome, json_data.reason, json_data.article)
    return _act(case_id, lambda work, case: deciding.decide(work, viewer(), case, words, version=json_data.version))


@blueprint.post("/<uuid:case_id>/deliver")
@blueprint.input(schemas.DeliverBody)
@blueprint.output(schemas.DeskCaseOut)
def post_deliver(case_id: UUID, json_data: schemas.DeliverBody) -> Response:
    """决定已送达，办结"""
    body = json_data
    return _act(case_id, lambda work, case: deciding.deliver(work, viewer(), case, version=body.version, how=body.how))


# -- tasks


@blueprint.post("/<uuid:case_id>/tasks/<uuid:task_id>/claim")
@blueprint.output(schemas.DeskCaseOut)
def post_claim(case_id: UUID, task_id: UUID) -> Response:
    """我来办"""
    return _act(case_id, lambda work, _case: tasks.claim(work, viewer(), task_id))


@blueprint.post("/<uuid:case_id>/tasks/<uuid:task_id>/hand-back")
@blueprint.output(schemas.DeskCaseOut)
def post_hand_back(case_id: UUID, task_id: UUID) -> Response:
    """退回待办，让同事办"""
    return _act(case_id, lambda work, _case: tasks.hand_back(work, viewer(), task_id))


@blueprint.post("/<uuid:case_id>/tasks/<uuid:task_id>/assign")
@blueprint.input(schemas.AssignBody)
@blueprint.output(schemas.DeskCaseOut)
def post_assign(case_id: UUID, task_id: UUID, json_data: schemas.AssignBody) -> Response:
    """转给同事办"""
    return _act(case_id, lambda work, _case: tasks.assign(work, viewer(), task_id, json_data.staff_id))


# -- referrals, objections, appeals


@blueprint.post("/<uuid:case_id>/referrals")
@blueprint.input(schemas.ReferBody)
@blueprint.output(schemas.DeskCaseOut)
def post_referral(case_id: UUID, json_data: schemas.ReferBody) -> Response:
    """转请有关部门协助"""
    body = json_data
    return _act(case_id, lambda work, case: referrals.send(work, viewer(), case, body.department, body.question))


@blueprint.post("/<uuid:case_id>/referrals/<uuid:referral_id>/answer")
@blueprint.input(schemas.AnswerBody)
@blueprint.output(schemas.DeskCaseOut)
def post_answer(case_id: UUID, referral_id: UUID, json_data: schemas.AnswerBody) -> Response:
    """登记部门的答复"""
    body = json_data
    return _act(case_id, lambda work, _case: referrals.answer(work, viewer(), referral_id, body.answer, body.by))


@blueprint.post("/<uuid:case_id>/objections/<uuid:objection_id>")
@blueprint.input(schemas.FindingBody)
@blueprint.output(schemas.DeskCaseOut)
def post_objection(case_id: UUID, objection_id: UUID, json_data: schemas.FindingBody) -> Response:
    """公示异议的核实结果"""
    body = json_data
    return _act(
        case_id,
        lambda work, _case: publishing.settle_objection(
            work, viewer(), objection_id, upheld=body.upheld, finding=body.finding
        ),
    )


@blueprint.post("/<uuid:case_id>/appeals/<uuid:appeal_id>")
@blueprint.input(schemas.FindingBody)
@blueprint.output(schemas.DeskCaseOut)
def post_appeal(case_id: UUID, appeal_id: UUID, json_data: schemas.FindingBody) -> Response:
    """答复申诉；作决定的人不能办"""
    body = json_data
    return _act(
        case_id,
        lambda work, _case: appeals.settle(work, viewer(), appeal_id, upheld=body.upheld, finding=body.finding),
    )


# -- papers


@blueprint.post("/<uuid:case_id>/papers")
@blueprint.output(schemas.PaperIn, status_code=201)
@blueprint.doc(description="multipart/form-data：file（照片或 PDF，10 MB 以内）和 kind（材料种类）")
def post_paper(case_id: UUID) -> dict[str, Any]:
    """替群众上传材料"""
    upload = serving.uploaded()
    with unit_of_work(viewer().actor) as work:
        case = service.find(work, case_id, viewer=viewer())
        viewer().require(tasks.HANDLE, case.territory)
        return serving.paper_out(papers.add(work, case, upload))


@blueprint.get("/<uuid:case_id>/papers/<uuid:paper_id>")
@blueprint.doc(responses={200: "照片（带水印）或 PDF"})
def get_paper(case_id: UUID, paper_id: UUID) -> Response:
    """看一份材料；照片带查看人和时间的水印，谁看过都有记录"""
    with unit_of_work(viewer().actor) as work:
        case = service.find(work, case_id, viewer=viewer())
        data, kind = papers.shown(work, case, paper_id)
        audit.record_read(work, case.applicant_id, why=f"paper:{paper_id}")
        return serving.let_out(data, kind, case.number)


@blueprint.delete("/<uuid:case_id>/papers/<uuid:paper_id>")
@blueprint.output({}, status_code=204)
def delete_paper(case_id: UUID, paper_id: UUID) -> str:
    """删除一份材料，留下记录"""
    with unit_of_work(viewer().actor) as work:
        case = service.find(work, case_id, viewer=viewer())
        viewer().require(tasks.HANDLE, case.territory)
        papers.remove(work, case, paper_id)
    return ""
