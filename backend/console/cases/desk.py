"""The case desk (R-020): what is to be done, due first; a case found by its number or a whole name."""

from typing import Any

from flask import render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from backend.cases import inbox, searching
from backend.cases.registry import registry
from backend.cases.tasks import HANDLE, SUPERVISE, VIEW
from backend.console.blueprints import page_blueprint
from backend.console.cases.chart import loads_chart
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents.documents import KINDS

blueprint = page_blueprint("console_cases", __name__, "/console/cases")

WHICH = {"open": "等我办的", "mine": "我正在办的", "all": "本地全部"}
PAGE = 30


@blueprint.context_processor
def desk_words() -> dict[str, Any]:
    """Where else the desk leads, for those who may go there."""
    me = viewer()
    return {"may_handle": me.may(HANDLE), "may_supervise": me.may(SUPERVISE), "id_kinds": KINDS}


@blueprint.get("")
def index() -> str:
    """Tasks by their due day. ``which``, ``matter``, ``division`` and ``late`` narrow the list."""
    me = viewer()
    me.require(VIEW)
    with reading() as work:
        return render_template("console/cases.html", **_shown(work, me))


def _shown(work: Work, me: Viewer) -> dict[str, Any]:
    asked = {name: request.args.get(name, "") for name in ("which", "matter", "division", "late", "cursor")}
    which = asked["which"] if asked["which"] in inbox.SHOWN else "open"
    lines, following = inbox.page_of(
        work, me, which=which, division=asked["division"] or None, cursor=asked["cursor"] or None, limit=PAGE,
        matter=asked["matter"] or None, late=bool(asked["late"]),
    )  # fmt: skip
    found = inbox.loads(work, me, which=which)
    return {
        "lines": lines, "next": following, "which": which, "asked": asked, "choices": WHICH,
        "matters": titles(), "towns": townships(work, me), "found": None, "text": "",
        "late": sum(one.late for one in found), "soon": sum(one.soon for one in found),
        "all": sum(one.late + one.soon + one.later for one in found),
        "chart": Markup(loads_chart(found, titles())) if found else "",  # noqa: S704 - our own SVG, our own words
    }  # fmt: skip


def titles() -> dict[str, str]:
    """Code → title of every matter, in the order of their files."""
    return {code: one.title for code, one in registry().matters.items()}


def townships(work: Work, me: Viewer, action: str = VIEW) -> list[Division]:
    """The townships of the viewer's place."""
    places = work.session.query(Division).filter(Division.level == "town").order_by(Division.code).all()
    return [one for one in places if me.may(action, one.path)]


@blueprint.post("/search")
def search() -> str | tuple[str, int]:
    """By number or whole name, in the body: an address is kept in the browser's history."""
    me, text = viewer(), request.form.get("text", "")
    try:
        with unit_of_work(me.actor) as work:
            found = searching.find_cases(work, me, text)
            return render_template("console/cases.html", **_shown(work, me) | {"found": found, "text": text})
    except BadInputError as error:
        status, body = problem_of(error.code, error.facts)
        with reading() as work:
            return render_template("console/cases.html", **_shown(work, me), problem=body["detail"]), status


def refusal(error: Any, page: str) -> Response:
    """A page shown again with the status of what went wrong."""
    status, _body = problem_of(error.code, error.facts)
    return Response(page, status, content_type="text/html; charset=utf-8")
