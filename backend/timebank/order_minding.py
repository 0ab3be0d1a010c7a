"""Orders that somebody must be reminded of, asked about, or spared: each once, by the lines of the order's story."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from backend.core.db import Work
from backend.core.locks import claim
from backend.residents.models import Person
from backend.timebank import order_params, orders
from backend.timebank.order_models import HelpOrder, OrderEvent, OrderHelper
from backend.timebank.order_records import helpers_of, locked, note, one_helper
from backend.timebank.order_telling import tell_desk, tell_helpers, tell_side
from backend.volunteers.models import Volunteer

REMIND, UNSEEN = "remind", "unseen"
DEAD = "接受帮助的人已去世"
GONE = "这位志愿者已经暂停、退出或来不了"
PORTION = 50


def remind(work: Work) -> int:
    """Both sides, a little before the visit; whoever takes it later has just been told the time."""
    soon = work.now + timedelta(minutes=order_params.value(work, "order_remind_minutes"))
    ids = _not_yet(work, REMIND, HelpOrder.wanted_from <= soon, HelpOrder.wanted_from > work.now)
    for order_id in ids:
        order = locked(work, order_id)
        note(work, order, REMIND)
        tell_helpers(work, order, helpers_of(work, order, ("accepted",)), "快到约好的时间了。来不了请马上点“退单”。")
        tell_side(work, order, "快到约好的时间了，志愿者会按时来。不需要了请打电话或点“取消”。")
    return len(ids)


def ask_about_unseen(work: Work) -> int:
    """The time is over and nobody said that they began: perhaps forgotten, perhaps nobody came."""
    ids = _not_yet(work, UNSEEN, HelpOrder.wanted_until <= work.now)
    for order_id in ids:
        order = locked(work, order_id)
        note(work, order, UNSEEN)
        tell_helpers(work, order, helpers_of(work, order, ("accepted",)), "时间过了，您去了吗？去了请告诉社区补记。")
        tell_desk(work, order, "时间过了还没有点“开始”，请打电话问问有没有去。", urgent=True)
    return len(ids)


def _not_yet(work: Work, action: str, *conditions: ColumnElement[bool]) -> Sequence[UUID]:
    done = select(OrderEvent.order_id).where(OrderEvent.action == action)
    mine = select(HelpOrder.id).where(HelpOrder.state == "taken", HelpOrder.id.not_in(done), *conditions)
    return work.session.scalars(claim(work, mine.order_by(HelpOrder.wanted_from, HelpOrder.id).limit(PORTION))).all()


def spare_the_bereaved(work: Work) -> int:
    """Nobody is sent to the home of somebody who has died; the time goes back to who paid."""
    dead = (
        select(HelpOrder.id)
        .join(Person, Person.id == HelpOrder.receiver_id)
        .where(HelpOrder.state.in_(("open", "taken")), Person.died_on.is_not(None))
    )
    ids = work.session.scalars(dead.order_by(HelpOrder.wanted_from, HelpOrder.id).limit(PORTION)).all()
    for order_id in ids:
        orders.call_off(work, locked(work, order_id), DEAD)
    return len(ids)


def replace_the_gone(work: Work) -> int:
    """Volunteers who have taken an order and were paused since, have left, or have died: others are asked, the desk
    knows. By the clock, not by whoever pauses them: the order is always locked before the volunteer.
    """
    gone = (
        select(OrderHelper.id, OrderHelper.order_id)
        .join(Volunteer, Volunteer.id == OrderHelper.volunteer_id)
        .join(Person, Person.id == Volunteer.person_id)
        .where(OrderHelper.state == "accepted", or_(Volunteer.state != "active", Person.died_on.is_not(None)))
    )
    rows = work.session.execute(gone.order_by(OrderHelper.order_id, OrderHelper.id).limit(PORTION)).all()
    for row in rows:
        order = locked(work, row.order_id)
        helper = one_helper(work, order, row.id)
        if helper.state == "accepted":
            orders.give_back(work, order, helper, GONE)
            tell_desk(work, order, "接单的志愿者暂停或退出了，已另外请人，请留意。")
            tell_helpers(work, order, [helper], "您现在不在岗，这一单已另外请人，不用去了。")
    return len(rows)
