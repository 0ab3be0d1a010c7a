"""Counselling (R-097), certificate ceremonies and group weddings (R-095): the day's lists and what is written down."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.booking.admitting import DESK
from backend.booking.desk_finding import PLAN
from backend.console.marriage.desk import blueprint, chosen, chosen_day, offices, posted_id, read_day
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.marriage import ceremonies as events
from backend.marriage import counselling
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of

DAY = timedelta(days=1)
TALK_DONE = {"take": "由您辅导。", "hold": "已登记这次辅导。", "miss": "已登记没有来。"}
EVENT_DONE = {"host": "已定颁证员。", "hold": "已登记仪式办完。", "open": "已开放集体婚礼预约。"}


@blueprint.get("/talks")
def talks() -> str:
    return _talks()


def _talks(problem: str = "", failed: UUID | None = None, shown: tuple[UUID, str] | None = None) -> str:
    me = viewer()
    with reading() as work:
        return render_template(
            "console/marriage_talks.html", **_day(work, me, counselling.HOLD, counselling.of_day), shown=shown,
            outcomes=counselling.OUTCOMES, share=counselling.share(work, me), problem=problem, failed=failed,
            form=request.form, done=TALK_DONE.get(request.args.get("done", "")),
        )  # fmt: skip


def _day(work: Work, me: Viewer, action: str, list_: Any) -> dict[str, Any]:
    """What both lists need: the registry, the day and its neighbours, the items."""
    found = offices(work, me, action)
    if not found:
        return {"office": None, "offices": [], "items": []}
    office, day = chosen(found), chosen_day(work)
    items = list_(work, me, office.code, day)
    return {"offices": found, "office": office, "day": day, "before": day - DAY, "after": day + DAY, "items": items}


@blueprint.post("/talks/<uuid:talk_id>/notes")
def talk_notes(talk_id: UUID) -> Response:
    """The notes, for their author alone; shown once on this answer."""
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            words = counselling.notes(work, me, talk_id)
    except DomainError as error:
        return _talk_refused(error, talk_id)
    return make_response(_talks(shown=(talk_id, words)))


@blueprint.post("/talks/<uuid:talk_id>/<step>")
def talk_act(talk_id: UUID, step: str) -> Response:
    me, form = viewer(), request.form
    try:
        with unit_of_work(me.actor) as work:
            if step == "take":
                counselling.take(work, me, talk_id)
            elif step == "hold":
                counselling.hold(work, me, talk_id, form.get("outcome", ""), form.get("notes", ""))
            elif step == "miss":
                counselling.miss(work, me, talk_id)
            else:
                raise NotFoundError(step=step)
    except DomainError as error:
        return _talk_refused(error, talk_id)
    return redirect(url_for(".talks", done=step, office=form.get("office"), day=form.get("day")), 303)


def _talk_refused(error: DomainError, talk_id: UUID) -> Response:
    status, body = problem_of(error.code, error.facts)
    return make_response(_talks(body["detail"], talk_id), status)


# -- ceremonies


@blueprint.get("/ceremonies")
def ceremonies() -> str:
    return _ceremonies()


def _ceremonies(problem: str = "") -> str:
    me = viewer()
    with reading() as work:
        shown = _day(work, me, events.VIEW, events.of_day)
        office = shown["office"]
        return render_template(
            "console/marriage_ceremonies.html", **shown, hosts=events.hosts(work, office.code) if office else [],
            weddings=_weddings(work, me, office.code) if office else None, may_act=me.may(DESK), may_plan=me.may(PLAN),
            problem=problem, form=request.form, done=EVENT_DONE.get(request.args.get("done", "")),
        )  # fmt: skip


def _weddings(work: Work, me: Viewer, code: str) -> Any:
    """The days of group weddings; None at an office that does not offer them."""
    try:
        return events.group_weddings(work, me, code)
    except DomainError:
        return None


@blueprint.post("/ceremonies/<uuid:event_id>/<step>")
def ceremony_act(event_id: UUID, step: str) -> Response:
    me, form = viewer(), request.form
    try:
        with unit_of_work(me.actor) as work:
            if step == "host":
                events.set_host(work, me, event_id, posted_id("host") if form.get("host") else None)
            elif step == "hold":
                events.hold(work, me, event_id)
            else:
                raise NotFoundError(step=step)
    except DomainError as error:
        return _ceremony_refused(error)
    return redirect(url_for(".ceremonies", done=step, office=form.get("office"), day=form.get("day")), 303)


@blueprint.post("/group-weddings")
def open_group_wedding() -> Response:
    """Open a day for a group wedding."""
    me, form = viewer(), request.form
    me.require(PLAN)
    try:
        day, couples = read_day(form.get("wedding_day", "")), _number(form.get("couples", ""))
        with unit_of_work(me.actor) as work:
            events.open_group_wedding(
                work, me, form.get("office", ""), day, _minute(form.get("starts", "")), _minute(form.get("ends", "")),
                couples, form.get("title", ""),
            )  # fmt: skip
    except DomainError as error:
        return _ceremony_refused(error)
    return redirect(url_for(".ceremonies", done="open", office=form.get("office")), 303)


def _number(text: str) -> int:
    if not text.isdigit():
        raise BadInputError(field="名额", why="请填一个整数")
    return int(text)


def _minute(text: str) -> int:
    """``09:30`` as a minute of the day. Raises ``BadInputError``."""
    hours, _, minutes = text.partition(":")
    if not (hours.isdigit() and minutes.isdigit()):
        raise BadInputError(field="时间", why="请填开始和结束时间，如 09:30")
    return int(hours) * 60 + int(minutes)


def _ceremony_refused(error: DomainError) -> Response:
    status, body = problem_of(error.code, error.facts)
    return make_response(_ceremonies(body["detail"]), status)
