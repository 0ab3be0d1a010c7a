"""The telephone: an elder or the family rings up, a clerk writes the order; or it follows an alarm."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.alarms import queries as alarms
from backend.console import form_values as said
from backend.console import tapped
from backend.console.timebank.order_acts import number
from backend.console.timebank.orders import back, blueprint
from backend.core.clock import CHINA, local
from backend.core.db import Work, reading
from backend.core.errors import BadInputError, NotFoundError
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.residents.documents import KINDS
from backend.residents.persons import find_or_create_person
from backend.timebank import orders
from backend.timebank.order_records import HANDLE, Who
from backend.timebank.order_views import PAYER_ZH
from backend.volunteers.vocabulary import LANGUAGES, SERVICES, SKILLS

SEXES = {"female": "女志愿者", "male": "男志愿者"}
CHANNELS = {"phone": "打电话来的", "desk": "到窗口来的"}
MINUTES = (30, 60, 90, 120, 180, 240)


@blueprint.get("/new")
def new() -> str:
    return _page()


def _page(problem: str = "") -> str:
    """The form; ``alarm`` in the address: it follows this alarm."""
    me = viewer()
    me.require(HANDLE)
    alarm = _alarm_id()
    with reading(me.actor) as work:
        return render_template(
            "console/order_new.html", form=request.form, problem=problem, places=places(work, me), kinds=SERVICES,
            skills=SKILLS, languages=LANGUAGES, payers=PAYER_ZH, id_kinds=KINDS, sexes=SEXES, channels=CHANNELS,
            lengths=MINUTES, tomorrow=local(work.now).date() + timedelta(days=1), today=local(work.now).date(),
            alarm=alarms.visible(work, me, alarm) if alarm else None,
        )  # fmt: skip


def _alarm_id() -> UUID | None:
    text = request.values.get("alarm", "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFoundError(alarm=text[:36]) from error


def places(work: Work, me: Viewer, action: str = HANDLE) -> dict[str, str]:
    """Villages and townships where the viewer may act; a village is named with its township."""
    mine = select(Division).where(Division.level.in_(("town", "village")), me.sees(Division.path, action))
    rows = work.session.scalars(mine.order_by(Division.path)).all()
    names = {row.code: row.name for row in rows}
    return {row.code: f"{names.get(row.parent_code or '', '')} {row.name}".strip() for row in rows}


@blueprint.post("/new")
def enter() -> Response:
    """Write the order; the time is put aside and the first volunteers are asked at once."""
    alarm = _alarm_id()

    def run(work: Work, me: Viewer) -> str:
        place = work.session.get(Division, said.text("division"))
        me.require(HANDLE, place.path if place else None)
        person = find_or_create_person(
            work, name=said.text("name"), id_kind=said.text("id_kind"), id_number=said.text("id_number"),
            phone=said.text("phone") or None,
        )  # fmt: skip
        return back(orders.ask(work, Who(staff=me), _wanted(person.id, alarm)).id)

    return tapped.done(run, _page)


def _wanted(receiver_id: UUID, alarm_id: UUID | None) -> orders.Wanted:
    starts, ends = _moment("from"), _moment("until")
    channel = "alarm" if alarm_id else said.text("channel")
    if channel not in {*CHANNELS, "alarm"}:
        raise BadInputError(field="怎么来的", why="请从列表中选择")
    return orders.Wanted(
        receiver_id=receiver_id, kind=said.text("kind"), words=said.text("words"), starts=starts, ends=ends,
        minutes=number("minutes", "需要多久"), division=said.text("division"), address=said.text("address"),
        phone=said.text("phone") or None, skills=tuple(request.form.getlist("skill")),
        language=said.text("language") or None, sex=said.text("sex") or None,
        helpers=number("helpers", "几个人") if said.text("helpers") else None, payer=said.text("payer"),
        photo_agreed=said.text("photo_agreed") == "yes", channel=channel, alarm_id=alarm_id,
    )  # fmt: skip


def _moment(name: str) -> datetime:
    """A time of the day that was chosen, in China. Raises ``BadInputError``."""
    day = said.day("day", "哪一天")
    try:
        clock = datetime.strptime(said.text(name), "%H:%M")  # noqa: DTZ007 - only its hour and minute are taken
    except ValueError as error:
        raise BadInputError(field="时间", why="请选择几点到几点") from error
    return datetime(day.year, day.month, day.day, clock.hour, clock.minute, tzinfo=CHINA)
