"""After the visit: both sides agree on the minutes, they are recorded and paid, and 群众评单.

The helper says how long it took, the receiver agrees or says otherwise, then the helper agrees or they disagree openly
(``disputes``). Whoever stays silent has agreed after the days of the policy.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, DomainError
from backend.core.locks import claim, for_update
from backend.people.models import Division
from backend.people.service import Viewer
from backend.timebank import banking, earning, order_params, order_rules
from backend.timebank.order_errors import WrongOrderStateError
from backend.timebank.order_models import HelpOrder, OrderEvent, OrderHelper
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
)
from backend.timebank.order_telling import area, kind_zh, persons, tell_desk, tell_helpers, tell_side
from backend.timebank.states import STATE_ZH
from backend.volunteers import records
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.models import Volunteer
from backend.volunteers.records import Served

PORTION = 20
STUCK = "stuck"
STARS, BAD_STARS = 5, 2
LONGEST_WORDS = 500


def confirm(work: Work, who: Who, order_id: UUID, helper_id: UUID, minutes: int | None = None) -> HelpOrder:
    """The receiver's side agrees to a helper's minutes, or says how many it were. A second tap changes nothing.

    Raises ``TooManyMinutesClaimedError``, ``WrongOrderStateError``, ``NotFoundError``.
    """
    order = find(work, who, order_id)
    helper = one_helper(work, order, helper_id)
    if helper.state == "confirmed":
        return order
    require(order, "confirm")
    if minutes is None or minutes == helper.minutes:
        order = _agreed(work, order, [helper], "agree")
    else:
        _propose(work, order, helper, minutes, "receiver")
        tell_helpers(work, order, [helper], f"对方认为是 {minutes} 分钟。同意请点“确认”，不同意可以说明情况。")
    leave_trail(work, who, order, "confirm")
    return order


def answer(work: Work, volunteer: Volunteer, order_id: UUID, minutes: int | None = None) -> HelpOrder:
    """The helper agrees to what the receiver says, or puts their own figure right."""
    order = locked(work, order_id)
    helper = helper_of(work, order, volunteer)
    if helper.state == "confirmed":
        return order
    require(order, "confirm")
    if minutes is not None and minutes != helper.minutes:
        _propose(work, order, helper, minutes, "helper")
        tell_side(work, order, f"志愿者把时长改为 {minutes} 分钟。请点“确认”；不对请改。")
    elif helper.proposed_by == "receiver":
        order = _agreed(work, order, [helper], "agree_helper")
    else:
        raise WrongOrderStateError(state="finished", state_zh=STATE_ZH["finished"], action="confirm", possible=[])
    return order


def _propose(work: Work, order: HelpOrder, helper: OrderHelper, minutes: int, by: str) -> None:
    if helper.started_at is None or helper.finished_at is None:
        raise WrongOrderStateError(state=order.state, state_zh=STATE_ZH[order.state], action="propose", possible=[])
    helper.minutes = order_rules.claimed(helper.started_at, helper.finished_at, minutes)
    helper.proposed_by = by
    move_helper(work, helper, "propose")
    move(work, order, "propose", f"{'志愿者' if by == 'helper' else '接受帮助的一方'}：{minutes} 分钟")


def _agreed(work: Work, order: HelpOrder, helpers: Sequence[OrderHelper], action: str) -> HelpOrder:
    """All of them or none: what cannot be recorded (it overlaps with other service) goes to the coordinators, once,
    and stays unconfirmed until they have decided; neither side could put it right.
    """
    try:
        with work.session.begin_nested():
            for helper in helpers:
                _agree(work, order, helper, action)
    except DomainError as error:
        order = locked(work, order.id)
        note(work, order, STUCK, error.code)
        tell_desk(work, order, "时长记不进去，和别的服务有冲突，请看一看。", urgent=True)
    return order


def _agree(work: Work, order: HelpOrder, helper: OrderHelper, action: str) -> None:
    move_helper(work, helper, "confirm")
    note(work, order, action, f"{helper.minutes} 分钟")
    if not helpers_of(work, order, ("finished",)):
        complete(work, order, "confirm")


# -- what both agreed on is recorded and paid


def complete(work: Work, order: HelpOrder, action: str, words: str = "") -> None:
    """Every helper's minutes are fixed: write their service, pay them, give the rest back."""
    helpers = helpers_of(work, order, ("confirmed",))
    people = persons(work, [one.volunteer_id for one in helpers])
    move(work, order, action, words)
    _lock_volunteers(work, list(people))
    for one in helpers:
        if one.minutes:
            records.record(work, served(work, order, one))
    pay = {people[one.volunteer_id]: min(one.minutes or 0, order.minutes) for one in helpers}
    _pay(work, order, pay)
    if order.stars is not None:
        _evaluate(work, order)
    tell_helpers(work, order, helpers, "时长已确认，记入您的服务记录，谢谢您。")
    tell_side(work, order, "已确认完成。请给这次服务打个分。")


def _lock_volunteers(work: Work, ids: list[UUID]) -> None:
    """All of them before the first account: recording one locks accounts too."""
    mine = select(Volunteer.id).where(Volunteer.id.in_(ids)).order_by(Volunteer.id)
    work.session.execute(for_update(work, mine)).all()


def _pay(work: Work, order: HelpOrder, minutes: Mapping[UUID, int]) -> None:
    """From what was held; of an order nobody pays for the bureau has thanked them when it was recorded."""
    if order.payer == "none":
        for person_id in sorted(minutes):
            earning.confirm_earned(work, "order", str(order.id), person_id)
    elif any(minutes.values()):
        banking.settle(work, order.id, minutes, local(order.wanted_from).date())
    else:
        banking.release(work, order.id)


def served(work: Work, order: HelpOrder, helper: OrderHelper) -> Served:
    """The visit as the record of service wants it: where it was is the village, not the door."""
    if helper.started_at is None or helper.finished_at is None:
        raise WrongOrderStateError(state=order.state, state_zh=STATE_ZH[order.state], action="record", possible=[])
    place = area(work, order)
    town = work.session.get_one(Division, order.division_code)
    return Served(
        volunteer_id=helper.volunteer_id, source="order", source_id=str(order.id), name=f"{kind_zh(order)}上门服务",
        kind=order.kind, content=kind_zh(order), place=place, started_at=helper.started_at,
        ended_at=helper.finished_at, minutes=helper.minutes or 0, organiser=town.name, lead="社区协调员",
        receiver_id=order.receiver_id,
    )  # fmt: skip


def confirm_silent(work: Work) -> int:
    """Orders whose minutes nobody objected to within the days of the policy; how many. For the job.

    What could not be recorded waits for the coordinators.
    """
    until = work.now - timedelta(days=order_params.value(work, "confirm_days"))
    silent = select(HelpOrder.id).where(HelpOrder.state == "finished", HelpOrder.state_at <= until)
    stuck = select(OrderEvent.order_id).where(OrderEvent.action == STUCK)
    ids = work.session.scalars(
        claim(work, silent.where(HelpOrder.id.not_in(stuck)).order_by(HelpOrder.state_at).limit(PORTION))
    ).all()
    for order_id in ids:
        order = locked(work, order_id)
        _agreed(work, order, helpers_of(work, order, ("finished",)), "agree")
    return len(ids)


# -- 评单


def rate(work: Work, who: Who, order_id: UUID, stars: int, words: str = "") -> HelpOrder:
    """1 to 5 stars and a few words; given again, the later ones count.

    Raises ``BadInputError``, ``WrongOrderStateError``.
    """
    order = find(work, who, order_id)
    if type(stars) is not int or not 1 <= stars <= STARS:
        raise BadInputError(field="评分", why="请选 1 到 5 星")
    move(work, order, "rate")
    order.stars, order.rating, order.rated_at = stars, words.strip()[:LONGEST_WORDS] or None, work.now
    work.session.flush()
    if order.state == "confirmed":
        _evaluate(work, order)
    if stars <= BAD_STARS:
        tell_desk(work, order, f"收到 {stars} 星评价，请打电话问问哪里没做好。")
    leave_trail(work, who, order, "rate")
    return order


def _evaluate(work: Work, order: HelpOrder) -> None:
    """The stars stand in the record of service too; not in one that was taken back."""
    for row in records_of(work, order):
        records.evaluate(work, None, row.id, order.stars or STARS)


def records_of(work: Work, order: HelpOrder) -> Sequence[ServiceRecord]:
    """What of this order counts as service."""
    mine = select(ServiceRecord).where(
        ServiceRecord.source == "order", ServiceRecord.source_id == str(order.id), ServiceRecord.state == "recorded"
    )
    return work.session.scalars(mine.order_by(ServiceRecord.volunteer_id)).all()


def follow_up(work: Work, viewer: Viewer, order_id: UUID, words: str) -> HelpOrder:
    """A coordinator has spoken with somebody who was not content; what came of it."""
    order = find(work, Who(staff=viewer), order_id)
    if order.stars is None or order.stars > BAD_STARS:
        raise BadInputError(field="评价", why="这一单没有差评，不用回访")
    note(work, order, "follow_up", reason(words, "回访情况"))
    audit.record(work, "order.follow_up", f"help_order:{order.id}")
    return order
