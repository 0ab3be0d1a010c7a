"""Whom an order concerns hears of it: the receiver and who asked, its helpers, the coordinators of the place.

A lock screen never names a person or a place; where and with whom stands in the mini-program only.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from backend.core.clock import local
from backend.core.db import Work
from backend.notices.staff_telling import nearest, tell_staff
from backend.people.models import Division
from backend.residents.telling import tell_resident
from backend.timebank.order_models import HelpOrder, OrderHelper
from backend.volunteers.models import Volunteer
from backend.volunteers.vocabulary import SERVICES

ASKED_PAGE, HELPING_PAGE = "/pages/help/order", "/pages/help/task"
PRIORITY, URGENT, DEADLINE_S, URGENT_S = 5, 2, 86_400.0, 3600.0


def kind_zh(order: HelpOrder) -> str:
    return SERVICES[order.kind]


def when(order: HelpOrder) -> str:
    """``11月23日9:00到11:00``."""
    starts, ends = local(order.wanted_from), local(order.wanted_until)
    last = f"{ends:%H:%M}" if ends.date() == starts.date() else f"次日{ends:%H:%M}"
    return f"{starts.month}月{starts.day}日{starts:%H:%M}到{last}"


def area(work: Work, order: HelpOrder) -> str:
    """The village or town, never the door."""
    return work.session.get_one(Division, order.division_code).name


def tell_side(work: Work, order: HelpOrder, what: str) -> None:
    """The receiver, and whoever asked for them; once for each move of the order."""
    for person_id in {order.receiver_id, order.asked_by} - {None}:
        _tell(work, order, person_id, what, ASKED_PAGE)


def tell_helpers(work: Work, order: HelpOrder, helpers: Iterable[OrderHelper], what: str) -> None:
    for person_id in persons(work, [one.volunteer_id for one in helpers]).values():
        _tell(work, order, person_id, what, HELPING_PAGE)


def persons(work: Work, volunteer_ids: list[UUID]) -> dict[UUID, UUID]:
    """Volunteer → person."""
    found = select(Volunteer.id, Volunteer.person_id).where(Volunteer.id.in_(volunteer_ids)).order_by(Volunteer.id)
    return {row.id: row.person_id for row in work.session.execute(found)}


def _tell(work: Work, order: HelpOrder, person_id: UUID | None, what: str, page: str) -> None:
    if person_id is None:
        return
    facts = {"number": order.number, "kind": kind_zh(order), "what": what}
    tell_resident(
        work, person_id, key=f"order:{order.id}:{order.version}:{order.told_round}:{what[:24]}",
        template="help_order_news", facts=facts, page=f"{page}?id={order.id}", priority=PRIORITY, deadline_s=DEADLINE_S,
    )  # fmt: skip


def tell_desk(work: Work, order: HelpOrder, what: str, *, urgent: bool = False, role: str = "clerk") -> None:
    """The coordinators (clerks; county officers where there are none) nearest to the place; once for these words."""
    people = nearest(work, role, order.division_path) or nearest(work, "officer", order.division_path)
    tell_staff(
        work, people, "help_order_desk", f"{order.id}:{order.version}:{what[:24]}",
        priority=URGENT if urgent else PRIORITY, deadline_s=URGENT_S if urgent else DEADLINE_S,
        number=order.number, kind=kind_zh(order), what=what,
    )  # fmt: skip
