"""Memorial halls for staff: ``/api/v1/staff/memorial``: deaths on papers seen, halls opened, kin proven, disputes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import select

from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import NotFoundError
from backend.core.numbers import normal
from backend.idempotent_requests import answer_once
from backend.memorial import (
    deceased,
    hall_concerns,
    hall_corrections,
    hall_mediation,
    hall_people,
    hall_views,
    halls,
    schemas,
)
from backend.memorial.errors import MartyrError
from backend.memorial.hall_corrections import Correction
from backend.memorial.hall_mediation import Answer
from backend.memorial.models import DeceasedCorrection, Hall
from backend.people.models import Division
from backend.people.sessions import viewer
from backend.residents.models import Person
from backend.residents.persons import find_or_create_person

blueprint = APIBlueprint("memorial_desk", __name__, url_prefix="/api/v1/staff/memorial", tag="网上祭扫")

VIEW = hall_concerns.VIEW
MARTYR_PAPERS = "登记时证明写明是烈士"


def _require_at(work: Work, code: str | None, action: str) -> None:
    """The viewer's right at a place; without one anywhere. Raises ``NotAllowedError``."""
    place = work.session.get(Division, code) if code else None
    viewer().require(action, place.path if place else None)


# -- the dead


@blueprint.post("/deceased")
@blueprint.input(schemas.DeceasedBody)
@blueprint.output(schemas.DeadOut, status_code=201)
def post_deceased(json_data: schemas.DeceasedBody) -> Response:
    """看过死亡证明，登记逝者；健在的人不能登记；烈士只记下并上报"""
    given = json_data.model_dump()
    martyr = given.pop("martyr")

    def register(work: Work) -> tuple[int, dict[str, Any]]:
        row = deceased.register(work, viewer(), deceased.Dead(**given))
        if martyr and not row.martyr:
            hall_concerns.report_martyr(work, row.id, MARTYR_PAPERS)
        return 201, schemas.DeadOut.model_validate(hall_views.dead_line(row)).model_dump(mode="json")

    return answer_once(viewer().actor, register)


@blueprint.post("/deceased/<uuid:deceased_id>")
@blueprint.input(schemas.DeceasedCorrectionBody)
@blueprint.output(schemas.DeceasedCorrectionOut)
def post_correction(deceased_id: UUID, json_data: schemas.DeceasedCorrectionBody) -> Response:
    """近亲属带证明来，更正姓名、日期、生前的安排；证件号码不变；去世日期和生前的安排要两个人看过"""
    given = json_data.model_dump(exclude={"why", "concern"})

    def put_right(work: Work) -> tuple[int, dict[str, Any]]:
        said = Correction(deceased.Dead(**given), json_data.why, json_data.concern)
        return 200, _corrected(work, hall_corrections.ask(work, viewer(), deceased_id, said))

    return answer_once(viewer().actor, put_right)


def _corrected(work: Work, row: DeceasedCorrection) -> dict[str, Any]:
    shown = hall_views.correction(row, deceased.find(work, row.deceased_id))
    return schemas.DeceasedCorrectionOut.model_validate(shown).model_dump(mode="json")


@blueprint.post("/corrections/<uuid:correction_id>")
@blueprint.input(schemas.SecondLookBody)
@blueprint.output(schemas.DeceasedCorrectionOut)
def post_second_look(correction_id: UUID, json_data: schemas.SecondLookBody) -> Response:
    """另一位同事看过证明，同意更正，或写明不更正的原因"""
    body = json_data

    def decide(work: Work) -> tuple[int, dict[str, Any]]:
        row = hall_corrections.decide(work, viewer(), correction_id, agreed=body.agreed, why=body.why)
        return 200, _corrected(work, row)

    return answer_once(viewer().actor, decide)


@blueprint.post("/deaths")
@blueprint.input(schemas.DeathBody)
@blueprint.output({}, status_code=204)
def post_death(json_data: schemas.DeathBody) -> str:
    """居民登记中的人去世了：科员看过证明后记下，窗口才能登记逝者"""
    with unit_of_work(viewer().actor) as work:
        _require_at(work, json_data.division, deceased.MEDIATE)
        deceased.record_death(work, viewer(), json_data.id_number, json_data.died, json_data.proof)
    return ""


# -- halls


def _shown(work: Work, hall_id: UUID) -> dict[str, Any]:
    work.session.flush()
    shown = hall_views.for_desk(work, halls.find(work, hall_id))
    return schemas.DeskHallOut.model_validate(shown).model_dump(mode="json")


def _relative(work: Work, body: schemas.KinBody) -> Person:
    return find_or_create_person(work, name=body.name, id_kind=body.id_kind, id_number=body.id_number, phone=body.phone)


@blueprint.post("/halls")
@blueprint.input(schemas.HallBody)
@blueprint.output(schemas.DeskHallOut, status_code=201)
def post_hall(json_data: schemas.HallBody) -> Response:
    """近亲属带关系证明到窗口，设纪念馆；烈士不设，情况记下并上报"""
    body, me = json_data, viewer()

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        person = _relative(work, body)
        asked = halls.Opening(
            applicant_id=person.id, relation=body.relation, proof=body.proof, deceased_ids=body.deceased_ids,
            kind=body.kind, title=body.title, theme=body.theme,
        )  # fmt: skip
        return 201, _shown(work, halls.open_hall(work, me, asked).id)

    try:
        return answer_once(me.actor, run)
    except MartyrError:
        _keep_attempt(body.deceased_ids)
        raise


def _keep_attempt(deceased_ids: list[UUID]) -> None:
    """The report stays though the hall was refused (英雄烈士保护法 23)."""
    with unit_of_work(viewer().actor) as work:
        for one in deceased_ids:
            if deceased.find(work, one).martyr:
                hall_concerns.report_martyr(work, one, "有人要为烈士设私人纪念馆")


@blueprint.get("/halls")
@blueprint.input(schemas.HallQuery, location="query")
@blueprint.output(schemas.DeskHallOut)
def get_hall_by_number(query_data: schemas.HallQuery) -> dict[str, Any]:
    """按编号找纪念馆；谁看过都有记录"""
    viewer().require(VIEW)
    with unit_of_work(viewer().actor) as work:
        mine = select(Hall.id).where(Hall.number == (normal(query_data.number) or query_data.number))
        found = work.session.scalars(mine).first()
        if found is None:
            raise NotFoundError(hall=query_data.number)
        return _read(work, found)


@blueprint.get("/halls/<uuid:hall_id>")
@blueprint.output(schemas.DeskHallOut)
def get_hall(hall_id: UUID) -> dict[str, Any]:
    """一座纪念馆：谁在管、家人、意见；谁看过都有记录"""
    viewer().require(VIEW)
    with unit_of_work(viewer().actor) as work:
        return _read(work, hall_id)


def _read(work: Work, hall_id: UUID) -> dict[str, Any]:
    shown = _shown(work, hall_id)
    audit.record(work, "memorial.read", f"memorial_hall:{hall_id}")
    return shown


@blueprint.post("/halls/<uuid:hall_id>/kin")
@blueprint.input(schemas.KinBody)
@blueprint.output(schemas.DeskHallOut)
def post_kin(hall_id: UUID, json_data: schemas.KinBody) -> Response:
    """家人带关系证明到窗口，加入纪念馆；没有管理人时由近亲属接管"""
    body = json_data

    def join(work: Work) -> None:
        hall_people.join(work, viewer(), hall_id, _relative(work, body).id, body.relation, body.proof)

    return _once(hall_id, join)


@blueprint.post("/halls/<uuid:hall_id>/freeze")
@blueprint.input(schemas.ReasonBody)
@blueprint.output(schemas.DeskHallOut)
def post_freeze(hall_id: UUID, json_data: schemas.ReasonBody) -> Response:
    """调解期间暂停修改，只有家人能看"""
    return _once(hall_id, lambda work: hall_mediation.freeze(work, viewer(), hall_id, json_data.why))


@blueprint.post("/halls/<uuid:hall_id>/thaw")
@blueprint.output(schemas.DeskHallOut)
def post_thaw(hall_id: UUID) -> Response:
    """恢复开放"""
    return _once(hall_id, lambda work: hall_mediation.thaw(work, viewer(), hall_id))


def _once(hall_id: UUID, verb: Callable[[Work], Any]) -> Response:
    def run(work: Work) -> tuple[int, dict[str, Any]]:
        verb(work)
        return 200, _shown(work, hall_id)

    return answer_once(viewer().actor, run)


# -- what is objected


@blueprint.get("/concerns")
@blueprint.input(schemas.ConcernQuery, location="query")
@blueprint.output(schemas.ConcernList)
def get_concerns(query_data: schemas.ConcernQuery) -> dict[str, Any]:
    """等待处理的意见：家人之间、投诉、涉及烈士、人还健在；等得久的在前"""
    with reading() as work:
        _require_at(work, query_data.division, VIEW)
        rows = hall_concerns.waiting(work, viewer())
        return {"items": [hall_views.concern(row, hall) for row, hall in rows]}


@blueprint.post("/concerns/<uuid:concern_id>/settle")
@blueprint.input(schemas.SettleConcernBody)
@blueprint.output(schemas.ConcernOut)
def post_settle(concern_id: UUID, json_data: schemas.SettleConcernBody) -> Response:
    """调解或答复，写明理由；烈士、健在的人的纪念馆随即关闭"""
    body = json_data

    def settle(work: Work) -> tuple[int, dict[str, Any]]:
        said = Answer(body.answer, upheld=body.upheld, mediated=body.mediated, whom=body.whom)
        row = hall_mediation.settle(work, viewer(), concern_id, said)
        hall = halls.find(work, row.hall_id) if row.hall_id else None
        return 200, schemas.ConcernOut.model_validate(hall_views.concern(row, hall)).model_dump(mode="json")

    return answer_once(viewer().actor, settle)
