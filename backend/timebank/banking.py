"""Time used: held and paid for help, given to relatives, shared in a family, donated to the pool; by dated policies.

Every verb moves once for what it is about: its key is made of the order, or is the caller's own. Accounts are locked
all at once, before a balance is looked at, and after orders and volunteers.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select

from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.eldercare.rules import age_on
from backend.residents.models import Person
from backend.timebank import ledger, points, rules
from backend.timebank.accounts import escrow, payer_of, personal, pool_for, pool_of, posted
from backend.timebank.errors import (
    AccountFullError,
    NotKinError,
    PoolReservedError,
    TimeShortError,
    TooYoungToReceiveError,
)
from backend.timebank.ledger import AccountRef, Leg, Movement
from backend.timebank.models import ElderFacts, TimeKin, TimeTransfer
from backend.timebank.policies import PolicyOn

HELD, PAID, RELEASED, GIFT, DONATION = "held", "paid", "released", "gift", "donation"


# -- paying for help


def hold(
    work: Work, order_id: UUID, payer: AccountRef | None, minutes: int, event_on: date, *, key_elder: bool = False
) -> None:
    """Keep ``minutes`` of the payer for an order; None: nobody pays. Some of a pool is kept for 重点老人.

    Raises ``TimeShortError``, ``PoolReservedError``, ``KeyReusedError``.
    """
    if payer is None:
        return
    rules.require_minutes(minutes)
    policy = PolicyOn(event_on)
    row = ledger.lock(work, (payer, escrow(order_id)))[payer]
    if posted(work, f"hold:{order_id}") is None and payer.kind == "pool" and not key_elder:
        _require_more_than_kept(row.balance - minutes, policy["pool_kept_for_key_elders"])
    ledger.post(work, Movement(
        f"hold:{order_id}", HELD, (Leg(payer, -minutes), Leg(escrow(order_id), minutes)), event_on, "order",
        str(order_id), policy=policy.noted("pool_kept_for_key_elders") if payer.kind == "pool" else {},
    ))  # fmt: skip


def _require_more_than_kept(left: int, kept: int) -> None:
    if left < kept:
        raise PoolReservedError


def settle(work: Work, order_id: UUID, minutes: Mapping[UUID, int], event_on: date) -> None:
    """Pay the helpers (person → minutes) from what was held, the rest back to the payer. Without a hold: nothing.

    Raises ``TimeShortError`` for more than was held, ``BadInputError`` for minutes below zero.
    """
    payer = payer_of(work, order_id)
    if payer is None:
        return
    if any(type(one) is not int or one < 0 for one in minutes.values()):
        raise BadInputError(field="minutes", why="要填写整数分钟，不能是负数")
    paid = {person_id: one for person_id, one in sorted(minutes.items()) if one}
    pools = {person_id: pool_of(work, person_id) for person_id in paid}
    own = [personal(person_id) for person_id in paid]
    thanks = [account for person_id in paid for account in points.accounts(person_id)]
    rows = ledger.lock(work, {payer, escrow(order_id), *own, *thanks, *pools.values()})
    if posted(work, f"settle:{order_id}") is not None:
        return
    amounts = dict.fromkeys((payer, *own, *pools.values()), 0)
    cap = PolicyOn(event_on)["personal_cap"]
    for person_id, one in paid.items():
        kept, over = rules.below_cap(rows[personal(person_id)].balance, one, cap)
        amounts[personal(person_id)] += kept
        amounts[pools[person_id]] += over
    held = rows[escrow(order_id)].balance
    if held < sum(paid.values()):
        raise TimeShortError(balance=held, wanted=sum(paid.values()))
    amounts[payer] += held - sum(paid.values())
    transfer = _empty(work, order_id, f"settle:{order_id}", PAID if paid else RELEASED, amounts, event_on)
    for person_id, one in paid.items():
        points.award(work, person_id, one, f"points:settle:{order_id}:{person_id}", transfer)


def release(work: Work, order_id: UUID) -> None:
    """Give everything that was held for an order back to the payer; without a hold, or again: nothing."""
    payer = payer_of(work, order_id)
    if payer is None:
        return
    held = ledger.lock(work, (payer, escrow(order_id)))[escrow(order_id)].balance
    if held:
        _empty(work, order_id, f"settle:{order_id}", RELEASED, {payer: held}, local(work.now).date())


def _empty(
    work: Work, order_id: UUID, key: str, kind: str, amounts: Mapping[AccountRef, int], event_on: date
) -> TimeTransfer:
    gets = [Leg(account, amount) for account, amount in amounts.items() if amount]
    legs = (Leg(escrow(order_id), -sum(leg.amount for leg in gets)), *gets)
    return ledger.post(work, Movement(
        key, kind, legs, event_on, "order", str(order_id), policy=PolicyOn(event_on).noted("personal_cap"),
    ))  # fmt: skip


# -- giving


def give(work: Work, giver: UUID, receiver: UUID, minutes: int, key: str) -> TimeTransfer:
    """Time for a proven direct relative who is old enough, up to what their account can hold.

    Raises ``NotKinError``, ``TooYoungToReceiveError``, ``AccountFullError``, ``TimeShortError``, ``BadInputError``.
    """
    rules.require_minutes(minutes)
    today = local(work.now).date()
    policy = PolicyOn(today)
    kin = select(TimeKin.relation).where(
        TimeKin.giver_id == giver, TimeKin.receiver_id == receiver, TimeKin.ended_at.is_(None)
    )
    relation = work.session.scalar(kin)
    if relation is None:
        raise NotKinError
    if not _of_age(work, receiver, today, policy["gift_age"]):
        raise TooYoungToReceiveError(age=policy["gift_age"])
    row = ledger.lock(work, (personal(giver), personal(receiver)))[personal(receiver)]
    room = policy["personal_cap"] - row.balance
    if posted(work, f"give:{key}") is None and minutes > room:
        raise AccountFullError(room=max(0, room))
    legs = (Leg(personal(giver), -minutes), Leg(personal(receiver), minutes))
    noted = policy.noted("gift_age", "personal_cap")
    return ledger.post(work, Movement(f"give:{key}", GIFT, legs, today, "gift", relation, policy=noted))


def _of_age(work: Work, person_id: UUID, day: date, least: int) -> bool:
    born = work.session.scalar(select(Person.birth_date).where(Person.id == person_id))
    return born is not None and age_on(born, day) >= least


def donate(work: Work, giver: UUID, division_code: str | None, minutes: int, key: str) -> TimeTransfer:
    """Time for the public pool of a place, or of where the giver belongs.

    Raises ``TimeShortError``, ``BadInputError``, ``NotFoundError``.
    """
    rules.require_minutes(minutes)
    pool = pool_of(work, giver) if division_code is None else pool_for(work, division_code)
    legs = (Leg(personal(giver), -minutes), Leg(pool, minutes))
    return ledger.post(work, Movement(f"donate:{key}", DONATION, legs, local(work.now).date(), "donation", pool.owner))


# -- who may use time


def start(work: Work, person_id: UUID) -> None:
    """Open somebody's account with the starting credit of the day; again changes nothing."""
    credit = PolicyOn(local(work.now).date())["starting_credit"]
    row = ledger.lock(work, (personal(person_id),))[personal(person_id)]
    if credit and row.floor == 0:
        ledger.set_floor(work, personal(person_id), -credit)


def may_redeem(work: Work, person_id: UUID, day: date) -> str | None:
    """Why help cannot be paid for this person with time on ``day``, in Chinese; None if it can."""
    least = PolicyOn(day)["redeem_age"]
    if _of_age(work, person_id, day, least):
        return None
    return f"按规定，满{least}岁才能用存的时间换服务。您可以先存着，或转给满{least}岁的亲属。"


def key_elder(work: Work, person_id: UUID) -> bool:
    """Whether somebody is 重点老人 today, by age and by what a clerk has declared of them."""
    today = local(work.now).date()
    facts = work.session.scalars(
        select(ElderFacts).where(ElderFacts.person_id == person_id, ElderFacts.ended_at.is_(None))
    ).one_or_none()
    born = work.session.scalar(select(Person.birth_date).where(Person.id == person_id))
    if facts is None or born is None:
        return False
    old, less_old = PolicyOn(today)["key_elder_ages"]
    known = rules.Circumstances(facts.alone, facts.empty_nest, facts.low_income, facts.disabled)
    return rules.is_key_elder(age_on(born, today), known, (old, less_old))
