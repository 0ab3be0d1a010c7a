"""The check-in screen of an activity: a QR code that changes every half minute, on a tablet or a projector."""

from typing import Any
from uuid import UUID

import segno
from flask import Response, render_template
from markupsafe import Markup

from backend.console.blueprints import page_blueprint
from backend.core.db import Work, reading
from backend.people.sessions import viewer
from backend.volunteers import activities, activity_search, activity_views, attendance
from backend.volunteers.activities import Organiser
from backend.volunteers.activity_models import Activity

blueprint = page_blueprint("console_checkin", __name__, "/console/activities")

NO_CODE = {
    "draft": "活动还没有发布", "ended": "活动已结束，谢谢大家", "cancelled": "活动取消了，请不要等候",
}  # fmt: skip
CAME = frozenset({"present", "left", "confirmed"})


@blueprint.get("/<uuid:activity_id>/screen")
def page(activity_id: UUID) -> str:
    with reading() as work:
        activity = _mine(work, activity_id)
        return render_template(
            "console/checkin_screen.html", activity=activity_views.line(activity), **_now(work, activity)
        )


@blueprint.get("/<uuid:activity_id>/screen/live")
def live(activity_id: UUID) -> Response:
    """The part that changes."""
    with reading() as work:
        drawn = render_template("console/checkin_live.html", **_now(work, _mine(work, activity_id)))
    return Response(drawn, mimetype="text/html")


def _mine(work: Work, activity_id: UUID) -> Activity:
    return activities.find(work, activity_id, Organiser(viewer=viewer()))


def _now(work: Work, activity: Activity) -> dict[str, Any]:
    people = activity_search.people_of(work, activity)
    drawn = segno.make(attendance.code_of(work, activity), error="m").svg_inline(
        scale=8, border=2, omitsize=True, dark="#0d2f2b"
    )
    return {
        "code": Markup(drawn),  # noqa: S704 - our own SVG
        "came": sum(one.state in CAME for one in people), "left": sum(one.left_at is not None for one in people),
        "taken": activity.taken, "over": NO_CODE.get(activity.state),
    }  # fmt: skip
