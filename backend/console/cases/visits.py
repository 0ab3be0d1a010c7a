"""A home visit on a phone: what was seen, two investigators, the family; and what waits for a visit."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from pydantic import ValidationError
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.assistance import leads, visits
from backend.assistance.leads_models import Visit
from backend.assistance.visit_findings import AGREES_ZH, CARE_ZH, ITEMS_ZH, LABELS, LIVING_ZH, MET_ZH, Findings
from backend.cases import service as cases
from backend.cases.models import Case, CaseTask
from backend.cases.registry import matter_of_case
from backend.cases.rules import left_words
from backend.cases.tasks import HANDLE, LIVE, VIEW
from backend.console.blueprints import page_blueprint
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents.masking import mask_name
from backend.residents.models import Person

blueprint = page_blueprint("console_visits", __name__, "/console/visits")

CHOICES = {"met": MET_ZH, "living": LIVING_ZH, "care": CARE_ZH, "agrees": AGREES_ZH}
LISTED = 200
Verb = Callable[[Work, Viewer, UUID, int], object]


@blueprint.get("/")
def index() -> str:
    """Visits under way, and cases of one's place whose family is still to be visited."""
    me = viewer()
    me.require(VIEW)
    with reading(me.actor) as work:
        running = _running(work, me)
        return render_template("console/visits.html", running=running, waiting=_waiting(work, me, running))


def _running(work: Work, me: Viewer) -> list[dict[str, Any]]:
    mine = (
        select(Visit, Case.number, Person.name)
        .outerjoin(Case, Case.id == Visit.case_id)
        .outerjoin(Person, Person.id == Case.applicant_id)
        .where(Visit.finished_at.is_(None), me.sees(Visit.division_path, VIEW))
        .order_by(Visit.visited_at, Visit.id)
        .limit(LISTED)
    )
    return [
        {
            "id": row.id,
            "case_id": row.case_id,
            "title": number or "困难线索走访",
            "at": row.visited_at,
            "who": f"{mask_name(name)}家" if name else "",
        }
        for row, number, name in work.session.execute(mine)
    ]


def _waiting(work: Work, me: Viewer, running: list[dict[str, Any]]) -> list[dict[str, Any]]:
    begun, today = {one["case_id"] for one in running}, local(work.now).date()
    mine = (
        select(CaseTask, Case, Person.name, Division.name)
        .join(Case, Case.id == CaseTask.case_id)
        .join(Person, Person.id == Case.applicant_id)
        .outerjoin(Division, Division.code == Person.division_code)
        .where(
            CaseTask.state.in_(LIVE), (CaseTask.branch == visits.BRANCH) | (CaseTask.step == visits.BRANCH),
            me.sees(CaseTask.territory, VIEW),
        )
        .order_by(CaseTask.due_on, CaseTask.id)
        .limit(LISTED)
    )  # fmt: skip
    return [
        {"id": case.id, "number": case.number, "who": f"{mask_name(name)}家", "place": place or "",
         "title": matter_of_case(case).title,
         "left": left_words(task.due_on, today), "late": task.due_on is not None and task.due_on < today}
        for task, case, name, place in work.session.execute(mine) if case.id not in begun
    ]  # fmt: skip


@blueprint.post("/case/<uuid:case_id>")
def begin(case_id: UUID) -> Response:
    """From the case's open visit task: the visit under way, or a new one."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = visits.begin_for_case(work, me, case_id)
    return redirect(url_for(".visit", visit_id=row.id), 303)


@blueprint.get("/<uuid:visit_id>")
def visit(visit_id: UUID) -> str:
    return _visit(visit_id)


def _visit(visit_id: UUID, problem: str = "") -> str:
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = visits.find(work, me, visit_id)
        shown = visits.view(work, row)
        typed = problem and "conclusion" in request.form  # a refusal loses nothing of what was written
        page = render_template(
            "console/visit.html", one=shown, found=request.form if typed else shown.findings,
            choices=CHOICES, labels=LABELS, items=ITEMS_ZH if visits.asks_self_care(work, row) else {},
            alone=_alone() if typed else shown.findings.alone, problem=problem, row=row,
            mine=row.first_id == me.staff_id,
            may=me.may(HANDLE, row.division_path) and row.finished_at is None, **_about(work, me, row),
        )  # fmt: skip
        _read(work, row)
    return page


def _about(work: Work, me: Viewer, row: Visit) -> dict[str, Any]:
    """Whom it is about."""
    if row.case_id is not None:
        case = cases.find(work, row.case_id, viewer=me)
        return {
            "title": f"{case.applicant.name}家", "what": f"{matter_of_case(case).title} {case.number}",
            "back": f"/console/cases/{case.id}", "where": case.applicant.address or "",
            "county": visits.requires_county(work, case.id),
        }  # fmt: skip
    lead = leads.find(work, me, row.lead_id, VIEW) if row.lead_id else None
    about = leads.about(lead) if lead else None
    return {
        "title": f"{about.name}家" if about and about.name else "困难线索", "what": about.words if about else "",
        "back": url_for("console_leads.lead", lead_id=row.lead_id), "where": about.where if about else "",
        "county": False,
    }  # fmt: skip


def _read(work: Work, row: Visit) -> None:
    if row.case_id is not None:
        person = work.session.get_one(Case, row.case_id).applicant_id
        audit.record_read(work, person, why=f"visit:{row.id}")
    else:
        audit.record(work, "visit.read", f"visit:{row.id}", lead=str(row.lead_id))


@blueprint.post("/<uuid:visit_id>/findings")
def save(visit_id: UUID) -> Response:
    return _act(visit_id, lambda work, me, one, version: visits.save(work, me, one, _findings(), version=version))


def _findings() -> Findings:
    try:
        typed: dict[str, Any] = {name: value for name in LABELS if (value := request.form.get(name, ""))}
        return Findings.model_validate(typed | {"alone": _alone()})
    except ValidationError as error:
        raise BadInputError(field="调查内容", why="有一项太长或没有选对") from error


def _alone() -> dict[str, bool]:
    """Of the six items those that were looked at."""
    typed = {name: request.form.get(f"alone.{name}") for name in ITEMS_ZH}
    return {name: value == "yes" for name, value in typed.items() if value}


@blueprint.post("/<uuid:visit_id>/sign")
def sign(visit_id: UUID) -> Response:
    return _act(visit_id, lambda work, me, one, version: visits.sign(work, me, one, version=version))


@blueprint.post("/<uuid:visit_id>/family")
def family(visit_id: UUID) -> Response:
    said = {name: request.form.get(name, "") for name in ("name", "refusal")}
    return _act(visit_id, lambda work, me, one, version: visits.family_signs(work, me, one, version=version, **said))


@blueprint.post("/<uuid:visit_id>/finish")
def finish(visit_id: UUID) -> Response:
    return _act(visit_id, lambda work, me, one, version: visits.finish(work, me, one, version=version))


def _act(visit_id: UUID, verb: Verb) -> Response:
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            verb(work, me, visit_id, _version())
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_visit(visit_id, problem["detail"]), status)
    return redirect(url_for(".visit", visit_id=visit_id, _anchor="signs"), 303)


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1  # noqa: PLR2004 - never so many saves
