"""The trail "done by … for …": written with each act of an agent or a clerk, told to the principal, theirs to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.people.service import Viewer
from backend.residents.masking import mask_name
from backend.residents.models import Person, Proxy, ProxyAct
from backend.residents.proxy_rules import action_words, by_whom
from backend.residents.telling import tell_resident

PAGE = "pages/proxies/trail"


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of the trail: ``who`` is 由子女李*代办 or 由窗口工作人员代办, ``what`` a few characters."""

    at: datetime
    who: str
    what: str
    subject: str


def did(
    work: Work,
    *,
    principal_id: UUID,
    scope: str,
    action: str,
    subject: str,
    agent_id: UUID | None = None,
    proxy_id: UUID | None = None,
    staff: Viewer | None = None,
) -> None:
    """Write that an agent (with ``proxy_id``) or a clerk (``staff``) did something for a person, and tell them.

    Call it in the transaction of the act itself. ``subject`` is the thing's kind and id, such as ``booking:…``. Who
    acts for themself writes nothing here. A principal without WeChat is told by SMS.
    """
    act = ProxyAct(
        principal_id=principal_id, agent_id=agent_id, staff_id=staff.staff_id if staff else None, proxy_id=proxy_id,
        scope=scope, action=action, subject=subject, at=work.now,
    )  # fmt: skip
    work.session.add(act)
    work.session.flush()
    facts = {"who": _who(work, act), "what": action_words(scope, action), "at": work.now}
    tell_resident(work, principal_id, key=f"proxy_act:{act.id}", template="proxy_act", facts=facts, page=PAGE)


def _who(work: Work, act: ProxyAct) -> str:
    """The relation as the proxy names it, and the agent's masked name."""
    if act.agent_id is None:
        return by_whom(relation=None, agent=None)
    proxy = work.session.get(Proxy, act.proxy_id) if act.proxy_id else None
    person = work.session.get_one(Person, act.agent_id)
    agent = "（已注销）" if person.erased_at else mask_name(person.name)
    return by_whom(relation=proxy.relation if proxy else None, agent=agent)


def trail(work: Work, principal_id: UUID, limit: int = 50) -> Sequence[Trace]:
    """What was done for a person, newest first."""
    mine = select(ProxyAct).where(ProxyAct.principal_id == principal_id)
    rows = work.session.scalars(mine.order_by(ProxyAct.at.desc(), ProxyAct.id.desc()).limit(limit))
    return [Trace(row.at, _who(work, row), action_words(row.scope, row.action), row.subject) for row in rows]
