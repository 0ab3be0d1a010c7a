"""The monthly round of a village cadre or a grid worker: one sign of need after the other, on a telephone.

The place and who walks stay from one household to the next; a second tap writes nothing twice.
"""

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from backend.assistance import leads
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.console.cases.leads import found_said, places
from backend.core.db import Work, reading
from backend.people.service import Viewer
from backend.people.sessions import viewer

blueprint = tapped.with_keys(page_blueprint("console_rounds", __name__, "/console/leads/round"))

FINDERS = ("grid_worker", "village_cadre", "volunteer")
MOST = 99


@blueprint.get("/")
def index() -> str:
    return _page()


def _page(problem: str = "") -> str:
    me = viewer()
    me.require(leads.HANDLE)
    with reading() as work:
        return render_template(
            "console/round.html", places=places(work, me), signs=leads.SIGNS, problem=problem, form=request.form,
            finders={code: leads.FINDERS[code] for code in FINDERS}, kept=request.form or request.args, count=_count(),
        )  # fmt: skip


def _count() -> int:
    """How many were written down on this round."""
    said = (request.form or request.args).get("count", "0")
    return min(int(said), MOST) if said.isascii() and said.isdigit() and len(said) < 4 else 0  # noqa: PLR2004 - nobody walks so far


@blueprint.post("/")
def enter() -> Response:
    """Written down; then the next household, at the same place."""
    viewer().require(leads.HANDLE)
    return tapped.done(_enter, _page)


def _enter(work: Work, me: Viewer) -> str:
    row = leads.enter(work, me, found_said())
    return url_for(".index", division=row.division_code, finder_kind=row.finder_kind, count=_count() + 1)
