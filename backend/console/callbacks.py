"""好差评: how the offices were rated, and the bad ratings that must be called back (R-007)."""

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import Uuid, column, select, table
from werkzeug.wrappers import Response

from backend.console import rating_chart
from backend.console.blueprints import page_blueprint
from backend.console.rating_chart import OfficeShares
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import DomainError
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.ratings import callbacks
from backend.ratings.models import CallbackTask, Rating
from backend.ratings.rules import ITEMS, LEVELS, RESULTS, shares

blueprint = page_blueprint("console_callbacks", __name__, "/console/callbacks")

DAYS = 90
ONLINE = "网上办理"
OFFICE = table("office", column("id", Uuid()), column("name"))
STEPS = {"attempt": "已记下这次没有打通。", "called": "已记下回访经过。", "resolve": "已办结。"}
STATE_NAMES = {"open": "待回访", "called": "已回访，待处理", "resolved": "已办结"}


@blueprint.get("/")
def index() -> str:
    return _page()


def _page(problem: str = "", shown: tuple[UUID, callbacks.Complainant] | None = None) -> str:
    me = viewer()
    me.require(callbacks.FOLLOW)
    with reading() as work:
        rows = offices(work, me)
        return render_template(
            "console/callbacks.html",
            tasks=[_shown(work, task) for task in callbacks.waiting(work, me)],
            done_tasks=[_shown(work, task) for task in callbacks.resolved(work, me)],
            rows=rows,
            chart=Markup(rating_chart.draw(rows)) if rows else None,  # noqa: S704 - our own SVG; pygal escapes the names
            levels=LEVELS,
            results=RESULTS,
            states=STATE_NAMES,
            days=DAYS,
            shown=shown,
            problem=problem,
            form=request.form,
            done=STEPS.get(request.args.get("done", "")),
        )


def offices(work: Work, who: Viewer) -> list[OfficeShares]:
    """How each office of the viewer's part of the county was rated in the last 90 days, all together first."""
    here = who.sees(Rating.division_path, callbacks.FOLLOW)
    query = (
        select(OFFICE.c.name, Rating.level)
        .join(OFFICE, OFFICE.c.id == Rating.office_id, isouter=True)
        .where(here, Rating.at >= work.now - timedelta(days=DAYS))
    )
    levels: dict[str, list[int]] = defaultdict(list)
    for name, level in work.session.execute(query):
        levels[name or ONLINE].append(level)
    if not levels:
        return []
    everything = [level for found in levels.values() for level in found]
    whole = OfficeShares("全部", shares(everything))
    return [whole, *(OfficeShares(name, shares(found)) for name, found in sorted(levels.items()))]


def _shown(work: Work, task: CallbackTask) -> dict[str, Any]:
    today = local(work.now).date()
    return {
        "task": task,
        "rating": task.rating,
        "name": callbacks.masked_name(work, task),
        "aspects": [(ITEMS[code], LEVELS[level]) for code, level in task.rating.items.items()],
        "late": task.state != "resolved" and task.due_on < today,
        "mine": task.assigned_to == viewer().staff_id,
    }


@blueprint.post("/<uuid:task_id>/contact")
def contact(task_id: UUID) -> Response:
    """Who it was, for the call: shown once, on this answer only; the look is logged."""
    me = viewer()
    me.require(callbacks.FOLLOW)
    try:
        with unit_of_work(me.actor) as work:
            found = callbacks.contact(work, me, task_id)
    except DomainError as error:
        return _refused(error)
    return make_response(_page(shown=(task_id, found)))


@blueprint.post("/<uuid:task_id>/<any(attempt, called, resolve):step>")
def act(task_id: UUID, step: str) -> Response:
    me = viewer()
    me.require(callbacks.FOLLOW)
    note = request.form.get("note", "")
    try:
        with unit_of_work(me.actor) as work:
            if step == "resolve":
                callbacks.resolve(work, me, task_id, request.form.get("result", ""), note)
            else:
                (callbacks.called if step == "called" else callbacks.attempt)(work, me, task_id, note)
    except DomainError as error:
        return _refused(error)
    return redirect(url_for(".index", done=step), code=303)


def _refused(error: DomainError) -> Response:
    status, body = problem_of(error.code, error.facts)
    return make_response(_page(body["detail"]), status)
