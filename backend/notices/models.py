"""The outbox: what somebody must be told, written in the same transaction as the fact; and what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Id, Name

WAITING = text("status IN ('pending','sending')")
WECHAT_TROUBLE = text("channel = 'wechat' AND outcome IN ('refused','failed')")
UNHANDLED = text("handled_at IS NULL")
UNDECIDED = text("verdict IS NULL")


class Notice(Base):
    """One message for one person (or board, or group), with the ways to reach them in order.

    ``ways`` is a list of channel names; the sealed ``addresses`` is a JSON object channel → address. ``way`` is the
    index of the one to try next and ``channel`` its name. ``priority``: 0 an SOS … 9 routine; lower overtakes.
    ``deadline_at``: after this moment it is no longer worth sending. ``claimed_until``, on the machine's clock so
    that moving the demo's kills nobody: a sender that has not answered by then has died; the next channel is tried
    at once and a rare duplicate is accepted. ``cancelled_at`` may be set while a send is in flight: then that one
    is the last. ``short`` is the text of an SMS, a call or a lock screen. ``page`` of the
    mini-program is what it opens. ``reason`` says why it ended badly.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending','sending','sent','delivered','read','failed','cancelled','expired')",
            name="status",
        ),
        CheckConstraint("(status = 'sending') = (claimed_until IS NOT NULL)", name="claimed"),
        CheckConstraint("recipient_kind IN ('staff','contact','board','group','resident')", name="recipient_kind"),
        Index("ix_notice_due", "channel", "priority", "next_try_at", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_notice_alarm", "alarm_id", "status"),
    )

    id: Mapped[Id]
    dedup_key: Mapped[str] = mapped_column(String(200), unique=True)
    alarm_id: Mapped[UUID | None]
    alarm_fence: Mapped[int | None]
    recipient_kind: Mapped[str] = mapped_column(String(16))
    recipient_id: Mapped[str] = mapped_column(String(64))
    recipient_name: Mapped[Name]
    template: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    body: Mapped[str] = mapped_column(Encrypted("notice.body"))
    short: Mapped[str] = mapped_column(Encrypted("notice.short"))
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    page: Mapped[str | None] = mapped_column(String(128))
    ways: Mapped[list[Any]]
    addresses: Mapped[str] = mapped_column(Encrypted("notice.addresses"))
    way: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str | None] = mapped_column(String(16))
    priority: Mapped[int]
    status: Mapped[str] = mapped_column(String(16), default="pending")
    reason: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class Attempt(Base):
    """One call of a provider: committed with its deadline *before* the call, its outcome after it."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index("ix_attempt_wechat_trouble", "started_at", sqlite_where=WECHAT_TROUBLE, postgresql_where=WECHAT_TROUBLE),
    )

    id: Mapped[Id]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[str | None] = mapped_column(String(256))
    provider_id: Mapped[str | None] = mapped_column(String(128), index=True)


class SubscriptionGrant(Base):
    """How many messages of one template a person has allowed: one "yes" in WeChat is one message.

    No row: nobody knows, so it is tried. ``long_term``: one "yes" is for good. ``accepted_by`` is ``client`` or
    ``push`` for a "yes" at ``accepted_at`` that the other of the two has not told yet. ``refused_at``: WeChat or the
    person said no; a new "yes" ends it. ``template`` is the account's template id.
    """

    __tablename__ = "subscription_grant"
    __table_args__ = (
        UniqueConstraint("openid_index", "template"),
        CheckConstraint("remaining >= 0", name="remaining"),
        CheckConstraint("accepted_by IN ('client','push')", name="accepted_by"),
    )

    id: Mapped[Id]
    openid_index: Mapped[str] = mapped_column(String(64))
    template: Mapped[str] = mapped_column(String(64))
    remaining: Mapped[int] = mapped_column(default=0)
    long_term: Mapped[bool] = mapped_column(default=False)
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None] = mapped_column(String(8))
    refused_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class WeChatEvent(Base):
    """Something WeChat pushed to us: kept as it came, worked on later. ``outcome`` says what became of it."""

    __tablename__ = "wechat_event"
    __table_args__ = (
        Index("ix_wechat_event_unhandled", "received_at", sqlite_where=UNHANDLED, postgresql_where=UNHANDLED),
        Index("ix_wechat_event_person", "openid_index", "kind"),
        CheckConstraint("(handled_at IS NULL) = (outcome IS NULL)", name="handled"),
    )

    id: Mapped[Id]
    dedup_key: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(64))
    openid_index: Mapped[str | None] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(Encrypted("wechat_event.payload"))
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))


class MediaCheck(Base):
    """A picture or a sound that WeChat was asked about. ``subject`` names what it belongs to, ``kind:id``.

    ``verdict``: pass, review or risky; ``review`` also when no answer came in time: then a person looks. A verdict
    that comes before we have written down the question has no subject yet.
    """

    __tablename__ = "media_check"
    __table_args__ = (
        CheckConstraint("verdict IN ('pass','review','risky')", name="verdict"),
        CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="decided"),
        Index("ix_media_check_undecided", "submitted_at", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
    )

    id: Mapped[Id]
    trace_id: Mapped[str] = mapped_column(String(128), unique=True)
    subject: Mapped[str | None] = mapped_column(String(128), index=True)
    submitted_at: Mapped[datetime]
    verdict: Mapped[str | None] = mapped_column(String(8))
    label: Mapped[int | None]
    decided_at: Mapped[datetime | None]
