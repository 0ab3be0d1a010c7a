"""应急召集 and suspicions: many volunteers called at once, and what looks wrong, decided by a person."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.timebank.order_acts import number
from backend.console.timebank.order_entry import places
from backend.console.timebank.orders import blueprint
from backend.core.db import Work, reading
from backend.core.errors import BadInputError
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.timebank import call_outs, order_views, suspicion
from backend.timebank.call_outs import RAISE, Call
from backend.timebank.order_models import CallOut
from backend.timebank.order_records import VIEW
from backend.timebank.suspicion import DECIDE
from backend.timebank.suspicion_rules import KIND_ZH
from backend.volunteers.vocabulary import SKILLS

KINDS = {"missing": "老人走失", "disaster": "灾害"}
DECIDED = ("dismissed", "upheld")


@blueprint.get("/calls")
def calls() -> str:
    return _calls()


def _calls(problem: str = "") -> str:
    me = viewer()
    me.require(RAISE)
    with reading(me.actor) as work:
        return render_template(
            "console/order_calls.html", calls=[_shown(work, row) for row in call_outs.listed_calls(work, me)],
            kinds=KINDS, skills=SKILLS, places=places(work, me, RAISE), form=request.form, problem=problem,
        )  # fmt: skip


def _shown(work: Work, made: CallOut) -> dict[str, Any]:
    rows = call_outs.answers(work, made)
    return order_views.call_for_desk(made, rows, order_views.numbers_of(work, [row.volunteer_id for row in rows]))


@blueprint.post("/calls")
def raise_call() -> Response:
    def run(work: Work, me: Viewer) -> str:
        call = Call(
            kind=said.text("kind"), title=said.text("title"), words=said.text("words"), division=said.text("division"),
            radius_m=number("radius", "范围"), skills=tuple(request.form.getlist("skill")),
        )  # fmt: skip
        call_outs.raise_call(work, me, call)
        return url_for(".calls")

    return tapped.done(run, _calls)


@blueprint.post("/calls/<uuid:call_id>/over")
def stand_down(call_id: UUID) -> Response:
    def run(work: Work, me: Viewer) -> str:
        call_outs.stand_down(work, me, call_id, said.text("finding"))
        return url_for(".calls")

    return tapped.done(run, _calls)


@blueprint.get("/flags")
def flags() -> str:
    return _flags()


def _flags(problem: str = "") -> str:
    """``which=decided`` shows the decided ones."""
    me = viewer()
    me.require(VIEW)
    decided = request.args.get("which") == "decided"
    with reading(me.actor) as work:
        return render_template(
            "console/order_flags.html", problem=problem, kinds=KIND_ZH, decided=decided, form=request.form,
            flags=suspicion.listed(work, me, DECIDED if decided else ("open",)), may_decide=me.may(DECIDE),
        )  # fmt: skip


@blueprint.post("/flags/<uuid:flag_id>")
def decide(flag_id: UUID) -> Response:
    """``verdict``: dismiss or uphold; ``void``: the records that are taken back."""
    verdict = said.text("verdict")

    def run(work: Work, me: Viewer) -> str:
        if verdict not in ("dismiss", "uphold"):
            raise BadInputError(field="怎么处理", why="请选择“没有问题”或“查实”")
        void = [] if verdict == "dismiss" else _records()
        suspicion.decide(work, me, flag_id, uphold=verdict == "uphold", finding=said.text("finding"), void=void)
        return url_for(".flags")

    return tapped.done(run, _flags)


def _records() -> list[UUID]:
    try:
        return [UUID(text) for text in request.form.getlist("void")]
    except ValueError as error:
        raise BadInputError(field="服务记录", why="请刷新页面再试") from error
