"""A volunteer alone in a stranger's home: a link for somebody who follows the visit, a cry for help into the alarm
chain, and a visit that does not end in time is looked after.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from backend.alarms import raising
from backend.alarms.raising import Trigger
from backend.core.crypto import new_token, token_digest
from backend.core.db import Work
from backend.core.locks import claim
from backend.eldercare.models import Elder
from backend.people.models import Division
from backend.residents.masking import mask_name
from backend.residents.models import Person
from backend.timebank import order_params, order_rules
from backend.timebank.order_errors import ShareOverError, WrongOrderStateError
from backend.timebank.order_models import HelpOrder, OrderHelper
from backend.timebank.order_records import helper_of, locked, note
from backend.timebank.order_rules import Point
from backend.timebank.order_telling import area, kind_zh, tell_desk, tell_helpers
from backend.timebank.states import COMING, HELPER_ZH
from backend.volunteers.models import Volunteer

SOS, OVERDUE = "volunteer_sos", "volunteer_overdue"
AFTER_PLAN = timedelta(hours=2)
PORTION = 50
TOLD, ALARMED = 1, 2


# -- somebody follows the visit


@dataclass(frozen=True, slots=True)
class Followed:
    """What the one with the link sees: where in the county, never at whose door, and whether it is over in time."""

    name: str
    kind: str
    area: str
    state_zh: str
    started_at: datetime | None
    planned_end: datetime
    place: Point | None


def share(work: Work, volunteer: Volunteer, order_id: UUID) -> str:
    """A new code for somebody the volunteer chooses; the one before ends. It is over with the visit."""
    order, helper = _coming(work, volunteer, order_id)
    code = new_token()
    helper.share_digest = token_digest(code)
    helper.share_until = max(order.wanted_until, work.now) + AFTER_PLAN
    note(work, order, "share")
    return code


def followed(work: Work, code: str) -> Followed:
    """Raises ``ShareOverError``, also for a code that never was."""
    mine = select(OrderHelper).where(
        OrderHelper.share_digest == token_digest(code), OrderHelper.share_until > work.now,
        OrderHelper.state.in_(COMING),
    )  # fmt: skip
    helper = work.session.scalars(mine).first()
    if helper is None:
        raise ShareOverError
    order = work.session.get_one(HelpOrder, helper.order_id)
    person = _person(work, helper)
    begun = helper.started_at or order.wanted_from
    place = (helper.last_place[0], helper.last_place[1]) if helper.last_place else None
    return Followed(
        mask_name(person.name), kind_zh(order), area(work, order), HELPER_ZH[helper.state], helper.started_at,
        begun + timedelta(minutes=order.minutes), place,
    )  # fmt: skip


def here(work: Work, volunteer: Volunteer, order_id: UUID, place: Point) -> None:
    """The phone tells where it is, only while the visit goes on."""
    _order, helper = _coming(work, volunteer, order_id)
    helper.last_place = list(place)


def _coming(work: Work, volunteer: Volunteer, order_id: UUID) -> tuple[HelpOrder, OrderHelper]:
    order = locked(work, order_id)
    helper = helper_of(work, order, volunteer)
    if helper.state not in COMING:
        raise WrongOrderStateError(
            state=helper.state, state_zh=HELPER_ZH[helper.state], action="safety", possible=[]
        )  # fmt: skip
    return order, helper


def _person(work: Work, helper: OrderHelper) -> Person:
    volunteer = work.session.get_one(Volunteer, helper.volunteer_id)
    return work.session.get_one(Person, volunteer.person_id)


# -- a cry for help


def sos(work: Work, volunteer: Volunteer, order_id: UUID, place: Point | None = None) -> UUID:
    """Raise an alarm of the chain: whoever is on duty for that place sees who, where and with whom. Pressed again: the
    same alarm, louder. Its id.
    """
    order, helper = _coming(work, volunteer, order_id)
    if place is not None:
        helper.last_place = list(place)
    alarm = raising.raise_alarm(work, _trigger(work, SOS, order, helper))
    work.session.flush()
    note(work, order, "sos")
    tell_desk(work, order, "志愿者按了求助，值班人员已在处理，请一起联系。", urgent=True)
    return alarm.id


def _trigger(work: Work, kind: str, order: HelpOrder, helper: OrderHelper) -> Trigger:
    """In an alarm the volunteer's name and telephone stand open: whoever answers it must call at once."""
    volunteer = work.session.get_one(Volunteer, helper.volunteer_id)
    person = work.session.get_one(Person, volunteer.person_id)
    path, site = _answering(work, order)
    text = f"志愿者电话 {person.phone or '未留'}，正在办 {order.number}（{kind_zh(order)}），老人家电话 {order.phone}"
    if helper.last_place:
        text += f"，手机位置 {helper.last_place[0]:.5f},{helper.last_place[1]:.5f}"
    return Trigger(
        kind=kind, subject_key=subject(helper), subject_name=f"志愿者{person.name}",
        place=f"{area(work, order)} {order.address}"[:256], division_path=path, occurred_at=work.now, site_code=site,
        detail={"text": text, "order": order.number},
    )  # fmt: skip


def subject(helper: OrderHelper) -> str:
    """The subject of a volunteer's alarms."""
    return f"volunteer:{helper.volunteer_id}"


def _answering(work: Work, order: HelpOrder) -> tuple[str, str | None]:
    """The home or station that answers for this elder, with its staff on duty; else the place itself."""
    index = work.session.get_one(Person, order.receiver_id).id_index
    mine = select(Elder.site_code).where(Elder.id_number_index == index, Elder.active)
    site = None if index is None else work.session.scalars(mine).first()
    if site is None:
        return order.division_path, None
    return work.session.get_one(Division, site).path, site


# -- a visit that does not end


def watch(work: Work) -> int:
    """First the volunteer and the coordinators are told, then it is an alarm; each once. For the job."""
    waits = order_params.value(work, "overdue_minutes")
    open_visits = (
        select(OrderHelper)
        .join(HelpOrder, HelpOrder.id == OrderHelper.order_id)
        .where(OrderHelper.state == "started", OrderHelper.overdue_step < ALARMED)
        .where(OrderHelper.started_at < work.now - timedelta(minutes=waits[0]))
    )
    rows = work.session.scalars(claim(work, open_visits.order_by(OrderHelper.started_at).limit(PORTION))).all()
    return sum(_look(work, helper, waits) for helper in rows)


def _look(work: Work, helper: OrderHelper, waits: list[int]) -> int:
    order = work.session.get_one(HelpOrder, helper.order_id)
    started = helper.started_at or work.now
    step = order_rules.overdue_step(started, order.minutes, waits, work.now)
    if step <= helper.overdue_step:
        return 0
    helper.overdue_step = step
    if step == TOLD:
        tell_helpers(work, order, [helper], "时间到了，您还好吗？结束了请点“结束”，要帮助请点“求助”。")
        tell_desk(work, order, "志愿者还没有结束服务，请打电话问一问。", urgent=True)
    else:
        raising.raise_alarm(work, _trigger(work, OVERDUE, order, helper))
    note(work, order, "overdue")
    return 1


def over(work: Work, helper: OrderHelper) -> None:
    """The visit has ended: the link is dead, and an alarm about its length says so."""
    helper.share_digest, helper.share_until = None, None
    if helper.overdue_step == ALARMED:
        raising.clear_alarm(work, subject(helper), OVERDUE, work.now, "志愿者已结束服务")
