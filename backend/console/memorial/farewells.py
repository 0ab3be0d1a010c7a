"""The desk of farewells in one's part of the county: what comes, what needs a new time, and a new one is planned."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy import case, select
from werkzeug.wrappers import Response

from backend.booking import service as booking
from backend.booking.models import Office, OfficeMatter
from backend.booking.rules import say
from backend.console import form_values as said
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.core.clock import local
from backend.core.db import Work, reading
from backend.core.errors import BadInputError
from backend.memorial import farewell_views, farewells
from backend.memorial.farewell_models import Farewell
from backend.memorial.farewells import HANDLE, VIEW, Room, Where
from backend.memorial.models import Deceased
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents import persons
from backend.residents.documents import read
from backend.residents.indexes import name_index

blueprint = tapped.with_keys(page_blueprint("console_farewells", __name__, "/console/memorial/farewells"))

MOST = 100
FUNERAL_HALL, ROOM_DAYS = "funeral_hall", timedelta(days=7)


@blueprint.get("/")
def index() -> str:
    """What comes and what was, the newest first; the form to plan one."""
    return _index()


def _index(problem: str = "") -> str:
    me = viewer()
    me.require(VIEW)
    with reading(me.actor) as work:
        first = case((Farewell.state == "displaced", 0), else_=1)
        mine = select(Farewell).where(me.sees(Farewell.territory, VIEW))
        rows = work.session.scalars(mine.order_by(first, Farewell.starts_at.desc(), Farewell.id).limit(MOST))
        return render_template(
            "console/memorial/farewells.html", rows=[farewell_views.line(work, row) for row in rows], form=request.form,
            problem=problem, may_handle=me.may(HANDLE), dead=_named(work, request.values.get("name", "").strip()),
            opened="plan" if problem else "", rooms=rooms(work, me),
        )  # fmt: skip


def _named(work: Work, name: str) -> Sequence[Deceased]:
    """The dead of exactly this name, the newest first: the register is not for leafing through."""
    if not name:
        return []
    mine = select(Deceased).where(Deceased.name_index == name_index(name)).order_by(Deceased.died.desc())
    return work.session.scalars(mine.limit(MOST)).all()


def rooms(work: Work, me: Viewer) -> dict[str, str]:
    """What is free in the halls of one's own funeral homes in the next days: value of the choice → words."""
    first = local(work.now).date()
    homes = (
        select(Office)
        .join(OfficeMatter, OfficeMatter.office_id == Office.id)
        .join(Division, Division.code == Office.division_code)
        .where(me.sees(Division.path, HANDLE))
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
        return back(farewells.plan_by_staff(work, me, dead, _host(work), chosen()).id, "plan")

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


def chosen() -> Room | Where:
    """The room or the place and times of a form. Raises ``BadInputError``."""
    if room := said.text("room"):
        office, _, slot = room.partition("|")
        return Room(office, _slot(slot))
    return Where(said.text("place"), said.moment("starts_at", "开始时间"), said.moment("ends_at", "结束时间"))


def _slot(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise BadInputError(field="礼厅时段", why="请从列表中选择") from None


def back(farewell_id: UUID, done: str = "") -> str:
    """The page of one farewell, which says what has been done."""
    return url_for("console_farewells.farewell", farewell_id=farewell_id, done=done or None)
