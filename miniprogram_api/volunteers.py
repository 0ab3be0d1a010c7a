"""Volunteers on the phone: ``/api/v1/mini/volunteers``. The lists are open; one's own record needs a proved name."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.core.db import Work, reading
from backend.idempotent_requests import answer_once
from backend.residents.sessions import Acting, acting, needs, resident
from backend.volunteers import (
    certificates,
    guardians,
    qualifications,
    reading_bodies,
    registering,
    schemas,
    service,
    showing,
    team_schemas,
    teams,
    views,
)
from backend.volunteers.guardians import By
from backend.volunteers.qualifications import Proof
from backend.volunteers.registering import SCOPE

public = APIBlueprint("mini_volunteers_open", __name__, url_prefix="/api/v1/mini/volunteers", tag="志愿服务")
private = APIBlueprint("mini_volunteers", __name__, url_prefix="/api/v1/mini/volunteers", tag="志愿服务")

JOIN, FOLLOW = "volunteer.join", "volunteer.follow"


# -- for everybody


@public.get("/vocabulary")
@public.output(schemas.VolunteerVocabulary)
def get_vocabulary() -> dict[str, Any]:
    """能做哪些服务、要什么资格、几岁起；在哪里"""
    with reading() as work:
        return views.vocabulary(work)


@public.get("/teams")
@public.output(team_schemas.TeamList)
def get_teams() -> dict[str, Any]:
    """志愿服务队伍"""
    with reading() as work:
        return {"items": [views.team(work, team, count) for team, count in teams.listed(work)]}


# -- one's own record


def _by(me: Acting) -> By:
    return By(agent_id=me.agent_id, proxy_id=me.proxy_id)


def _shown(work: Work, row: Any) -> dict[str, Any]:
    work.session.flush()
    return schemas.VolunteerOut.model_validate(views.whole(work, row)).model_dump(mode="json")


def _act(verb: Callable[[Work, Any, By], Any], status: int = 200) -> Response:
    """One verb on the registration of the person one acts for, once, and the record after it."""
    me = acting(SCOPE, JOIN)

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        row = service.registered(work, me.principal_id)
        verb(work, row, _by(me))
        return status, _shown(work, row)

    return answer_once(me.actor, run)


@private.get("/me")
@needs(FOLLOW)
@private.output(schemas.VolunteerOut)
def get_me() -> dict[str, Any]:
    """我的志愿者登记"""
    me = acting(SCOPE, FOLLOW)
    with reading() as work:
        return views.whole(work, service.ever(work, me.principal_id))


@private.post("/me")
@needs(JOIN)
@private.input(schemas.VolunteerBody)
@private.output(schemas.VolunteerOut, status_code=201)
def post_me(json_data: schemas.VolunteerBody) -> Response:
    """登记做志愿者；未满 18 岁要监护人同意"""
    me, wish = acting(SCOPE, JOIN), reading_bodies.wish(json_data, reading_bodies.guardian(json_data.guardian))

    def register(work: Work) -> tuple[int, dict[str, Any]]:
        return 201, _shown(work, registering.register(work, me.principal_id, wish, _by(me)))

    return answer_once(me.actor, register)


@private.put("/me")
@needs(JOIN)
@private.input(schemas.VolunteerChange)
@private.output(schemas.VolunteerOut)
def put_me(json_data: schemas.VolunteerChange) -> Response:
    """改我的服务意愿和空闲时间"""
    wish = reading_bodies.wish(json_data)
    return _act(lambda work, row, by: registering.change(work, row, wish, json_data.version, by))


@private.post("/me/withdraw")
@needs(JOIN)
@private.input(schemas.VolunteerWhy)
@private.output(schemas.VolunteerOut)
def post_withdraw(json_data: schemas.VolunteerWhy) -> Response:
    """退出志愿者，服务记录保留，随时可以再来"""
    return _act(lambda work, row, by: registering.withdraw(work, row, by, json_data.why))


@private.post("/guardian-consents")
@needs(JOIN)
@private.input(schemas.GuardianConsentBody)
@private.output(schemas.VolunteerLine)
def post_consent(json_data: schemas.GuardianConsentBody) -> Response:
    """监护人在自己的手机上同意孩子做志愿者"""
    me, body = resident(), json_data

    def agree(work: Work) -> tuple[int, dict[str, Any]]:
        row = registering.guardian_agrees(work, me.person(), body.number, body.child, body.rule)
        return 200, schemas.VolunteerLine.model_validate(views.line(work, row)).model_dump(mode="json")

    return answer_once(me.actor, agree)


@private.get("/guardian-consents")
@needs(FOLLOW)
@private.output(schemas.WardList)
def get_consents() -> dict[str, Any]:
    """我替哪些孩子同意过"""
    with reading() as work:
        return {"items": [views.line(work, row) for row in guardians.wards(work, resident().person())]}


@private.post("/guardian-consents/<uuid:volunteer_id>/withdraw")
@needs(JOIN)
@private.output(schemas.VolunteerLine)
def post_consent_withdraw(volunteer_id: UUID) -> Response:
    """监护人收回同意，马上生效"""
    me = resident()

    def disagree(work: Work) -> tuple[int, dict[str, Any]]:
        row = registering.guardian_disagrees(work, me.person(), volunteer_id)
        return 200, schemas.VolunteerLine.model_validate(views.line(work, row)).model_dump(mode="json")

    return answer_once(me.actor, disagree)


@private.post("/me/qualifications")
@needs(JOIN)
@private.input(schemas.QualificationBody)
@private.output(schemas.VolunteerOut, status_code=201)
def post_qualification(json_data: schemas.QualificationBody) -> Response:
    """登记一项资格；带原件到窗口核对后生效"""
    proof = Proof(**json_data.model_dump())
    return _act(lambda work, row, _by: qualifications.say(work, row, proof), 201)


@private.delete("/me/qualifications/<uuid:qualification_id>")
@needs(JOIN)
@private.output(schemas.VolunteerOut)
def delete_qualification(qualification_id: UUID) -> Response:
    """去掉一项资格"""
    return _act(lambda work, row, _by: qualifications.remove(work, row, qualification_id))


# -- certificates


@private.get("/me/certificates")
@needs(FOLLOW)
@private.output(schemas.CertificateList)
def get_certificates() -> dict[str, Any]:
    """我的志愿服务证明"""
    me = acting(SCOPE, FOLLOW)
    with reading() as work:
        row = service.ever(work, me.principal_id)
        return {"items": [views.certificate(one, showing.address()) for one in certificates.of(work, row.id)]}


@private.post("/me/certificates")
@needs(FOLLOW)
@private.input(schemas.CertificateBody)
@private.output(schemas.CertificateLine, status_code=201)
def post_certificate(json_data: schemas.CertificateBody) -> Response:
    """开具任意一段时间的志愿服务证明，不收费"""
    me, body = acting(SCOPE, FOLLOW), json_data

    def issue(work: Work) -> tuple[int, dict[str, Any]]:
        row = service.ever(work, me.principal_id)
        made = certificates.issue(work, row, body.since, body.until, _by(me))
        shown = schemas.CertificateLine.model_validate(views.certificate(made, showing.address()))
        return 201, shown.model_dump(mode="json")

    return answer_once(me.actor, issue)


@private.get("/me/certificates/<uuid:certificate_id>.pdf")
@needs(FOLLOW)
@private.doc(responses={200: "志愿服务证明（PDF）"})
def get_paper(certificate_id: UUID) -> Response:
    """打开一份志愿服务证明"""
    me = acting(SCOPE, FOLLOW)
    with reading() as work:
        row = service.ever(work, me.principal_id)
        return showing.paper(work, certificates.one_of(work, row, certificate_id))


# -- teams


@private.get("/me/teams")
@needs(FOLLOW)
@private.output(team_schemas.MyTeamList)
def get_my_teams() -> dict[str, Any]:
    """我的队伍和申请"""
    me = acting(SCOPE, FOLLOW)
    with reading() as work:
        row = service.registered(work, me.principal_id)
        return {"items": views.my_teams(teams.of_volunteer(work, row.id))}


def _act_on_teams(verb: Callable[[Work, Any], Any]) -> Response:
    me = acting(SCOPE, JOIN)

    def run(work: Work) -> tuple[int, dict[str, Any]]:
        row = service.registered(work, me.principal_id)
        verb(work, row)
        work.session.flush()
        shown = {"items": views.my_teams(teams.of_volunteer(work, row.id))}
        return 200, team_schemas.MyTeamList.model_validate(shown).model_dump(mode="json")

    return answer_once(me.actor, run)


@private.post("/teams/<uuid:team_id>/apply")
@needs(JOIN)
@private.input(team_schemas.TeamAsk)
@private.output(team_schemas.MyTeamList)
def post_apply(team_id: UUID, json_data: team_schemas.TeamAsk) -> Response:
    """申请加入一支队伍"""
    return _act_on_teams(lambda work, row: teams.apply(work, row, team_id, json_data.words))


@private.post("/teams/<uuid:team_id>/leave")
@needs(JOIN)
@private.output(team_schemas.MyTeamList)
def post_leave(team_id: UUID) -> Response:
    """离开一支队伍"""
    return _act_on_teams(lambda work, row: teams.leave(work, row, team_id))


@private.get("/teams/<uuid:team_id>/members")
@needs(FOLLOW)
@private.output(team_schemas.MemberList)
def get_members(team_id: UUID) -> dict[str, Any]:
    """队长看队员和申请人"""
    with reading() as work:
        mine = service.registered(work, resident().person())
        team = teams.require_leader(work, mine, team_id)
        return {"items": views.members(work, teams.members(work, team.id))}


@private.post("/teams/<uuid:team_id>/members/<uuid:member_id>")
@needs(JOIN)
@private.input(team_schemas.TeamAnswer)
@private.output(team_schemas.MemberList)
def post_member(team_id: UUID, member_id: UUID, json_data: team_schemas.TeamAnswer) -> Response:
    """队长录用，或写明原因不录用"""
    me, body = resident(), json_data

    def decide(work: Work) -> tuple[int, dict[str, Any]]:
        mine = service.active(work, me.person())
        team = teams.require_leader(work, mine, team_id)
        teams.decide(work, team, member_id, admit=body.admit, why=body.why)
        shown = {"items": views.members(work, teams.members(work, team.id))}
        return 200, team_schemas.MemberList.model_validate(shown).model_dump(mode="json")

    return answer_once(me.actor, decide)
