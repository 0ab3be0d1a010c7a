"""Signs of need (主动发现): by township and by what is due; one lead with what can be done; warnings."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from pydantic import ValidationError
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.assistance import leads, monitoring, visits
from backend.assistance.leads import About, Finder, Found
from backend.assistance.leads_models import Lead
from backend.assistance.monitoring_rules import RULES_ZH
from backend.assistance.near_relatives import KEEP
from backend.cases.registry import registry
from backend.cases.rules import left_words
from backend.console.blueprints import page_blueprint
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.people.models import Division
from backend.people.service import Viewer, ancestors, county
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents.masking import mask_name

blueprint = page_blueprint("console_leads", __name__, "/console/leads")

TABS = {"new": "等待走访", "visiting": "正在走访", "closed": "已办结", "warnings": "监测预警"}
STATES = {"new": ("new",), "visiting": ("visiting",), "closed": ("application", "referred", "closed")}


@dataclass(frozen=True, slots=True)
class Tile:
    """A township on the list that stands for a map: how many wait, are visited, are late."""

    code: str
    name: str
    new: int
    visiting: int
    late: int


@dataclass(frozen=True, slots=True)
class Line:
    """One lead of the list. ``others``: how many more are about the same person; personal text stays inside."""

    id: UUID
    who: str
    place: str
    signs: str
    state: str
    due_on: date
    left: str
    late: bool
    escalated: bool
    others: int


@blueprint.get("/")
def index() -> str:
    return _index()


def _index(problem: str = "") -> str:
    me = viewer()
    me.require(leads.VIEW)
    tab = request.args.get("tab", "new")
    if tab not in TABS:
        raise NotFoundError(tab=tab)
    with unit_of_work(me.actor) as work:
        here, day = _here(work, me), local(work.now).date()
        return render_template("console/leads.html", **_page(work, me, here, day, tab), problem=problem)


def _page(work: Work, me: Viewer, here: Division | None, day: date, tab: str) -> dict[str, Any]:
    path = here.path if here else ""
    towns = work.session.scalars(select(Division).where(Division.level == "town").order_by(Division.code)).all()
    waiting = leads.listed(work, me, leads.OPEN, "")
    warnings = monitoring.open_warnings(work, me, path)
    rows = leads.listed(work, me, STATES.get(tab, ()), path) if tab in STATES else ()
    count = Counter(row.state for row in waiting if row.division_path.startswith(path))
    return {
        "tab": tab, "tabs": TABS, "here": here, "tiles": [_tile(one, waiting, day) for one in _seen(towns, me)],
        "lines": _lines(work, rows, day), "warnings": warnings if tab == "warnings" else (), "rules": RULES_ZH,
        "counts": dict(count) | {"warnings": len(warnings)}, "places": places(work, me), "signs": leads.SIGNS,
        "finders": {code: name for code, name in leads.FINDERS.items() if code != "monitoring"},
        "may_enter": me.may(leads.HANDLE), "may_keep": me.may(KEEP, county(work).path), "form": request.form,
        "mask_name": mask_name, "doubts": monitoring.doubts(day) if tab == "warnings" else leads.doubts(day),
    }  # fmt: skip


def _here(work: Work, me: Viewer) -> Division | None:
    """The place asked for; None means all the viewer sees. Raises ``NotFoundError``, ``NotAllowedError``."""
    code = request.args.get("division")
    if not code:
        return None
    place = work.session.get(Division, code)
    if place is None:
        raise NotFoundError(division=code)
    me.require(leads.VIEW, place.path)
    return place


def _seen(towns: Sequence[Division], me: Viewer) -> list[Division]:
    """Townships the viewer sees, whole or in part."""
    paths = [grant.path for grant in me.grants]
    return [one for one in towns if any(one.path.startswith(path) or path.startswith(one.path) for path in paths)]


def _tile(town: Division, waiting: Sequence[Lead], day: date) -> Tile:
    mine = [row for row in waiting if row.division_path.startswith(town.path)]
    late = sum(leads.is_late(row, day) for row in mine)
    states = Counter(row.state for row in mine)
    return Tile(town.code, town.name, states["new"], states["visiting"], late)


def places(work: Work, me: Viewer) -> dict[str, str]:
    """Villages and townships in which the viewer may enter a lead; a village is named with its township."""
    found = select(Division).where(Division.level.in_(("town", "village")), me.sees(Division.path, leads.HANDLE))
    rows = work.session.scalars(found.order_by(Division.path)).all()
    names = {row.code: row.name for row in rows}
    return {row.code: f"{names.get(row.parent_code or '', '')} {row.name}".strip() for row in rows}


def _lines(work: Work, rows: Sequence[Lead], day: date) -> list[Line]:
    """The same person's leads stand beneath each other, at the place of the most urgent."""
    keys = Counter(leads.same_person(row) for row in rows)
    first = {leads.same_person(row): place for place, row in reversed(list(enumerate(rows)))}
    names = _names(work, rows)
    return [
        _line(row, names[row.division_code], keys[leads.same_person(row)] - 1, day)
        for row in sorted(rows, key=lambda row: first[leads.same_person(row)])
    ]


def _names(work: Work, rows: Sequence[Lead]) -> dict[str, str]:
    found = select(Division).where(Division.code.in_({row.division_code for row in rows}))
    return {one.code: one.name for one in work.session.scalars(found)}


def _line(row: Lead, place: str, others: int, day: date) -> Line:
    signs = "、".join(leads.SIGNS.get(one, one) for one in row.signs) or leads.FINDERS.get(row.finder_kind, "")
    return Line(
        row.id, mask_name(leads.about(row).name) or "没有说姓名", place, signs, row.state, row.due_on,
        left_words(row.due_on, day), leads.is_late(row, day), row.escalated_at is not None, others,
    )  # fmt: skip


# -- one lead


@blueprint.get("/<uuid:lead_id>")
def lead(lead_id: UUID) -> str:
    return _lead(lead_id)


def _lead(lead_id: UUID, problem: str = "") -> str:
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = leads.find(work, me, lead_id)
        day = local(work.now).date()
        page = render_template(
            "console/lead.html", row=row, about=leads.about(row), finder=leads.finder(row), state=leads.STATE_ZH,
            finder_kind=leads.FINDERS.get(row.finder_kind, ""), signs=leads.SIGNS, place=_place_words(work, row),
            left=left_words(row.due_on, day), late=leads.is_late(row, day),
            others=_lines(work, leads.together(work, row), day), visits=visits.of_lead(work, row.id),
            actions=leads.LEAD.actions(row.state) if me.may(leads.HANDLE, row.division_path) else (),
            matters=_matters(), problem=problem, form=request.form,
        )  # fmt: skip
        _read(work, row)
    return page


def _read(work: Work, row: Lead) -> None:
    """Who looked is kept; after everything else, because the head of the chain stays locked until the commit."""
    if row.person_id is None:
        audit.record(work, "lead.read", f"lead:{row.id}")
    else:
        audit.record_read(work, row.person_id, why=f"lead:{row.id}")


def _place_words(work: Work, row: Lead) -> str:
    codes = ancestors(row.division_path)
    found = select(Division).where(Division.code.in_(codes), Division.level.in_(("town", "village")))
    return " ".join(one.name for one in work.session.scalars(found.order_by(Division.path)))


def _matters() -> dict[str, str]:
    """What a clerk may apply for on somebody's behalf."""
    return {code: one.title for code, one in registry().matters.items() if "clerk" in one.applicants}


@blueprint.post("/")
def enter() -> Response:
    """A member of staff writes down what they saw, or were told by telephone."""
    me = viewer()
    me.require(leads.HANDLE)
    try:
        with unit_of_work(me.actor) as work:
            row = leads.enter(work, me, found_said())
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_index(problem["detail"]), status)
    return redirect(url_for(".lead", lead_id=row.id), 303)


def found_said() -> Found:
    """What a form of a lead says. Raises ``BadInputError``."""
    try:
        return Found(
            division=_field("division", 32), signs=tuple(request.form.getlist("sign")),
            about=About(
                name=_field("name"), where=_field("where", 120), phone=_field("phone"), words=_field("words", 500),
            ),
            finder=Finder(name=_field("finder_name"), phone=_field("finder_phone")),
            finder_kind=_field("finder_kind"),
        )  # fmt: skip
    except ValidationError as error:
        raise BadInputError(field="线索", why="请选地点和发现人，并用几个字写明困难") from error


def _field(name: str, longest: int = 40) -> Any:
    return request.form.get(name, "").strip()[:longest]


@blueprint.post("/<uuid:lead_id>/visit")
def visit(lead_id: UUID) -> Response:
    """Somebody goes there: the visit's own page, made for a phone."""
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            row = visits.begin_for_lead(work, me, lead_id)
    except DomainError as error:
        return _refused(lead_id, error)
    return redirect(url_for("console_visits.visit", visit_id=row.id), 303)


@blueprint.post("/<uuid:lead_id>/apply")
def apply(lead_id: UUID) -> Response:
    """A case by proxy: from here on it is the case desk's."""
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            row = leads.apply(
                work, me, lead_id, matter=_field("matter"), name=_field("name", 64), id_number=_field("id_number"),
                phone=_field("phone") or None,
            )  # fmt: skip
    except DomainError as error:
        return _refused(lead_id, error)
    return redirect(f"/console/cases/{row.case_id}", 303)


@blueprint.post("/<uuid:lead_id>/refer")
def refer(lead_id: UUID) -> Response:
    return _done(lead_id, lambda work, me: leads.refer(work, me, lead_id, _field("words", 500)))


@blueprint.post("/<uuid:lead_id>/close")
def close(lead_id: UUID) -> Response:
    return _done(lead_id, lambda work, me: leads.close(work, me, lead_id, _field("words", 500)))


def _done(lead_id: UUID, act: Callable[[Work, Viewer], object]) -> Response:
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            act(work, me)
    except DomainError as error:
        return _refused(lead_id, error)
    return redirect(url_for(".lead", lead_id=lead_id), 303)


def _refused(lead_id: UUID, error: DomainError) -> Response:
    status, problem = problem_of(error.code, error.facts)
    return make_response(_lead(lead_id, problem["detail"]), status)


# -- warnings of the monitoring


@blueprint.post("/warnings/<uuid:warning_id>/<any(review, lead, dismiss):step>")
def settle(warning_id: UUID, step: str) -> Response:
    me = viewer()
    verbs: dict[str, Callable[[Work], object]] = {
        "review": lambda work: monitoring.to_review(work, me, warning_id),
        "lead": lambda work: monitoring.to_lead(work, me, warning_id),
        "dismiss": lambda work: monitoring.dismiss(work, me, warning_id, _field("words", 500)),
    }
    try:
        with unit_of_work(me.actor) as work:
            verbs[step](work)
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_index(problem["detail"]), status)
    return redirect(url_for(".index", tab="warnings"), 303)
