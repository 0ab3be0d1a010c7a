"""Two who disagree about an order: somebody who had no part in it hears both and decides the minutes, once."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.locks import claim
from backend.people.service import Viewer
from backend.timebank import order_params, order_rules
from backend.timebank.order_ending import complete
from backend.timebank.order_errors import HearBothError, OwnDecisionError
from backend.timebank.order_models import HelpOrder, OrderDispute, OrderEvent, OrderHelper
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
    reason,
)
from backend.timebank.order_telling import tell_desk, tell_helpers, tell_side
from backend.timebank.states import LIVE
from backend.volunteers.models import Volunteer

SETTLE = "dispute.settle"
PORTION = 50
LATE = "dispute_late"


def raise_by_receiver(work: Work, who: Who, order_id: UUID, words: str) -> OrderDispute:
    """The receiver's side (or a clerk for them) does not agree with what is said of the visit."""
    order = find(work, who, order_id)
    row = _raise(work, order, "staff" if who.staff else "receiver", words, who.staff)
    leave_trail(work, who, order, "dispute")
    tell_helpers(work, order, helpers_of(work, order), "对方有不同意见。请在小程序里说说您的情况。")
    return row


def raise_by_helper(work: Work, volunteer: Volunteer, order_id: UUID, words: str) -> OrderDispute:
    order = locked(work, order_id)
    _require_part(work, order, volunteer)
    row = _raise(work, order, "helper", words)
    tell_side(work, order, "志愿者有不同意见。请在小程序里说说您的情况，或打电话给社区。")
    return row


def _require_part(work: Work, order: HelpOrder, volunteer: Volunteer) -> OrderHelper:
    helper = helper_of(work, order, volunteer)
    if helper.state not in LIVE:
        raise NotFoundError(order=str(order.id))
    return helper


def _raise(work: Work, order: HelpOrder, by: str, words: str, staff: Viewer | None = None) -> OrderDispute:
    said = reason(words, "情况")
    move(work, order, "dispute")
    row = OrderDispute(
        order_id=order.id, raised_by=by, staff_id=staff.staff_id if staff else None, words=said, state="open",
        raised_at=work.now, due_at=work.now + timedelta(days=order_params.value(work, "dispute_days")), minutes={},
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    tell_desk(work, order, "双方有不同意见，请听取两边的说法后裁决。", role="lead")
    return row


def answer_by_receiver(work: Work, who: Who, order_id: UUID, words: str) -> OrderDispute:
    """What the receiver's side says to a helper's dispute; a clerk writes down what they said on the telephone."""
    order = find(work, who, order_id)
    row = _answer(work, order, words, to=("helper", "staff"))
    leave_trail(work, who, order, "dispute_answer")
    return row


def answer_by_helper(work: Work, volunteer: Volunteer, order_id: UUID, words: str) -> OrderDispute:
    order = locked(work, order_id)
    _require_part(work, order, volunteer)
    return _answer(work, order, words, to=("receiver", "staff"))


def of_order(work: Work, order: HelpOrder) -> OrderDispute | None:
    return work.session.scalars(select(OrderDispute).where(OrderDispute.order_id == order.id)).first()


def _answer(work: Work, order: HelpOrder, words: str, *, to: tuple[str, ...]) -> OrderDispute:
    row = of_order(work, order)
    if row is None or row.raised_by not in to:
        raise NotFoundError(order=str(order.id))
    move(work, order, "answer")
    row.answer = reason(words, "情况")
    work.session.flush()
    return row


def settle(
    work: Work, viewer: Viewer, order_id: UUID, minutes: Mapping[UUID, int], finding: str
) -> HelpOrder:  # fmt: skip
    """The arbiter's minutes for every helper (by helper id), with the reason that both read.

    Raises ``HearBothError`` (the other side was not heard and its time is not over), ``OwnDecisionError``,
    ``TooManyMinutesClaimedError``, ``BadInputError`` (a helper is missing), ``WrongOrderStateError``.
    """
    order = find(work, Who(staff=viewer), order_id, SETTLE)
    words, row = reason(finding), of_order(work, order)
    if row is None:
        raise NotFoundError(order=str(order.id))
    if viewer.staff_id in (order.staff_id, row.staff_id):
        raise OwnDecisionError
    if row.answer is None and work.now < row.due_at:
        raise HearBothError
    _fix(work, order, minutes)
    row.state, row.settled_at, row.settled_by, row.finding = "settled", work.now, viewer.staff_id, words
    row.minutes = {str(one): count for one, count in minutes.items()}
    complete(work, order, "settle", words)
    _tell(work, order, words)
    audit.record(work, "dispute.settle", f"help_order:{order.id}", minutes=row.minutes)
    return order


def _fix(work: Work, order: HelpOrder, minutes: Mapping[UUID, int]) -> None:
    helpers = {one.id: one for one in helpers_of(work, order, ("finished", "confirmed"))}
    if set(helpers) != set(minutes):
        raise BadInputError(field="时长", why="每一位志愿者都要写明多少分钟")
    for helper_id, helper in helpers.items():
        started, ended = helper.started_at or work.now, helper.finished_at or work.now
        helper.minutes = order_rules.claimed(started, ended, minutes[helper_id])
        if helper.state == "finished":
            move_helper(work, helper, "confirm")
    work.session.flush()


def _tell(work: Work, order: HelpOrder, words: str) -> None:
    told = f"不同意见有结果了：{words[:60]}"
    tell_side(work, order, told)
    tell_helpers(work, order, helpers_of(work, order, ("confirmed",)), told)


def chase(work: Work) -> int:
    """Disputes past their day: the county's officers are told, once; how many. For the job."""
    told = select(OrderEvent.order_id).where(OrderEvent.action == LATE)
    late = select(OrderDispute).where(
        OrderDispute.state == "open", OrderDispute.due_at <= work.now, OrderDispute.order_id.not_in(told)
    )
    rows = work.session.scalars(claim(work, late.order_by(OrderDispute.due_at).limit(PORTION))).all()
    for row in rows:
        order = work.session.get_one(HelpOrder, row.order_id)
        note(work, order, LATE)
        tell_desk(work, order, "不同意见过期还没有裁决，请马上处理。", urgent=True, role="officer")
    return len(rows)
