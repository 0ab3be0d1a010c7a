"""What residents do at the front door: log in, stay logged in, log out; and how a token becomes an account.

A pair of tokens belongs to a family, one for each login on a device. The refresh token is used once; whoever uses it
again later has stolen it or was stolen from, so the whole family ends (RFC 9700 section 4.14.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, distinct, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import lazyload

from backend.core import audit
from backend.core.crypto import new_token, token_digest
from backend.core.db import Actor, Work, is_sqlite
from backend.core.errors import DomainError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.notices.grants import index_of
from backend.residents.errors import RefreshEndedError, RefreshReusedError
from backend.residents.indexes import phone_index
from backend.residents.models import Consent, Person, ResidentSession, WeChatAccount
from backend.residents.rules import ACCESS_LASTS, DOUBLE_TAP, KEPT_CONSENTS, REFRESH_LASTS, Assurance, assurance_of

REUSED, LOGGED_OUT, REPLACED = "reused", "logged_out", "replaced"
FAR_AWAY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A fresh pair; the database keeps only digests of them."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_until: datetime
    refresh_until: datetime


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A new pair, or the error to raise after what it led to has been committed."""

    tokens: Tokens | None
    error: DomainError | None = None


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device that is logged in: ``id`` is its family of sessions."""

    id: UUID
    device: str | None
    since: datetime
    last_seen_at: datetime


def log_in(work: Work, appid: str, openid: str, unionid: str | None, device: str | None) -> Tokens:
    """Find or make the account of a WeChat user and open a session on this device."""
    account = _account(work, appid, openid, unionid)
    account.last_seen_at = work.now
    work.actor = Actor("resident", str(account.id), "")
    return _open(work, account.id, new_id(), device)


def _account(work: Work, appid: str, openid: str, unionid: str | None) -> WeChatAccount:
    row = {
        "id": new_id(), "appid": appid, "openid": openid, "openid_index": index_of(openid), "unionid": unionid,
        "large_type": False, "created_at": work.now, "last_seen_at": work.now,
    }  # fmt: skip
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    work.session.execute(insert(WeChatAccount).values(row).on_conflict_do_nothing())
    mine = select(WeChatAccount).where(WeChatAccount.appid == appid, WeChatAccount.openid_index == row["openid_index"])
    account = work.session.scalars(mine).one()
    account.unionid = account.unionid or unionid
    return account


def _open(work: Work, account_id: UUID, family: UUID, device: str | None) -> Tokens:
    tokens = Tokens(new_token(), new_token(), work.now + ACCESS_LASTS, work.now + REFRESH_LASTS)
    work.session.add(
        ResidentSession(
            account_id=account_id, family=family, device=device, created_at=work.now,
            access_digest=token_digest(tokens.access), refresh_digest=token_digest(tokens.refresh),
            access_until=tokens.access_until, refresh_until=tokens.refresh_until,
        )
    )  # fmt: skip
    return tokens


def refresh(work: Work, token: str) -> Refreshed:
    """Change a refresh token for a new pair; one that was changed before ends its family, a double tap does not."""
    mine = select(ResidentSession).where(ResidentSession.refresh_digest == token_digest(token))
    row = work.session.scalars(for_update(work, mine.options(lazyload(ResidentSession.account)))).first()
    if row is None or row.revoked_at is not None or row.refresh_until <= work.now:
        return Refreshed(None, RefreshEndedError())
    work.actor = Actor("resident", str(row.account.person_id or row.account_id), "")
    if row.rotated_at is not None and work.now - row.rotated_at > DOUBLE_TAP:
        count = _revoke(work, ResidentSession.family == row.family, REUSED)
        audit.record(work, "resident.refresh_reused", f"account:{row.account_id}", sessions=count)
        return Refreshed(None, RefreshReusedError())
    row.rotated_at = row.rotated_at or work.now
    row.account.last_seen_at = work.now
    return Refreshed(_open(work, row.account_id, row.family, row.device))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who an access token belongs to; ``person_id``, ``name`` and ``proved`` are None before the real-name proof.

    ``took_back``: a consent that new matters need was given and withdrawn.
    """

    session_id: UUID
    account_id: UUID
    family: UUID
    has_phone: bool
    person_id: UUID | None
    name: str | None = field(repr=False)
    proved: int | None
    took_back: bool | None


# Given once and not in force now; who proved their name at the counter was never asked here, and is not stopped.
_TOOK_BACK = (
    select(func.count(distinct(Consent.purpose)) > func.sum(case((Consent.withdrawn_at.is_(None), 1), else_=0)))
    .where(Consent.account_id == ResidentSession.account_id, Consent.purpose.in_(KEPT_CONSENTS))
    .scalar_subquery()
)

# Every request of a resident asks this, so it is built once and takes the few columns that are needed.
_LIVE_SESSION = (
    select(
        ResidentSession.id, ResidentSession.account_id, ResidentSession.family, WeChatAccount.phone_index.is_not(None),
        Person.id, Person.name, Person.assurance, _TOOK_BACK,
    )
    .join(WeChatAccount, WeChatAccount.id == ResidentSession.account_id)
    .outerjoin(Person, and_(Person.id == WeChatAccount.person_id, WeChatAccount.unbound_at.is_(None)))
    .where(
        ResidentSession.access_digest == bindparam("digest"), ResidentSession.revoked_at.is_(None),
        ResidentSession.access_until > bindparam("now"),
    )
)  # fmt: skip


def signed_in(work: Work, token: str) -> SignedIn | None:
    """Whose live session an access token opens."""
    row = work.session.execute(_LIVE_SESSION, {"digest": token_digest(token), "now": work.now}).first()
    return None if row is None else SignedIn(*row)


def assurance(account: WeChatAccount) -> Assurance:
    """What counts for an account now."""
    bound = account.person if account.unbound_at is None else None
    return assurance_of(proved=bound.assurance if bound else None, has_phone=account.phone is not None)


def person_signed_in(work: Work, family: UUID) -> UUID | None:
    """Whose sign-in on a device this is, while it lasts; None once it has ended or its account has lost its person."""
    live = select(WeChatAccount.person_id).join(ResidentSession, ResidentSession.account_id == WeChatAccount.id)
    mine = live.where(
        ResidentSession.family == family, ResidentSession.revoked_at.is_(None),
        ResidentSession.refresh_until > work.now, WeChatAccount.unbound_at.is_(None),
    )  # fmt: skip
    return work.session.scalars(mine.limit(1)).first()


def log_out(work: Work, family: UUID) -> None:
    """End the session of one device; its tokens are worth nothing from this commit on."""
    _revoke(work, ResidentSession.family == family, LOGGED_OUT)


def log_out_everywhere(work: Work, account_id: UUID, why: str = LOGGED_OUT) -> int:
    """End every session of an account; return how many pairs of tokens that were."""
    count = _revoke(work, ResidentSession.account_id == account_id, why)
    audit.record(work, "resident.sessions_revoked", f"account:{account_id}", why=why, count=count)
    return count


def log_out_device(work: Work, account_id: UUID, family: UUID) -> None:
    """End one device of an account. Raises ``NotFoundError``, also for somebody else's."""
    mine = and_(ResidentSession.account_id == account_id, ResidentSession.family == family)
    if not _revoke(work, mine, LOGGED_OUT):
        raise NotFoundError


def _revoke(work: Work, which: ColumnElement[bool], why: str) -> int:
    return work.execute_dml(
        update(ResidentSession)
        .where(which, ResidentSession.revoked_at.is_(None))
        .values(revoked_at=work.now, revoked_why=why)
    )


def devices(work: Work, account_id: UUID) -> list[DeviceLine]:
    """Where an account is logged in, newest first."""
    live = (
        ResidentSession.account_id == account_id,
        ResidentSession.revoked_at.is_(None),
        ResidentSession.refresh_until > work.now,
    )
    rows = work.session.scalars(select(ResidentSession).where(*live).order_by(ResidentSession.id))
    families: dict[UUID, list[ResidentSession]] = {}
    for row in rows:
        families.setdefault(row.family, []).append(row)
    lines = [_device_line(family, members) for family, members in families.items()]
    return sorted(lines, key=lambda line: line.last_seen_at, reverse=True)


def _device_line(family: UUID, rows: Sequence[ResidentSession]) -> DeviceLine:
    return DeviceLine(family, rows[0].device, rows[0].created_at, max(row.created_at for row in rows))


def account_of(work: Work, account_id: UUID) -> WeChatAccount:
    """The account, locked for a change. Raises ``NotFoundError``."""
    mine = select(WeChatAccount).where(WeChatAccount.id == account_id).options(lazyload(WeChatAccount.person))
    found = work.session.scalars(for_update(work, mine)).first()
    if found is None:
        raise NotFoundError
    return found


def keep_phone(work: Work, account_id: UUID, number: str) -> None:
    """Keep the number WeChat has verified, for the account and for the person it is bound to."""
    account = account_of(work, account_id)
    account.phone, account.phone_index, account.phone_at = number, phone_index(number), work.now
    if account.person_id is not None and account.unbound_at is None:
        person = work.session.get_one(Person, account.person_id)
        person.phone, person.phone_index = number, account.phone_index
    audit.record(work, "resident.phone", f"account:{account_id}")


def set_large_type(work: Work, account_id: UUID, wanted: bool) -> None:
    account_of(work, account_id).large_type = wanted


def forget_sessions(work: Work, keep: timedelta = FAR_AWAY) -> int:
    """Delete tokens that ended long ago; the audit keeps what mattered about them."""
    before = work.now - keep
    ended = or_(ResidentSession.refresh_until < before, ResidentSession.revoked_at < before)
    return work.execute_dml(delete(ResidentSession).where(ended))
