"""One activity at the desk: its plan, who is in it, and what the desk does with it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.timebank.activity_desk import back, blueprint, due
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.numbers import normal
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.volunteers import activities, activity_views, places, qualifications
from backend.volunteers.activities import HANDLE, VIEW, Organiser, questions
from backend.volunteers.activity_models import Activity
from backend.volunteers.models import Insurance, Volunteer, VolunteerTeam
from backend.volunteers.qualifications import Cover
from backend.volunteers.service import require_active

Step = Callable[[Work, Viewer, UUID], Any]


@blueprint.get("/<uuid:activity_id>")
def activity(activity_id: UUID) -> str:
    """One activity; that somebody looked at who is in it is written down."""
    return page(activity_id)


def page(activity_id: UUID, problem: str = "", opened: str = "") -> str:
    """``opened``: the form that was refused, as it was filled in."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        found = activities.find(work, activity_id, Organiser(viewer=me), action=VIEW)
        shown = activity_views.opened(work, found)
        return render_template(
            "console/activity.html", one=_facts(work, found, shown["activity"]), people=_by_state(shown["items"]),
            problem=problem, form=request.form, opened=opened,
            acts=me.may(HANDLE, found.division_path), today=local(work.now).date(),
            known=_known(work, me, shown["items"]),
        )  # fmt: skip


def _facts(work: Work, found: Activity, shown: dict[str, Any]) -> dict[str, Any]:
    team = work.session.get(VolunteerTeam, found.team_id) if found.team_id else None
    cover = select(Insurance).where(Insurance.activity_id == found.id).order_by(Insurance.valid_until.desc())
    answers = [(one.text, found.checklist.get(one.code) is True) for one in questions()]
    return shown | due(work, found, local(work.now).date()) | {
        "area": work.session.get_one(Division, found.division_code).name, "team": team.name if team else "",
        "by_leader": found.created_by is None, "answers": answers, "cover": work.session.scalars(cover).all(),
        "fence_m": found.fence_m, "begun": found.starts_at <= work.now, "confirmed_at": found.confirmed_at,
    }  # fmt: skip


def _by_state(people: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Who comes or came, apart from who waits for a place."""
    return {
        "in": [one for one in people if one["state"] != "waiting"],
        "waiting": [one for one in people if one["state"] == "waiting"],
        "came": [one for one in people if one["came_at"] is not None and one["state"] != "absent"],
    }


def _known(work: Work, me: Viewer, people: list[dict[str, Any]]) -> set[UUID]:
    """Whose own page the viewer may open: some come from other townships."""
    ids = [one["volunteer_id"] for one in people]
    mine = select(Volunteer.id).where(Volunteer.id.in_(ids), me.sees(Volunteer.division_path, VIEW))
    return set(work.session.scalars(mine))


@blueprint.post("/<uuid:activity_id>/<string:act>")
def act(activity_id: UUID, act: str) -> Response:
    """One of ``STEPS``; afterwards the activity's page again."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        step(work, me, activity_id)
        return back(activity_id)

    return tapped.done(run, lambda problem: page(activity_id, problem, act))


def _cancel(work: Work, me: Viewer, activity_id: UUID) -> None:
    said.sure()
    activities.cancel(work, Organiser(viewer=me), activity_id, said.text("why"))


def _insure(work: Work, me: Viewer, activity_id: UUID) -> None:
    if not (said.text("insurer") and said.text("policy_number")):
        raise BadInputError(field="保险", why="请写保险公司和保单号")
    cover = Cover(said.text("insurer"), said.text("policy_number"), said.day("valid_from", "开始日期"),
                  said.day("valid_until", "结束日期"))  # fmt: skip
    qualifications.insure_activity(work, me, activity_id, cover)


def _enlist(work: Work, me: Viewer, activity_id: UUID) -> None:
    """Somebody stands at the counter or rings up and says their number."""
    found = _at_the_counter(work, me, activity_id)
    require_active(work, found)
    place = places.sign_up(work, found, activity_id)
    audit.record(work, "activity.enlisted", f"activity:{activity_id}", place=str(place.id))


def _release(work: Work, me: Viewer, activity_id: UUID) -> None:
    places.cancel(work, _at_the_counter(work, me, activity_id), activity_id)
    audit.record(work, "activity.released", f"activity:{activity_id}")


def _at_the_counter(work: Work, me: Viewer, activity_id: UUID) -> Volunteer:
    """By the number: volunteers help in other townships too, so it need not be one of the viewer's own."""
    activities.find(work, activity_id, Organiser(viewer=me))
    text = said.text("volunteer")
    number = normal(text) or text
    found = work.session.scalars(select(Volunteer).where(Volunteer.number == number)).first()
    if found is None:
        raise BadInputError(field="志愿者编号", why="没有这个编号，请看志愿者证或手机上的编号")
    return found


STEPS: dict[str, Step] = {
    "publish": activities.publish,
    "cancel": _cancel,
    "insure": _insure,
    "enlist": _enlist,
    "release": _release,
}
