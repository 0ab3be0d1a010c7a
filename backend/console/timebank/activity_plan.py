"""The form of an activity: true information, risks, and the questions that tell volunteering from what is not."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import render_template, request
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.formats import field_time
from backend.console.timebank.activity_desk import back, blueprint
from backend.console.timebank.order_entry import places
from backend.core.db import Work, reading
from backend.core.errors import BadInputError
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.volunteers import activities, teams
from backend.volunteers.activities import HANDLE, Organiser, questions
from backend.volunteers.activity_models import Activity
from backend.volunteers.activity_rules import Plan
from backend.volunteers.activity_states import ACTIVITY
from backend.volunteers.vocabulary import QUALIFICATIONS, SERVICES

TEXTS = ("title", "kind", "content", "organiser", "contact", "contact_phone", "division_code", "place", "risks")
MOMENTS = ("starts_at", "ends_at", "closes_at")
NUMBERS = ("capacity", "min_age", "fence_m", "longitude", "latitude")
TICKS = ("risk", "group_time")
MOST_DIGITS = 6
FIELDS = {
    "title": "名称", "kind": "种类", "content": "内容", "place": "集合地点", "organiser": "组织单位",
    "contact": "联系人", "contact_phone": "联系电话", "division_code": "镇街或村社区", "starts_at": "开始时间",
    "ends_at": "结束时间", "closes_at": "报名截止", "capacity": "人数", "min_age": "最小年龄",
    "needs": "证书", "risks": "风险", "fence_m": "签到范围", "longitude": "经度", "latitude": "纬度", "team_id": "队伍",
}  # fmt: skip

Typed = Mapping[str, Any]
Write = Callable[[Work, Viewer], Activity]


@blueprint.get("/new")
def new() -> str:
    me = viewer()
    me.require(HANDLE)
    return _page(None, {"min_age": "18", "organiser": "", "checklist": [], "needs": []})


@blueprint.post("/new")
def write() -> Response:
    """Plan it; it is shown to nobody until it is published."""
    return _kept(None, lambda work, me: activities.draft(work, Organiser(viewer=me), _plan()))


@blueprint.get("/<uuid:activity_id>/edit")
def edit(activity_id: UUID) -> str:
    me = viewer()
    with reading(me.actor) as work:
        found = activities.find(work, activity_id, Organiser(viewer=me))
        ACTIVITY.next(found.state, "change")
        typed = _written(found)
    return _page(activity_id, typed)


@blueprint.post("/<uuid:activity_id>/edit")
def change(activity_id: UUID) -> Response:
    """Another time or place is told to everybody in it."""
    return _kept(
        activity_id,
        lambda work, me: activities.change(work, Organiser(viewer=me), activity_id, _plan(), _whole("version") or 0),
    )


def _kept(activity_id: UUID | None, step: Write) -> Response:
    """Do it once; what is wrong is said at the top and beside its field, and all that was typed stays."""
    wrong: dict[str, str] = {}

    def run(work: Work, me: Viewer) -> str:
        try:
            return back(step(work, me).id)
        except BadInputError as error:
            field, why = str(error.facts["field"]), str(error.facts["why"])
            wrong.update(error.facts.get("errors") or {field: why})
            raise BadInputError(field=FIELDS.get(field, field), why=why) from error

    return tapped.done(run, lambda problem: _page(activity_id, _typed(), problem, wrong))


def _page(activity_id: UUID | None, typed: Typed, problem: str = "", wrong: Mapping[str, str] | None = None) -> str:
    me = viewer()
    with reading(me.actor) as work:
        return render_template(
            "console/activity_plan.html", activity_id=activity_id, form=typed, problem=problem, wrong=wrong or {},
            fields=FIELDS, kinds=SERVICES, needs=QUALIFICATIONS, questions=questions(), places=places(work, me),
            teams={str(team.id): team.name for team, _ in teams.listed(work, me)}, now=field_time(work.now),
        )  # fmt: skip


def _typed() -> Typed:
    """Everything as it was typed."""
    names = (*TEXTS, *MOMENTS, *NUMBERS, *TICKS, "team_id", "version")
    return {name: said.text(name) for name in names} | {
        "needs": request.form.getlist("needs"), "checklist": request.form.getlist("checklist"),
    }  # fmt: skip


def _written(found: Activity) -> Typed:
    """What is planned, as the form shows it."""
    numbers = {name: getattr(found, name) for name in NUMBERS}
    return (
        {name: getattr(found, name) for name in TEXTS}
        | {name: field_time(getattr(found, name)) for name in MOMENTS}
        | {name: "" if value is None else str(value) for name, value in numbers.items()}
        | {name: "yes" if getattr(found, name) else "" for name in TICKS}
        | {"team_id": str(found.team_id or ""), "version": found.version, "needs": found.needs}
        | {"checklist": [code for code, answer in found.checklist.items() if answer is True]}
    )


def _plan() -> Plan:
    """Raises ``BadInputError``."""
    texts = {name: said.text(name) for name in TEXTS}
    ticked = request.form.getlist("checklist")
    return Plan(
        **texts, starts_at=said.moment("starts_at", "starts_at"), ends_at=said.moment("ends_at", "ends_at"),
        closes_at=said.moment("closes_at", "closes_at") if said.text("closes_at") else None,
        capacity=_whole("capacity") or 0, min_age=_whole("min_age") or 0, fence_m=_whole("fence_m"),
        longitude=_degrees("longitude"), latitude=_degrees("latitude"), needs=tuple(request.form.getlist("needs")),
        risk=said.text("risk") == "yes", group_time=said.text("group_time") == "yes",
        team_id=said.which("team_id", "team_id") if said.text("team_id") else None,
        checklist={one.code: one.code in ticked for one in questions()},
    )  # fmt: skip


def _whole(name: str) -> int | None:
    """A whole number; None for an empty field."""
    text = said.text(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > MOST_DIGITS:
        raise BadInputError(field=name, why="请填写整数")
    return int(text)


def _degrees(name: str) -> float | None:
    text = said.text(name)
    try:
        return float(text) if text else None
    except ValueError as error:
        raise BadInputError(field=name, why="请填写数字，如 106.05") from error
