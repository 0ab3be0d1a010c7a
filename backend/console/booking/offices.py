"""Offices and how they take appointments: data, windows, week, days unlike it, and the rules of each matter."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import segno
from flask import make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.booking import closures, desk_finding, desk_plan, heart_days, penalties
from backend.booking.desk_finding import PLAN
from backend.booking.matters import matter_of
from backend.booking.models import Office, OfficeMatter, WeeklyPlan, Window
from backend.booking.planning import OPEN_ON_HEART_DAYS
from backend.booking.rules import Opening
from backend.booking.views import clock, day_title, opening_words, span
from backend.console.blueprints import page_blueprint
from backend.console.booking import office_forms, office_founding
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import DomainError
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = page_blueprint("console_offices", __name__, "/console/offices")

NOT_FOUND, UNREADY = 404, 422
DONE = {
    "data": "已保存。", "window": "窗口已更新。", "week": "每周安排已保存并放号。", "open": "已安排开放并放号。",
    "close": "已停办，受影响的群众已收到通知。", "reopen": "已恢复办公，没有改时间的预约照旧。",
    "matter": "预约规则已保存并放号。", "publish": "已放号。", "poster": "已换新的签到码，请打印张贴，旧的作废。",
    "founded": "办事点已设立。接下来选办什么事，再安排窗口和每周时间。",
    "taken_on": "已加上这件事。请安排窗口和每周时间。",
}  # fmt: skip


@blueprint.get("/")
def index() -> str:
    return _index(office_founding.Founding({}, {}))


def _index(asked: office_founding.Founding) -> str:
    with reading() as work:
        found = desk_finding.places(work, viewer(), PLAN)
        offices = [(one, _titles(work, one), len(closures.closed_days(work, one))) for one in found]
        places = [(one.code, one.name) for one in office_founding.places(work, viewer())]
        return render_template(
            "console/offices.html", offices=offices, places=places,
            kinds=office_founding.KINDS, typed=asked.typed, faults=asked.faults,
        )  # fmt: skip


@blueprint.post("/")
def found() -> Response:
    """A new office; whatever is wrong is said beside its field, with everything typed still there."""
    with unit_of_work(viewer().actor) as work:
        asked = office_founding.found(work, viewer(), request.form)
    if asked.faults or asked.new is None:
        return make_response(_index(asked), UNREADY)
    return redirect(url_for(".office", code=asked.new.code, done="founded"), 303)


@blueprint.post("/<code>/matters")
def take_on(code: str) -> Response:
    matter = request.form.get("matter", "")
    return _change(code, "taken_on", lambda work, place: office_founding.take_on(work, place, matter))


def _titles(work: Work, office: Office) -> list[str]:
    return [matter_of(row.matter).title for row in desk_plan.matters(work, office) if row.active]


@blueprint.get("/<code>")
def office(code: str) -> str:
    return _page(code)


def _page(code: str, problem: str = "") -> str:
    with reading() as work:
        place = desk_finding.place(work, viewer(), code, PLAN)
        return render_template(
            "console/office.html", office=place, problem=problem, done=DONE.get(request.args.get("done", "")),
            opens_on_heart_days=OPEN_ON_HEART_DAYS in place.traits, windows=_windows(work, place),
            form=request.form, hearts=_hearts(local(work.now).date()), pools=_pools(work, place),
            opened=desk_plan.opened_days(work, place), closed=closures.closed_days(work, place),
            matters=_matters(work, place), penalties=penalties.book(), today=local(work.now).date(),
            untaken=office_founding.untaken(work, place),
        )  # fmt: skip


def _windows(work: Work, place: Office) -> list[Window]:
    rows = select(Window).where(Window.office_id == place.id).order_by(Window.pool, Window.label)
    return list(work.session.scalars(rows))


def _hearts(today: date) -> list[tuple[date, str]]:
    """The heart days of the coming year."""
    days = (today + timedelta(days=ahead) for ahead in range(366))
    return [(day, title) for day in days if (title := heart_days.title_of(day)) is not None]


def _pools(work: Work, place: Office) -> list[dict[str, Any]]:
    """Each pool with its name, its week as the grid shows it, and what residents will see tomorrow."""
    tomorrow = local(work.now).date() + timedelta(days=1)
    return [
        {
            "code": pool,
            "name": pool_name(work, place, pool),
            "grid": _grid(desk_plan.week(work, place, pool)),
            "tomorrow": day_title(tomorrow),
            "slots": [
                (span(one.starts_at, one.ends_at), one.capacity, one.on_site)
                for one in desk_plan.preview(work, place, pool, tomorrow)
            ],
        }
        for pool in desk_plan.pools(work, place)
    ]


def pool_name(work: Work, place: Office, pool: str) -> str:
    """A pool is called by its first matters."""
    titles = [matter_of(row.matter).title for row in desk_plan.matters(work, place) if row.pool == pool]
    return "、".join(titles[:2]) + ("等" if len(titles) > 2 else "")  # noqa: PLR2004 - two are named


def _grid(rows: Any) -> dict[str, Any]:
    """The week as form values: ``{slot_minutes, per_window, days: [{am, pm, windows, on_site}]}``."""
    known: list[WeeklyPlan] = list(rows)
    return {
        "slot_minutes": known[0].slot_minutes if known else 30,
        "per_window": known[0].per_window if known else 1,
        "days": [_grid_day([row for row in known if row.weekday == weekday]) for weekday in range(7)],
    }


def _grid_day(rows: list[WeeklyPlan]) -> dict[str, Any]:
    spells = [(clock(row.starts), clock(row.ends % office_forms.MIDNIGHT)) for row in rows]
    early = [spell for spell, row in zip(spells, rows, strict=True) if row.starts < office_forms.MIDNIGHT // 2]
    late = [spell for spell in spells if spell not in early]
    last = rows[-1] if rows else None
    return {
        "am": next(iter(early), ("", "")),
        "pm": next(iter(late), ("", "")),
        "windows": last.windows if last else 1,
        "on_site": last.on_site if last else 0,
    }


def _matters(work: Work, place: Office) -> list[dict[str, Any]]:
    return [
        {"row": row, "title": matter_of(row.matter).title, "words": _opening_words(row), "opens": clock(row.opens_at),
         "closes": clock(row.closes_at % office_forms.MIDNIGHT)}
        for row in desk_plan.matters(work, place)
    ]  # fmt: skip


def _opening_words(row: OfficeMatter) -> str:
    return opening_words(Opening(row.opens_days, row.opens_at, row.closes_days, row.closes_at))


def _change(code: str, done: str, verb: Callable[[Work, Office], Any], *, publish: bool = False) -> Response:
    """Do it and show the page again; if it cannot be done, show why above the forms."""
    try:
        with unit_of_work(viewer().actor) as work:
            place = desk_finding.place(work, viewer(), code, PLAN)
            verb(work, place)
            if publish:
                desk_plan.publish_now(work, place)
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        if status == NOT_FOUND:
            raise
        return make_response(_page(code, problem["detail"]), status)
    return redirect(url_for(".office", code=code, done=done), 303)


@blueprint.post("/<code>/data")
def save_data(code: str) -> Response:
    return _change(
        code,
        "data",
        lambda work, place: desk_plan.save_office(work, place, office_forms.office_data(request.form)),
        publish=True,
    )


@blueprint.post("/<code>/windows")
def add_window(code: str) -> Response:
    pool, label = request.form.get("pool", ""), request.form.get("label", "")
    return _change(code, "window", lambda work, place: desk_plan.add_window(work, place, pool, label))


@blueprint.post("/<code>/windows/<uuid:window_id>/switch")
def switch_window(code: str, window_id: UUID) -> Response:
    return _change(code, "window", lambda work, place: desk_plan.switch_window(work, place, window_id))


@blueprint.post("/<code>/week/<pool>")
def save_week(code: str, pool: str) -> Response:
    form = request.form

    def save(work: Work, place: Office) -> None:
        minutes = office_forms.whole(form, "slot_minutes", "每个时段")
        places = office_forms.whole(form, "per_window", "每个窗口")
        desk_plan.set_week(work, place, pool, office_forms.spells(form), slot_minutes=minutes, per_window=places)

    return _change(code, "week", save, publish=True)


@blueprint.post("/<code>/days")
def change_day(code: str) -> Response:
    """Open a day of rest, or close a working day: then everybody who had booked it is told before the page is back."""
    form, pool, reason = request.form, request.form.get("pool", ""), request.form.get("reason", "")
    if form.get("kind") == "open":
        return _change(
            code, "open", lambda work, place: desk_plan.open_day(work, place, pool, office_forms.day(form), reason),
            publish=True,
        )  # fmt: skip
    answer = _change(
        code, "close", lambda work, place: closures.close_day(work, place, pool, office_forms.day(form), reason)
    )
    closures.displace_now()
    return answer


@blueprint.post("/<code>/days/reopen")
def reopen(code: str) -> Response:
    form, pool, reason = request.form, request.form.get("pool", ""), request.form.get("reason", "")
    return _change(
        code, "reopen", lambda work, place: closures.reopen(work, place, pool, office_forms.day(form), reason),
        publish=True,
    )  # fmt: skip


@blueprint.post("/<code>/matters/<matter>")
def save_matter(code: str, matter: str) -> Response:
    return _change(
        code,
        "matter",
        lambda work, place: desk_plan.save_matter(work, place, matter, office_forms.matter_rules(request.form)),
        publish=True,
    )


@blueprint.post("/<code>/publish")
def publish(code: str) -> Response:
    return _change(code, "publish", desk_plan.publish_now)


@blueprint.post("/<code>/poster")
def renew_poster(code: str) -> Response:
    return _change(code, "poster", desk_finding.renew_poster)


@blueprint.get("/<code>/poster")
def poster(code: str) -> str:
    """The page to print for the hall."""
    with reading() as work:
        place = desk_finding.place(work, viewer(), code, PLAN)
        drawn = segno.make(desk_finding.poster_text(place), error="m").svg_inline(
            scale=6, omitsize=True, title="签到码"
        )
        return render_template("console/office_poster.html", office=place, code=Markup(drawn))  # noqa: S704 - our own SVG
