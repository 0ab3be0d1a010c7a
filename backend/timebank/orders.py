"""接单 and the visit: accept, decline, withdraw, cancel, start, finish, nobody came.

An order never waits for somebody who will not come: whoever cannot come says so, and the next ones are asked.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from backend.core import audit
from backend.core.db import Work
from backend.core.locks import claim, for_update
from backend.residents.masking import mask_name
from backend.timebank import banking, order_params, order_rules, safety
from backend.timebank.matching import outsiders_only, require_fit, send_round
from backend.timebank.order_asking import Wanted, ask
from backend.timebank.order_errors import BusyThenError, OrderTakenError, OwnOrderError
from backend.timebank.order_models import HelpOrder, OrderHelper
from backend.timebank.order_records import (
    Who,
    find,
    helper_of,
    helpers_of,
    leave_trail,
    locked,
    move,
    move_helper,
    note,
    one_helper,
    reason,
    require,
    require_helper,
)
from backend.timebank.order_telling import tell_desk, tell_helpers, tell_side
from backend.timebank.states import COMING, LIVE
from backend.volunteers import service as volunteers
from backend.volunteers.activity_models import Activity, ActivityPlace
from backend.volunteers.models import Volunteer

__all__ = ["Wanted", "accept", "ask", "cancel", "decline", "finish", "missed", "reported", "start", "stop", "withdraw"]

PORTION = 50
SIGNED = ("signed", "present")
ENDINGS = ("finish", "stop")


# -- before the visit


def accept(work: Work, volunteer: Volunteer, order_id: UUID) -> OrderHelper:
    """Take one of the order's places. A second tap changes nothing.

    Raises ``OrderTakenError``, ``OwnOrderError``, ``BusyThenError``, ``WrongOrderStateError``, ``NotFoundError`` (they
    were never asked) and what ``fitness.require_fit`` raises.
    """
    order = locked(work, order_id)
    helper = helper_of(work, order, volunteer)
    if helper.state in LIVE:
        return helper
    if order.state in ("taken", "started", "finished", "confirmed", "disputed"):
        raise OrderTakenError
    require_helper(helper, "accept")
    require(order, "fill")
    _require_may_help(work, order, volunteer)
    _join(work, order)
    move_helper(work, helper, "accept")
    helper.accepted_at = work.now
    _after_joining(work, order, volunteer)
    audit.record_read(work, order.receiver_id, why=f"help_order:{order.id}")  # from now on they see where to go
    return helper


def _require_may_help(work: Work, order: HelpOrder, volunteer: Volunteer) -> None:
    """Under the volunteer's lock: two orders accepted at once on two phones cannot both be free, and who was paused or
    has left meanwhile takes none.
    """
    mine = select(Volunteer).where(Volunteer.id == volunteer.id).execution_options(populate_existing=True)
    held = work.session.scalars(for_update(work, mine)).one()
    if volunteer.person_id in outsiders_only(work, order):
        raise OwnOrderError
    busy = _busy_with(work, order, volunteer)
    if busy is not None:
        raise BusyThenError(what=busy)
    require_fit(work, order, held)
    volunteers.require_active(work, held)


def _busy_with(work: Work, order: HelpOrder, volunteer: Volunteer) -> str | None:
    other = (
        select(HelpOrder.number)
        .join(OrderHelper, OrderHelper.order_id == HelpOrder.id)
        .where(OrderHelper.volunteer_id == volunteer.id, OrderHelper.state.in_(COMING), HelpOrder.id != order.id)
        .where(HelpOrder.wanted_from < order.wanted_until, HelpOrder.wanted_until > order.wanted_from)
    )
    activity = (
        select(Activity.title)
        .join(ActivityPlace, ActivityPlace.activity_id == Activity.id)
        .where(ActivityPlace.volunteer_id == volunteer.id, ActivityPlace.state.in_(SIGNED))
        .where(Activity.starts_at < order.wanted_until, Activity.ends_at > order.wanted_from)
    )
    return work.session.scalars(other).first() or work.session.scalars(activity).first()


def _join(work: Work, order: HelpOrder) -> None:
    """Compare and swap: whatever else happens, never one helper too many."""
    work.session.flush()
    joined = work.execute_dml(
        update(HelpOrder)
        .where(HelpOrder.id == order.id, HelpOrder.state == "open", HelpOrder.joined < HelpOrder.helpers)
        .values(joined=HelpOrder.joined + 1)
        .execution_options(synchronize_session=False)
    )
    if not joined:
        raise OrderTakenError
    work.session.refresh(order)


def _after_joining(work: Work, order: HelpOrder, volunteer: Volunteer) -> None:
    name = mask_name(volunteers.name_of(work, volunteer))
    if order.joined < order.helpers:
        order.version += 1
        note(work, order, "accept", f"还差 {order.helpers - order.joined} 位")
    else:
        move(work, order, "fill")
        for other in helpers_of(work, order, ("offered",)):
            move_helper(work, other, "release")
    tell_side(work, order, f"志愿者{name}（{volunteer.number}）接单了，会按时来。")


def decline(work: Work, volunteer: Volunteer, order_id: UUID) -> OrderHelper:
    """Not this time; nobody asks why (志愿服务条例 2, 25)."""
    order = locked(work, order_id)
    helper = helper_of(work, order, volunteer)
    if helper.state != "declined":
        move_helper(work, helper, "decline")
    return helper


def withdraw(work: Work, volunteer: Volunteer, order_id: UUID, why: str) -> OrderHelper:
    """They cannot come after all: nobody is held to it, but late is told to the coordinators at once (条例 22)."""
    order = locked(work, order_id)
    helper = helper_of(work, order, volunteer)
    give_back(work, order, helper, reason(why))
    return helper


def give_back(work: Work, order: HelpOrder, helper: OrderHelper, words: str) -> None:
    """A helper of a locked order will not come: their place is free, and others are asked."""
    move_helper(work, helper, "withdraw")
    in_time = order_params.value(work, "withdraw_minutes")
    late = work.now > order.wanted_from - timedelta(minutes=in_time)
    helper.note = f"{'晚退' if late else '退单'}：{words}"
    _open_again(work, order, "withdraw", words)
    tell_side(work, order, "志愿者临时来不了，我们在想办法。")
    if late:
        tell_desk(work, order, "快到时间，志愿者退单了，请马上帮忙找人。", urgent=True)


def _open_again(work: Work, order: HelpOrder, action: str, words: str) -> None:
    """One place is free again; the next ones are asked at once, round by round. Not of a visit that goes on."""
    if order.state == "started":
        _after_ending(work, order, action, words)
        return
    move(work, order, action, words)
    order.joined, order.told_round = order.joined - 1, 0
    work.session.flush()
    send_round(work, order)


def cancel(work: Work, who: Who, order_id: UUID, why: str) -> HelpOrder:
    """Not needed any more: the time goes back. Of a visit that has begun see ``stop``."""
    order = find(work, who, order_id)
    call_off(work, order, reason(why))
    leave_trail(work, who, order, "cancel")
    return order


def call_off(work: Work, order: HelpOrder, words: str) -> None:
    """A locked order is not needed any more; everybody concerned learns it."""
    move(work, order, "cancel", words)
    order.why = words
    _let_everybody_go(work, order, "这一单取消了，不用去了，谢谢您。")
    tell_side(work, order, "这一单取消了，时间已经退回。")


def _let_everybody_go(work: Work, order: HelpOrder, what: str) -> None:
    going = helpers_of(work, order, ("accepted",))
    for one in (*going, *helpers_of(work, order, ("offered",))):
        move_helper(work, one, "release")
    tell_helpers(work, order, going, what)
    if order.payer != "none":
        banking.release(work, order.id)


# -- the visit


def start(work: Work, volunteer: Volunteer, order_id: UUID, place: order_rules.Point | None = None) -> OrderHelper:
    """They are there. All places must be taken first: where two must come, nobody begins alone."""
    order = locked(work, order_id)
    helper = helper_of(work, order, volunteer)
    if helper.state == "started":
        return helper
    require(order, "start")
    order_rules.require_time_to_start(order.wanted_from, order_params.value(work, "start_early_minutes"), work.now)
    move_helper(work, helper, "start")
    helper.started_at = work.now
    helper.start_place = helper.last_place = list(place or ())
    move(work, order, "start")
    tell_side(work, order, "志愿者到了，服务开始。")
    return helper


def finish(work: Work, volunteer: Volunteer, order_id: UUID, minutes: int | None = None) -> OrderHelper:
    """The visit is over; ``minutes`` of help, never more than it lasted. Both sides confirm them afterwards."""
    order = locked(work, order_id)
    helper = helper_of(work, order, volunteer)
    if helper.state in ("finished", "confirmed"):
        return helper
    _end(work, helper, minutes)
    _after_ending(work, order, "finish")
    safety.over(work, helper)
    return helper


def reported(
    work: Work, who: Who, order_id: UUID, helper_id: UUID, started_at: datetime, ended_at: datetime
) -> HelpOrder:
    """A coordinator writes down a visit whose volunteer had no phone in the hand, or forgot it: when it really was.

    Raises ``BadInputError`` for times that cannot be, ``WrongOrderStateError``.
    """
    order = find(work, who, order_id)
    helper = one_helper(work, order, helper_id)
    early = order_params.value(work, "start_early_minutes")
    order_rules.require_report(order.wanted_from - timedelta(minutes=early), started_at, ended_at, work.now)
    if helper.state == "accepted":
        move_helper(work, helper, "start")
        move(work, order, "start", "电话告知")
    require_helper(helper, "finish")
    helper.started_at, helper.finished_at, helper.proposed_by = started_at, ended_at, "helper"
    helper.minutes = order_rules.claimed(started_at, ended_at, None)
    move_helper(work, helper, "finish")
    _after_ending(work, order, "finish", "电话告知")
    safety.over(work, helper)
    leave_trail(work, who, order, "reported")
    return order


def _end(work: Work, helper: OrderHelper, minutes: int | None) -> None:
    require_helper(helper, "finish")
    started = helper.started_at or work.now
    ended = max(work.now, started + timedelta(seconds=1))
    helper.minutes = order_rules.claimed(started, ended, minutes)
    helper.proposed_by, helper.finished_at = "helper", ended
    move_helper(work, helper, "finish")


def _after_ending(work: Work, order: HelpOrder, action: str, words: str = "") -> None:
    """Finished when the last one is; until then only a line."""
    if order_rules.state_of(one.state for one in helpers_of(work, order)) == "finished":
        if action not in ENDINGS:
            note(work, order, action, words)
        move(work, order, "stop" if action == "stop" else "finish", words)
        minutes = "、".join(str(one.minutes) for one in helpers_of(work, order, ("finished",)))
        tell_side(work, order, f"服务结束，记 {minutes} 分钟。请点“确认”；不对请改，或打电话给社区。")
    else:
        note(work, order, action, words)


def stop(work: Work, who: Who, order_id: UUID, why: str) -> HelpOrder:
    """Given up half-way: what was done until now counts, the rest of the time goes back when it is confirmed."""
    order = find(work, who, order_id)
    words = reason(why)
    require(order, "stop")
    for one in helpers_of(work, order, COMING):
        if one.state == "started":
            _end(work, one, None)
            safety.over(work, one)
        else:
            move_helper(work, one, "release")
    order.why = words
    _after_ending(work, order, "stop", words)
    tell_helpers(work, order, helpers_of(work, order, ("finished",)), "服务中途结束了，已做的时间照记。")
    leave_trail(work, who, order, "stop")
    return order


# -- nobody came


def missed(work: Work, who: Who, order_id: UUID, helper_id: UUID) -> HelpOrder:
    """The volunteer did not come; not said before they are late."""
    order = find(work, who, order_id)
    late = order_params.value(work, "start_early_minutes")
    order_rules.require_time_to_start(order.wanted_from, -late, work.now)
    _miss(work, order, one_helper(work, order, helper_id))
    leave_trail(work, who, order, "missed")
    return order


def _miss(work: Work, order: HelpOrder, helper: OrderHelper) -> None:
    move_helper(work, helper, "miss")
    tell_desk(work, order, "志愿者没有到，请打电话问问双方，再帮忙找人。", urgent=True)
    tell_helpers(work, order, [helper], "您没有按时到，这一单记为没有到。有原因请告诉社区。")
    _open_again(work, order, "miss", "没有到")


def end_missed(work: Work) -> int:
    """Orders past their time, told to all: nobody took them, or who did never began and nobody said since that they
    were there after all (``reported``). For the job.
    """
    patience = timedelta(minutes=order_params.value(work, "unseen_minutes"))
    nobody = (HelpOrder.state == "open") & (HelpOrder.wanted_until <= work.now)
    unseen = (HelpOrder.state == "taken") & (HelpOrder.wanted_until <= work.now - patience)
    over = select(HelpOrder.id).where(nobody | unseen).order_by(HelpOrder.wanted_until, HelpOrder.id)
    ids = work.session.scalars(claim(work, over.limit(PORTION))).all()
    for order_id in ids:
        _expire(work, locked(work, order_id))
    return len(ids)


def _expire(work: Work, order: HelpOrder) -> None:
    came_not = helpers_of(work, order, ("accepted",)) if order.state == "taken" else []
    for one in came_not:
        move_helper(work, one, "miss")
    move(work, order, "expire", "约定的时间过了")
    _let_everybody_go(work, order, "人没有找齐，这一单结束了，不用去了。")
    tell_helpers(work, order, came_not, "约定的时间过了，您没有点“开始”，这一单记为没有到。有原因请告诉社区。")
    tell_side(work, order, "这次没有人来成，时间已退回。请换个时间再下单，或打电话给社区，我们来想办法。")
    tell_desk(work, order, "没有人去成，请打电话给老人，另想办法。", urgent=True)


def end_absent(work: Work) -> int:
    """A second helper who never came to a visit that has begun, once the window is over. For the job."""
    late = (
        select(OrderHelper.order_id)
        .join(HelpOrder, HelpOrder.id == OrderHelper.order_id)
        .where(HelpOrder.state == "started", OrderHelper.state == "accepted", HelpOrder.wanted_until <= work.now)
    )
    ids = sorted(set(work.session.scalars(late.limit(PORTION))))
    for order_id in ids:
        order = locked(work, order_id)
        for one in helpers_of(work, order, ("accepted",)):
            _miss(work, order, one)
    return len(ids)
