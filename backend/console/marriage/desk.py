"""The registrar's desk (R-090): today's list, opening a case from an appointment or for people who just come."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.booking import desk, desk_finding, desk_plan
from backend.booking.admitting import DESK
from backend.booking.matters import catalogue
from backend.booking.models import Office
from backend.booking.service import find as find_booking
from backend.console.blueprints import page_blueprint
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.marriage import desk_acts, desk_views, report_views
from backend.marriage.cases import REGISTER, VIEW, WalkIn
from backend.marriage.declared import RELATION_WORDS
from backend.marriage.desk_views import FILTERS, MATTERS, Line
from backend.marriage.identities import Identity, identity
from backend.marriage.rules import Region
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents.documents import KINDS

blueprint = page_blueprint("console_marriage", __name__, "/console/marriage")

REGIONS: dict[Region, str] = {
    "mainland": "内地", "hongkong": "香港", "macau": "澳门", "taiwan": "台湾", "overseas": "华侨", "foreign": "外国",
}  # fmt: skip
SEXES = {"male": "男", "female": "女"}
TABS = (
    ("index", "今天", VIEW), ("new", "现场来人", REGISTER), ("talks", "辅导", "counselling.hold"),
    ("ceremonies", "颁证仪式", VIEW), ("reports", "待办", VIEW), ("licence_list", "登记员证", "marriage.licence"),
)  # fmt: skip
PLACES = (1, 2)


@blueprint.context_processor
def tabs() -> dict[str, Any]:
    """The row of pages of the registry, for those who may open them."""
    me = viewer()
    shown = [(f"console_marriage.{name}", label) for name, label, action in TABS if me.may(action)]
    return {"marriage_tabs": shown}


def offices(work: Work, me: Viewer, action: str = VIEW) -> list[Office]:
    """The marriage registries where the viewer may do this."""
    return [one for one in desk_finding.places(work, me, action) if _registers(work, one)]


def _registers(work: Work, office: Office) -> bool:
    return any(row.matter in MATTERS for row in desk_plan.matters(work, office))


def chosen(found: list[Office]) -> Office:
    """The office of the address, or the first one. Raises ``NotFoundError`` where there is none."""
    wanted = request.values.get("office", "")
    office = next((one for one in found if one.code == wanted), found[0] if found and not wanted else None)
    if office is None:
        raise NotFoundError(office=wanted)
    return office


def chosen_day(work: Work) -> date:
    """The day of the address, or today. Raises ``BadInputError``."""
    text = request.values.get("day", "")
    return read_day(text) if text else local(work.now).date()


def read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInputError(field="日期", why="请选择日历上有的日子") from None


@blueprint.get("/")
def index() -> str:
    return _page()


def _page(problem: str = "") -> str:
    me = viewer()
    me.require(VIEW)
    with reading() as work:
        found = offices(work, me)
        if not found:
            return render_template("console/marriage_none.html")
        return render_template("console/marriage_day.html", **_list(work, me, found), problem=problem)


@blueprint.get("/live")
def live() -> str:
    """The list alone, for the page that shows it again every few seconds."""
    me = viewer()
    me.require(VIEW)
    with reading() as work:
        return render_template("console/marriage_day_live.html", **_list(work, me, offices(work, me)))


def _list(work: Work, me: Viewer, found: list[Office]) -> dict[str, Any]:
    office, day = chosen(found), chosen_day(work)
    stage, matter = request.values.get("stage", ""), request.values.get("matter", "")
    lines = desk_views.day_list(work, me, office.code, day)
    return {
        "offices": found, "office": office, "day": day, "today": local(work.now).date(), "now": work.now,
        "lines": [one for one in lines if _wanted(one, stage, matter)],
        "counts": {code: sum(1 for one in lines if code in ("", one.stage)) for code in FILTERS},
        "filters": FILTERS, "stage": stage, "matter": matter,
        "matters": {code: catalogue()[code].title for code in MATTERS},
        "waiting_reports": report_views.waiting(work, me), "may_register": me.may(REGISTER),
        "may_check_in": me.may(DESK),
    }  # fmt: skip


def _wanted(line: Line, stage: str, matter: str) -> bool:
    return stage in ("", line.stage) and matter in ("", line.matter)


@blueprint.post("/check-in")
def check_in() -> Response:
    """Let an appointment in at the desk: it gets its number."""
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            desk.check_in_at_desk(work, find_booking(work, posted_id("booking"), staff=me))
    except DomainError as error:
        return refused(error)
    return redirect(url_for(".index", office=request.form.get("office", "")), 303)


@blueprint.post("/open")
def open_() -> Response:
    """Begin with an appointment of today."""
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            case_id = desk_acts.open_booking(work, me, posted_id("booking"))
    except DomainError as error:
        return refused(error)
    return redirect(url_for(".case", case_id=case_id), 303)


def posted_id(field: str) -> UUID:
    """Raises ``NotFoundError`` for what is no id."""
    try:
        return UUID(request.form.get(field, ""))
    except ValueError:
        raise NotFoundError from None


def refused(error: DomainError) -> Response:
    status, body = problem_of(error.code, error.facts)
    return make_response(_page(body["detail"]), status)


# -- people who just come


@blueprint.get("/new")
def new() -> str:
    return _form()


def _form(problem: str = "") -> str:
    me = viewer()
    me.require(REGISTER)
    with reading() as work:
        return render_template(
            "console/marriage_new.html", offices=offices(work, me, REGISTER), kinds=KINDS, regions=REGIONS,
            sexes=SEXES, matters={code: catalogue()[code] for code in MATTERS if not code.endswith("counselling")},
            relations=RELATION_WORDS, places=PLACES, form=request.form, problem=problem,
        )  # fmt: skip


@blueprint.post("/new")
def add() -> Response:
    me = viewer()
    me.require(REGISTER)
    try:
        with unit_of_work(me.actor) as work:
            case_id = desk_acts.open_walk_in(work, me, _walk_in(work))
    except DomainError as error:
        status, body = problem_of(error.code, error.facts)
        return make_response(_form(body["detail"]), status)
    return redirect(url_for(".case", case_id=case_id), 303)


def _walk_in(work: Work) -> WalkIn:
    today = local(work.now).date()
    people = [_identity(place, today) for place in PLACES if request.form.get(f"name{place}", "").strip()]
    return WalkIn(request.form.get("office", ""), request.form.get("matter", ""), tuple(people))


def _identity(place: int, today: date) -> Identity:
    given = {name: request.form.get(f"{name}{place}", "").strip() for name in ("name", "id_kind", "id_number")}
    sex, region = request.form.get(f"sex{place}"), request.form.get(f"region{place}")
    born = request.form.get(f"birth_date{place}", "")
    return identity(
        given["name"], given["id_kind"], given["id_number"], today,
        sex="male" if sex == "male" else "female" if sex == "female" else None,
        birth_date=read_day(born) if born else None,
        region=next((one for one in REGIONS if one == region), None),
    )  # fmt: skip
