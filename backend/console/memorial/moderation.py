"""The moderation desk: one thing at a time, what stands around it, and one key for each decision."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.core.db import Work, reading
from backend.memorial import moderation, moderation_desk, tribute_views, tributes
from backend.memorial import moderation_book as book
from backend.memorial.moderation_desk import MEDIATE, SECOND, Waiting
from backend.memorial.moderation_rules import STATE_ZH
from backend.memorial.tribute_models import ModerationDecision, ModerationItem, ModerationReport
from backend.people.models import Staff
from backend.people.service import Viewer
from backend.people.sessions import viewer

blueprint = tapped.with_keys(page_blueprint("console_moderation", __name__, "/console/memorial/moderation"))

AUDIENCES = {"family": "只有家人看", "invited": "受邀的人看", "public": "所有人看"}
VERDICTS: Mapping[str | None, str] = {
    "pass": "机器没有发现问题", "review": "机器拿不准，或没有问到", "risky": "机器认为有问题", None: "机器还没有看",
}  # fmt: skip
ACTIONS = {
    "show": "显示", "queue": "交给人看", "refuse": "不显示", "remove": "撤下", "keep": "举报后保留",
    "appeal": "作者申请复核", "restore": "复核：恢复", "uphold": "复核：维持",
}  # fmt: skip
AROUND = 5


@blueprint.get("/")
def index() -> str:
    """The oldest first; ``item`` opens another one of the queue."""
    return _page()


def _page(problem: str = "") -> str:
    me = viewer()
    with reading(me.actor) as work:
        waiting = moderation_desk.queue(work, me)
        lines = tribute_views.queue(work, waiting)
        place = _place(waiting)
        return render_template(
            "console/memorial/moderation.html", lines=lines, now=work.now, problem=problem,
            subjects=tribute_views.SUBJECT_ZH, audiences=AUDIENCES, verdicts=VERDICTS, actions=ACTIONS,
            rules=book.rules(), form=request.form,
            may_report=me.may(MEDIATE), place=place, one=lines[place] if lines else None,
            around=_around(work, me, waiting[place]) if waiting else {},
        )  # fmt: skip


def _place(waiting: list[Waiting]) -> int:
    """Where the one that is open stands in the queue; one that has been decided meanwhile gives way to the first."""
    asked = request.args.get("item")
    return next((place for place, one in enumerate(waiting) if str(one.item.id) == asked), 0)


def _around(work: Work, me: Viewer, one: Waiting) -> dict[str, Any]:
    row = one.item
    story = moderation_desk.story(work, row)
    names = _staff(work, story)
    return {
        "story": [(one, names.get(one.staff_id) if one.staff_id else None) for one in story],
        "reports": _reports(work, row),
        "shown": tributes.shown(work, row.hall_id)[:AROUND] if row.hall_id else [],
        "before": _before(work, row),
        "same_eyes": me.staff_id in {row.decided_by, *(one.staff_id for one in story)},
    }


def _staff(work: Work, story: Sequence[ModerationDecision]) -> dict[UUID, str]:
    found = select(Staff.id, Staff.name).where(Staff.id.in_([one.staff_id for one in story if one.staff_id]))
    return {row.id: row.name for row in work.session.execute(found)}


def _reports(work: Work, row: ModerationItem) -> list[ModerationReport]:
    opened = select(ModerationReport).where(
        ModerationReport.item_id == row.id, ModerationReport.answered_at.is_(None)
    )  # fmt: skip
    return list(work.session.scalars(opened.order_by(ModerationReport.at, ModerationReport.id).limit(AROUND)))


def _before(work: Work, row: ModerationItem) -> dict[str, int]:
    """How the same author's things stand, by state in words; nobody's name is needed for that."""
    if row.author_id is None:
        return {}
    counted = (
        select(ModerationItem.state, func.count())
        .where(ModerationItem.author_id == row.author_id, ModerationItem.id != row.id)
        .group_by(ModerationItem.state)
        .order_by(ModerationItem.state)
    )
    return {STATE_ZH[state]: count for state, count in work.session.execute(counted)}


@blueprint.get("/<uuid:item_id>/media")
def media(item_id: UUID) -> Response:
    """The picture or the sound of an item."""
    me = viewer()
    with reading(me.actor) as work:
        data, media_type = moderation.picture(work, moderation_desk.find(work, me, item_id))
    return FlaskResponse(data, content_type=media_type)


@blueprint.post("/<uuid:item_id>")
def decide(item_id: UUID) -> Response:
    """``act``: ``show``, ``keep``, ``restore``, ``uphold``, or the rule by which it goes; then the next one."""
    act = said.text("act")

    def run(work: Work, me: Viewer) -> str:
        if act in SECOND:
            moderation_desk.look_again(work, me, item_id, act, said.text("words"))
        elif act in ("show", "keep"):
            moderation_desk.decide(work, me, item_id, act, None, said.text("words"))
        else:
            _send_back(work, me, item_id, act)
        return url_for(".index")

    return tapped.done(run, _page)


def _send_back(work: Work, me: Viewer, item_id: UUID, rule: str) -> None:
    """What others see already is removed, what they do not is refused."""
    action = "remove" if moderation_desk.find(work, me, item_id).state == "shown" else "refuse"
    moderation_desk.decide(work, me, item_id, action, rule, said.text("words"))


# -- slander of martyrs


@blueprint.get("/authority")
def authority() -> str:
    return _authority()


def _authority(problem: str = "") -> str:
    me = viewer()
    with reading(me.actor) as work:
        return render_template(
            "console/memorial/authority.html", rows=moderation_desk.for_the_authority(work, me), problem=problem,
            form=request.form, states=STATE_ZH, source=book.rule(book.SLANDER).source,
        )  # fmt: skip


@blueprint.post("/authority/<uuid:report_id>")
def told(report_id: UUID) -> Response:
    def run(work: Work, me: Viewer) -> str:
        moderation_desk.reported(work, me, report_id, said.text("reference"))
        return url_for(".authority")

    return tapped.done(run, _authority)
