"""The desk of activities: what waits for approval, what comes, what runs, whose minutes are not confirmed yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy import ColumnElement, case, func, select, true, tuple_
from sqlalchemy.sql.elements import SQLColumnExpression

from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.console.timebank.orders import place_asked, townships
from backend.core import paging
from backend.core.calendar import ONE_DAY
from backend.core.clock import local
from backend.core.db import Work, reading
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.volunteers import activity_views, confirming
from backend.volunteers.activities import HANDLE, VIEW
from backend.volunteers.activity_models import Activity, ServiceRecord
from backend.volunteers.activity_rules import searchable
from backend.volunteers.activity_search import LONGEST_WORDS

blueprint = tapped.with_keys(page_blueprint("console_activities", __name__, "/console/activities"))

PAGE_SIZE = 30
# The tabs in the order in which they are worked through; what needs a hand stands first.
TABS: Mapping[str, str] = {
    "draft": "等待发布", "confirm": "等待确认", "running": "正在进行", "coming": "即将开始", "all": "全部",
}  # fmt: skip
NOTHING: Mapping[str, str] = {
    "draft": "没有等待发布的活动。", "confirm": "没有等待确认的活动，都办好了。", "running": "现在没有正在进行的活动。",
    "coming": "没有即将开始的活动。", "all": "还没有活动。",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to."""

    tab: str
    here: Division | None
    words: str

    def address(self, **changed: object) -> str:
        """The list as it is asked for, with these changes."""
        said: dict[str, Any] = {
            "tab": self.tab, "division": self.here.code if self.here else None, "words": self.words,
        }  # fmt: skip
        return url_for("console_activities.index", **{name: one for name, one in (said | changed).items() if one})


@blueprint.context_processor
def desk_words() -> dict[str, Any]:
    """What the viewer may do at this desk."""
    return {"may_handle": viewer().may(HANDLE)}


@blueprint.get("/")
def index() -> str:
    """The list; ``tab``, ``division`` and ``words`` narrow it, ``cursor`` goes on."""
    me = viewer()
    me.require(VIEW)
    with reading(me.actor) as work:
        tab, words = request.args.get("tab", ""), searchable(request.args.get("words", ""))[:LONGEST_WORDS]
        here = place_asked(work, me, VIEW)
        counts = _counts(work, me, here)
        asked = Asked(tab if tab in TABS else _first(counts), here, words)
        rows, following = _rows(work, me, asked)
        return render_template(
            "console/activities.html", asked=asked, tabs=TABS, counts=counts, towns=townships(work, me, VIEW),
            rows=rows, following=following, nothing=NOTHING[asked.tab], wishes=_wishes(work, me),
        )  # fmt: skip


def _first(counts: Mapping[str, int]) -> str:
    """The first tab that has something in it."""
    return next((tab for tab in TABS if counts.get(tab)), "coming")


def _is(tab: str, now: datetime) -> ColumnElement[bool]:
    match tab:
        case "draft":
            return Activity.state == "draft"
        case "confirm":
            return (Activity.state == "ended") & Activity.confirmed_at.is_(None)
        case "running":
            return (Activity.state == "published") & (Activity.starts_at <= now)
        case "coming":
            return (Activity.state == "published") & (Activity.starts_at > now)
        case _:
            return true()


def _mine(me: Viewer, here: Division | None) -> list[ColumnElement[bool]]:
    place = [Activity.division_path.startswith(here.path, autoescape=True)] if here else []
    return [me.sees(Activity.division_path, VIEW), *place]


def _counts(work: Work, me: Viewer, here: Division | None) -> dict[str, int]:
    """How many stand in each tab at the place asked for."""
    sums: list[SQLColumnExpression[int]] = [
        func.coalesce(func.sum(case((_is(tab, work.now), 1), else_=0)), 0).label(tab) for tab in TABS
    ]
    row = work.session.execute(select(*sums).where(*_mine(me, here))).one()
    return {tab: int(count) for tab, count in zip(TABS, row, strict=True)}


def _rows(work: Work, me: Viewer, asked: Asked) -> tuple[list[dict[str, Any]], str | None]:
    """One page: what comes, the soonest first; everything, the newest first."""
    where = [*_mine(me, asked.here), _is(asked.tab, work.now), *_said(asked.words)]
    order, newest = (Activity.starts_at, Activity.id), asked.tab == "all"
    if cursor := request.args.get("cursor"):
        after = paging.decode(cursor, datetime, UUID)
        where.append(tuple_(*order) < after if newest else tuple_(*order) > after)
    sorted_by = [one.desc() for one in order] if newest else list(order)
    rows = work.session.scalars(select(Activity).where(*where).order_by(*sorted_by).limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    more = len(rows) > PAGE_SIZE
    following = asked.address(cursor=paging.encode(shown[-1].starts_at, shown[-1].id)) if more else None
    return _lines(work, shown), following


def _said(words: str) -> list[ColumnElement[bool]]:
    """Every word in the title, the place, the organiser or the kind; or the number."""
    return [
        Activity.search_text.contains(word, autoescape=True) | (Activity.number == word.upper())
        for word in words.split()
    ]


def _lines(work: Work, rows: Sequence[Activity]) -> list[dict[str, Any]]:
    names = _names(work, {one.division_code for one in rows})
    today = local(work.now).date()
    return [_line(work, one, today) | {"area": names[one.division_code]} for one in rows]


def _line(work: Work, one: Activity, today: date) -> dict[str, Any]:
    return activity_views.line(one) | {
        "capacity": one.capacity, "taken": one.taken, "organiser": one.organiser,
        "by_leader": one.state == "draft" and one.created_by is None, **due(work, one, today),
    }  # fmt: skip


def due(work: Work, activity: Activity, today: date) -> dict[str, Any]:
    """Until when the minutes must be confirmed (办法 11), and whether that day is over; nothing once they are."""
    if activity.state != "ended" or activity.confirmed_at is not None:
        return {"due": None, "late": False}
    last = local(confirming.due_at(work, activity)).date() - ONE_DAY
    return {"due": last, "late": last < today}


def _names(work: Work, codes: set[str]) -> dict[str, str]:
    rows = work.session.execute(select(Division.code, Division.name).where(Division.code.in_(codes)))
    return {row.code: row.name for row in rows}


def _wishes(work: Work, me: Viewer) -> int:
    """How many records volunteers want corrected where the viewer may handle it."""
    asked = select(func.count()).where(
        ServiceRecord.asked_at.is_not(None), me.sees(ServiceRecord.division_path, HANDLE)
    )  # fmt: skip
    return work.session.scalar(asked) or 0


def back(activity_id: UUID) -> str:
    """The address of an activity's page."""
    return url_for("console_activities.activity", activity_id=activity_id)
