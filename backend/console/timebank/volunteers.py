"""The desk of volunteers: who is registered where, whose proofs run out; found by a number or by a whole name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, Select, String, cast, func, select
from werkzeug.wrappers import Response

from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.console.timebank.orders import place_asked, townships
from backend.core import audit, paging, params
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError
from backend.core.numbers import normal
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents.indexes import name_index
from backend.residents.models import Person
from backend.volunteers import expiring, views
from backend.volunteers.models import Qualification, Volunteer
from backend.volunteers.service import HANDLE, VIEW
from backend.volunteers.states import VOLUNTEER_ZH
from backend.volunteers.vocabulary import QUALIFICATIONS, SERVICES, titles

blueprint = tapped.with_keys(page_blueprint("console_volunteers", __name__, "/console/volunteers"))
PAGE_SIZE, MOST_FOUND = 50, 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to. ``expiring``: with a proof that ends within the days of the parameter."""

    here: Division | None
    state: str | None
    service: str | None
    expiring: bool

    def address(self, **changed: Any) -> str:
        """The list as it is asked for, with these changes."""
        said: dict[str, Any] = {
            "division": self.here.code if self.here else None, "state": self.state, "service": self.service,
            "expiring": "yes" if self.expiring else None,
        }  # fmt: skip
        return url_for("console_volunteers.index", **{name: value for name, value in (said | changed).items() if value})


@blueprint.context_processor
def desk_words() -> dict[str, Any]:
    """What the viewer may do at this desk."""
    return {"may_handle": viewer().may(HANDLE)}


@blueprint.get("/")
def index() -> str:
    """The list; ``division``, ``state``, ``service`` and ``expiring`` narrow it, ``cursor`` goes on."""
    return _page()


def _page(problem: str = "", found: Sequence[dict[str, Any]] | None = None) -> str:
    me = viewer()
    me.require(VIEW)
    with reading(me.actor) as work:
        asked = Asked(place_asked(work, me, VIEW), _state(), _service(), request.args.get("expiring") == "yes")
        rows, following = _rows(work, me, asked)
        return render_template(
            "console/volunteers.html", asked=asked, towns=townships(work, me, VIEW), services=SERVICES,
            states=VOLUNTEER_ZH, counts=_counts(work, me, asked), rows=rows, following=following, problem=problem,
            found=found,
        )  # fmt: skip


def _state() -> str | None:
    state = request.args.get("state")
    return state if state in VOLUNTEER_ZH else None


def _service() -> str | None:
    service = request.args.get("service")
    return service if service in SERVICES else None


def _rows(work: Work, me: Viewer, asked: Asked) -> tuple[list[dict[str, Any]], str | None]:
    """One page of the list, the newest first, and where the next one begins."""
    wanted = select(Volunteer, Person).join(Person, Person.id == Volunteer.person_id).where(*_which(work, me, asked))
    if asked.state:
        wanted = wanted.where(Volunteer.state == asked.state)
    if cursor := request.args.get("cursor"):
        wanted = wanted.where(Volunteer.id < paging.decode(cursor, UUID)[0])
    rows = work.session.execute(wanted.order_by(Volunteer.id.desc()).limit(PAGE_SIZE + 1)).all()
    shown = [row for row, _person in rows[:PAGE_SIZE]]
    following = asked.address(cursor=paging.encode(shown[-1].id)) if len(rows) > PAGE_SIZE else None
    return _lines(work, shown), following


def _which(work: Work, me: Viewer, asked: Asked) -> list[ColumnElement[bool]]:
    which = [me.sees(Volunteer.division_path, VIEW)]
    if asked.here:
        which.append(Volunteer.division_path.startswith(asked.here.path))
    if asked.service:  # a list of codes is kept as JSON: its text is the same in both databases
        which.append(cast(Volunteer.services, String).contains(f'"{asked.service}"', autoescape=True))
    if asked.expiring:
        ending = _ending(work).with_only_columns(Qualification.volunteer_id)
        which += [Volunteer.state != "withdrawn", Volunteer.id.in_(ending)]
    return which


def _ending(work: Work) -> Select[Qualification]:
    today = local(work.now).date()
    days = int(params.load(expiring.PARAMS).at("remind_days", today).value)
    return select(Qualification).where(Qualification.valid_until.between(today, today + timedelta(days=days)))


def _lines(work: Work, rows: Sequence[Volunteer]) -> list[dict[str, Any]]:
    ends = _ends(work, [row.id for row in rows])
    return [
        views.line(work, row) | {"offers": titles(SERVICES, row.services), "ends": ends.get(row.id)} for row in rows
    ]


def _ends(work: Work, volunteers: Sequence[UUID]) -> Mapping[UUID, tuple[str, date]]:
    """Which proof of each of them ends first within the days of the parameter."""
    mine = _ending(work).where(Qualification.volunteer_id.in_(volunteers)).order_by(Qualification.valid_until.desc())
    return {
        one.volunteer_id: (QUALIFICATIONS.get(one.kind, one.kind), one.valid_until)
        for one in work.session.scalars(mine)
        if one.valid_until
    }


def _counts(work: Work, me: Viewer, asked: Asked) -> dict[str, int]:
    """How many in each state, and with a proof that ends soon, at the place asked for."""
    here = Asked(asked.here, None, asked.service, expiring=False)
    mine = select(Volunteer.state, func.count()).where(*_which(work, me, here)).group_by(Volunteer.state)
    found = {state: int(count) for state, count in work.session.execute(mine).all()}
    ending = Asked(asked.here, None, asked.service, expiring=True)
    soon = select(func.count()).select_from(Volunteer).where(*_which(work, me, ending))
    return dict.fromkeys(VOLUNTEER_ZH, 0) | found | {"expiring": work.session.execute(soon).scalar_one()}


# -- finding one


@blueprint.post("/find")
def find() -> Response | str | tuple[str, int]:
    """By a volunteer's number or whole name; one: their page, several: a choice. That it was asked is written down."""
    me = viewer()
    me.require(VIEW)
    try:
        with unit_of_work(me.actor) as work:
            rows = matching(work, me, request.form.get("q", ""))
            found = _lines(work, rows)
    except DomainError as error:
        status, body = problem_of(error.code, error.facts)
        return _page(body["detail"]), status
    if len(found) == 1:
        return redirect(url_for(".volunteer", volunteer_id=found[0]["id"]), 303)
    return _page(found=found)


def matching(work: Work, me: Viewer, text: str) -> Sequence[Volunteer]:
    """Whoever has exactly this number, national number or name, where the viewer sees. Raises ``BadInputError``."""
    clean = re.sub(r"\s+", " ", text.strip())
    if not clean:
        raise BadInputError(field="查找内容", why="请输入完整的志愿者编号或姓名")
    number = normal(clean)
    named = (Volunteer.national_number == clean) | (Person.name_index == name_index(clean))
    which = Volunteer.number == number if number else named
    mine = select(Volunteer).join(Person, Person.id == Volunteer.person_id).where(which)
    mine = mine.where(me.sees(Volunteer.division_path, VIEW)).order_by(Volunteer.id.desc()).limit(MOST_FOUND + 1)
    rows = work.session.scalars(mine).all()
    by = "number" if number else "name"
    audit.record(work, "volunteer.searched", f"staff:{me.staff_id}", by=by, hits=len(rows))
    if len(rows) > MOST_FOUND:
        raise BadInputError(field="姓名", why="同名的人太多，请改用志愿者编号查找")
    return rows
