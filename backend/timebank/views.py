"""Accounts as people read them: hours and minutes, and one plain sentence for each line."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core.clock import local
from backend.core.db import Work
from backend.residents.masking import mask_name
from backend.residents.models import Person
from backend.timebank import banking, families, kin, ledger, points
from backend.timebank.accounts import household, payer_of, pending, personal
from backend.timebank.ledger import AccountRef
from backend.timebank.models import HouseholdTime, ThankGift, ThankGiftOrder, TimeKin
from backend.timebank.order_models import HelpOrder
from backend.timebank.policies import PolicyOn
from backend.timebank.rules import words
from backend.timebank.statements import Line, statement
from backend.volunteers.vocabulary import SERVICES

# What a line of a personal account is called when minutes came in, and when they went out.
TITLES = {
    "confirmed": ("服务入账", "转出"), "held": ("退回", "请人帮忙，先预留"), "paid": ("帮忙所得", "付给帮忙的人"),
    "left_over": ("没用完，退回", "退回"), "released": ("没有用上，退回", "退回"),
    "returned": ("服务撤销，退回给您", "服务撤销，退还对方"), "gift": ("亲属转赠给您", "转赠给亲属"),
    "donation": ("收到捐赠", "捐给公益池"), "paid_in": ("转入", "存入家庭账户"), "paid_out": ("家庭账户退回", "转出"),
    "adjustment": ("工作人员补记", "工作人员扣减"), "reversal": ("更正，退回", "更正，扣回"),
}  # fmt: skip
OTHERS = ("转入", "转出")
GIFT_STATES = {"reserved": "等您来领", "fetched": "已领走", "cancelled": "已取消"}


def overview(work: Work, person_id: UUID) -> dict[str, Any]:
    """What somebody has, in minutes and in words."""
    today = local(work.now).date()
    minutes, waits = ledger.balance(work, personal(person_id)), ledger.balance(work, pending(person_id))
    share = families.of_person(work, person_id)
    return {
        "minutes": minutes, "words": words(minutes), "coins": minutes // PolicyOn(today)["coin_minutes"],
        "pending_minutes": waits, "pending_words": words(waits), "points": ledger.balance(work, points.of(person_id)),
        "cannot_use": banking.may_redeem(work, person_id, today),
        "family": None if share is None else _family(work, share),
        "invited": [{"family": one.household, "name": _founder(work, one)} for one in
                    families.invitations(work, person_id)],
    }  # fmt: skip


def _founder(work: Work, invitation: HouseholdTime) -> str:
    return _name(work, families.members(work, invitation.household)[0].person_id)


def _name(work: Work, person_id: UUID) -> str:
    return mask_name(work.session.get_one(Person, person_id).name)


def _family(work: Work, share: HouseholdTime) -> dict[str, Any]:
    minutes = ledger.balance(work, household(share.household))
    return {
        "id": share.household, "minutes": minutes, "words": words(minutes),
        "members": [
            {"name": _name(work, one.person_id), "may_spend": one.may_spend, "agreed": one.agreed_at is not None}
            for one in families.members(work, share.household)
        ],
    }  # fmt: skip


def relatives(work: Work, person_id: UUID) -> list[dict[str, Any]]:
    """To whom somebody may give."""
    return [_relative(work, one) for one in kin.of_giver(work, person_id)]


def _relative(work: Work, one: TimeKin) -> dict[str, Any]:
    return {"id": one.id, "name": _name(work, one.receiver_id), "relation_zh": kin.RELATIONS[one.relation]}


def period(work: Work, person_id: UUID, since: date, until: date) -> dict[str, Any]:
    """Somebody's own account over some days; opening, lines and closing add up."""
    account = personal(person_id)
    found = statement(work, account, since, until)
    services = _services(work, found.lines)
    return {
        "opening": found.opening, "closing": found.closing,
        "opening_words": words(found.opening), "closing_words": words(found.closing),
        "lines": [
            asdict(line) | {
                "at": local(line.at), "words": words(line.amount), "title": _title(work, account, line, services),
            } for line in found.lines
        ],
    }  # fmt: skip


def _services(work: Work, lines: Sequence[Line]) -> Mapping[str, str]:
    """What was helped with, by order: the kind of service, and nobody's name."""
    ids = {UUID(line.source_id) for line in lines if line.source == "order"}
    rows = work.session.execute(select(HelpOrder.id, HelpOrder.kind).where(HelpOrder.id.in_(ids)))
    return {str(order_id): SERVICES.get(kind, kind) for order_id, kind in rows}


def _title(work: Work, account: AccountRef, line: Line, services: Mapping[str, str]) -> str:
    """``服务入账：助洁``; never whose home it was. What comes back to a payer is not what a helper is paid."""
    mine = line.kind == "paid" and line.amount > 0 and payer_of(work, line.source_id) == account
    said = TITLES.get("left_over" if mine else line.kind, OTHERS)[line.amount < 0]
    about = services.get(line.source_id) or line.why
    return f"{said}：{about}" if about else said


def gift(one: ThankGift) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "about": one.about, "points": one.points, "left": one.stock}


def gift_order(work: Work, one: ThankGiftOrder) -> dict[str, Any]:
    return {
        "id": one.id, "number": one.number, "name": work.session.get_one(ThankGift, one.gift_id).name,
        "points": one.points, "state": one.state, "state_zh": GIFT_STATES[one.state],
    }  # fmt: skip
