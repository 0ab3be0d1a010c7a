"""Who holds what: benefits by programme, place and state; found by a number or a name, each search written down."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from backend.assistance.benefits import LIVE
from backend.assistance.models import Benefit, Household, HouseholdMember
from backend.assistance.payees import with_homes
from backend.cases.tasks import VIEW
from backend.console.assistance.benefit_words import STATES, programme_names
from backend.console.blueprints import page_blueprint
from backend.console.tapped import with_keys
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import DomainError
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents import finding

blueprint = with_keys(page_blueprint("console_benefits", __name__, "/console/benefits"))

PAGE = 50


@blueprint.get("/")
def index() -> str:
    """The list; nobody's name is in it."""
    me = viewer()
    me.require(VIEW)
    with reading() as work:
        return list_page(work, me, _filtered(work, me))


def list_page(work: Work, me: Viewer, rows: Sequence[Any], *, problem: str = "", found: bool = False) -> str:
    """``found``: these are what a search found, not the list."""
    return render_template(
        "console/benefits.html", rows=rows[:PAGE], more=len(rows) > PAGE, found=found, problem=problem,
        names=programme_names(), states=STATES, towns=_towns(work, me), places=_places(work), asked=request.args,
        page=_page(), may_search=me.may(finding.SERVE),
    )  # fmt: skip


def _page() -> int:
    said = request.args.get("page", "1")
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 6 else 1  # noqa: PLR2004 - no page is that far


def _towns(work: Work, me: Viewer) -> Sequence[Division]:
    found = select(Division).where(Division.level == "town", me.sees(Division.path, VIEW))
    return work.session.scalars(found.order_by(Division.code)).all()


def _places(work: Work) -> dict[str, str]:
    return {path: name for path, name in work.session.execute(select(Division.path, Division.name))}  # noqa: C416 - dict() does not know a Row


def _columns(me: Viewer) -> Select[Any]:
    found: Any = select(
        Benefit.id, Benefit.programme, Benefit.state, Benefit.monthly, Benefit.members, Benefit.division_path,
        Benefit.first_month, Benefit.last_month, Benefit.review_on, Household.number.label("household"),
    ).select_from(Benefit)  # fmt: skip
    return with_homes(found.where(me.sees(Benefit.division_path, VIEW)))


def _filtered(work: Work, me: Viewer) -> Sequence[Any]:
    found = _columns(me)
    state, programme, town = (request.args.get(name, "") for name in ("state", "programme", "town"))
    found = found.where(Benefit.state == state) if state in STATES else found.where(Benefit.state.in_(LIVE))
    if programme:
        found = found.where(Benefit.programme == programme)
    if town and (place := work.session.get(Division, town)):
        found = found.where(Benefit.division_path.startswith(place.path, autoescape=True))
    ordered = found.order_by(Benefit.first_month.desc(), Benefit.id)
    return work.session.execute(ordered.offset((_page() - 1) * PAGE).limit(PAGE + 1)).all()


@blueprint.post("/find")
def find() -> Response | str | tuple[str, int]:
    """A household's number, or somebody's whole number or name: their benefit, or those to choose from."""
    me = viewer()
    me.require(VIEW)
    try:
        with unit_of_work(me.actor) as work:
            rows = _found(work, me, request.form.get("q", "").strip())
            if len(rows) != 1:
                return list_page(work, me, rows, found=True)
    except DomainError as error:
        status, body = problem_of(error.code, error.facts)
        with reading() as work:
            return list_page(work, me, [], found=True, problem=body["detail"]), status
    return redirect(url_for(".benefit", benefit_id=rows[0].id), 303)


def _found(work: Work, me: Viewer, text: str) -> Sequence[Any]:
    home = work.session.scalars(select(Household.id).where(Household.number == text.upper())).first()
    if home is not None:
        audit.record(work, "benefit.searched", f"household:{home}", by="number")
        return _held(work, me, [], [home])
    people = [one.id for one in finding.find(work, me, text)]
    homes = select(HouseholdMember.household_id).where(HouseholdMember.person_id.in_(people))
    return _held(work, me, people, work.session.scalars(homes).all())


def _held(work: Work, me: Viewer, people: Sequence[UUID], homes: Sequence[UUID]) -> Sequence[Any]:
    theirs = Benefit.person_id.in_(people) | Benefit.household_id.in_(homes)
    living = select(HouseholdMember.person_id).where(HouseholdMember.household_id.in_(homes))
    found = _columns(me).where(theirs | Benefit.person_id.in_(living))
    return work.session.execute(found.order_by(Benefit.first_month.desc(), Benefit.id).limit(PAGE)).all()
