"""Proxies at the counter: the principal, or the guardian with papers, stands before a clerk.

A telephone call is not enough to give one: nobody can see who speaks. To end one it is.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.locks import for_update
from backend.people.service import Viewer
from backend.residents import proxies
from backend.residents import proxy_rules as rules
from backend.residents.models import Person, Proxy
from backend.residents.rights_errors import NotAWardError, ProxyOneselfError, WardNeedsCounterError

SERVE = "person.serve"


def consent_at_counter(
    work: Work,
    viewer: Viewer,
    *,
    principal_id: UUID,
    agent_id: UUID,
    relation: str,
    scopes: Sequence[str],
    days: int,
    evidence: str,
) -> Proxy:
    """The principal is here with their document and names an agent: in force at once, witnessed by the clerk.

    An open request of the same agent is answered by it. Raises as ``proxies.request`` does, and ``NotAllowedError``.
    """
    viewer.require(SERVE)
    people = _two(work, principal_id, agent_id)
    checked = rules.checked_scopes(scopes), rules.checked_relation(relation), rules.checked_days(days)
    seen = rules.checked_evidence(evidence)
    if rules.is_minor(people[principal_id].birth_date, local(work.now).date()):
        raise WardNeedsCounterError
    row = _row(work, people[principal_id], agent_id)
    row.kind, (row.scopes, row.relation, row.days) = "relative", checked
    row.evidence, row.witnessed_by = seen, viewer.staff_id
    row.valid_until = work.now + rules.ANSWER_WITHIN
    work.session.add(row)
    work.session.flush()
    return proxies.activate(work, row, principal_id, how="counter")


def guardian_at_counter(
    work: Work,
    viewer: Viewer,
    *,
    ward_id: UUID,
    guardian_id: UUID,
    ground: str,
    relation: str,
    evidence: str,
    scopes: Sequence[str],
) -> Proxy:
    """A guardian's papers were checked: they act for the ward without the ward's consent (民法典 23, 34).

    ``ground``: ``minor`` until the ward is 18; ``court`` or ``agreed`` for a grown-up without capacity, for two years.
    Raises ``NotAWardError`` if the ground does not fit the ward's age.
    """
    viewer.require(SERVE)
    people = _two(work, ward_id, guardian_id)
    ward, today = people[ward_id], local(work.now).date()
    if ground not in rules.GUARDIAN_GROUNDS or (ground == "minor") != rules.is_minor(ward.birth_date, today):
        raise NotAWardError
    seen = f"{rules.GUARDIAN_GROUNDS[ground]}：{rules.checked_evidence(evidence)}"
    proxies.check_agent(work, people[guardian_id])
    row = _row(work, ward, guardian_id)
    row.kind, row.relation, row.scopes = "guardian", rules.checked_relation(relation), rules.checked_scopes(scopes)
    row.valid_until = rules.guardian_until(local(work.now), ward.birth_date)
    row.days, row.state = (row.valid_until - work.now).days, "active"
    row.principal_id, row.consented_at, row.consent_how = ward_id, work.now, "papers"
    row.evidence, row.witnessed_by = seen, viewer.staff_id
    work.session.add(row)
    proxies.announce(work, row)
    return row


def witness_request(work: Work, viewer: Viewer, principal_id: UUID, proxy_id: UUID, *, evidence: str) -> Proxy:
    """The principal is here and agrees to a request as it was made."""
    viewer.require(SERVE)
    row = next((one for one in proxies.requests_for(work, principal_id) if one.id == proxy_id), None)
    if row is None:
        raise NotFoundError
    return consent_at_counter(
        work, viewer, principal_id=principal_id, agent_id=row.agent_id, relation=row.relation, scopes=row.scopes,
        days=row.days, evidence=evidence,
    )  # fmt: skip


def revoke_at_counter(work: Work, viewer: Viewer, proxy_id: UUID, *, person_id: UUID, why: str) -> Proxy:
    """A clerk ends a proxy because one of the two (``person_id``) asks for it, or because it was wrong."""
    viewer.require(SERVE)
    seen = rules.checked_evidence(why, "理由")
    row = work.session.scalars(for_update(work, select(Proxy).where(Proxy.id == proxy_id))).first()
    if row is None or person_id not in (row.principal_id, row.agent_id):
        raise NotFoundError
    row.evidence = f"{row.evidence or ''}\n{seen}".strip()
    return proxies.end(work, row, f"staff:{viewer.staff_id}")


def _two(work: Work, principal_id: UUID, agent_id: UUID) -> dict[UUID, Person]:
    if principal_id == agent_id:
        raise ProxyOneselfError
    return proxies.lock_both(work, principal_id, agent_id)


def _row(work: Work, principal: Person, agent_id: UUID) -> Proxy:
    """The pair's open request, or a new row."""
    if principal.id_index is None:
        raise NotFoundError
    row = proxies.of_pair(work, principal.id_index, agent_id)
    if row is not None and row.state == "requested" and row.valid_until > work.now:
        return row
    proxies.free_pair(work, principal.id_index, agent_id)
    return Proxy(
        principal_index=principal.id_index, principal_name=principal.name, agent_id=agent_id, state="requested",
        requested_at=work.now,
    )  # fmt: skip
