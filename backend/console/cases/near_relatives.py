"""The register of near relatives that officials declared, for the county's officers only."""

from collections.abc import Callable
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.assistance import near_relatives
from backend.assistance.near_relatives import RELATIONS, Declared
from backend.console.blueprints import page_blueprint
from backend.core.db import Work, unit_of_work
from backend.core.errors import DomainError
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = page_blueprint("console_relatives", __name__, "/console/leads/relatives")


@blueprint.get("/")
def index() -> str:
    return _index()


def _index(problem: str = "") -> str:
    me = viewer()
    with unit_of_work(me.actor) as work:
        rows = near_relatives.listed(work, me)
        return render_template(
            "console/relatives.html", rows=rows, relations=RELATIONS, problem=problem, form=request.form
        )


@blueprint.post("/")
def declare() -> Response:
    names = ("staff_name", "office", "person_name", "id_number", "relation")
    said = Declared(**{name: request.form.get(name, "") for name in names})
    return _done(lambda work, me: near_relatives.declare(work, me, said))


@blueprint.post("/<uuid:relative_id>/remove")
def remove(relative_id: UUID) -> Response:
    why = request.form.get("why", "")
    return _done(lambda work, me: near_relatives.remove(work, me, relative_id, why))


def _done(act: Callable[[Work, Viewer], object]) -> Response:
    me = viewer()
    me.require(near_relatives.KEEP)
    try:
        with unit_of_work(me.actor) as work:
            act(work, me)
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_index(problem["detail"]), status)
    return redirect(url_for(".index"), 303)
