"""Simulations for planners: other standards over the whole caseload, with its progress, a table, a chart and a CSV."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from flask import Response, render_template, request, stream_with_context
from markupsafe import Markup
from sqlalchemy import select

from backend.assistance import notices_of_params
from backend.assistance.law import book
from backend.assistance.models import Benefit
from backend.assistance.money import cents
from backend.assistance.simulation import COMPARED, HEADINGS, Outcome, Question, Simulation, as_csv, compared
from backend.assistance.simulation import run as simulate
from backend.console.assistance.simulation_chart import townships_chart
from backend.console.blueprints import page_blueprint
from backend.core.clock import local
from backend.core.db import Work, reading
from backend.core.errors import BadInputError, NotFoundError
from backend.people.models import Division
from backend.people.rules import allows
from backend.people.sessions import viewer

blueprint = page_blueprint("console_simulation", __name__, "/console/simulation")

RUN = "simulation.run"
SECOND = "b_"  # before the names of the second what-if's fields
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
        here, today = _part(work), local(work.now).date()
        plans = [(prefix, _fields(today, prefix)) for prefix in ("", SECOND)]
        result = Markup(_result(_finished(work)) if _given("") else "")  # noqa: S704 - our own template
        doubts = notices_of_params.of_names((URBAN, RURAL), today)
    return render_template(
        "console/simulation.html", here=here, plans=plans, result=result, doubts=doubts, second=_given(SECOND)
    )


@blueprint.get("/run")
def run() -> Response:
    """Lines of JSON while it is worked on: ``{"done", "of"}`` after each portion, at the end ``{"html"}``."""
    with reading() as work:
        _questions(work)  # what cannot be is said before anything is streamed
    return Response(stream_with_context(_lines()), content_type="application/x-ndjson")


def _lines() -> Iterator[str]:
    with reading() as work:
        made = [Simulation(work, one) for one in _questions(work)]
        size, before = made[0].size(), 0
        for one in made:
            for done in one.steps():
                yield json.dumps({"done": before + done, "of": size * len(made)}) + "\n"
            before += size
        yield json.dumps({"html": _result([one.outcome for one in made])}) + "\n"


@blueprint.get("/figures.csv")
def export() -> Response:
    with reading() as work:
        body = as_csv(*_finished(work))
    headers = {"Content-Disposition": "attachment; filename=simulation.csv"}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)


def _finished(work: Work) -> list[Outcome]:
    return [simulate(work, one) for one in _questions(work)]


def _result(outcomes: Sequence[Outcome]) -> str:
    """One what-if with everything about it; two, side by side."""
    return render_template(
        "console/simulation_result.html", outcomes=outcomes, outcome=outcomes[0], asked=request.args,
        headings=HEADINGS if len(outcomes) == 1 else COMPARED, rows=_rows(outcomes),
        chart=Markup(townships_chart(outcomes)),  # noqa: S704 - our own SVG, names of townships are escaped by pygal
    )  # fmt: skip


def _rows(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    if len(outcomes) > 1:
        return compared(outcomes[0], outcomes[1])
    return [place.cells() for place in (*outcomes[0].lines(), outcomes[0].total)]


def _fields(today: date, prefix: str) -> list[Field]:
    numbers = book().on(today)
    labels = ((URBAN, "城市低保标准（元/人/月）"), (RURAL, "农村低保标准（元/人/月）"))
    return [
        Field(prefix + name, label, str(numbers.at(name).value), request.args.get(prefix + name, ""))
        for name, label in labels
    ]


def _given(prefix: str) -> bool:
    return any(request.args.get(prefix + name) for name in (URBAN, RURAL, "share"))


def _questions(work: Work) -> list[Question]:
    """The first what-if always, the second where something was typed for it."""
    return [_asked(work, prefix) for prefix in ("", SECOND) if not prefix or _given(prefix)]


def _asked(work: Work, prefix: str) -> Question:
    """What was typed; an empty field stays as it is; ``share`` is the rural standard in per cent of the urban one."""
    day = local(work.now).date()
    instead = {name: found for name in (URBAN, RURAL) if (found := _number(prefix + name)) is not None}
    share = _number(f"{prefix}share")
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
