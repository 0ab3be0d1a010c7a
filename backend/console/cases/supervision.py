"""Supervision (R-014, R-044): a published pool, a public seed, the drawn list anybody can check, what was found."""

import csv
from collections.abc import Callable
from datetime import date
from io import StringIO
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from backend.assistance import draws, inspections
from backend.assistance.inspection_models import Draw
from backend.assistance.inspections import RESULTS, Wish
from backend.cases.tasks import SUPERVISE
from backend.console.blueprints import page_blueprint
from backend.console.cases.desk import refusal, titles
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = page_blueprint("console_supervision", __name__, "/console/supervision")


@blueprint.get("")
def index() -> str:
    return _index()


def _index(problem: str = "") -> str:
    me = viewer()
    me.require(SUPERVISE)
    with reading() as work:
        return render_template(
            "console/supervision.html", rows=inspections.listed(work, me), places=_places(work, me), problem=problem,
            form=request.form, matters=titles(),
        )  # fmt: skip


def _places(work: Work, me: Viewer) -> list[Division]:
    """The county and the townships of the viewer's place."""
    rows = work.session.query(Division).filter(Division.level.in_(("county", "town"))).order_by(Division.path).all()
    return [one for one in rows if me.may(SUPERVISE, one.path)]


@blueprint.post("")
def list_pool() -> AnyResponse:
    """Fix the pool; its numbers and digest are shown, to be published before the seed is known."""
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            place = work.session.get(Division, request.form.get("division", ""))
            if place is None:
                raise BadInputError(field="范围", why="请从列表中选择")
            draw_id = inspections.list_pool(work, me, place.path, _wish()).id
    except DomainError as error:
        return refusal(error, _index(problem_of(error.code, error.facts)[1]["detail"]))
    return redirect(url_for(".draw", draw_id=draw_id), 303)


def _wish() -> Wish:
    form, percent = request.form, request.form.get("percent", "")
    return Wish(
        form.get("title", ""), _day("first"), _day("last"), int(percent) if percent.isdecimal() else 0,
        form.get("source", ""), form.get("matter") or None,
    )  # fmt: skip


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError as error:
        raise BadInputError(field="时间", why="请选日历上有的日子") from error


@blueprint.get("/<uuid:draw_id>")
def draw(draw_id: UUID) -> str:
    return _draw(draw_id)


def _draw(draw_id: UUID, problem: str = "") -> str:
    me = viewer()
    with reading() as work:
        row = inspections.find(work, me, draw_id)
        return render_template(
            "console/supervision_draw.html", row=row, cases=inspections.cases_of(work, row.id), results=RESULTS,
            tickets={one: draws.ticket(row.seed, one) for one in row.pool} if row.seed else {}, problem=problem, me=me,
            matters=titles(),
        )  # fmt: skip


@blueprint.post("/<uuid:draw_id>/seed")
def seed(draw_id: UUID) -> AnyResponse:
    return _done(draw_id, lambda work, me: inspections.draw(work, me, draw_id, request.form.get("seed", "")))


@blueprint.post("/<uuid:draw_id>/cases/<uuid:drawn_id>")
def mark(draw_id: UUID, drawn_id: UUID) -> AnyResponse:
    """The second pair of eyes says what it found."""
    result, finding = request.form.get("result", ""), request.form.get("finding", "")
    return _done(draw_id, lambda work, me: inspections.mark(work, me, drawn_id, result, finding))


def _done(draw_id: UUID, verb: Callable[[Work, Viewer], object]) -> AnyResponse:
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            verb(work, me)
    except DomainError as error:
        if isinstance(error, NotFoundError):
            raise
        return refusal(error, _draw(draw_id, problem_of(error.code, error.facts)[1]["detail"]))
    return redirect(url_for(".draw", draw_id=draw_id), 303)


@blueprint.get("/<uuid:draw_id>/export.csv")
def export(draw_id: UUID) -> Response:
    """For publication: the whole pool with tickets and the drawn ones with results; numbers only, nobody's name."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = inspections.find(work, me, draw_id)
        body = _table(row, {one.number: (one.place, one.result) for one in inspections.cases_of(work, row.id)})
        audit.record(work, "inspection.exported", f"draw:{row.id}")
    headers = {"Content-Disposition": f"attachment; filename=inspection-{row.pool_digest[:12]}.csv"}
    return Response(body.encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


def _table(row: Draw, found: dict[str, tuple[int, str | None]]) -> str:
    out = StringIO()
    table = csv.writer(out)
    table.writerow(["范围", titles().get(row.matter or "", "全部事项"), str(row.first_day), str(row.last_day)])
    table.writerow(["名单摘要", row.pool_digest, "种子来源", row.seed_source, "种子", row.seed or ""])
    table.writerow(["申请编号", "签号", "抽中次序", "抽查结果"])
    for number in row.pool:
        place, result = found.get(number, ("", None))
        said = RESULTS[result] if result else "还没有查" if place else ""
        table.writerow([number, draws.ticket(row.seed, number) if row.seed else "", place, said])
    return out.getvalue()
