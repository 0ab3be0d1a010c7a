"""好差评: how the offices were rated, and the bad ratings that must be called back (R-007)."""

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import Uuid, column, select, table
from werkzeug.wrappers import Response

from backend.console.blueprints import page_blueprint
from backend.console.booking import rating_chart
from backend.console.booking.rating_chart import OfficeShares
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import DomainError, NotFoundError
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


def _page(
    problem: str = "", failed: UUID | None = None, shown: tuple[UUID, callbacks.Complainant] | None = None
) -> str:
    """The page; ``failed`` is the task whose form is shown again as it was typed, ``shown`` whom to call."""
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
            failed=failed,
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
        return _refused(error, task_id)
    return make_response(_page(shown=(task_id, found)))


@blueprint.post("/<uuid:task_id>/<step>")
def act(task_id: UUID, step: str) -> Response:
    """One step of a call-back; ``step`` is a key of ``STEPS``."""
    me = viewer()
    me.require(callbacks.FOLLOW)
    try:
        with unit_of_work(me.actor) as work:
            _step(work, me, task_id, step)
    except DomainError as error:
        return _refused(error, task_id)
    return redirect(url_for(".index", done=step), code=303)


def _step(work: Work, me: Viewer, task_id: UUID, step: str) -> None:
    note = request.form.get("note", "")
    if step == "resolve":
        callbacks.resolve(work, me, task_id, request.form.get("result", ""), note)
    elif step == "called":
        callbacks.called(work, me, task_id, note)
    elif step == "attempt":
        callbacks.attempt(work, me, task_id, note)
    else:
        raise NotFoundError(step=step)


def _refused(error: DomainError, failed: UUID) -> Response:
    status, body = problem_of(error.code, error.facts)
    return make_response(_page(body["detail"], failed), status)
