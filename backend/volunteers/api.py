"""Volunteers for staff: ``/api/v1/staff/volunteers``. Every look at a whole record is written down."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.core.db import Work, reading, unit_of_work
from backend.idempotent_requests import answer_once
from backend.people.models import Division
from backend.people.sessions import viewer
from backend.residents.counter import prove_at_counter
from backend.volunteers import (
    certificates,
    honours,
    qualifications,
    reading_bodies,
    registering,
    schemas,
    service,
    showing,
    views,
)
from backend.volunteers.guardians import By
from backend.volunteers.models import Volunteer
from backend.volunteers.qualifications import Course, Cover, Proof
from backend.volunteers.service import HANDLE

blueprint = APIBlueprint("volunteer_desk", __name__, url_prefix="/api/v1/staff/volunteers", tag="志愿者")

Verb = Callable[[Work, Volunteer], Any]


@blueprint.get("")
@blueprint.input(schemas.VolunteerQuery, location="query")
@blueprint.output(schemas.VolunteerList)
def get_volunteers(query_data: schemas.VolunteerQuery) -> dict[str, Any]:
    """志愿者名单，新登记的在前；姓名不全显示"""
    with reading() as work:
        items, following = views.page_of(work, viewer(), query_data)
        return {"items": items, "next": following}


@blueprint.post("")
@blueprint.input(schemas.VolunteerDeskBody)
@blueprint.output(schemas.VolunteerOut, status_code=201)
def post_volunteer(json_data: schemas.VolunteerDeskBody) -> Response:
    """窗口登记：核对证件，未成年人要监护人签字"""
    me, body = viewer(), json_data

    def enter(work: Work) -> tuple[int, dict[str, Any]]:
        place = work.session.get(Division, body.division)
        me.require(HANDLE, place.path if place else None)
        person = prove_at_counter(
            work, me, name=body.name, id_kind=body.id_kind, id_number=body.id_number, phone=body.phone
        )
        wish = reading_bodies.wish(body, reading_bodies.guardian(body.guardian))
        return 201, _shown(work, registering.register(work, person.id, wish, By(staff=me)))

    return answer_once(me.actor, enter)


def _shown(work: Work, row: Volunteer) -> dict[str, Any]:
    work.session.flush()
    return schemas.VolunteerOut.model_validate(views.whole(work, row)).model_dump(mode="json")


@blueprint.get("/<uuid:volunteer_id>")
@blueprint.output(schemas.VolunteerOut)
def get_volunteer(volunteer_id: UUID) -> dict[str, Any]:
    """一位志愿者的全部资料；谁看过都有记录"""
    with unit_of_work(viewer().actor) as work:
        return views.whole(work, service.opened(work, viewer(), volunteer_id))


def _act(volunteer_id: UUID, verb: Verb, status: int = 200) -> Response:
    """One verb on a volunteer of the viewer's place, once, and the record after it."""

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        row = service.find(work, viewer(), volunteer_id, action=HANDLE, lock=True)
        verb(work, row)
        return status, _shown(work, row)

    return answer_once(viewer().actor, run)


@blueprint.put("/<uuid:volunteer_id>")
@blueprint.input(schemas.VolunteerChange)
@blueprint.output(schemas.VolunteerOut)
def put_volunteer(volunteer_id: UUID, json_data: schemas.VolunteerChange) -> Response:
    """改志愿者的服务意愿"""
    wish, by = reading_bodies.wish(json_data), By(staff=viewer())
    return _act(volunteer_id, lambda work, row: registering.change(work, row, wish, json_data.version, by))


@blueprint.post("/<uuid:volunteer_id>/guardian")
@blueprint.input(schemas.GuardianSigned)
@blueprint.output(schemas.VolunteerOut)
def post_guardian(volunteer_id: UUID, json_data: schemas.GuardianSigned) -> Response:
    """监护人到窗口签字同意"""
    signed = reading_bodies.guardian(json_data)
    return _act(volunteer_id, lambda work, row: signed and registering.guardian_signs(work, viewer(), row, signed))


@blueprint.post("/<uuid:volunteer_id>/suspend")
@blueprint.input(schemas.VolunteerWhy)
@blueprint.output(schemas.VolunteerOut)
def post_suspend(volunteer_id: UUID, json_data: schemas.VolunteerWhy) -> Response:
    """暂停，写明本人能看懂的原因"""
    return _act(volunteer_id, lambda work, row: registering.suspend(work, viewer(), row, json_data.why))


@blueprint.post("/<uuid:volunteer_id>/resume")
@blueprint.output(schemas.VolunteerOut)
def post_resume(volunteer_id: UUID) -> Response:
    """恢复"""
    return _act(volunteer_id, lambda work, row: registering.resume(work, viewer(), row))


@blueprint.post("/<uuid:volunteer_id>/withdraw")
@blueprint.input(schemas.VolunteerWhy)
@blueprint.output(schemas.VolunteerOut)
def post_withdraw(volunteer_id: UUID, json_data: schemas.VolunteerWhy) -> Response:
    """替本人办理退出，服务记录保留"""
    by = By(staff=viewer())
    return _act(volunteer_id, lambda work, row: registering.withdraw(work, row, by, json_data.why))


# -- proofs, training, insurance, honours


@blueprint.post("/<uuid:volunteer_id>/qualifications")
@blueprint.input(schemas.QualificationBody)
@blueprint.output(schemas.VolunteerOut, status_code=201)
def post_qualification(volunteer_id: UUID, json_data: schemas.QualificationBody) -> Response:
    """登记并核对一项资格，原件在手"""

    def add(work: Work, row: Volunteer) -> None:
        said = qualifications.say(work, row, Proof(**json_data.model_dump()))
        qualifications.seen(work, viewer(), row, said.id)

    return _act(volunteer_id, add, 201)


@blueprint.post("/<uuid:volunteer_id>/qualifications/<uuid:qualification_id>/seen")
@blueprint.output(schemas.VolunteerOut)
def post_seen(volunteer_id: UUID, qualification_id: UUID) -> Response:
    """核对了本人登记的资格原件"""
    return _act(volunteer_id, lambda work, row: qualifications.seen(work, viewer(), row, qualification_id))


@blueprint.delete("/<uuid:volunteer_id>/qualifications/<uuid:qualification_id>")
@blueprint.output(schemas.VolunteerOut)
def delete_qualification(volunteer_id: UUID, qualification_id: UUID) -> Response:
    """去掉不属实的资格"""
    return _act(volunteer_id, lambda work, row: qualifications.remove(work, row, qualification_id, viewer()))


@blueprint.post("/<uuid:volunteer_id>/trainings")
@blueprint.input(schemas.TrainingBody)
@blueprint.output(schemas.VolunteerOut, status_code=201)
def post_training(volunteer_id: UUID, json_data: schemas.TrainingBody) -> Response:
    """记录一次培训"""
    course = Course(**json_data.model_dump())
    return _act(volunteer_id, lambda work, row: qualifications.train(work, viewer(), row, course), 201)


@blueprint.post("/<uuid:volunteer_id>/insurances")
@blueprint.input(schemas.InsuranceBody)
@blueprint.output(schemas.VolunteerOut, status_code=201)
def post_insurance(volunteer_id: UUID, json_data: schemas.InsuranceBody) -> Response:
    """登记给这位志愿者买的保险"""
    cover = Cover(**json_data.model_dump())
    return _act(volunteer_id, lambda work, row: qualifications.insure(work, viewer(), row, cover), 201)


@blueprint.post("/insured-activities/<uuid:activity_id>")
@blueprint.input(schemas.InsuranceBody)
@blueprint.output(schemas.InsuranceOut, status_code=201)
def post_activity_insurance(activity_id: UUID, json_data: schemas.InsuranceBody) -> Response:
    """登记给一场活动全体志愿者买的保险"""
    cover = Cover(**json_data.model_dump())

    def insure(work: Work) -> tuple[int, dict[str, Any]]:
        qualifications.insure_activity(work, viewer(), activity_id, cover)
        return 201, json_data.model_dump(mode="json")

    return answer_once(viewer().actor, insure)


@blueprint.post("/<uuid:volunteer_id>/honours")
@blueprint.input(schemas.HonourBody)
@blueprint.output(schemas.VolunteerOut, status_code=201)
def post_honour(volunteer_id: UUID, json_data: schemas.HonourBody) -> Response:
    """记录一项表彰"""
    body = json_data
    return _act(volunteer_id, lambda work, row: honours.praise(work, viewer(), row, body.name, body.by), 201)


# -- certificates


@blueprint.get("/<uuid:volunteer_id>/certificates")
@blueprint.output(schemas.CertificateList)
def get_certificates(volunteer_id: UUID) -> dict[str, Any]:
    """开具过的志愿服务证明"""
    with unit_of_work(viewer().actor) as work:
        row = service.opened(work, viewer(), volunteer_id)
        return {"items": [views.certificate(one, showing.address()) for one in certificates.of(work, row.id)]}


@blueprint.post("/<uuid:volunteer_id>/certificates")
@blueprint.input(schemas.CertificateBody)
@blueprint.output(schemas.CertificateLine, status_code=201)
def post_certificate(volunteer_id: UUID, json_data: schemas.CertificateBody) -> Response:
    """开具志愿服务证明，不收费"""
    by = By(staff=viewer())

    def issue(work: Work) -> tuple[int, dict[str, Any]]:
        row = service.find(work, viewer(), volunteer_id, action=HANDLE)
        made = certificates.issue(work, row, json_data.since, json_data.until, by)
        shown = schemas.CertificateLine.model_validate(views.certificate(made, showing.address()))
        return 201, shown.model_dump(mode="json")

    return answer_once(viewer().actor, issue)


@blueprint.get("/<uuid:volunteer_id>/certificates/<uuid:certificate_id>.pdf")
@blueprint.doc(responses={200: "志愿服务证明（PDF）"})
def get_paper(volunteer_id: UUID, certificate_id: UUID) -> Response:
    """打印志愿服务证明"""
    with unit_of_work(viewer().actor) as work:
        row = service.opened(work, viewer(), volunteer_id)
        return showing.paper(work, certificates.one_of(work, row, certificate_id))


@blueprint.post("/<uuid:volunteer_id>/certificates/<uuid:certificate_id>/revoke")
@blueprint.input(schemas.VolunteerWhy)
@blueprint.output(schemas.VolunteerOut)
def post_revoke(volunteer_id: UUID, certificate_id: UUID, json_data: schemas.VolunteerWhy) -> Response:
    """撤销证明，核对真伪的人能看到原因"""
    why = json_data.why
    return _act(volunteer_id, lambda work, row: certificates.revoke(work, viewer(), row, certificate_id, why))
