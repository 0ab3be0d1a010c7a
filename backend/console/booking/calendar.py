"""The working-day calendar: a year at a glance, and loading a year's notice after seeing what it changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from backend.console.blueprints import page_blueprint
from backend.core import calendar_csv, calendar_store
from backend.core.calendar import Day, DayKind, Special, WorkCalendar
from backend.core.calendar_store import CalendarYear
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError
from backend.people.models import Division
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = page_blueprint("console_calendar", __name__, "/console/calendar")

FIRST_YEAR, LAST_YEAR = 2004, 2099
LARGEST_FILE = 100_000
WEEKDAYS = "一二三四五六日"
KINDS = {
    DayKind.WORKDAY: "上班", DayKind.WEEKEND: "周末", DayKind.HOLIDAY: "放假", DayKind.MAKE_UP: "调休上班",
}  # fmt: skip


@dataclass(slots=True)
class Feast:
    """A holiday of the year: its rest days and the weekend days worked for it, each in order."""

    name: str
    rest: list[date] = field(default_factory=list)
    make_up: list[date] = field(default_factory=list)


def _require(work: Work) -> None:
    """The calendar is the whole installation's: a grant in one town does not reach it."""
    roots = work.session.scalars(select(Division.path).where(Division.parent_code.is_(None)))
    for path in roots:
        viewer().require("calendar.edit", path)
    viewer().require("calendar.edit")


@blueprint.get("/")
def index() -> str:
    with reading() as work:
        _require(work)
        return _page(work, _year(work))


def _year(work: Work) -> int:
    asked = request.args.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() else local(work.now).year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _page(work: Work, year: int, **more: Any) -> str:
    calendar = calendar_store.current(work)
    return render_template(
        "console/calendar.html",
        year=year,
        years=(year - 1, year, year + 1),
        provisional=year not in calendar.years,
        loaded=work.session.get(CalendarYear, year),
        months=[month_of(calendar, year, month) for month in range(1, 13)],
        feasts=list(feasts(calendar, year)),
        weekdays=WEEKDAYS,
        kinds=KINDS,
        today=local(work.now).date(),
        done=request.args.get("done"),
        **more,
    )


def month_of(calendar: WorkCalendar, year: int, month: int) -> list[list[Day | None]]:
    """The weeks of a month from Monday; None before its first day and after its last."""
    first = date(year, month, 1)
    days: list[Day | None] = [None] * first.weekday()
    while first.month == month:
        days.append(calendar.day(first))
        first += timedelta(days=1)
    days += [None] * (-len(days) % 7)
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def specials(calendar: WorkCalendar, year: int) -> list[Day]:
    """The days of a year that are not what their weekday says."""
    days = (calendar.day(date(year, 1, 1) + timedelta(days=ahead)) for ahead in range(366))
    return [one for one in days if one.name is not None and one.date.year == year]


def feasts(calendar: WorkCalendar, year: int) -> Iterator[Feast]:
    """The holidays of a year in order, as the notice lists them."""
    found: dict[str, Feast] = {}
    for day in specials(calendar, year):
        one = found.setdefault(day.name or "", Feast(day.name or ""))
        (one.make_up if day.works else one.rest).append(day.date)
    return iter(found.values())


@blueprint.get("/year.csv")
def sample() -> Response:
    """A year as a file in the form that can be loaded, for next year's to be written after it."""
    with reading() as work:
        _require(work)
        year, calendar = _year(work), calendar_store.current(work)
    days = specials(calendar, year)
    lines = ["日期,类型,名称", *(f"{one.date},{KINDS[one.kind]},{one.name}" for one in days)]
    # The mark at the start tells a spreadsheet that this is UTF-8.
    body = "\ufeff" + "\r\n".join([*lines, ""])
    name = {"Content-Disposition": f"attachment; filename=calendar-{year}.csv"}
    return Response(body, content_type="text/csv; charset=utf-8", headers=name)


@blueprint.post("/preview")
def preview() -> AnyResponse:
    """What the file would change; nothing is written."""
    with reading() as work:
        _require(work)
        try:
            text, source = _uploaded(), _source()
            rows = calendar_csv.read_csv(text)
        except BadInputError as error:
            return _again(work, error)
        return make_response(_preview(work, rows, text, source))


def _preview(work: Work, rows: Sequence[Special], text: str, source: str) -> str:
    year = calendar_csv.year_of(rows)
    changes = calendar_store.changes(work, year, rows)
    past = len(calendar_store.past_changes(work, changes))
    return render_template(
        "console/calendar_preview.html", year=year, changes=changes, past=past, text=text, source=source, kinds=KINDS,
        weekdays=WEEKDAYS,
    )  # fmt: skip


@blueprint.post("/")
def load() -> AnyResponse:
    """Put the file in force."""
    rows: list[Special] = []
    try:
        with unit_of_work(viewer().actor) as work:
            _require(work)
            rows = calendar_csv.read_csv(request.form.get("text", ""))
            year = calendar_csv.year_of(rows)
            calendar_store.load(work, year, rows, _source(), replace="replace" in request.form)
    except (BadInputError, calendar_store.PastDaysError) as error:
        with reading() as work:
            return _again(work, error)
    return redirect(url_for(".index", year=year, done="1"), 303)


def _again(work: Work, error: DomainError) -> AnyResponse:
    status, problem = problem_of(error.code, error.facts)
    return make_response(_page(work, _year(work), problem=problem["detail"], source=_text("source")), status)


def _uploaded() -> str:
    sent = request.files.get("file")
    data = sent.read(LARGEST_FILE + 1) if sent else b""
    if not data:
        raise BadInputError(field="文件", why="请选择放假安排的 CSV 文件")
    if len(data) > LARGEST_FILE:
        raise BadInputError(field="文件", why="太大了，一年的放假安排只有几十行")
    return calendar_csv.decode(data)


def _source() -> str:
    return calendar_store.checked_source(_text("source"))


def _text(name: str) -> str:
    return request.form.get(name, "").strip()
