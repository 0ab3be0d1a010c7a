"""The desk of applications for halls: the first due first, what a machine has checked, the papers, one answer each."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from backend import kin_registers
from backend.cases.serving import let_out
from backend.console import form_values as said
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.memorial import hall_application_desk as desk
from backend.memorial import hall_application_views as views
from backend.memorial.deceased import HANDLE
from backend.memorial.hall_application_rules import REASON_ZH
from backend.people.service import Viewer
from backend.people.sessions import viewer

blueprint = tapped.with_keys(page_blueprint("console_hall_applications", __name__, "/console/memorial/applications"))

Step = Callable[[Work, Viewer, UUID], Any]
DONE = {
    "open": "已设好，家人已收到通知。",
    "return": "已退回补材料，家人已收到通知。",
    "refuse": "已答复，家人已收到通知。",
}


@blueprint.get("/")
def index() -> str:
    """What waits, the first due first, and what was answered last."""
    me = viewer()
    with reading(me.actor) as work:
        today = local(work.now).date()
        rows = [views.desk_line(row, today) for row in desk.waiting(work, me)]
        return render_template(
            "console/memorial/applications.html", rows=rows, late=sum(one["late"] for one in rows),
            answered=[views.desk_line(row, today) for row in desk.recent(work, me)],
        )  # fmt: skip


@blueprint.get("/<uuid:application_id>")
def one(application_id: UUID) -> str:
    """One application; that somebody looked is written down."""
    return _one(application_id)


def _one(application_id: UUID, problem: str = "") -> str:
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = desk.read(work, me, application_id)
        shown = views.for_desk(work, row, kin_registers.proof)
        may_handle = me.may(HANDLE, row.territory)
    done = request.args.get("done", "") if request.method == "GET" else ""
    return render_template(
        "console/memorial/application.html", one=shown, reasons=REASON_ZH, may_handle=may_handle, problem=problem,
        said=DONE.get(done, ""), form=request.form, opened=request.form.get("do", ""),
    )  # fmt: skip


@blueprint.get("/<uuid:application_id>/papers/<uuid:paper_id>")
def paper(application_id: UUID, paper_id: UUID) -> FlaskResponse:
    """A paper with the viewer's name and the time on it; that somebody looked is written down."""
    with unit_of_work(viewer().actor) as work:
        data, kind = desk.paper(work, viewer(), application_id, paper_id)
        return let_out(data, kind, "材料")


@blueprint.post("/<uuid:application_id>/<act>")
def act(application_id: UUID, act: str) -> Response:
    """``open``, ``return`` or ``refuse``; afterwards the page again."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        step(work, me, application_id)
        return url_for(".one", application_id=application_id, done=act)

    return tapped.done(run, lambda problem: _one(application_id, problem))


def _version() -> int:
    """What the clerk has seen. Raises ``BadInputError``."""
    try:
        return int(said.text("version"))
    except ValueError:
        raise BadInputError(field="页面", why="请重新打开这一页") from None


STEPS: dict[str, Step] = {
    "open": lambda work, me, which: desk.open_hall(work, me, which, said.text("proof"), version=_version()),
    "return": lambda work, me, which: desk.send_back(work, me, which, said.text("missing"), version=_version()),
    "refuse": lambda work, me, which: desk.refuse(
        work, me, which, said.text("reason"), said.text("words"), version=_version()
    ),
}
