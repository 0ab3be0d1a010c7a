"""Teams and organisations: founded and closed by staff, and who is admitted where there is no leader to ask."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.console.timebank.order_entry import places
from backend.core.db import Work, reading
from backend.core.errors import BadInputError, NotFoundError
from backend.core.numbers import normal
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents.masking import mask_name
from backend.volunteers import service, teams, views
from backend.volunteers.models import Volunteer, VolunteerTeam
from backend.volunteers.service import HANDLE, VIEW
from backend.volunteers.teams import KINDS, Founding

blueprint = tapped.with_keys(page_blueprint("console_teams", __name__, "/console/volunteers/teams"))

Step = Callable[[Work, Viewer, VolunteerTeam], Any]
DONE = {
    "found": "队伍已登记。", "admit": "已录用，本人会收到通知。", "refuse": "没有录用，本人会看到原因。",
    "change": "已改好。", "close": "队伍已解散，队员都会收到通知。",
}  # fmt: skip


@blueprint.get("/")
def index() -> str:
    """The teams of the viewer's part of the county."""
    return _index()


def _index(problem: str = "") -> str:
    me = viewer()
    me.require(VIEW)
    with reading(me.actor) as work:
        rows = [views.team(work, team, count) for team, count in teams.listed(work, me)]
        return render_template(
            "console/teams.html", teams=rows, places=places(work, me, HANDLE), kinds=KINDS, form=request.form,
            problem=problem, may_handle=me.may(HANDLE),
        )  # fmt: skip


@blueprint.post("/")
def found() -> Response:
    def run(work: Work, me: Viewer) -> str:
        wish = Founding(
            name=said.text("name"), kind=said.text("kind"), division=said.text("division"),
            uscc=said.text("uscc") or None, leader_id=_leader(work, me), phone=said.text("phone"),
            about=said.text("about")[:500], recruiting=said.text("recruiting") == "yes",
        )  # fmt: skip
        return _back(teams.found(work, me, wish).id, "found")

    return tapped.done(run, _index)


def _leader(work: Work, me: Viewer) -> UUID | None:
    """The volunteer whose number was typed, if one was. Raises ``BadInputError``."""
    typed = said.text("leader")
    if not typed:
        return None
    mine = select(Volunteer.id).where(
        Volunteer.number == (normal(typed) or typed), me.sees(Volunteer.division_path, VIEW)
    )
    leader = work.session.scalar(mine)
    if leader is None:
        raise BadInputError(field="队长", why="没有这个志愿者编号，请核对后再填")
    return leader


def _back(team_id: UUID, done: str) -> str:
    return url_for("console_teams.team", team_id=team_id, done=done)


@blueprint.get("/<uuid:team_id>")
def team(team_id: UUID) -> str:
    """One team with who is in it and who asks to be; names masked."""
    return _page(team_id)


def _page(team_id: UUID, problem: str = "") -> str:
    me = viewer()
    with reading(me.actor) as work:
        row = _mine(work, me, team_id, VIEW)
        everybody = views.members(work, teams.members(work, row.id))
        return render_template(
            "console/team.html", team=views.team(work, row, sum(one["state"] == "member" for one in everybody)),
            uscc=row.uscc, leader=_who_leads(work, row), members=everybody, acts=me.may(HANDLE, row.division_path),
            form=request.form, opened=request.form.get("do", ""), problem=problem,
            said="" if problem else DONE.get(request.args.get("done", ""), ""),
        )  # fmt: skip


def _mine(work: Work, me: Viewer, team_id: UUID, action: str) -> VolunteerTeam:
    """A team in the viewer's part of the county. Raises ``NotFoundError``."""
    row = teams.find(work, team_id)
    if not me.may(action, row.division_path):
        raise NotFoundError(team=team_id)
    return row


def _who_leads(work: Work, row: VolunteerTeam) -> tuple[str, str]:
    """Number and masked name; empty where nobody leads."""
    who = work.session.get(Volunteer, row.leader_id) if row.leader_id else None
    return (who.number, mask_name(service.name_of(work, who))) if who else ("", "")


@blueprint.post("/<uuid:team_id>/<string:act>")
def act(team_id: UUID, act: str) -> Response:
    """One of ``STEPS``; afterwards the team's page again."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        step(work, me, _mine(work, me, team_id, HANDLE))
        return _back(team_id, act)

    return tapped.done(run, lambda problem: _page(team_id, problem))


def _change(work: Work, me: Viewer, row: VolunteerTeam) -> None:
    teams.change(work, me, row, leader_id=_leader(work, me), recruiting=said.text("recruiting") == "yes")


def _admit(work: Work, _me: Viewer, row: VolunteerTeam) -> None:
    teams.decide(work, row, said.which("member", "申请人"), admit=True)


def _refuse(work: Work, _me: Viewer, row: VolunteerTeam) -> None:
    teams.decide(work, row, said.which("member", "申请人"), admit=False, why=said.text("why"))


STEPS: dict[str, Step] = {
    "admit": _admit,
    "refuse": _refuse,
    "change": _change,
    "close": lambda work, me, row: teams.close(work, me, row, said.text("why")),
}
