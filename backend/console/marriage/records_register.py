"""The register of dishonesty: proposed, decided by an officer, appealed against, repaired, exported."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.console.blueprints import page_blueprint
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import DomainError, NotFoundError
from backend.marriage import dishonesty
from backend.marriage.dishonesty import DECIDE, PROPOSE, WHATS, Proposal
from backend.marriage.record_models import Dishonesty
from backend.marriage.states import DISHONESTY
from backend.people.models import Staff
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents.masking import mask_id, mask_name

blueprint = page_blueprint("console_register", __name__, "/console/marriage/register")

STATES = {
    "proposed": "等待认定", "confirmed": "已认定", "appealed": "申诉中", "dropped": "不予认定", "revoked": "已撤销",
    "repaired": "已修复",
}  # fmt: skip
Step = Callable[[Work, Viewer, UUID, str], Dishonesty]
STEPS: Mapping[str, tuple[str, Step]] = {
    "confirm": ("认定失信", dishonesty.confirm), "drop": ("不予认定", dishonesty.drop),
    "appeal": ("登记本人的申诉", dishonesty.appeal), "uphold": ("维持认定", dishonesty.uphold),
    "revoke": ("撤销认定", dishonesty.revoke), "repair": ("信用修复", dishonesty.repair),
}  # fmt: skip


@blueprint.get("/")
def index() -> str:
    return _page()


def _page(problem: str = "") -> str:
    me = viewer()
    with reading() as work:
        return render_template(
            "console/marriage_register.html",
            rows=[_masked(row) for row in dishonesty.listed(work, me)],
            whats=WHATS,
            may_export=me.may(DECIDE),
            problem=problem,
            form=request.form,
            done=request.args.get("done"),
        )


def _masked(row: Dishonesty) -> dict[str, Any]:
    return {
        "id": row.id, "name": mask_name(row.name), "number": mask_id(row.id_number), "what": WHATS[row.what],
        "state": row.state, "words": STATES[row.state], "until": row.until, "proposed_at": row.proposed_at,
    }  # fmt: skip


@blueprint.post("/")
def propose() -> Response:
    me, form = viewer(), request.form
    name, number, what, evidence = (form.get(one, "") for one in ("name", "id_number", "what", "evidence"))
    try:
        with unit_of_work(me.actor) as work:
            dishonesty.propose(work, me, Proposal(name, number, what, evidence))
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_page(problem["detail"]), status)
    return redirect(url_for(".index", done="1"), 303)


@blueprint.get("/<uuid:entry_id>")
def entry(entry_id: UUID) -> str:
    return _entry(entry_id)


def _entry(entry_id: UUID, problem: str = "") -> str:
    """One entry with its evidence; looking at it is logged."""
    me = viewer()
    me.require(PROPOSE)
    with unit_of_work(me.actor) as work:
        row = work.session.get(Dishonesty, entry_id)
        if row is None:
            raise NotFoundError(entry=str(entry_id))
        audit.record_read(work, f"dishonesty-{entry_id}", why="register")
        return render_template(
            "console/marriage_dishonesty.html",
            row=row,
            what=WHATS[row.what],
            state=STATES[row.state],
            proposed_by=work.session.scalars(select(Staff.name).where(Staff.id == row.proposed_by)).one(),
            steps=_steps(work, me, row),
            appeal_until=dishonesty.appeal_until(row) if row.decided_at else None,
            repair_from=dishonesty.repair_from(row) if row.decided_at else None,
            problem=problem,
            form=request.form,
        )


def _steps(work: Work, me: Viewer, row: Dishonesty) -> dict[str, str]:
    """What this viewer can do now; the verbs decide again."""
    possible = DISHONESTY.actions(row.state)
    if row.proposed_by == me.staff_id and row.state == "proposed":
        return {}
    if "repair" in possible and local(work.now).date() < dishonesty.repair_from(row):
        possible = [step for step in possible if step != "repair"]
    return {step: STEPS[step][0] for step in possible if step == "appeal" or me.may(DECIDE)}


@blueprint.post("/<uuid:entry_id>/<step>")
def take_step(entry_id: UUID, step: str) -> Response:
    if step not in STEPS:
        raise NotFoundError(step=step)
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            STEPS[step][1](work, me, entry_id, request.form.get("words", ""))
    except NotFoundError:
        raise
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_entry(entry_id, problem["detail"]), status)
    return redirect(url_for(".entry", entry_id=entry_id), 303)


@blueprint.post("/export")
def export() -> Response:
    """JSON lines for the credit platform; who fetched them is logged."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        body = "".join(dishonesty.export(work, me))
    name = {"Content-Disposition": "attachment; filename=dishonesty.jsonl"}
    return make_response(body, 200, name | {"Content-Type": "application/jsonl; charset=utf-8"})
