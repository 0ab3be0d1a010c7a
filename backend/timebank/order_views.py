"""An order as its receiver, its volunteer and the desk see it. The door and the telephone: only who accepted."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.people.service import Viewer
from backend.residents.masking import mask_name
from backend.residents.models import Person
from backend.timebank import disputes, order_photos
from backend.timebank.matching import taken_by
from backend.timebank.order_models import CallOut, CallOutAnswer, HelpOrder, OrderEvent, OrderHelper
from backend.timebank.order_records import VIEW, helper_of
from backend.timebank.order_telling import area, kind_zh, when
from backend.timebank.states import ANSWER_ZH, HELPER, HELPER_ZH, LIVE, ORDER, STATE_ZH
from backend.volunteers.models import Volunteer
from backend.volunteers.vocabulary import LANGUAGES, SERVICES, SKILLS, titles

PAYER_ZH = {"personal": "个人时间", "household": "家庭时间", "pool": "公益时间", "none": "不用付时间"}
RECEIVER_ACTIONS = ("cancel", "stop", "miss", "confirm", "rate", "dispute", "answer")
HELPER_ACTIONS = ("accept", "decline", "withdraw", "start", "finish")
LISTED, OWN_LISTED = 300, 50
SHOWN_HELPERS = (*LIVE, "withdrew", "missed")


def _order(work: Work, order: HelpOrder) -> dict[str, Any]:
    """What everybody concerned may see."""
    plain = ("id", "number", "kind", "words", "wanted_from", "wanted_until", "minutes", "helpers", "joined", "payer",
             "state", "photo_agreed", "sex", "why")  # fmt: skip
    return {name: getattr(order, name) for name in plain} | {
        "kind_zh": kind_zh(order), "state_zh": STATE_ZH[order.state], "when": when(order), "area": area(work, order),
        "payer_zh": PAYER_ZH[order.payer], "skills": titles(SKILLS, order.skills),
        "language": LANGUAGES.get(order.language or ""),
    }  # fmt: skip


def for_receiver(work: Work, order: HelpOrder) -> dict[str, Any]:
    """As the receiver and whoever acts for them see it, with who comes."""
    return _order(work, order) | {
        "address": order.address, "phone": order.phone, "stars": order.stars, "rating": order.rating,
        "people": _helpers(work, order), "dispute": _dispute(work, order), "photos": _photos(work, order),
        "actions": [name for name in RECEIVER_ACTIONS if name in ORDER.actions(order.state)],
    }  # fmt: skip


def _helpers(work: Work, order: HelpOrder) -> list[dict[str, Any]]:
    """Name and number: at the door somebody compares them with the badge."""
    rows = work.session.execute(
        select(OrderHelper, Volunteer.number, Person.name, Person.phone)
        .join(Volunteer, Volunteer.id == OrderHelper.volunteer_id)
        .join(Person, Person.id == Volunteer.person_id)
        .where(OrderHelper.order_id == order.id, OrderHelper.state.in_(SHOWN_HELPERS))
        .order_by(OrderHelper.accepted_at, OrderHelper.id)
    )
    return [
        {
            "id": row.id, "number": number, "name": name, "phone": phone if row.state in LIVE else None,
            "state": row.state, "state_zh": HELPER_ZH[row.state], "started_at": row.started_at,
            "finished_at": row.finished_at, "minutes": row.minutes, "proposed_by": row.proposed_by,
        }
        for row, number, name, phone in rows
    ]  # fmt: skip


def _dispute(work: Work, order: HelpOrder) -> dict[str, Any] | None:
    row = disputes.of_order(work, order)
    if row is None:
        return None
    names = ("raised_by", "words", "answer", "state", "raised_at", "due_at", "finding")
    return {name: getattr(row, name) for name in names}


def _photos(work: Work, order: HelpOrder) -> list[UUID]:
    return [row.id for row in order_photos.of_order(work, order)]


def of_receiver(work: Work, person_id: UUID) -> list[dict[str, Any]]:
    """Somebody's orders, the newest first."""
    mine = select(HelpOrder).where(HelpOrder.receiver_id == person_id)
    rows = work.session.scalars(mine.order_by(HelpOrder.created_at.desc(), HelpOrder.id).limit(OWN_LISTED))
    return [for_receiver(work, row) for row in rows]


# -- a volunteer's side


def for_helper(work: Work, volunteer: Volunteer, order: HelpOrder) -> dict[str, Any]:
    """Before accepting: what, when, in which village, and why they were asked. Afterwards: where and with whom."""
    helper = helper_of(work, order, volunteer)
    bound = helper.state in LIVE
    receiver = work.session.get_one(Person, order.receiver_id)
    return _order(work, order) | {
        "helper_id": helper.id, "mine": helper.state, "mine_zh": HELPER_ZH[helper.state], "reasons": helper.reasons,
        "receiver": receiver.name if bound else mask_name(receiver.name),
        "address": order.address if bound else None, "phone": order.phone if bound else None,
        "place": [order.longitude, order.latitude] if bound and order.longitude is not None else None,
        "started_at": helper.started_at, "finished_at": helper.finished_at, "agreed": helper.minutes,
        "proposed_by": helper.proposed_by, "dispute": _dispute(work, order) if bound else None,
        "actions": _helper_actions(order, helper),
    }  # fmt: skip


def _helper_actions(order: HelpOrder, helper: OrderHelper) -> list[str]:
    found = [name for name in HELPER_ACTIONS if name in HELPER.actions(helper.state)]
    if helper.state in ("accepted", "started"):
        found += ["share", "sos"]
    if order.state == "finished" and helper.state == "finished":
        found += ["minutes", "dispute"]
    return found


def tasks_of(work: Work, volunteer: Volunteer) -> list[dict[str, Any]]:
    """Offers and visits that are not over, the next first."""
    rows = taken_by(work, volunteer)
    orders = {one.id: one for one in _orders(work, [row.order_id for row in rows])}
    return [for_helper(work, volunteer, orders[row.order_id]) for row in rows]


def _orders(work: Work, ids: Sequence[UUID]) -> Sequence[HelpOrder]:
    return work.session.scalars(select(HelpOrder).where(HelpOrder.id.in_(ids))).all()


# -- the desk


def board(work: Work, viewer: Viewer, states: Sequence[str], path: str) -> list[dict[str, Any]]:
    """Orders in these states at or below a place, the next visit first; without doors and telephones."""
    mine = select(HelpOrder, Person.name).join(Person, Person.id == HelpOrder.receiver_id).where(
        viewer.sees(HelpOrder.division_path, VIEW), HelpOrder.state.in_(states),
        HelpOrder.division_path.startswith(path, autoescape=True),
    )  # fmt: skip
    rows = work.session.execute(mine.order_by(HelpOrder.wanted_from, HelpOrder.id).limit(LISTED))
    return [_order(work, order) | {"receiver": mask_name(name), "stars": order.stars} for order, name in rows]


def for_desk(work: Work, order: HelpOrder) -> dict[str, Any]:
    """Everything, with its story; that somebody looked is the caller's to write down."""
    receiver = work.session.get_one(Person, order.receiver_id)
    return for_receiver(work, order) | {
        "receiver": receiver.name, "channel": order.channel, "key_elder": order.key_elder, "alarm_id": order.alarm_id,
        "told_round": order.told_round, "events": _events(work, order), "asked": _asked(work, order),
    }  # fmt: skip


def _events(work: Work, order: HelpOrder) -> list[dict[str, Any]]:
    mine = select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.at, OrderEvent.id)
    return [
        {"at": row.at, "action": row.action, "by": row.by_name, "words": row.words}
        for row in work.session.scalars(mine)
    ]


def _asked(work: Work, order: HelpOrder) -> list[dict[str, Any]]:
    """Who was asked, in which order, and why: the ranking can be read."""
    rows = work.session.execute(
        select(OrderHelper, Volunteer.number)
        .join(Volunteer, Volunteer.id == OrderHelper.volunteer_id)
        .where(OrderHelper.order_id == order.id)
        .order_by(OrderHelper.score.desc(), OrderHelper.id)
    )
    return [
        {"number": number, "state_zh": HELPER_ZH[row.state], "score": row.score, "reasons": row.reasons}
        for row, number in rows
    ]


def call_for_desk(made: CallOut, rows: Sequence[CallOutAnswer], people: Mapping[UUID, str]) -> dict[str, Any]:
    """A call with everybody's answer; ``people``: volunteer → number."""
    names = ("id", "number", "kind", "title", "words", "state", "radius_m", "opened_at", "over_at", "finding")
    return {name: getattr(made, name) for name in names} | {
        "people": [
            {"number": people[row.volunteer_id], "state": row.state, "state_zh": ANSWER_ZH[row.state]} for row in rows
        ]
    }


def numbers_of(work: Work, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Volunteer → number."""
    found = select(Volunteer.id, Volunteer.number).where(Volunteer.id.in_(ids))
    return {row.id: row.number for row in work.session.execute(found)}


def choices() -> dict[str, list[dict[str, str]]]:
    """What can be chosen when asking for help."""
    lists = {"kinds": SERVICES, "skills": SKILLS, "languages": LANGUAGES, "payers": PAYER_ZH}
    return {key: [{"code": code, "title": title} for code, title in one.items()] for key, one in lists.items()}
