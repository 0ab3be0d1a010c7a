"""点单: an elder by telephone through a clerk, a relative on WeChat by proxy, oneself, or an alarm's follow-up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.alarms import queries as alarms
from backend.core import phone as phones
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.core.inserting import insert_numbered
from backend.core.locks import for_update
from backend.people.models import Division
from backend.residents.models import Person
from backend.timebank import accounts, banking, order_params, order_rules
from backend.timebank.errors import TimeShortError
from backend.timebank.ledger import AccountRef
from backend.timebank.matching import send_round
from backend.timebank.models import HouseholdTime, TimeKin
from backend.timebank.order_errors import (
    DuplicateOrderError,
    OrderTimeShortError,
    PayerRefusedError,
    ReceiverGoneError,
)
from backend.timebank.order_models import HelpOrder
from backend.timebank.order_records import HANDLE, Who, leave_trail, locked, note
from backend.timebank.order_rules import Point
from backend.timebank.order_telling import tell_side
from backend.timebank.states import UNDER_WAY
from backend.volunteers.vocabulary import LANGUAGES, SERVICES, SKILLS

PREFIX = "DD"
LONGEST_WORDS, LONGEST_ADDRESS = 500, 200
MOST_HELPERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked. ``starts``/``ends``: the window; ``minutes``: of each helper; ``payer_id``: whose account pays
    (by default the receiver's). ``helpers``: None lets the policy decide; ``phone``: None takes the receiver's own.
    """

    receiver_id: UUID
    kind: str
    words: str
    starts: datetime
    ends: datetime
    minutes: int
    division: str
    address: str
    phone: str | None = None
    place: Point | None = None
    skills: tuple[str, ...] = ()
    language: str | None = None
    sex: str | None = None
    helpers: int | None = None
    payer: str = "personal"
    payer_id: UUID | None = None
    photo_agreed: bool = False
    channel: str = "mini"
    alarm_id: UUID | None = None


def ask(work: Work, who: Who, wanted: Wanted) -> HelpOrder:
    """Write an order, hold the time it may cost, and ask the first volunteers.

    Raises ``ReceiverGoneError``, ``BadInputError``, ``DuplicateOrderError``, ``PayerRefusedError``,
    ``OrderTimeShortError``, and ``NotAllowedError`` for a clerk of another place.
    """
    receiver = _receiver(work, wanted.receiver_id)
    place = _division(work, wanted.division)
    if who.staff is not None:
        who.staff.require(HANDLE, place.path)
    _check(work, wanted)
    _require_new(work, wanted)
    key_elder = banking.key_elder(work, receiver.id)
    payer = _paying(work, who, wanted, place, key_elder=key_elder)
    row = _row(work, who, wanted, receiver, place) | {"key_elder": key_elder}
    order = locked(work, insert_numbered(work, HelpOrder, row, PREFIX))
    _hold(work, order, payer)
    note(work, order, "ask")
    leave_trail(work, who, order, "ask")
    tell_side(work, order, "已经下单，正在找志愿者，找到了马上告诉您。")
    send_round(work, order)
    return order


def _receiver(work: Work, person_id: UUID) -> Person:
    """Locked: two orders for one person at the same moment are looked at one after the other."""
    row = work.session.scalars(for_update(work, select(Person).where(Person.id == person_id))).first()
    if row is None or row.died_on is not None or row.erased_at is not None:
        raise ReceiverGoneError
    return row


def _division(work: Work, code: str) -> Division:
    place = work.session.get(Division, code)
    if place is None or place.level not in ("town", "village"):
        raise BadInputError(field="地点", why="请从列表中选一个镇街或村（社区）")
    return place


def _check(work: Work, wanted: Wanted) -> None:
    limits = order_params.limits(work)
    order_rules.require_window(wanted.starts, wanted.ends, wanted.minutes, work.now, limits)
    order_rules.require_near(wanted.place, limits)
    _require_listed("帮助种类", [wanted.kind], SERVICES)
    _require_listed("技能", wanted.skills, SKILLS)
    _require_listed("语言", [wanted.language] if wanted.language else [], LANGUAGES)
    for field, text, most in (("要帮什么", wanted.words, LONGEST_WORDS), ("地址", wanted.address, LONGEST_ADDRESS)):
        if not 2 <= len(text.strip()) <= most:  # noqa: PLR2004 - two characters say something
            raise BadInputError(field=field, why=f"请写清楚，最多 {most} 个字")
    if wanted.helpers is not None and not 1 <= wanted.helpers <= MOST_HELPERS:
        raise BadInputError(field="人数", why=f"一单最多 {MOST_HELPERS} 位志愿者")


def _require_listed(field: str, codes: Any, known: Any) -> None:
    if any(code not in known for code in codes):
        raise BadInputError(field=field, why="请从列表中选择")


def _require_new(work: Work, wanted: Wanted) -> None:
    same = select(HelpOrder.number).where(
        HelpOrder.receiver_id == wanted.receiver_id, HelpOrder.kind == wanted.kind, HelpOrder.state.in_(UNDER_WAY[:3]),
        HelpOrder.wanted_from < wanted.ends, HelpOrder.wanted_until > wanted.starts,
    )  # fmt: skip
    number = work.session.scalars(same).first()
    if number is not None:
        raise DuplicateOrderError(number=number)


def _row(work: Work, who: Who, wanted: Wanted, receiver: Person, place: Division) -> dict[str, Any]:
    longitude, latitude = wanted.place or (None, None)
    return {
        "id": new_id(), "receiver_id": receiver.id, "asked_by": who.agent_id or who.person_id,
        "staff_id": who.staff.staff_id if who.staff else None, "alarm_id": _alarm(work, who, wanted),
        "channel": wanted.channel, "kind": wanted.kind, "words": wanted.words.strip(), "skills": list(wanted.skills),
        "language": wanted.language, "sex": wanted.sex, "division_code": place.code, "division_path": place.path,
        "address": wanted.address.strip(), "phone": _phone(wanted, receiver), "longitude": longitude,
        "latitude": latitude, "wanted_from": wanted.starts, "wanted_until": wanted.ends, "minutes": wanted.minutes,
        "helpers": _helpers(work, wanted), "joined": 0, "payer": wanted.payer, "photo_agreed": wanted.photo_agreed,
        "state": "open", "state_at": work.now, "told_round": 0, "why": "", "created_at": work.now, "version": 0,
    }  # fmt: skip


def _alarm(work: Work, who: Who, wanted: Wanted) -> UUID | None:
    """Only staff who see the alarm may follow it up. Raises ``NotFoundError``."""
    if wanted.alarm_id is None or who.staff is None:
        return None
    return alarms.visible(work, who.staff, wanted.alarm_id).id


def _phone(wanted: Wanted, receiver: Person) -> str:
    """Somebody must be reachable: an elder without a mobile has a landline, or a neighbour's."""
    text = wanted.phone or receiver.phone
    if not text:
        raise BadInputError(field="电话", why="请留一个能找到人的电话，座机、邻居的也行")
    try:
        return phones.normalise(text)
    except ValueError as error:
        raise BadInputError(field="电话", why=str(error)) from None


def _helpers(work: Work, wanted: Wanted) -> int:
    """Two where the policy says so and nobody of ours has been there for this kind of help."""
    asked = wanted.helpers or 1
    if wanted.kind not in order_params.value(work, "two_people_first_visit"):
        return asked
    before = select(HelpOrder.id).where(
        HelpOrder.receiver_id == wanted.receiver_id, HelpOrder.kind == wanted.kind, HelpOrder.state == "confirmed"
    )
    return asked if work.session.scalars(before).first() is not None else max(2, asked)


# -- who pays


def _paying(work: Work, who: Who, wanted: Wanted, place: Division, *, key_elder: bool) -> AccountRef | None:
    """The account that pays; None: nobody, the bureau thanks the helper."""
    if wanted.payer == "none":
        return None
    if wanted.payer == "pool":
        if not key_elder and who.staff is None:
            raise PayerRefusedError(why="公益时间先给高龄独居、低保等重点老人用。")
        return accounts.pool_for(work, place.code)
    if wanted.payer not in ("personal", "household"):
        raise BadInputError(field="付法", why="请从列表中选择")
    _require_may_redeem(work, wanted.receiver_id)
    owner = _owner(work, who, wanted)
    return accounts.personal(owner) if wanted.payer == "personal" else _household(work, owner, wanted)


def _require_may_redeem(work: Work, receiver_id: UUID) -> None:
    why = banking.may_redeem(work, receiver_id, local(work.now).date())
    if why is not None:
        raise PayerRefusedError(why=why if why.endswith("。") else f"{why}。")


def _owner(work: Work, who: Who, wanted: Wanted) -> UUID:
    """Whose account: the receiver's, or the relative's who asks (R-200), if that they are kin has been proven."""
    owner = wanted.payer_id or wanted.receiver_id
    if owner == wanted.receiver_id:
        return owner
    kin = select(TimeKin.id).where(
        TimeKin.giver_id == owner, TimeKin.receiver_id == wanted.receiver_id, TimeKin.ended_at.is_(None)
    )
    mine = owner in (who.agent_id, who.person_id)
    if not mine or (wanted.payer == "personal" and work.session.scalars(kin).first() is None):
        raise PayerRefusedError(why="您和老人的亲属关系还没有登记。")
    return owner


def _household(work: Work, owner: UUID, wanted: Wanted) -> AccountRef:
    mine = select(HouseholdTime).where(
        HouseholdTime.person_id.in_((owner, wanted.receiver_id)),
        HouseholdTime.ended_at.is_(None),
        HouseholdTime.agreed_at.is_not(None),
    )
    members = {row.person_id: row for row in work.session.scalars(mine)}
    share = members.get(owner)
    together = {row.household for row in members.values()}
    if share is None or not share.may_spend or wanted.receiver_id not in members or len(together) != 1:
        raise PayerRefusedError(why="老人和付时间的人不在同一个家庭账户里，或不能支取。")
    return accounts.household(share.household)


def _hold(work: Work, order: HelpOrder, payer: AccountRef | None) -> None:
    """Put the time aside at once: whoever comes must find it there."""
    wanted = order.minutes * order.helpers
    try:
        banking.hold(
            work, order.id, payer, wanted, local(order.wanted_from).date(), key_elder=order.key_elder
        )  # fmt: skip
    except TimeShortError as error:
        raise OrderTimeShortError(balance=error.facts.get("balance", 0), wanted=wanted) from None
