"""Figures of the marriage registries for a year (R-098): counts only; small ones are for the bureau's officers."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from markupsafe import Markup
from sqlalchemy import func, select

from backend.booking.models import Booking, BookingParty, Office
from backend.console.blueprints import page_blueprint
from backend.console.marriage.figures_chart import months_chart
from backend.console.marriage.figures_tables import MATTERS, Numbers, Table, tables, tiles
from backend.core.clock import local
from backend.core.db import Work, reading
from backend.core.errors import NotFoundError
from backend.marriage import statistics
from backend.marriage.models import Counselling, Registration, RegistrationParty
from backend.marriage.statistics import Period
from backend.people.models import Division
from backend.people.rules import allows
from backend.people.service import Viewer
from backend.people.sessions import viewer

blueprint = page_blueprint("console_marriage_figures", __name__, "/console/marriage/figures")

FIGURES = "marriage.figures"
SEES_ALL = "officer"
FIRST_YEAR, YEARS_SHOWN = 2020, 5
COUNSELLED = ("marriage_registration", "divorce_application")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the county and which year; ``exact``: small counts too."""

    division: Division
    year: int
    this_year: int
    exact: bool

    @property
    def period(self) -> Period:
        return Period(date(self.year, 1, 1), date(self.year, 12, 31))


@blueprint.get("/")
def index() -> str:
    with reading() as work:
        asked = _asked(work)
        numbers = _numbers(work, asked)
    return render_template(
        "console/marriage_figures.html",
        asked=asked,
        years=range(asked.this_year, max(FIRST_YEAR, asked.this_year - YEARS_SHOWN) - 1, -1),
        offices=numbers.offices,
        tiles=tiles(numbers, exact=asked.exact),
        chart=Markup(months_chart(numbers.cases, asked.year, exact=asked.exact)),  # noqa: S704 - our own SVG, no names in it
        tables=tables(numbers, exact=asked.exact),
    )


@blueprint.get("/figures.csv")
def export() -> Response:
    with reading() as work:
        asked = _asked(work)
        numbers = _numbers(work, asked)
    # The mark at the start tells a spreadsheet that this is UTF-8.
    body = "\ufeff" + "\r\n".join(_csv(table) for table in tables(numbers, exact=asked.exact))
    name = {"Content-Disposition": f"attachment; filename=marriage-figures-{asked.year}.csv"}
    return Response(body, content_type="text/csv; charset=utf-8", headers=name)


def _csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([table.title])
    writer.writerow(table.columns)
    writer.writerows([label, *cells] for label, cells in table.lines)
    return out.getvalue()


def _asked(work: Work) -> Asked:
    """Raises ``NotAllowedError`` outside one's part of the county, ``NotFoundError`` for no such part."""
    me = viewer()
    me.require(FIGURES)
    paths = [grant.path for grant in me.grants if allows([grant], FIGURES)]
    widest = select(Division).where(Division.path == min(paths, key=len))
    code = request.args.get("division")
    division = work.session.get(Division, code) if code else work.session.scalars(widest).first()
    if division is None:
        raise NotFoundError(division=code)
    me.require(FIGURES, division.path)
    today = local(work.now).date()
    return Asked(division, _year(today), today.year, _sees_all(me, division.path))


def _year(today: date) -> int:
    text = request.args.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() else today.year
    return min(max(year, FIRST_YEAR), today.year)


def _sees_all(me: Viewer, path: str) -> bool:
    return any(grant.role == SEES_ALL and path.startswith(grant.path) for grant in me.grants)


def _numbers(work: Work, asked: Asked) -> Numbers:
    found = _offices(work, asked.division.path)
    offices, period = list(found), asked.period
    return Numbers(
        found,
        statistics.cases(work, offices, period),
        statistics.people(work, offices, period),
        statistics.divorces(work, offices, period),
        _visits(work, offices, period),
        _counselled(work, offices, period),
    )


def _offices(work: Work, path: str) -> dict[UUID, str]:
    """The registries of this part of the county: where a case was ever opened, or marriages can be booked."""
    mine = (
        select(Office.id, Office.name)
        .join(Division, Division.code == Office.division_code)
        .where(Division.path.startswith(path, autoescape=True), Office.kind.startswith("marriage"))
        .order_by(Office.name)
    )
    return {office_id: name for office_id, name in work.session.execute(mine)}  # noqa: C416 - dict() does not know a Row


def _visits(work: Work, offices: Sequence[UUID], period: Period) -> dict[UUID, dict[str, int]]:
    found = (
        select(Booking.office_id, Booking.state, func.count())
        .where(Booking.day.between(period.first, period.last), Booking.office_id.in_(offices))
        .where(Booking.matter.in_(MATTERS))
        .group_by(Booking.office_id, Booking.state)
    )
    counts: dict[UUID, dict[str, int]] = {}
    for office_id, state, count in work.session.execute(found):
        counts.setdefault(office_id, {})[state] = count
    return counts


def _counselled(work: Work, offices: Sequence[UUID], period: Period) -> int:
    """Marriages and applications for divorce whose people had a talk before (I-35)."""
    talked: Any = (
        select(func.count(Registration.id.distinct()))
        .select_from(Counselling)
        .join(BookingParty, BookingParty.booking_id == Counselling.booking_id)
        .join(RegistrationParty, RegistrationParty.person_index == BookingParty.person_index)
        .join(Registration, Registration.id == RegistrationParty.registration_id)
        .where(Counselling.state == "held", Counselling.held_at <= Registration.decided_at)
        .where(Registration.matter.in_(COUNSELLED), Registration.state == "registered")
        .where(Registration.day.between(period.first, period.last), Registration.office_id.in_(offices))
    )
    return int(work.session.scalar(talked) or 0)
