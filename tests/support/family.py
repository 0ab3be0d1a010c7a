"""A family for tests of acting for somebody: an old woman without WeChat, her son who has it, a grandchild."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.residents import proxies
from backend.residents.models import InboxItem, Proxy
from tests.support.residents import account, id_number, person
from tests.support.world import COUNTY, World, build


@dataclass
class Family:
    """An old woman without WeChat, her son who has it, a grandchild of ten."""

    world: World
    mother: UUID
    son: UUID
    child: UUID
    clerk: Any = field(repr=False)


def found(w: Work) -> Family:
    """The family, written into the register of a small county."""
    world = build(w)
    mother = person(w, "王秀英", date(1940, 5, 1), 2, phone="13800138000")
    son = person(w, "李明", date(1968, 2, 29), 1)
    child = person(w, "李小宝", date(2016, 6, 1), 3)
    account(w, son)
    return Family(world, mother, son, child, world.viewer("officer", "officer", f"{COUNTY}/"))


def ask(w: Work, family: Family, **more: Any) -> Proxy:
    facts: dict[str, Any] = {
        "principal_name": "王秀英", "id_number": id_number(date(1940, 5, 1), 2), "relation": "child",
        "scopes": ["messages", "booking"], "days": 365,
    }  # fmt: skip
    return proxies.request(w, family.son, **{**facts, **more})


def told(w: Work, person_id: UUID) -> list[str]:
    mine = select(InboxItem.template).where(InboxItem.person_id == person_id)
    return list(w.session.scalars(mine.order_by(InboxItem.id)))


def allowed(w: Work, family: Family, **more: Any) -> Proxy:
    return proxies.consent(w, family.mother, ask(w, family, **more).id)


def ask_of(w: Work, agent: UUID) -> Proxy:
    return proxies.request(
        w, agent, principal_name="王秀英", id_number=id_number(date(1940, 5, 1), 2), relation="friend",
        scopes=["booking"], days=30,
    )  # fmt: skip
