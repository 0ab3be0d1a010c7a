"""Proving who one is: an attempt is begun, finished by its provider, and binds the account to the person.

The provider is asked between two units of work, never inside one: a network must not hold the database.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import lazyload

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.locks import for_update
from backend.residents import persons, service
from backend.residents.documents import Document, read, read_name, same_name
from backend.residents.errors import (
    BoundToAnotherError,
    ChildNeedsGuardianError,
    NameDiffersError,
    PersonDeadError,
    TooManyAttemptsError,
)
from backend.residents.identity import REASONS, Answer, Claim, Failed, IdentityProvider, Passed, Started
from backend.residents.indexes import id_index
from backend.residents.models import IdentityCheck, Person, Proxy, WeChatAccount
from backend.residents.persons import Proof, today
from backend.residents.rules import ATTEMPTS_A_DAY, CHECK_LASTS, is_child
from backend.residents.telling import tell_resident

PROVIDER_DOWN = "provider_down"
FREE = (PROVIDER_DOWN,)  # what does not count as an attempt
KEPT = timedelta(days=30)
BOUND = (NameDiffersError, PersonDeadError, BoundToAnotherError, ChildNeedsGuardianError)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as its owner sees it. ``fresh``: it was begun just now, the provider has to be asked."""

    id: UUID
    provider: str
    state: str
    reason: str | None
    client: dict[str, Any]
    expires_at: datetime
    claim: Claim = field(repr=False)
    reference: str | None = field(repr=False)
    fresh: bool = False

    @property
    def reason_zh(self) -> str | None:
        return None if self.reason is None else REASONS.get(self.reason, REASONS["other"])


def begin(work: Work, account_id: UUID, provider: IdentityProvider, name: str, document: Document) -> Attempt:
    """Write down an attempt before the provider is asked; the same one tapped twice is one attempt.

    Raises ``BadInputError``, ``TooManyAttemptsError``, ``ChildNeedsGuardianError`` and ``BoundToAnotherError``.
    """
    clean = read_name(name)
    account = service.account_of(work, account_id)
    open_one = _open_attempt(work, account_id, provider.name, document)
    if open_one is not None and open_one.name == clean:
        return _seen(open_one, account)
    _refuse_too_many(work, account_id)
    refuse_a_child(work, document)
    _refuse_another(work, account, document)
    check = IdentityCheck(
        account_id=account_id, provider=provider.name, level=provider.level, state="started", name=clean,
        id_kind=document.kind, id_number=document.number, id_index=id_index(document.number), client={},
        started_at=work.now, expires_at=work.now + CHECK_LASTS,
    )  # fmt: skip
    work.session.add(check)
    work.session.flush()
    return _seen(check, account, fresh=True)


def _open_attempt(work: Work, account_id: UUID, provider: str, document: Document) -> IdentityCheck | None:
    return work.session.scalars(
        select(IdentityCheck).where(
            IdentityCheck.account_id == account_id, IdentityCheck.provider == provider,
            IdentityCheck.id_index == id_index(document.number), IdentityCheck.state == "started",
            IdentityCheck.expires_at > work.now,
        )
    ).first()  # fmt: skip


def _refuse_too_many(work: Work, account_id: UUID) -> None:
    midnight = local(work.now).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = select(func.count()).where(
        IdentityCheck.account_id == account_id, IdentityCheck.started_at >= midnight,
        or_(IdentityCheck.reason.is_(None), IdentityCheck.reason.not_in(FREE)),
    )  # fmt: skip
    if work.session.execute(counted).scalar_one() >= ATTEMPTS_A_DAY:
        raise TooManyAttemptsError


def refuse_a_child(work: Work, document: Document) -> None:
    """A child's account is bound only when a guardian was checked at a counter before (个人信息保护法 31)."""
    if not is_child(document.birth_date, today(work)):
        return
    guarded = (
        select(Proxy.id)
        .join(Person, Person.id == Proxy.principal_id)
        .where(
            Person.id_index == id_index(document.number), Proxy.kind == "guardian", Proxy.state == "active",
            Proxy.valid_until > work.now,
        )
    )  # fmt: skip
    if work.session.execute(guarded).first() is None:
        raise ChildNeedsGuardianError


def _refuse_another(work: Work, account: WeChatAccount, document: Document) -> None:
    if account.person_id is None or account.unbound_at is not None:
        return
    if work.session.get_one(Person, account.person_id).id_index != id_index(document.number):
        raise BoundToAnotherError


def began(work: Work, attempt_id: UUID, started: Started | None) -> Attempt:
    """Keep what the provider said to begin with; None: it did not answer, and the attempt does not count."""
    check = _locked(work, attempt_id)
    if started is None:
        _end(work, check, "failed", PROVIDER_DOWN)
    else:
        check.reference, check.client = started.reference, dict(started.client)
    return _seen(check, _account(work, check))


def attempt(work: Work, account_id: UUID, attempt_id: UUID) -> Attempt:
    """An attempt of this account. Raises ``NotFoundError``, also for somebody else's."""
    check = work.session.get(IdentityCheck, attempt_id)
    if check is None or check.account_id != account_id:
        raise NotFoundError
    account = work.session.get_one(WeChatAccount, account_id)
    state = "expired" if check.state == "started" and check.expires_at <= work.now else check.state
    return _seen(check, account, state=state)


def finish(work: Work, attempt_id: UUID, answer: Answer) -> Attempt:
    """Take the provider's answer; whoever asks a second time finds what the first one has done."""
    check = _locked(work, attempt_id)
    account = _account(work, check)
    if check.state == "started":
        _decide(work, check, account, answer)
    return _seen(check, account)


def _locked(work: Work, attempt_id: UUID) -> IdentityCheck:
    mine = select(IdentityCheck).where(IdentityCheck.id == attempt_id)
    return work.session.scalars(for_update(work, mine)).one()


def _account(work: Work, check: IdentityCheck) -> WeChatAccount:
    return work.session.get_one(WeChatAccount, check.account_id)


def _seen(check: IdentityCheck, account: WeChatAccount, *, state: str | None = None, fresh: bool = False) -> Attempt:
    claim = Claim(check.name, check.id_kind, check.id_number, account.openid)
    now = state or check.state
    reason = "expired" if now == "expired" else check.reason
    return Attempt(
        check.id, check.provider, now, reason, dict(check.client), check.expires_at, claim, check.reference, fresh
    )


def _decide(work: Work, check: IdentityCheck, account: WeChatAccount, answer: Answer) -> None:
    if isinstance(answer, Passed):
        trouble = "contradiction" if _contradicts(check, answer) else _bind_if_possible(work, check, account)
        _end(work, check, "failed" if trouble else "passed", trouble)
    elif isinstance(answer, Failed):
        _end(work, check, "failed", answer.reason if answer.reason in REASONS else "other")
    elif check.expires_at <= work.now:
        _end(work, check, "expired", "expired")


def _contradicts(check: IdentityCheck, seen: Passed) -> bool:
    other_name = seen.name is not None and not same_name(seen.name, check.name)
    return other_name or (seen.number is not None and seen.number.upper() != check.id_number)


def _bind_if_possible(work: Work, check: IdentityCheck, account: WeChatAccount) -> str | None:
    """The reason why not, or None."""
    document = read(check.id_kind, check.id_number, today(work))
    try:
        refuse_a_child(work, document)
        _refuse_another(work, account, document)
        person = persons.known_as(work, check.name, document, Proof(check.level, check.provider))
        bind(work, account.id, person)
    except BOUND as refusal:
        return refusal.code.partition(".")[2]
    check.person_id = person.id
    return None


def _end(work: Work, check: IdentityCheck, state: str, reason: str | None) -> None:
    check.state, check.reason, check.finished_at, check.client = state, reason, work.now, {}
    audit.record(work, f"identity.{state}", f"account:{check.account_id}", provider=check.provider, reason=reason)


def bind(work: Work, account_id: UUID, person: Person) -> None:
    """Bind the account to the person; an older account of theirs is unbound, logged out, and they are told.

    Whoever binds holds the person's row, then the accounts' in their order: two accounts cannot be bound at once,
    and nobody waits in a circle. Raises ``BoundToAnotherError``.
    """
    account, others = _accounts(work, account_id, person.id)
    if account.person_id == person.id and account.unbound_at is None:
        return
    if account.person_id is not None and account.unbound_at is None:
        raise BoundToAnotherError
    for old in others:
        _unbind(work, old, person)
    account.person_id, account.bound_at, account.unbound_at = person.id, work.now, None
    if person.phone is None and account.phone is not None:
        person.phone, person.phone_index = account.phone, account.phone_index
    work.session.flush()
    facts = {"at": work.now}
    tell_resident(work, person.id, key=f"proved:{account.id}:{work.now}", template="identity_proved", facts=facts)
    audit.record(work, "account.bound", f"person:{person.id}", account=str(account.id))


def _accounts(work: Work, account_id: UUID, person_id: UUID) -> tuple[WeChatAccount, list[WeChatAccount]]:
    """The account to bind, and those the person has now; all locked."""
    live = and_(WeChatAccount.person_id == person_id, WeChatAccount.unbound_at.is_(None))
    wanted = (
        select(WeChatAccount)
        .where(or_(WeChatAccount.id == account_id, live))
        .order_by(WeChatAccount.id)
        .options(lazyload(WeChatAccount.person))
        .execution_options(populate_existing=True)
    )
    rows = list(work.session.scalars(for_update(work, wanted)))
    return next(row for row in rows if row.id == account_id), [row for row in rows if row.id != account_id]


def _unbind(work: Work, old: WeChatAccount, person: Person) -> None:
    old.unbound_at = work.now
    service.log_out_everywhere(work, old.id, service.REPLACED)
    work.session.flush()
    # Before the new account is theirs: so it goes to the phone as a text, which is where a theft is noticed.
    key, facts = f"replaced:{old.id}:{work.now}", {"at": work.now}
    tell_resident(work, person.id, key=key, template="account_replaced", facts=facts, sms=True)


def forget_checks(work: Work, keep: timedelta = KEPT) -> int:
    """Delete attempts that led to nothing; those that passed are the record of how somebody was proved."""
    before = work.now - keep
    old = and_(IdentityCheck.state != "passed", IdentityCheck.started_at < before)
    return work.execute_dml(delete(IdentityCheck).where(old))
