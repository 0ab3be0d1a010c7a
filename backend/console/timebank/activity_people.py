"""Attendance at the desk: when somebody really came and left, and everybody's minutes confirmed in one list."""

from uuid import UUID

from flask import render_template, request
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.timebank.activity_desk import back, blueprint, due
from backend.console.timebank.order_acts import number
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.volunteers import activities, activity_views, attendance, confirming
from backend.volunteers.activities import Organiser
from backend.volunteers.activity_models import ActivityPlace
from backend.volunteers.confirming import Verdict
from backend.volunteers.models import Volunteer

STARS = {5: "5 很好", 4: "4 好", 3: "3 一般", 2: "2 较差", 1: "1 差"}


# -- one person's times


@blueprint.get("/<uuid:activity_id>/people/<uuid:place_id>")
def times(activity_id: UUID, place_id: UUID) -> str:
    return _times_page(activity_id, place_id)


def _times_page(activity_id: UUID, place_id: UUID, problem: str = "") -> str:
    me = viewer()
    with unit_of_work(me.actor) as work:
        activity = activities.find(work, activity_id, Organiser(viewer=me))
        place = _place(work, activity_id, place_id)
        volunteer = work.session.get_one(Volunteer, place.volunteer_id)
        audit.record_read(work, volunteer.person_id, why=f"activity:{activity_id}")
        return render_template(
            "console/activity_times.html", one=activity_views.line(activity), problem=problem, form=request.form,
            who=activity_views.person(work, activity, place), came=place.came_at or activity.starts_at,
            left=place.left_at or (activity.ends_at if activity.ends_at <= work.now else None),
        )  # fmt: skip


def _place(work: Work, activity_id: UUID, place_id: UUID) -> ActivityPlace:
    place = work.session.get(ActivityPlace, place_id)
    if place is None or place.activity_id != activity_id:
        raise NotFoundError(place=str(place_id))
    return place


@blueprint.post("/<uuid:activity_id>/people/<uuid:place_id>")
def put_right(activity_id: UUID, place_id: UUID) -> Response:
    """The organiser's word, with the reason."""

    def run(work: Work, me: Viewer) -> str:
        _place(work, activity_id, place_id)
        left_at = said.moment("left_at", "离开时间") if said.text("left_at") else None
        attendance.put_right(
            work, Organiser(viewer=me), place_id, came_at=said.moment("came_at", "到场时间"), left_at=left_at,
            why=said.text("why"),
        )  # fmt: skip
        return back(activity_id)

    return tapped.done(run, lambda problem: _times_page(activity_id, place_id, problem))


# -- everybody's minutes


@blueprint.get("/<uuid:activity_id>/confirm")
def check(activity_id: UUID) -> str:
    """Everybody who came, the minutes filled in; that somebody looked is written down."""
    return _check_page(activity_id)


def _check_page(activity_id: UUID, problem: str = "") -> str:
    me = viewer()
    with unit_of_work(me.actor) as work:
        activity = activities.find(work, activity_id, Organiser(viewer=me))
        shown = activity_views.opened(work, activity)
        lists = {state: [one for one in shown["items"] if one["state"] == state] for state in ("left", "absent")}
        return render_template(
            "console/activity_confirm.html", one=shown["activity"] | due(work, activity, local(work.now).date()),
            people=lists["left"], absent=lists["absent"], problem=problem, form=request.form, stars=STARS,
            ended=activity.state == "ended",
        )  # fmt: skip


@blueprint.post("/<uuid:activity_id>/confirm")
def confirm(activity_id: UUID) -> Response:
    """All of the list at once, or nothing of it."""

    def run(work: Work, me: Viewer) -> str:
        confirming.confirm(work, Organiser(viewer=me), activity_id, [_verdict(one) for one in _named()])
        return back(activity_id)

    return tapped.done(run, lambda problem: _check_page(activity_id, problem))


def _named() -> list[UUID]:
    """Whom the form is about. Raises ``BadInputError``."""
    try:
        return list(dict.fromkeys(UUID(one) for one in request.form.getlist("place")))
    except ValueError as error:
        raise BadInputError(field="名单", why="请刷新页面再试") from error


def _verdict(place_id: UUID) -> Verdict:
    if said.text(f"absent-{place_id}") == "yes":
        return Verdict(place_id, None)
    quality = said.text(f"quality-{place_id}")
    return Verdict(
        place_id, number(f"minutes-{place_id}", "服务时长"),
        number(f"quality-{place_id}", "评价") if quality else None, said.text(f"words-{place_id}"),
    )  # fmt: skip
