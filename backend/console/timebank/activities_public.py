"""Volunteers' activities for everybody with a browser: ``/activities``. No name of any volunteer is in it."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from backend.console.blueprints import TEMPLATES
from backend.core.db import reading
from backend.core.errors import BadInputError, NotFoundError
from backend.volunteers import activities, activity_search, activity_views
from backend.volunteers.activity_search import Wanted

blueprint = Blueprint("activities_public", __name__, url_prefix="/activities", template_folder=TEMPLATES)

WEEKDAYS = "一二三四五六日"


@blueprint.get("/")
def page() -> str:
    """What there is to do, the soonest first; every choice of the search stands in the address."""
    wanted = _wanted()
    with reading() as work:
        rows, following = activity_search.search(work, wanted, cursor=request.args.get("cursor") or None)
        shown = [_dated(activity_views.line(one)) | {"open": one.closes_at > work.now} for one in rows]
        choices = activity_views.choices(work)
    asked = {name: value for name, value in request.args.items() if value and name != "cursor"}
    return render_template(
        "console/activities_public.html", rows=shown, following=following, choices=choices, asked=asked,
        first="cursor" not in request.args,
    )  # fmt: skip


def _dated(shown: dict[str, Any]) -> dict[str, Any]:
    """With the day of the week, by which people plan."""
    return shown | {"weekday": WEEKDAYS[shown["starts_at"].weekday()]}


def _wanted() -> Wanted:
    given = request.args
    day = _day(given.get("day", ""))
    return Wanted(
        division=given.get("division") or None, since=day, until=day, kind=given.get("kind") or None,
        free=given.get("free") == "1", words=given.get("words", ""),
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInputError(field="日期", why="请从日历里选一天") from None


@blueprint.get("/<uuid:activity_id>")
def one(activity_id: UUID) -> str:
    """One activity with everything the law wants told (重庆条例 16)."""
    with reading() as work:
        found = activities.find(work, activity_id)
        if found.state == "draft":
            raise NotFoundError(activity=str(activity_id))
        shown = _dated(activity_views.whole(found)) | {"open": found.closes_at > work.now}
        return render_template("console/activities_one.html", one=shown)
