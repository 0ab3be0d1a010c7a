"""The roster page: who is on duty now and next, cover and leave, and handing a shift on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console.blueprints import page_blueprint
from backend.console.care import roster_chart
from backend.console.formats import field_time
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError
from backend.duty import service
from backend.duty.api import handover_place, open_alarms, posts_now
from backend.duty.lint import ROLE_NAMES
from backend.duty.models import DUTY_ROLES, RosterOverride
from backend.duty.rules import UNTIL_AHEAD
from backend.people.models import Division
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = page_blueprint("console_roster", __name__, "/console/roster")

DONE = {
    "override": "已登记，班表已经更新。",
    "cancelled": "已撤销。",
    "taken": "您已在班，新的警报会通知您。",
    "offered": "已发起交班，等同事接班；接班之前您仍在班。",
    "accepted": "您已接班，新的警报会通知您。",
}
KINDS = {"add": "加班", "remove": "请假", "replace": "顶班"}
SHOWN_DAYS = 2


@blueprint.get("/")
def index() -> str:
    return _page(request.args.get("site"))


def _page(code: str | None, problem: str = "") -> str:
    me = viewer()
    me.require("roster.view")
    with reading() as work:
        places = service.places(work, me)
        if not places:
            return render_template("console/roster.html", place=None, places=[])
        place = service.place(work, me, code, "roster.view") if code else places[0]
        return render_template(
            "console/roster.html",
            place=place,
            places=places,
            problem=problem,
            done=DONE.get(request.args.get("done", "")),
            form=request.form,
            **_now(work, place),
            **_mine(work, place),
            **_days(work, place),
        )


def _now(work: Work, place: Division) -> dict[str, Any]:
    return {
        "posts": posts_now(work, place),
        "far": work.now + UNTIL_AHEAD,
        "findings": service.lint(work, place.code),
        "pending": service.pending_handovers(work, place.code),
        "record": service.recent_handovers(work, place.code, 10),
        "alarms": open_alarms(work, viewer(), place),
        "role_names": ROLE_NAMES,
        "kinds": KINDS,
    }


def _mine(work: Work, place: Division) -> dict[str, Any]:
    """What the viewer may do here: which posts they hold now, which they could take, and whether they may plan."""
    me = viewer()
    allowed = me.may("handover", place.path)
    people = {role: service.candidates(work, place, role) for role in DUTY_ROLES}
    fit = [role for role in DUTY_ROLES if allowed and any(one.staff_id == me.staff_id for one in people[role])]
    present = {role: service.on_duty(work, place.code, role) for role in fit}
    held = [role for role in fit if any(one.staff_id == me.staff_id for one in present[role])]
    return {
        "fit": fit,
        "held": held,
        "free": {role: present[role] for role in fit if role not in held and service.needed(work, place.code, role)},
        "may_edit": me.may("roster.edit", place.path),
        "people": {role: found for role, found in people.items() if found},
        "starts": field_time(work.now),
        "ends": field_time(work.now + timedelta(hours=12)),
    }


def _days(work: Work, place: Division) -> dict[str, Any]:
    today = local(work.now).date()
    days = [service.roster(work, place.code, today + timedelta(days=ahead)) for ahead in range(SHOWN_DAYS)]
    changes: dict[UUID, tuple[RosterOverride, dict[UUID, str]]] = {}
    for day in days:
        changes.update({row.id: (row, day.names) for row in day.overrides if row.ends_at > work.now})
    return {"charts": [roster_chart.draw(day, work.now) for day in days], "changes": list(changes.values())}


def _person(name: str) -> UUID | None:
    try:
        return UUID(request.form[name]) if request.form.get(name) else None
    except ValueError:
        raise BadInputError(field="人员", why="请从名单里选择") from None


def _change(code: str, done: str, verb: Callable[[Work], object]) -> Response:
    """Do it and show the page again; if it cannot be done, show why above the form as it was filled in."""
    try:
        with unit_of_work(viewer().actor) as work:
            verb(work)
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_page(code, problem["detail"]), status)
    return redirect(url_for(".index", site=code, done=done), 303)


@blueprint.post("/<code>/overrides")
def add_override(code: str) -> Response:
    return _change(code, "override", lambda work: _add_override(work, code))


def _add_override(work: Work, code: str) -> None:
    """Somebody comes, somebody leaves, or one comes for the other: the two fields say which."""
    service.place(work, viewer(), code, "roster.edit")
    comes, leaves = _person("comes"), _person("leaves")
    staff_id = comes or leaves
    if staff_id is None:
        raise BadInputError(field="人员", why="请选择谁来，或者谁不来")
    service.add_override(
        work,
        code,
        request.form.get("role", "duty"),
        kind="replace" if comes and leaves else "add" if comes else "remove",
        staff_id=staff_id,
        replaces_id=leaves if comes else None,
        starts_at=said.moment("starts", "开始时间"),
        ends_at=said.moment("ends", "结束时间"),
        reason=request.form.get("reason", "").strip()[:200],
    )


@blueprint.post("/<code>/overrides/<uuid:override_id>/cancel")
def cancel_override(code: str, override_id: UUID) -> Response:
    def cancel(work: Work) -> None:
        service.place(work, viewer(), service.find_override(work, override_id).division_code, "roster.edit")
        service.cancel_override(work, override_id)

    return _change(code, "cancelled", cancel)


@blueprint.post("/<code>/take-over")
def take_over(code: str) -> Response:
    def take(work: Work) -> None:
        service.place(work, viewer(), code, "handover")
        service.take_over_now(work, code, request.form.get("role", "duty"), instead_of=_person("instead_of"))

    return _change(code, "taken", take)


@blueprint.post("/<code>/handovers")
def offer(code: str) -> Response:
    def open_it(work: Work) -> None:
        place = service.place(work, viewer(), code, "handover")
        note, listed = request.form.get("note", "").strip()[:2000], open_alarms(work, viewer(), place)
        service.open_handover(work, code, request.form.get("role", "duty"), note=note, open_alarms=listed)

    return _change(code, "offered", open_it)


@blueprint.post("/<code>/handovers/<uuid:handover_id>/accept")
def accept(code: str, handover_id: UUID) -> Response:
    def take(work: Work) -> None:
        place = handover_place(work, handover_id)
        service.accept_handover(work, handover_id, open_alarms=open_alarms(work, viewer(), place))

    return _change(code, "accepted", take)


@blueprint.post("/<code>/handovers/<uuid:handover_id>/cancel")
def withdraw(code: str, handover_id: UUID) -> Response:
    def cancel(work: Work) -> None:
        handover_place(work, handover_id)
        service.cancel_handover(work, handover_id)

    return _change(code, "cancelled", cancel)
