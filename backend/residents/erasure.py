"""Forgetting a person who asks for it (个人信息保护法 47): what can go goes at once, what the law keeps is named.

No member of staff decides: the rule is the same for everybody, and it is shown before anybody says yes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from backend.core import audit
from backend.core.clock import local
from backend.core.crypto import new_token
from backend.core.db import Work
from backend.core.locks import for_update
from backend.notices import service as notices
from backend.residents import proxies, retention
from backend.residents.holdings import Erasable, Kept
from backend.residents.indexes import name_index
from backend.residents.models import (
    Consent,
    IdentityCheck,
    InboxItem,
    Person,
    Proxy,
    ProxyAct,
    ResidentSession,
    RightsRequest,
    WeChatAccount,
)
from backend.residents.rights_errors import ErasureBlockedError

GONE = "已注销"


@dataclass(slots=True)
class Plan:
    """What an erasure would do: titles that go, what stays, and what blocks it."""

    goes: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    blocked_by: list[str] = field(default_factory=list)


def plan(work: Work, person_id: UUID, erasables: Sequence[Erasable]) -> Plan:
    """What would happen. Changes nothing."""
    found = Plan()
    for one in erasables:
        if one.title is not None:
            found.goes.append(one.title)
        found.kept.extend(one.kept(work, person_id))
        found.blocked_by.extend(one.live(work, person_id))
    return found


def erase(work: Work, person_id: UUID, erasables: Sequence[Erasable], reason: str) -> RightsRequest:
    """Do it. Raises ``ErasureBlockedError`` while something is under way; then nothing is changed."""
    person = work.session.scalars(for_update(work, select(Person).where(Person.id == person_id))).one()
    found = plan(work, person_id, erasables)
    if found.blocked_by:
        raise ErasureBlockedError(what="、".join(found.blocked_by[:3]))
    for one in erasables:
        one.erase(work, person_id)
    row = RightsRequest(
        person_id=person.id, kind="erase", reason=reason.strip()[:500] or GONE, state="done",
        due_on=local(work.now).date(), asked_at=work.now, decided_at=work.now, answer=GONE,
        kept=[{"what": one.what, "ground": one.ground, "until": one.until.isoformat()} for one in found.kept],
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    audit.record(work, "person.erased", f"person:{person_id}", request=row.id, kept=len(found.kept))
    return row


def _own_live(work: Work, person_id: UUID) -> list[str]:
    wards = select(Proxy.id).where(
        Proxy.agent_id == person_id, Proxy.kind == "guardian", Proxy.state == "active", Proxy.valid_until > work.now
    )
    return ["您还是别人的监护代办人"] if work.session.scalars(wards).first() else []


def _own_kept(work: Work, person_id: UUID) -> list[Kept]:
    """The trails without the name: who agreed to what, who acted for whom, what was asked."""
    today = local(work.now).date()
    mine = {
        "consent_record": select(Consent.granted_at).join(WeChatAccount, WeChatAccount.id == Consent.account_id)
        .where(WeChatAccount.person_id == person_id),
        "proxy_trail": select(ProxyAct.at).where(ProxyAct.principal_id == person_id),
        "rights_request": select(RightsRequest.asked_at).where(RightsRequest.person_id == person_id),
    }  # fmt: skip
    newest = {name: max(work.session.scalars(rows), default=None) for name, rows in mine.items()}
    found = [retention.kept(name, since, today) for name, since in newest.items() if since is not None]
    return [one for one in [*found, retention.kept("audit_log", today, today)] if one is not None]


def _erase_own(work: Work, person_id: UUID) -> None:
    proxies.end_all(work, person_id, "system:erased")
    _forget_accounts(work, person_id)
    notices.forget(work, "resident", str(person_id))
    for table in (InboxItem, IdentityCheck):
        work.execute_dml(delete(table).where(table.person_id == person_id))
    _blank_requests(work, person_id)
    _blank_person(work, work.session.get_one(Person, person_id))


def _forget_accounts(work: Work, person_id: UUID) -> None:
    accounts = work.session.scalars(select(WeChatAccount).where(WeChatAccount.person_id == person_id)).all()
    ids = [one.id for one in accounts]
    for table, when in ((ResidentSession, "revoked_at"), (Consent, "withdrawn_at")):
        open_ = getattr(table, when).is_(None)
        values: dict[str, Any] = {when: work.now}
        work.execute_dml(update(table).where(table.account_id.in_(ids), open_).values(values))
    for one in accounts:
        one.openid, one.openid_index, one.unionid = "", new_token(), None
        one.phone = one.phone_index = one.phone_at = None
        one.unbound_at = one.unbound_at or work.now


def _blank_requests(work: Work, person_id: UUID) -> None:
    """Who asked for what and what became of it stays; the words that name the person go."""
    for row in work.session.scalars(select(RightsRequest).where(RightsRequest.person_id == person_id)):
        row.wanted, row.reason = None, GONE
        row.answer = GONE if row.answer else None
        if row.state == "open":
            row.state = "withdrawn"
    index = work.session.get_one(Person, person_id).id_index
    named = or_(Proxy.principal_id == person_id, Proxy.principal_index == index)
    for proxy in work.session.scalars(select(Proxy).where(named)):
        proxy.principal_name, proxy.principal_index, proxy.evidence = GONE, new_token(), None


def _blank_person(work: Work, person: Person) -> None:
    person.name, person.name_index = GONE, name_index(new_token())
    person.id_number = person.id_index = person.birth_date = person.sex = None
    person.phone = person.phone_index = person.address = person.division_code = None
    person.assurance, person.assured_by, person.assured_at = 0, None, None
    person.erased_at = work.now


ERASABLES = (Erasable("姓名、证件号、电话、地址、微信账号、消息", _own_live, _own_kept, _erase_own),)
