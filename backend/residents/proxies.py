"""Who may act for whom (亲友代办, R-010): asked for by the agent, allowed by the principal, ended by either.

Asking never tells whether the other person is registered: a request is kept under the blind index of the number, and
only the person who has proved that number, and bears that name, ever sees it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.locks import for_update
from backend.residents import proxy_rules as rules
from backend.residents.documents import read, read_name, same_name
from backend.residents.errors import NoProxyError
from backend.residents.indexes import id_index
from backend.residents.masking import mask_name
from backend.residents.models import Person, Proxy
from backend.residents.rights_errors import (
    AgentTooYoungError,
    ProxyExistsError,
    ProxyLapsedError,
    ProxyOneselfError,
    TooManyAgentsError,
    TooManyPrincipalsError,
    WardNeedsCounterError,
)
from backend.residents.states import PROXY
from backend.residents.telling import tell_resident

PAGE = "pages/proxies/index"


def may_act(work: Work, agent_id: UUID, principal_id: UUID, scope: str, now: datetime) -> Proxy:
    """The live proxy that covers ``scope``. Raises ``NoProxyError``, also when there is no such person."""
    found = work.session.scalars(
        select(Proxy)
        .join(Person, Person.id == Proxy.principal_id)
        .where(
            Proxy.principal_id == principal_id, Proxy.agent_id == agent_id, Proxy.state == "active",
            Proxy.valid_until > now, Person.died_on.is_(None), Person.erased_at.is_(None),
        )
    ).first()  # fmt: skip
    if found is None or scope not in found.scopes:
        raise NoProxyError
    return found


def request(
    work: Work,
    agent_id: UUID,
    *,
    principal_name: str,
    id_number: str,
    relation: str,
    scopes: Sequence[str],
    days: int,
    id_kind: str = "resident_id",
) -> Proxy:
    """Ask to act for somebody. The answer is the same whether that person is known here or not.

    Raises ``BadInputError``, ``ProxyOneselfError``, ``AgentTooYoungError``, ``WardNeedsCounterError`` (the number is
    a minor's), ``ProxyExistsError`` (this agent has asked already) and ``TooManyPrincipalsError``.
    """
    agent = _locked_person(work, agent_id)
    checked = rules.checked_scopes(scopes), rules.checked_relation(relation), rules.checked_days(days)
    today = local(work.now).date()
    document = read(id_kind, id_number, today)
    index = id_index(document.number)
    if index == agent.id_index:
        raise ProxyOneselfError
    if rules.is_minor(document.birth_date, today):
        raise WardNeedsCounterError
    check_agent(work, agent)
    free_pair(work, index, agent_id)
    row = _requested(work, agent_id, index, read_name(principal_name), *checked)
    _tell_principal(work, row)
    return row


def _requested(work: Work, agent_id: UUID, index: str, name: str, scopes: list[str], relation: str, days: int) -> Proxy:
    row = Proxy(
        principal_index=index, principal_name=name, agent_id=agent_id, kind="relative", relation=relation,
        scopes=scopes, days=days, requested_at=work.now, valid_until=work.now + rules.ANSWER_WITHIN, state="requested",
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row


def _tell_principal(work: Work, row: Proxy) -> None:
    """Whoever has that number and that name is asked; whether anybody does, the agent does not learn."""
    principal = work.session.scalars(select(Person).where(Person.id_index == row.principal_index)).first()
    if principal is not None and same_name(principal.name, row.principal_name):
        facts = {"agent": agent_name(work, row), "relation": rules.RELATIONS[row.relation], "at": work.now}
        tell_resident(work, principal.id, key=f"proxy:{row.id}", template="proxy_asked", facts=facts, page=PAGE)


def agent_name(work: Work, row: Proxy) -> str:
    """The agent's masked name."""
    return mask_name(work.session.get_one(Person, row.agent_id).name)


def _locked_person(work: Work, person_id: UUID) -> Person:
    """Locked, so that two requests at once cannot both be the last one allowed."""
    return work.session.scalars(for_update(work, select(Person).where(Person.id == person_id))).one()


def lock_both(work: Work, *person_ids: UUID) -> dict[UUID, Person]:
    """Both rows, locked in the order of their ids, so that two pairs cannot wait for each other."""
    found = {one: _locked_person(work, one) for one in sorted(person_ids)}
    if any(one.erased_at or one.died_on for one in found.values()):
        raise NotFoundError
    return found


def check_agent(work: Work, agent: Person, *, besides: UUID | None = None) -> None:
    """The agent is of age and has room for one more. ``besides``: the request that is being counted already."""
    if rules.is_minor(agent.birth_date, local(work.now).date()):
        raise AgentTooYoungError
    taken = select(func.count()).where(Proxy.agent_id == agent.id, live(work.now), Proxy.id != besides)
    if (work.session.scalar(taken) or 0) >= rules.MOST_PRINCIPALS:
        raise TooManyPrincipalsError(most=rules.MOST_PRINCIPALS)


def check_principal(work: Work, principal_id: UUID) -> None:
    """Raises ``TooManyAgentsError``."""
    active = and_(Proxy.state == "active", Proxy.valid_until > work.now)
    if (work.session.scalar(select(func.count()).where(Proxy.principal_id == principal_id, active)) or 0) >= (
        rules.MOST_AGENTS
    ):
        raise TooManyAgentsError(most=rules.MOST_AGENTS)


def live(now: datetime) -> ColumnElement[bool]:
    """Asked for or in force, and its time is not over."""
    return and_(Proxy.state.in_(("requested", "active")), Proxy.valid_until > now)


def free_pair(work: Work, index: str, agent_id: UUID) -> None:
    """Close what time has ended between the two. Raises ``ProxyExistsError`` if something is still open.

    Who was refused asks again only after a month: nobody is worn down by asking.
    """
    refused = and_(Proxy.state == "refused", Proxy.requested_at > work.now - rules.ANSWER_WITHIN)
    pair = and_(Proxy.principal_index == index, Proxy.agent_id == agent_id)
    if work.session.scalars(select(Proxy.id).where(pair, refused)).first() is not None:
        raise ProxyExistsError
    row = of_pair(work, index, agent_id)
    if row is None:
        return
    if row.valid_until > work.now:
        raise ProxyExistsError
    _end(work, row, "system:lapsed")
    work.session.flush()


def of_pair(work: Work, index: str, agent_id: UUID) -> Proxy | None:
    """What is asked for or in force between the two, lapsed or not."""
    pair = and_(Proxy.principal_index == index, Proxy.agent_id == agent_id, Proxy.state.in_(("requested", "active")))
    return work.session.scalars(for_update(work, select(Proxy).where(pair))).first()


def requests_for(work: Work, principal_id: UUID) -> Sequence[Proxy]:
    """The open requests that name this person rightly, by number and name."""
    person = work.session.get_one(Person, principal_id)
    if person.id_index is None:
        return []
    asked = and_(Proxy.principal_index == person.id_index, Proxy.state == "requested", Proxy.valid_until > work.now)
    rows = work.session.scalars(select(Proxy).where(asked).order_by(Proxy.requested_at, Proxy.id))
    return [row for row in rows if same_name(row.principal_name, person.name)]


def of_person(work: Work, person_id: UUID) -> Sequence[Proxy]:
    """Those that concern a person: asked of them, given by them, and their own as agent; the newest first."""
    mine = or_(Proxy.principal_id == person_id, Proxy.agent_id == person_id)
    rows = list(work.session.scalars(select(Proxy).where(mine)))
    return sorted([*requests_for(work, person_id), *rows], key=lambda row: (row.requested_at, row.id), reverse=True)


def _asked_of(work: Work, principal_id: UUID, proxy_id: UUID) -> Proxy:
    row = work.session.scalars(for_update(work, select(Proxy).where(Proxy.id == proxy_id))).first()
    person = work.session.get_one(Person, principal_id)
    if row is None or row.principal_index != person.id_index or not same_name(row.principal_name, person.name):
        raise NotFoundError
    return row


def consent(work: Work, principal_id: UUID, proxy_id: UUID) -> Proxy:
    """The principal agrees in their own account; from now on, for the days asked for."""
    row = _asked_of(work, principal_id, proxy_id)
    if rules.is_minor(work.session.get_one(Person, principal_id).birth_date, local(work.now).date()):
        raise WardNeedsCounterError
    return activate(work, row, principal_id, how="account")


def activate(work: Work, row: Proxy, principal_id: UUID, *, how: str) -> Proxy:
    """Put a request in force. Raises ``WrongStateError``, ``ProxyLapsedError`` and the two limits."""
    state = PROXY.next(row.state, "consent")
    if row.valid_until <= work.now:
        raise ProxyLapsedError
    people = lock_both(work, row.agent_id, principal_id)
    check_agent(work, people[row.agent_id], besides=row.id)
    check_principal(work, principal_id)
    row.state, row.principal_id, row.consented_at, row.consent_how = state, principal_id, work.now, how
    row.valid_until = rules.relative_until(work.now, row.days)
    announce(work, row)
    return row


def announce(work: Work, row: Proxy) -> None:
    """A proxy is in force: both are told, and the audit keeps it."""
    work.session.flush()
    facts = {"until": day_words(row.valid_until), "scopes": rules.scope_words(row.scopes)}
    _tell_both(work, row, "proxy_active", facts)
    audit.record(work, "proxy.active", f"person:{row.principal_id}", proxy=row.id, how=row.consent_how)


def _tell_both(work: Work, row: Proxy, template: str, facts: dict[str, str], key: str = "") -> None:
    whole = f"proxy:{row.id}:{template}{key}"
    principal = facts | {"whom": f"{rules.RELATIONS[row.relation]}{agent_name(work, row)}替您"}
    agent = facts | {"whom": f"您替{mask_name(row.principal_name)}"}
    if row.principal_id is not None:
        tell_resident(work, row.principal_id, key=whole, template=template, facts=principal, page=PAGE)
    tell_resident(work, row.agent_id, key=whole, template=template, facts=agent, page=PAGE)


def day_words(moment: datetime) -> str:
    """``2026年11月22日``."""
    day = local(moment)
    return f"{day.year}年{day.month}月{day.day}日"


def refuse(work: Work, principal_id: UUID, proxy_id: UUID) -> Proxy:
    """The principal says no; the agent is told, without a reason."""
    row = _asked_of(work, principal_id, proxy_id)
    row.state = PROXY.next(row.state, "refuse")
    facts = {"whom": mask_name(row.principal_name)}
    tell_resident(work, row.agent_id, key=f"proxy:{row.id}:no", template="proxy_refused", facts=facts, page=PAGE)
    audit.record(work, "proxy.refused", f"person:{principal_id}", proxy=row.id)
    return row


def revoke(work: Work, person_id: UUID, proxy_id: UUID) -> Proxy:
    """Either of the two ends it, at once and without a reason; a guardian's ends at the counter, if the ward asks."""
    row = work.session.scalars(for_update(work, select(Proxy).where(Proxy.id == proxy_id))).first()
    if row is None or person_id not in (row.principal_id, row.agent_id):
        raise NotFoundError
    if row.kind == "guardian" and person_id == row.principal_id:
        raise WardNeedsCounterError
    return end(work, row, f"resident:{person_id}")


def end(work: Work, row: Proxy, by: str) -> Proxy:
    """End a live proxy or take a request back; both are told of what was in force."""
    was = row.state
    _end(work, row, by)
    if was == "active":
        _tell_both(work, row, "proxy_ended", {})
        audit.record(work, "proxy.revoked", f"person:{row.principal_id}", proxy=row.id, by=by)
    return row


def _end(work: Work, row: Proxy, by: str) -> None:
    row.state = PROXY.next(row.state, "revoke")
    row.revoked_at, row.revoked_by = work.now, by


def end_agents(work: Work, principal_id: UUID, by: str) -> int:
    """End every relative's proxy for a person (their consent to sharing is withdrawn); how many."""
    return _end_each(work, and_(Proxy.principal_id == principal_id, Proxy.kind == "relative"), by)


def end_all(work: Work, person_id: UUID, by: str) -> int:
    """End everything in which a person is principal or agent (erasure, death); how many."""
    return _end_each(work, or_(Proxy.principal_id == person_id, Proxy.agent_id == person_id), by)


def _end_each(work: Work, which: ColumnElement[bool], by: str) -> int:
    rows = work.session.scalars(
        for_update(work, select(Proxy).where(which, Proxy.state.in_(("requested", "active"))).order_by(Proxy.id))
    ).all()
    for row in rows:
        end(work, row, by)
    return len(rows)


def tell_endings(work: Work, limit: int = 100) -> int:
    """Tell both sides of the proxies that end within 14 days and have not been told; how many."""
    due = and_(
        Proxy.state == "active", Proxy.ending_told_at.is_(None), Proxy.valid_until > work.now,
        Proxy.valid_until <= work.now + rules.TELL_BEFORE,
    )  # fmt: skip
    rows = work.session.scalars(for_update(work, select(Proxy).where(due).order_by(Proxy.id).limit(limit))).all()
    for row in rows:
        row.ending_told_at = work.now
        if row.days > rules.TELL_BEFORE.days:  # a shorter one was announced with its end
            _tell_both(work, row, "proxy_ending", {"until": day_words(row.valid_until)})
    return len(rows)
