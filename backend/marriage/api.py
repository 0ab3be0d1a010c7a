"""The registrar's desk for staff: ``/api/v1/staff/marriage``. The pages of the console do the same by forms."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, current_app

from backend.core import letters_pdf
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError
from backend.marriage import (
    desk_acts,
    desk_schemas,
    desk_views,
    letters,
    licences,
    report_views,
    revealing,
    service,
)
from backend.marriage.cases import WalkIn
from backend.marriage.identities import Identity, identity
from backend.marriage.providers import for_mode
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.settings import Settings

blueprint = APIBlueprint("marriage_desk", __name__, url_prefix="/api/v1/staff/marriage", tag="婚姻登记窗口")

SCAN = "微信扫一扫，在小程序里查看办理进度"
SETTINGS_KEY = "SHOUWANG"


@blueprint.get("/offices/<code>/day")
@blueprint.input(desk_schemas.DayQuery, location="query")
@blueprint.output(desk_schemas.DayOut)
def get_day(code: str, query_data: desk_schemas.DayQuery) -> dict[str, Any]:
    """登记处一天的办理清单，姓名已隐去"""
    with reading() as work:
        day = query_data.day or local(work.now).date()
        return {"day": day, "items": desk_views.day_list(work, viewer(), code, day)}


@blueprint.post("/cases")
@blueprint.input(desk_schemas.OpenBody)
@blueprint.output(desk_schemas.CaseOut, status_code=201)
def post_case(json_data: desk_schemas.OpenBody) -> dict[str, Any]:
    """开始办理：今天的预约，或现场来的人；再点一次得到同一件"""
    me = viewer()
    with unit_of_work(me.actor) as work:
        case_id = _opened(work, json_data)
    return _case(case_id)


def _opened(work: Work, body: desk_schemas.OpenBody) -> UUID:
    me = viewer()
    if body.booking_id is not None:
        return desk_acts.open_booking(work, me, body.booking_id)
    if body.office is None or body.matter is None:
        raise BadInputError(field="事项", why="请填预约，或填登记处和事项")
    people = tuple(_person(work, one) for one in body.people)
    return desk_acts.open_walk_in(work, me, WalkIn(body.office, body.matter, people, body.declared))


def _person(work: Work, one: desk_schemas.WalkInPerson) -> Identity:
    today = local(work.now).date()
    return identity(
        one.name, one.id_kind, one.id_number, today, sex=one.sex, birth_date=one.birth_date, region=one.region
    )


def _case(case_id: UUID) -> dict[str, Any]:
    me = viewer()
    with reading() as work:
        return _out(work, me, case_id)


def _out(work: Work, me: Viewer, case_id: UUID) -> dict[str, Any]:
    shown = desk_views.case_view(work, me, service.find(work, me, case_id))
    return desk_schemas.CaseOut.model_validate(shown).model_dump()


@blueprint.get("/cases/<uuid:case_id>")
@blueprint.output(desk_schemas.CaseOut)
def get_case(case_id: UUID) -> dict[str, Any]:
    """一件业务：双方、核查结果、还缺什么；查看会留下记录"""
    me = viewer()
    with unit_of_work(me.actor) as work:
        revealing.opened(work, service.find(work, me, case_id))
        return _out(work, me, case_id)


@blueprint.post("/cases/<uuid:case_id>/presence")
@blueprint.input(desk_schemas.PresenceBody)
@blueprint.output(desk_schemas.CaseOut)
def post_presence(case_id: UUID, json_data: desk_schemas.PresenceBody) -> dict[str, Any]:
    """记下一方：到场、证件核对、签字声明"""
    me, noted = viewer(), json_data.model_dump(exclude={"fence", "position", "observed"})
    desk_acts.act(
        me, case_id, "note", json_data.fence,
        lambda work: service.note_presence(
            work, me, case_id, json_data.position, observed=json_data.observed, **noted
        ),
    )  # fmt: skip
    return _case(case_id)


@blueprint.post("/cases/<uuid:case_id>/facts")
@blueprint.input(desk_schemas.FactsBody)
@blueprint.output(desk_schemas.CaseOut)
def post_facts(case_id: UUID, json_data: desk_schemas.FactsBody) -> dict[str, Any]:
    """记下双方的声明"""
    me = viewer()
    desk_acts.act(
        me, case_id, "note", json_data.fence,
        lambda work: service.note_facts(work, me, case_id, json_data.declared),
    )  # fmt: skip
    return _case(case_id)


@blueprint.post("/cases/<uuid:case_id>/check")
@blueprint.input(desk_schemas.Fenced)
@blueprint.output(desk_schemas.CaseOut)
def post_check(case_id: UUID, json_data: desk_schemas.Fenced) -> dict[str, Any]:
    """联网核查并对照法律，每条理由带条款"""
    settings: Settings = current_app.config[SETTINGS_KEY]
    desk_acts.check(viewer(), case_id, json_data.fence, for_mode(settings.mode))
    return _case(case_id)


@blueprint.post("/cases/<uuid:case_id>/register")
@blueprint.input(desk_schemas.Fenced)
@blueprint.output(desk_schemas.CaseOut)
def post_register(case_id: UUID, json_data: desk_schemas.Fenced) -> dict[str, Any]:
    """办理登记（只限持证登记员）"""
    me = viewer()
    desk_acts.act(me, case_id, "register", json_data.fence, lambda work: service.register(work, me, case_id))
    return _case(case_id)


@blueprint.post("/cases/<uuid:case_id>/refuse")
@blueprint.input(desk_schemas.RefuseBody)
@blueprint.output(desk_schemas.CaseOut)
def post_refuse(case_id: UUID, json_data: desk_schemas.RefuseBody) -> dict[str, Any]:
    """不予办理，写明理由"""
    me = viewer()
    desk_acts.act(
        me, case_id, "refuse", json_data.fence,
        lambda work: service.refuse(work, me, case_id, json_data.reason_code, json_data.note),
    )  # fmt: skip
    return _case(case_id)


@blueprint.post("/cases/<uuid:case_id>/freeze")
@blueprint.input(desk_schemas.FreezeBody)
@blueprint.output(desk_schemas.CaseOut)
def post_freeze(case_id: UUID, json_data: desk_schemas.FreezeBody) -> dict[str, Any]:
    """暂停办理并依法报告（条例第6条）；当事人看不到"""
    me = viewer()
    desk_acts.act(
        me, case_id, "freeze", json_data.fence,
        lambda work: service.freeze(work, me, case_id, json_data.kind, json_data.signs),
    )  # fmt: skip
    return _case(case_id)


@blueprint.post("/cases/<uuid:case_id>/release")
@blueprint.input(desk_schemas.ReasonBody)
@blueprint.output(desk_schemas.CaseOut)
def post_release(case_id: UUID, json_data: desk_schemas.ReasonBody) -> dict[str, Any]:
    """班长查清后恢复办理，写明原因"""
    me = viewer()
    desk_acts.act(
        me, case_id, "release", json_data.fence,
        lambda work: service.release(work, me, case_id, json_data.reason),
    )  # fmt: skip
    return _case(case_id)


@blueprint.post("/cases/<uuid:case_id>/abandon")
@blueprint.input(desk_schemas.ReasonBody)
@blueprint.output(desk_schemas.CaseOut)
def post_abandon(case_id: UUID, json_data: desk_schemas.ReasonBody) -> dict[str, Any]:
    """当事人不办了"""
    me = viewer()
    desk_acts.act(
        me, case_id, "abandon", json_data.fence,
        lambda work: service.abandon(work, me, case_id, json_data.reason),
    )  # fmt: skip
    return _case(case_id)


@blueprint.get("/cases/<uuid:case_id>/letter.pdf")
def get_letter(case_id: UUID) -> Response:
    """受理回执单、不予办理告知书或无婚姻登记记录证明（PDF）"""
    me = viewer()
    with unit_of_work(me.actor) as work:
        found = letters.letter(work, me, case_id)
    answer = Response(letters_pdf.render(found, link(), SCAN), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{found.kind}-{found.number}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def link() -> str:
    """What the QR code of a paper opens: the page of one's own cases in the mini-program."""
    settings: Settings = current_app.config[SETTINGS_KEY]
    return f"{settings.public_url}/m/{letters.PAGE}"


# -- reports and certificates


@blueprint.get("/reports")
@blueprint.output(desk_schemas.ReportList)
def get_reports() -> dict[str, Any]:
    """依法要报告的事，先到期的在前"""
    with reading() as work:
        return {"items": report_views.listed(work, viewer())}


def _report(report_id: UUID) -> dict[str, Any]:
    with reading() as work:
        found = next(one for one in report_views.listed(work, viewer()) if one.id == report_id)
        return desk_schemas.ReportOut.model_validate(found).model_dump()


@blueprint.post("/reports/<uuid:report_id>/report")
@blueprint.input(desk_schemas.ReportedBody)
@blueprint.output(desk_schemas.ReportOut)
def post_reported(report_id: UUID, json_data: desk_schemas.ReportedBody) -> dict[str, Any]:
    """登记已经报告给谁"""
    with unit_of_work(viewer().actor) as work:
        service.report(work, viewer(), report_id, json_data.reported_to)
    return _report(report_id)


@blueprint.post("/reports/<uuid:report_id>/close")
@blueprint.input(desk_schemas.ResultBody)
@blueprint.output(desk_schemas.ReportOut)
def post_closed(report_id: UUID, json_data: desk_schemas.ResultBody) -> dict[str, Any]:
    """登记处理结果"""
    with unit_of_work(viewer().actor) as work:
        service.close_report(work, viewer(), report_id, json_data.result)
    return _report(report_id)


@blueprint.get("/licences")
@blueprint.output(desk_schemas.LicenceList)
def get_licences() -> dict[str, Any]:
    """登记员证"""
    with reading() as work:
        return {"items": licences.listed(work, viewer())}


@blueprint.post("/licences")
@blueprint.input(desk_schemas.LicenceBody)
@blueprint.output(desk_schemas.LicenceList, status_code=201)
def post_licence(json_data: desk_schemas.LicenceBody) -> dict[str, Any]:
    """登记一个登记员证"""
    with unit_of_work(viewer().actor) as work:
        licences.grant(
            work, viewer(), json_data.staff_id, json_data.number, json_data.valid_from, json_data.valid_until
        )
        return {"items": licences.listed(work, viewer())}


@blueprint.post("/licences/<uuid:licence_id>/revoke")
@blueprint.input(desk_schemas.RevokeBody)
@blueprint.output(desk_schemas.LicenceList)
def post_revoke(licence_id: UUID, json_data: desk_schemas.RevokeBody) -> dict[str, Any]:
    """停用一个登记员证，写明原因"""
    with unit_of_work(viewer().actor) as work:
        licences.revoke(work, viewer(), licence_id, json_data.reason)
        return {"items": licences.listed(work, viewer())}
