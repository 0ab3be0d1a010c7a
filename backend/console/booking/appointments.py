"""The desk of an office: today's appointments, checking in, people who just come, and calling the next number."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.booking import desk, desk_figures, desk_finding, noshow, queue, queue_screen, service, walk_ins
from backend.booking.api import TICKET_VERBS
from backend.booking.desk_rules import PRIORITIES
from backend.booking.desk_views import line
from backend.booking.matters import matter_of
from backend.booking.models import Office, OfficeMatter, QueueTicket, Window
from backend.booking.offices import terms
from backend.booking.states import BOOKING
from backend.booking.views import day_title
from backend.console.blueprints import page_blueprint
from backend.console.booking import appointment_chart
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = page_blueprint("console_appointments", __name__, "/console/appointments")

DONE = {
    "check-in": "已签到，请告诉群众他的号码。", "cancel": "已取消，名额让给了候补的人。", "undo": "已撤销“未到”。",
    "number": "已取号。", "walk-in": "已登记并取号。", "ticket": "已更新。",
}  # fmt: skip
BUTTONS = {
    "called": (("start", "开始办"), ("call-again", "再叫"), ("absent", "未到")),
    "serving": (("finish", "办完"), ("leave", "离开")),
}
DAYS = 30
NOT_FOUND = 404


@blueprint.get("/")
def index() -> str:
    return _page(request.args.get("office"))


def _page(code: str | None, problem: str = "") -> str:
    me = viewer()
    with reading() as work:
        offices = desk_finding.places(work, me)
        if not offices:
            return render_template("console/appointments.html", office=None)
        office = desk_finding.place(work, me, code) if code else offices[0]
        return render_template(
            "console/appointments.html", office=office, offices=offices, problem=problem, form=request.form,
            done=_done(), priorities=PRIORITIES, **_list(work, office), **_hall(work, office), **_counter(work, office),
        )  # fmt: skip


def _done() -> str | None:
    label = request.args.get("label", "")
    words = DONE.get(request.args.get("done", ""))
    return f"{words} 号码 {label}。" if words and label.isalnum() else words


def _list(work: Work, office: Office) -> dict[str, Any]:
    today, words = local(work.now).date(), request.args.get("q", "").strip()[:32]
    day = _day(today)
    rows = desk_finding.of_day(work, office, day, words)
    return {
        "day": day,
        "today": day == today,
        "title": day_title(day),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "words": words,
        "rows": [line(work, row) | {"actions": BOOKING.actions(row.state)} for row in rows],
    }


def _day(today: date) -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today


def _hall(work: Work, office: Office) -> dict[str, Any]:
    """The windows with whom they have called, and the line."""
    day = local(work.now).date()
    windows = work.session.scalars(
        select(Window).where(Window.office_id == office.id, Window.active).order_by(Window.label)
    )
    return {
        "windows": [(one, _at(work, queue.at_window(work, one.id, day))) for one in windows],
        "screen": queue_screen.screen(work, office),
    }


def _at(work: Work, ticket: QueueTicket | None) -> dict[str, Any] | None:
    if ticket is None:
        return None
    return {
        "id": ticket.id, "label": ticket.label, "title": matter_of(ticket.matter).title, "times": ticket.called_times,
        "name": queue_screen.masked_name(work, ticket), "why": PRIORITIES.get(ticket.priority_why or ""),
        "state": ticket.state, "buttons": BUTTONS[ticket.state],
    }  # fmt: skip


def _counter(work: Work, office: Office) -> dict[str, Any]:
    """The matters one can take a number for, with the places kept for people who just come."""
    rows = work.session.scalars(
        select(OfficeMatter.matter)
        .where(OfficeMatter.office_id == office.id, OfficeMatter.active)
        .order_by(OfficeMatter.id)
    )
    known = [terms(work, office.code, code) for code in rows]
    return {
        "matters": [(one.code, one.matter.title, walk_ins.kept_today(work, one), one.matter.parties) for one in known]
    }


@blueprint.get("/<code>/hall")
def hall(code: str) -> str:
    """The part of the page that changes by itself."""
    with reading() as work:
        office = desk_finding.place(work, viewer(), code)
        return render_template("console/appointments_hall.html", office=office, **_hall(work, office))


def _change(code: str, done: str, verb: Callable[[Work, Office], Any]) -> Response:
    """Do it and show the page again; if it cannot be done, show why above what was typed."""
    try:
        with unit_of_work(viewer().actor) as work:
            given = verb(work, desk_finding.place(work, viewer(), code))
            label = given.label if isinstance(given, QueueTicket) and done != "ticket" else None
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        if status == NOT_FOUND:
            raise
        return make_response(_page(code, problem["detail"]), status)
    return redirect(url_for(".index", office=code, done=done, label=label), 303)


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


@blueprint.post("/<code>/bookings/<uuid:booking_id>/check-in")
def check_in(code: str, booking_id: UUID) -> Response:
    return _change(code, "check-in", lambda work, _office: desk.check_in_at_desk(
        work, service.find(work, booking_id, staff=viewer()), _text("tick")))  # fmt: skip


@blueprint.post("/<code>/bookings/<uuid:booking_id>/cancel")
def cancel(code: str, booking_id: UUID) -> Response:
    def verb(work: Work, _office: Office) -> None:
        if not _text("reason"):
            raise BadInputError(field="原因", why="请写明为什么取消")
        service.cancel(work, booking_id, staff=viewer(), reason=_text("reason"))

    return _change(code, "cancel", verb)


@blueprint.post("/<code>/bookings/<uuid:booking_id>/undo")
def undo(code: str, booking_id: UUID) -> Response:
    return _change(code, "undo", lambda work, _office: noshow.undo(
        work, service.find(work, booking_id, staff=viewer()), _text("reason")))  # fmt: skip


@blueprint.post("/<code>/numbers")
def number(code: str) -> Response:
    return _change(code, "number", lambda work, office: desk.take_number(
        work, office, _text("matter"), holder=_text("holder"), tick=_text("tick")))  # fmt: skip


@blueprint.post("/<code>/walk-ins")
def walk_in(code: str) -> Response:
    rows = zip(*(request.form.getlist(name) for name in ("name", "id_number", "phone")), strict=False)
    people = [(name, "resident_id", id_number, phone) for name, id_number, phone in rows if name.strip() or id_number]
    return _change(code, "walk-in", lambda work, _office: walk_ins.admit(
        work, viewer(), code, _text("matter"), people, _text("tick")))  # fmt: skip


@blueprint.post("/<code>/windows/<uuid:window_id>/next")
def call_next(code: str, window_id: UUID) -> Response:
    return _change(code, "ticket", lambda work, office: queue.call_next(work, queue.window(work, office, window_id)))


@blueprint.post("/<code>/tickets/<uuid:ticket_id>/<action>")
def act(code: str, ticket_id: UUID, action: str) -> Response:
    verb = TICKET_VERBS.get(action)
    if verb is None:
        raise NotFoundError(action=action)
    return _change(code, "ticket", lambda work, office: verb(work, queue.ticket(work, office, ticket_id)))


@blueprint.get("/<code>/figures")
def figures(code: str) -> str:
    """Bookings, absences and waiting by day, drawn on the server."""
    with reading() as work:
        office = desk_finding.place(work, viewer(), code)
        rows = desk_figures.by_day(work, office, DAYS)
    charts = [(one.title, Markup(one.svg)) for one in appointment_chart.draw(rows)]  # noqa: S704 - our own SVG of numbers
    return render_template("console/appointment_figures.html", office=office, rows=rows, charts=charts, days=DAYS)
