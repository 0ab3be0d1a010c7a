"""祭扫日: days of many visitors opened, closed for weather and opened again; who must choose another time."""

from datetime import time
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from backend.booking import closures
from backend.booking.models import BookingParty, Office
from backend.console import form_values as said
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.console.memorial import cemetery_reads as reads
from backend.core.clock import local
from backend.core.db import Work, reading
from backend.core.errors import BadInputError
from backend.memorial import cemeteries, visit_days
from backend.memorial.visit_days import Days, Times
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents.masking import mask_name

blueprint = tapped.with_keys(page_blueprint("console_visit_days", __name__, "/console/cemeteries"))

MIDNIGHT = 1440
DONE = {
    "open": "已加开，群众马上能约。", "close": "已停办，约好的群众都收到了通知，可以另选时间。",
    "reopen": "已恢复，没有改时间的预约照旧。", "choose": "已改好时间。",
}  # fmt: skip


@blueprint.get("/<code>/days")
def page(code: str) -> str:
    return days_page(code)


def days_page(code: str, problem: str = "") -> str:
    """Each gate with its days unlike the week and who waits for another time."""
    me = viewer()
    with reading() as work:
        here = cemeteries.find(work, me, code)
        today = local(work.now).date()
        return render_template(
            "console/memorial/visit_days.html", here=here, today=today, problem=problem, form=request.form,
            gates=[_gate(work, one) for one in visit_days.gates(work, here.id)],
            done=DONE.get(request.args.get("done", "")), may_handle=me.may(cemeteries.HANDLE),
        )  # fmt: skip


def _gate(work: Work, office: Office) -> dict[str, Any]:
    today = local(work.now).date()
    waiting = [
        (one, mask_name(one.booking.parties[0].name), _is_reached(one.booking.parties[0]))
        for one in visit_days.to_choose(work, office)
    ]
    days = visit_days.ahead(work, office, today)
    return {"office": office, "days": days, "waiting": waiting, "offered": reads.times_of(work, [office.code], today)}


def _is_reached(party: BookingParty) -> bool:
    """Whether the closing was told to them: in the mini-program or by SMS."""
    return party.person_id is not None or party.phone is not None


# -- what the desk does


def _minute(name: str, field: str) -> int:
    """A time of day in minutes; 00:00 ends a day."""
    try:
        typed = time.fromisoformat(said.text(name))
    except ValueError as error:
        raise BadInputError(field=field, why="请选择时间，如 08:00") from error
    return typed.hour * 60 + typed.minute


def _days() -> Days:
    first = said.day("first", "第一天")
    return Days(first, said.day("last", "最后一天") if said.text("last") else first, said.text("reason"))


def _done(code: str, done: str) -> str:
    return url_for(".page", code=code, done=done)


@blueprint.post("/<code>/days/open")
def post_open(code: str) -> Response:
    def act(work: Work, me: Viewer) -> str:
        office = visit_days.gate(work, me, code, said.text("office"))
        times = Times(
            _minute("starts", "从几点"), _minute("ends", "到几点") or MIDNIGHT, said.whole("count", "分几个时段"),
            said.whole("places", "每个时段几人"), said.whole("kept", "现场留几人"),
        )  # fmt: skip
        visit_days.open_days(work, office, _days(), times)
        return _done(code, "open")

    return tapped.done(act, lambda problem: days_page(code, problem))


@blueprint.post("/<code>/days/close")
def post_close(code: str) -> Response:
    """Everybody who had booked is told before the page is back."""

    def act(work: Work, me: Viewer) -> str:
        visit_days.close_days(work, visit_days.gate(work, me, code, said.text("office")), _days())
        return _done(code, "close")

    answer = tapped.done(act, lambda problem: days_page(code, problem))
    closures.displace_now()
    return answer


@blueprint.post("/<code>/days/reopen")
def post_reopen(code: str) -> Response:
    def act(work: Work, me: Viewer) -> str:
        office = visit_days.gate(work, me, code, said.text("office"))
        visit_days.reopen(work, office, said.day("day", "日期"), said.text("reason"))
        return _done(code, "reopen")

    return tapped.done(act, lambda problem: days_page(code, problem))


@blueprint.post("/<code>/days/choose")
def post_choose(code: str) -> Response:
    """For somebody without a telephone: the desk moves the visit."""

    def act(work: Work, me: Viewer) -> str:
        office = visit_days.gate(work, me, code, said.text("office"))
        visit_days.choose(work, me, office, said.text("number"), said.which("slot", "时段"))
        return _done(code, "choose")

    return tapped.done(act, lambda problem: days_page(code, problem))
