"""Consents by purpose and version (个人信息保护法 13-15, 29): asked one by one, withdrawn as easily as given."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, RootModel
from sqlalchemy import Select, select
from sqlalchemy.orm import lazyload

from backend.core import audit, strict_yaml
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.locks import for_update
from backend.residents import proxies
from backend.residents.models import Consent, WeChatAccount
from backend.residents.rights_errors import ConsentMissingError, ConsentOutdatedError

SHARING = "proxy_share"


class Purpose(BaseModel):
    """One purpose with its text in force; ``sensitive`` ones need a consent of their own (art 29)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    title: str
    sensitive: bool
    text: str
    needed_for: str
    withdraw_effect: str

    @property
    def digest(self) -> str:
        """SHA-256 of what was read before agreeing."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


class _Book(RootModel[Mapping[str, Purpose]]):
    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands to a purpose. ``outdated``: agreed to an older text, so it is asked again."""

    key: str
    purpose: Purpose
    granted_at: datetime | None
    outdated: bool

    @property
    def granted(self) -> bool:
        return self.granted_at is not None and not self.outdated


@cache
def purposes() -> Mapping[str, Purpose]:
    """Every purpose in the order in which they are shown."""
    return _Book.model_validate(strict_yaml.load(Path(__file__).with_name("consents.yaml"))).root


def purpose_of(key: str) -> Purpose:
    """Raises ``NotFoundError``."""
    found = purposes().get(key)
    if found is None:
        raise NotFoundError
    return found


def standings(work: Work, account_id: UUID) -> list[Standing]:
    """Every purpose with what the account has said to it."""
    live = {row.purpose: row for row in work.session.scalars(_live(account_id))}
    return [_standing(key, purpose, live.get(key)) for key, purpose in purposes().items()]


def _standing(key: str, purpose: Purpose, row: Consent | None) -> Standing:
    if row is None:
        return Standing(key, purpose, None, outdated=False)
    return Standing(key, purpose, row.granted_at, outdated=not _in_force(row, purpose))


def _in_force(row: Consent, purpose: Purpose) -> bool:
    return (row.version, row.text_digest) == (purpose.version, purpose.digest)


def _live(account_id: UUID) -> Select[Consent]:
    return select(Consent).where(Consent.account_id == account_id, Consent.withdrawn_at.is_(None))


def _account(work: Work, account_id: UUID) -> WeChatAccount:
    """Locked, so that two taps at once are one consent."""
    mine = select(WeChatAccount).where(WeChatAccount.id == account_id).options(lazyload(WeChatAccount.person))
    return work.session.scalars(for_update(work, mine)).one()


def _row(work: Work, account_id: UUID, key: str) -> Consent | None:
    return work.session.scalars(_live(account_id).where(Consent.purpose == key)).first()


def grant(work: Work, account_id: UUID, key: str, version: str) -> Consent:
    """Agree to a purpose in the version that was shown; again is harmless.

    Raises ``NotFoundError`` (no such purpose) and ``ConsentOutdatedError`` (the text has changed meanwhile).
    """
    purpose, account = purpose_of(key), _account(work, account_id)
    if version != purpose.version:
        raise ConsentOutdatedError
    row = _row(work, account_id, key)
    if row is not None and _in_force(row, purpose):
        return row
    if row is not None:
        row.withdrawn_at = work.now
        work.session.flush()
    new = Consent(
        account_id=account_id, person_id=account.person_id, purpose=key, version=version,
        text_digest=purpose.digest, granted_at=work.now,
    )  # fmt: skip
    work.session.add(new)
    audit.record(work, "consent.granted", f"account:{account_id}", purpose=key, version=version)
    return new


def withdraw(work: Work, account_id: UUID, key: str) -> bool:
    """Take a consent back, at once; whether there was one. Without sharing, relatives' proxies end with it."""
    purpose_of(key)
    account, row = _account(work, account_id), _row(work, account_id, key)
    if row is None:
        return False
    row.withdrawn_at = work.now
    if key == SHARING and account.person_id is not None:
        proxies.end_agents(work, account.person_id, f"resident:{account.person_id}")
    audit.record(work, "consent.withdrawn", f"account:{account_id}", purpose=key, version=row.version)
    return True


def agreed(work: Work, account_id: UUID, key: str) -> bool:
    """Whether the account has agreed to the text that is in force."""
    row = _row(work, account_id, key)
    return row is not None and _in_force(row, purpose_of(key))


def require_consent(work: Work, account_id: UUID, key: str) -> None:
    """Raises ``ConsentMissingError``, whose words name the purpose."""
    if not agreed(work, account_id, key):
        raise ConsentMissingError(title=purpose_of(key).title, purpose=key)
