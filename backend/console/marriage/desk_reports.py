"""Reports that the law asks for (条例 6): what is due, to whom it was made, what came of it; a case goes on."""

from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.console.marriage.desk import blueprint
from backend.console.marriage.desk_case import CLASSES
from backend.core.db import unit_of_work
from backend.core.errors import DomainError, NotFoundError
from backend.marriage import report_views, service
from backend.marriage.cases import REGISTER
from backend.marriage.freezing import RELEASE
from backend.people.sessions import viewer
from backend.problems import problem_of

DONE = {"report": "已登记报告。", "close": "已办结。", "release": "已恢复办理，登记员要重新核查。"}


@blueprint.get("/reports")
def reports() -> str:
    return _page()


def _page(problem: str = "", shown: tuple[UUID, report_views.Sealed] | None = None) -> str:
    me = viewer()
    me.require(report_views.VIEW)
    with unit_of_work(me.actor) as work:
        return render_template(
            "console/marriage_reports.html", items=report_views.listed(work, me), guidance=report_views.GUIDANCE,
            classes=CLASSES, problem=problem, shown=shown, may_act=me.may(REGISTER) or me.may(RELEASE),
            may_release=me.may(RELEASE), form=request.form, done=DONE.get(request.args.get("done", "")),
        )  # fmt: skip


@blueprint.post("/reports/<uuid:report_id>/read")
def read_report(report_id: UUID) -> Response:
    """What was seen, shown once on this answer; the look is written down."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        sealed = report_views.read(work, me, report_id)
    return make_response(_page(shown=(report_id, sealed)))


@blueprint.post("/reports/<uuid:report_id>/<step>")
def act_report(report_id: UUID, step: str) -> Response:
    """``step``: report, close, or release (of the case that stands still)."""
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            if step == "report":
                service.report(work, me, report_id, request.form.get("reported_to", ""))
            elif step == "close":
                service.close_report(work, me, report_id, request.form.get("result", ""))
            elif step == "release":
                service.release(work, me, report_views.case_of(work, me, report_id), request.form.get("reason", ""))
            else:
                raise NotFoundError(step=step)
    except DomainError as error:
        status, body = problem_of(error.code, error.facts)
        return make_response(_page(body["detail"]), status)
    return redirect(url_for(".reports", done=step), 303)
