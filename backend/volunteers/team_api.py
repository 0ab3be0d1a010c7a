"""Teams for staff: ``/api/v1/staff/volunteer-teams``."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.core.db import Work, reading
from backend.core.errors import NotFoundError
from backend.idempotent_requests import answer_once
from backend.people.sessions import viewer
from backend.volunteers import schemas, team_schemas, teams, views
from backend.volunteers.models import VolunteerTeam
from backend.volunteers.service import HANDLE, VIEW
from backend.volunteers.teams import Founding

blueprint = APIBlueprint("volunteer_teams", __name__, url_prefix="/api/v1/staff/volunteer-teams", tag="志愿者")


def _find(work: Work, team_id: UUID, action: str) -> VolunteerTeam:
    """A team in the viewer's part of the county. Raises ``NotFoundError``."""
    team = teams.find(work, team_id)
    if not viewer().may(action, team.division_path):
        raise NotFoundError(team=team_id)
    return team


def _act(team_id: UUID, verb: Callable[[Work, VolunteerTeam], Any]) -> Response:
    def run(work: Work) -> tuple[int, dict[str, Any]]:
        team = _find(work, team_id, HANDLE)
        verb(work, team)
        return 200, _shown(work, team)

    return answer_once(viewer().actor, run)


def _shown(work: Work, team: VolunteerTeam) -> dict[str, Any]:
    work.session.flush()
    count = sum(one.state == "member" for one, _who in teams.members(work, team.id))
    return team_schemas.TeamOut.model_validate(views.team(work, team, count)).model_dump(mode="json")


@blueprint.get("")
@blueprint.output(team_schemas.TeamList)
def get_teams() -> dict[str, Any]:
    """我负责的地方有哪些队伍"""
    viewer().require(VIEW)
    with reading() as work:
        return {"items": [views.team(work, team, count) for team, count in teams.listed(work, viewer())]}


@blueprint.post("")
@blueprint.input(team_schemas.TeamBody)
@blueprint.output(team_schemas.TeamOut, status_code=201)
def post_team(json_data: team_schemas.TeamBody) -> Response:
    """登记一支队伍或一个组织"""
    facts = json_data.model_dump()
    wish = Founding(leader_id=facts.pop("leader"), **facts)

    def found(work: Work) -> tuple[int, dict[str, Any]]:
        return 201, _shown(work, teams.found(work, viewer(), wish))

    return answer_once(viewer().actor, found)


@blueprint.put("/<uuid:team_id>")
@blueprint.input(team_schemas.TeamChange)
@blueprint.output(team_schemas.TeamOut)
def put_team(team_id: UUID, json_data: team_schemas.TeamChange) -> Response:
    """换队长，开始或停止招募"""
    body = json_data
    return _act(
        team_id,
        lambda work, team: teams.change(work, viewer(), team, leader_id=body.leader, recruiting=body.recruiting),
    )


@blueprint.post("/<uuid:team_id>/close")
@blueprint.input(schemas.VolunteerWhy)
@blueprint.output(team_schemas.TeamOut)
def post_close(team_id: UUID, json_data: schemas.VolunteerWhy) -> Response:
    """解散队伍，队员都会得到通知"""
    return _act(team_id, lambda work, team: teams.close(work, viewer(), team, json_data.why))


@blueprint.get("/<uuid:team_id>/members")
@blueprint.output(team_schemas.MemberList)
def get_members(team_id: UUID) -> dict[str, Any]:
    """队员和申请人；姓名不全显示"""
    with reading() as work:
        team = _find(work, team_id, VIEW)
        return {"items": views.members(work, teams.members(work, team.id))}


@blueprint.post("/<uuid:team_id>/members/<uuid:member_id>")
@blueprint.input(team_schemas.TeamAnswer)
@blueprint.output(team_schemas.TeamOut)
def post_member(team_id: UUID, member_id: UUID, json_data: team_schemas.TeamAnswer) -> Response:
    """录用，或写明原因不录用"""
    body = json_data
    return _act(team_id, lambda work, team: teams.decide(work, team, member_id, admit=body.admit, why=body.why))
