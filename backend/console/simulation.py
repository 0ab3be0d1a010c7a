"""Simulations for planners: other standards over the whole caseload, with its progress, a table, a chart and a CSV."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flask import Response, render_template, request, stream_with_context
from markupsafe import Markup
from sqlalchemy import select

from backend.assistance.law import book
from backend.assistance.models import Benefit
from backend.assistance.money import cents
from backend.assistance.simulation import HEADINGS, Outcome, Question, Simulation, as_csv
from backend.console.blueprints import page_blueprint
from backend.console.simulation_chart import townships_chart
from backend.core.clock import local
from backend.core.db import Work, reading
from backend.core.errors import BadInputError, NotFoundError
from backend.people.models import Division
from backend.people.rules import allows
from backend.people.sessions import viewer

blueprint = page_blueprint("console_simulation", __name__, "/console/simulation")

RUN = "simulation.run"
URBAN, RURAL = "dibao_standard_urban", "dibao_standard_rural"
MOST = Decimal(100_000)


@dataclass(frozen=True, slots=True)
class Field:
    """One number a planner may change; ``now``: what holds today."""

    name: str
    label: str
    now: str
    given: str


@blueprint.get("/")
def index() -> str:
    with reading() as work:
        here, fields = _part(work), _fields(work)
        ready = any(request.args.get(name) for name in (URBAN, RURAL, "share"))
        result = Markup(_result(_finished(work)) if ready else "")  # noqa: S704 - our own template
    return render_template("console/simulation.html", here=here, fields=fields, result=result)


@blueprint.get("/run")
def run() -> Response:
    """Lines of JSON while it is worked on: ``{"done", "of"}`` after each portion, at the end ``{"html"}``."""
    with reading() as work:
        _asked(work)  # what cannot be is said before anything is streamed
    return Response(stream_with_context(_lines()), content_type="application/x-ndjson")


def _lines() -> Iterator[str]:
    with reading() as work:
        made = Simulation(work, _asked(work))
        size = made.size()
        for done in made.steps():
            yield json.dumps({"done": done, "of": size}) + "\n"
        yield json.dumps({"html": _result(made.outcome)}) + "\n"


@blueprint.get("/figures.csv")
def export() -> Response:
    with reading() as work:
        body = as_csv(_finished(work))
    headers = {"Content-Disposition": "attachment; filename=simulation.csv"}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)


def _finished(work: Work) -> Outcome:
    made = Simulation(work, _asked(work))
    for _done in made.steps():
        pass
    return made.outcome


def _result(outcome: Outcome) -> str:
    return render_template(
        "console/simulation_result.html", outcome=outcome, headings=HEADINGS, asked=request.args,
        chart=Markup(townships_chart(outcome)),  # noqa: S704 - our own SVG, names of townships are escaped by pygal
    )  # fmt: skip


def _fields(work: Work) -> list[Field]:
    numbers = book().on(local(work.now).date())
    labels = ((URBAN, "城市低保标准（元/人/月）"), (RURAL, "农村低保标准（元/人/月）"))
    return [Field(name, label, str(numbers.at(name).value), request.args.get(name, "")) for name, label in labels]


def _asked(work: Work) -> Question:
    """What was typed; an empty field stays as it is; ``share`` is the rural standard in per cent of the urban one."""
    day = local(work.now).date()
    instead = {name: found for name in (URBAN, RURAL) if (found := _number(name)) is not None}
    share = _number("share")
    if share is not None:
        urban = instead.get(URBAN, Decimal(book().on(day).at(URBAN).value))
        instead[RURAL] = cents(urban * share / 100)
    return Question(day, instead, Benefit.division_path.startswith(_part(work).path, autoescape=True))


def _part(work: Work) -> Division:
    """Which part of the county: what is asked for, or the widest one may. Raises ``NotAllowedError``."""
    me = viewer()
    me.require(RUN)
    paths = [grant.path for grant in me.grants if allows([grant], RUN)]
    widest = select(Division).where(Division.path == min(paths, key=len))
    code = request.args.get("division")
    found = work.session.get(Division, code) if code else work.session.scalars(widest).one()
    if found is None:
        raise NotFoundError(division=code)
    me.require(RUN, found.path)
    return found


def _number(name: str) -> Decimal | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise BadInputError(field="标准", why="请填写数字") from error
    if not found.is_finite() or not 0 < found < MOST or found != cents(found):
        raise BadInputError(field="标准", why="请填写大于零的数，最多两位小数")
    return found
