"""Those the bureau serves: persons, how they prove who they are, and who may act for whom."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.crypto import Encrypted
from backend.core.db import Base, Id

ID_KINDS = ("resident_id", "hkmt_permit", "foreign_pr", "passport")
LIVE_ACCOUNT = text("unbound_at IS NULL AND person_id IS NOT NULL")
LIVE_PROXY = text("state IN ('requested','active')")


class Person(Base):
    """A natural person, once in the whole system: whoever proves the same identity number is the same row.

    ``assurance`` is the strongest proof ever given (``residents.rules.Assurance``: 0 none … 3 at a counter);
    ``id_index`` and ``name_index`` are blind indexes, the only way to look somebody up.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("assurance BETWEEN 0 AND 3", name="assurance"),
        CheckConstraint("(id_number IS NULL) = (id_index IS NULL)", name="id_index"),
        CheckConstraint("id_kind IN ('resident_id','hkmt_permit','foreign_pr','passport')", name="id_kind"),
        CheckConstraint("sex IN ('male','female')", name="sex"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Encrypted("person.name"))
    name_index: Mapped[str] = mapped_column(String(64), index=True)
    id_kind: Mapped[str] = mapped_column(String(16), default="resident_id")
    id_number: Mapped[str | None] = mapped_column(Encrypted("person.id_number"))
    id_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    birth_date: Mapped[date | None] = mapped_column(Date)
    sex: Mapped[str | None] = mapped_column(String(8))
    phone: Mapped[str | None] = mapped_column(Encrypted("person.phone"))
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    division_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"))
    address: Mapped[str | None] = mapped_column(Encrypted("person.address"))
    assurance: Mapped[int] = mapped_column(default=0)
    assured_by: Mapped[str | None] = mapped_column(String(32))
    assured_at: Mapped[datetime | None]
    died_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class WeChatAccount(Base):
    """A WeChat user of this mini-program, bound once to a person by a real-name proof; one live account a person."""

    __tablename__ = "wechat_account"
    __table_args__ = (
        UniqueConstraint("appid", "openid_index"),
        Index(
            "uq_wechat_account_person", "person_id", unique=True,
            sqlite_where=LIVE_ACCOUNT, postgresql_where=LIVE_ACCOUNT,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    appid: Mapped[str] = mapped_column(String(64))
    openid: Mapped[str] = mapped_column(Encrypted("wechat_account.openid"))
    openid_index: Mapped[str] = mapped_column(String(64))
    unionid: Mapped[str | None] = mapped_column(Encrypted("wechat_account.unionid"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    bound_at: Mapped[datetime | None]
    unbound_at: Mapped[datetime | None]
    phone: Mapped[str | None] = mapped_column(Encrypted("wechat_account.phone"))
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_at: Mapped[datetime | None]
    large_type: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    person: Mapped[Person | None] = relationship(lazy="joined")


class ResidentSession(Base):
    """A pair of tokens: a short access token and a refresh token used once. Only digests are kept.

    A refresh makes a new row of the same ``family``; a refresh token used again after its rotation ends the family.
    """

    __tablename__ = "resident_session"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("wechat_account.id"), index=True)
    family: Mapped[UUID] = mapped_column(index=True)
    access_digest: Mapped[str] = mapped_column(String(64), unique=True)
    refresh_digest: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[datetime]
    access_until: Mapped[datetime]
    refresh_until: Mapped[datetime]
    rotated_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None] = mapped_column(String(32))
    account: Mapped[WeChatAccount] = relationship(lazy="joined")


class IdentityCheck(Base):
    """One attempt to prove who somebody is, by one provider; a passed one raises the person's assurance.

    ``reference`` names it to the provider; ``client`` is what the mini-program needs to go on, while it is open.
    """

    __tablename__ = "identity_check"
    __table_args__ = (
        CheckConstraint("state IN ('started','passed','failed','expired')", name="state"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    )

    id: Mapped[Id]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("wechat_account.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    provider: Mapped[str] = mapped_column(String(32))
    level: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="started")
    reference: Mapped[str | None] = mapped_column(String(512))
    client: Mapped[dict[str, Any]] = mapped_column(default=dict)
    name: Mapped[str] = mapped_column(Encrypted("identity_check.name"))
    id_kind: Mapped[str] = mapped_column(String(16))
    id_number: Mapped[str] = mapped_column(Encrypted("identity_check.id_number"))
    id_index: Mapped[str] = mapped_column(String(64), index=True)
    reason: Mapped[str | None] = mapped_column(String(64))
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Proxy(Base):
    """Somebody may act for somebody (亲友代办, R-010): within ``scopes``, until ``valid_until``, until revoked.

    ``kind``: ``relative`` (the principal consents), ``guardian`` (papers checked at a counter; the ward's consent is
    the law's). A clerk needs no proxy: each thing a clerk does for a person is written into ``proxy_act``.

    A request names its principal only by ``principal_index`` (blind index of the identity number) and the name the
    agent knows: it is matched when the principal looks, so that asking never tells who is registered here.
    """

    __tablename__ = "proxy"
    __table_args__ = (
        CheckConstraint("principal_id <> agent_id", name="not_oneself"),
        CheckConstraint("kind IN ('relative','guardian')", name="kind"),
        CheckConstraint("state IN ('requested','active','refused','revoked')", name="state"),
        CheckConstraint("(state = 'active') = (consented_at IS NOT NULL AND revoked_at IS NULL)", name="consent"),
        CheckConstraint("consented_at IS NULL OR principal_id IS NOT NULL", name="principal"),
        Index(
            "uq_proxy_live", "principal_index", "agent_id", unique=True,
            sqlite_where=LIVE_PROXY, postgresql_where=LIVE_PROXY,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    principal_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    principal_index: Mapped[str] = mapped_column(String(64))
    principal_name: Mapped[str] = mapped_column(Encrypted("proxy.principal_name"))
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    relation: Mapped[str] = mapped_column(String(32))
    scopes: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(16), default="requested")
    consent_how: Mapped[str | None] = mapped_column(String(16))
    evidence: Mapped[str | None] = mapped_column(Encrypted("proxy.evidence"))
    witnessed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    days: Mapped[int]
    requested_at: Mapped[datetime]
    consented_at: Mapped[datetime | None]
    valid_until: Mapped[datetime]
    ending_told_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(128))


class ProxyAct(Base):
    """The trail "done by … for …": every act of an agent or a clerk, which the principal can read. Append-only."""

    __tablename__ = "proxy_act"

    id: Mapped[Id]
    principal_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    proxy_id: Mapped[UUID | None] = mapped_column(ForeignKey("proxy.id"))
    scope: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime]


class Consent(Base):
    """Agreement to one purpose in one version of its text (个人信息保护法 13–15, 29); withdrawn as easily as given."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_live", "account_id", "purpose", unique=True,
            sqlite_where=text("withdrawn_at IS NULL"), postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("wechat_account.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(32))
    version: Mapped[str] = mapped_column(String(16))
    text_digest: Mapped[str] = mapped_column(String(64))
    granted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class RightsRequest(Base):
    """A request about one's own data (个人信息保护法 44–48): correct or erase; decided by a member of staff."""

    __tablename__ = "rights_request"
    __table_args__ = (
        CheckConstraint("kind IN ('correct','erase')", name="kind"),
        CheckConstraint("state IN ('open','done','refused','withdrawn')", name="state"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    field: Mapped[str | None] = mapped_column(String(32))
    wanted: Mapped[str | None] = mapped_column(Encrypted("rights_request.wanted"))
    reason: Mapped[str] = mapped_column(Encrypted("rights_request.reason"))
    state: Mapped[str] = mapped_column(String(16), default="open")
    due_on: Mapped[date] = mapped_column(Date)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    answer: Mapped[str | None] = mapped_column(Encrypted("rights_request.answer"))
    kept: Mapped[list[Any]] = mapped_column(default=list)


class InboxItem(Base):
    """A message in the mini-program's own inbox: always there, whatever WeChat or the operator did."""

    __tablename__ = "inbox_item"

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    dedup_key: Mapped[str] = mapped_column(String(200), unique=True)
    template: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    body: Mapped[str] = mapped_column(Encrypted("inbox_item.body"))
    page: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
