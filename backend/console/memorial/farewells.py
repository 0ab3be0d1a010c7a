"""The desk of farewells: planned, connected to a stream, called off; who came, what was written, the recording."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.booking import service as booking
from backend.booking.models import Office, OfficeMatter
from backend.booking.rules import say
from backend.console import form_values as said
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.memorial import farewell_book, farewell_guests, farewell_recording, farewell_views, farewells
from backend.memorial.farewell_models import Condolence, Farewell
from backend.memorial.farewell_rules import LIVE
from backend.memorial.farewells import HANDLE, VIEW, Room, Where
from backend.memorial.models import Deceased
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents import persons
from backend.residents.documents import read
from backend.residents.indexes import name_index

blueprint = tapped.with_keys(page_blueprint("console_farewells", __name__, "/console/memorial/farewells"))

Step = Callable[[Work, Farewell], Any]
MOST = 100
FUNERAL_HALL, ROOM_DAYS = "funeral_hall", timedelta(days=7)
DONE = {
    "plan": "已安排。", "stream": "直播已接通，只有受邀的人能看到。", "keep": "录像已登记，到期会自动删除。",
    "cancel": "已取消，大家都会收到通知。", "words": "已撤下。", "uninvite": "邀请已收回。",
}  # fmt: skip


@blueprint.get("/")
def index() -> str:
    """What comes and what was, the newest first; the form to plan one."""
    return _index()


def _index(problem: str = "") -> str:
    me = viewer()
    me.require(VIEW)
    with reading(me.actor) as work:
        rows = work.session.scalars(select(Farewell).order_by(Farewell.starts_at.desc(), Farewell.id).limit(MOST))
        return render_template(
            "console/memorial/farewells.html", rows=[farewell_views.line(work, row) for row in rows], form=request.form,
            problem=problem, may_handle=me.may(HANDLE), dead=_named(work, request.values.get("name", "").strip()),
            opened="plan" if problem else "", rooms=_rooms(work),
        )  # fmt: skip


def _named(work: Work, name: str) -> Sequence[Deceased]:
    """The dead of exactly this name, the newest first: the register is not for leafing through."""
    if not name:
        return []
    mine = select(Deceased).where(Deceased.name_index == name_index(name)).order_by(Deceased.died.desc())
    return work.session.scalars(mine.limit(MOST)).all()


def _rooms(work: Work) -> dict[str, str]:
    """What is free in the halls of funeral homes in the next days: value of the choice → words."""
    first = local(work.now).date()
    homes = (
        select(Office)
        .join(OfficeMatter, OfficeMatter.office_id == Office.id)
        .where(Office.kind == FUNERAL_HALL, Office.active, OfficeMatter.matter == farewells.MATTER, OfficeMatter.active)
    )
    return {
        f"{home.code}|{slot.slot_id}": f"{home.name} {say(slot.starts_at)}"
        for home in work.session.scalars(homes.order_by(Office.name))
        for slot in booking.open_slots(work, home.code, farewells.MATTER, first, first + ROOM_DAYS)
        if slot.left and slot.starts_at > work.now
    }  # fmt: skip


@blueprint.post("/")
def plan() -> Response:
    def run(work: Work, me: Viewer) -> str:
        dead = said.which("deceased", "逝者")
        return _back(farewells.plan_by_staff(work, me, dead, _host(work), _at()).id, "plan")

    return tapped.done(run, _index)


def _host(work: Work) -> UUID | None:
    """The relative who answers for it, by the number on their paper; None for a family without a phone."""
    number = said.text("host")
    if not number:
        return None
    found = persons.find(work, read("resident_id", number, local(work.now).date()).number)
    if found is None:
        raise BadInputError(field="家属身份证号", why="没有登记过，请先在“群众”里登记这位家属")
    return found.id


def _at() -> Room | Where:
    if chosen := said.text("room"):
        office, _, slot = chosen.partition("|")
        return Room(office, _slot(slot))
    return Where(said.text("place"), said.moment("starts_at", "开始时间"), said.moment("ends_at", "结束时间"))


def _slot(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise BadInputError(field="礼厅时段", why="请从列表中选择") from None


def _back(farewell_id: UUID, done: str = "") -> str:
    return url_for("console_farewells.farewell", farewell_id=farewell_id, done=done or None)


@blueprint.get("/<uuid:farewell_id>")
def farewell(farewell_id: UUID) -> str:
    """One farewell; that somebody looked at who came is written down. The stream's address is not shown again."""
    return _page(farewell_id)


def _page(farewell_id: UUID, problem: str = "", opened: str = "") -> str:
    me = viewer()
    me.require(VIEW)
    with unit_of_work(me.actor) as work:
        row = farewells.find(work, farewell_id)
        audit.record(work, "farewell.read", f"farewell:{row.id}")
        entries = select(Condolence).where(Condolence.farewell_id == row.id).order_by(Condolence.created_at)
        return render_template(
            "console/memorial/farewell.html", one=farewell_views.line(work, row),
            guests=farewell_views.guests(work, row),
            words=[farewell_views.words(work, row, one, None) for one in work.session.scalars(entries)],
            has_stream=row.stream is not None, live=row.state in LIVE,
            agreed=row.consent_at is not None,
            until=row.recording_until, acts=me.may(HANDLE), problem=problem, opened=opened, form=request.form,
            said="" if problem else DONE.get(request.args.get("done", ""), ""), booked=row.booking_id,
        )  # fmt: skip


@blueprint.post("/<uuid:farewell_id>/<string:act>")
def act(farewell_id: UUID, act: str) -> Response:
    """One of ``STEPS``; afterwards the farewell's page again."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        me.require(HANDLE)
        step(work, farewells.find(work, farewell_id, lock=True))
        return _back(farewell_id, act)

    return tapped.done(run, lambda problem: _page(farewell_id, problem, act))


def _cancel(work: Work, row: Farewell) -> None:
    said.sure()
    farewells.cancel(work, row, said.text("why"))


STEPS: dict[str, Step] = {
    "stream": lambda work, row: farewell_recording.set_stream(work, row, said.text("address")),
    "keep": lambda work, row: farewell_recording.keep(work, row, said.text("address"), said.day("until", "保存到")),
    "cancel": _cancel,
    "words": lambda work, row: farewell_book.take_away(work, row, said.which("words", "留言")),
    "uninvite": lambda work, row: farewell_guests.take_back(work, row, said.which("guest", "亲友")),
}
