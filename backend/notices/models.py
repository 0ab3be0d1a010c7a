"""The outbox: what somebody must be told, written in the same transaction as the fact; and what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Id, Name

WAITING = text("status IN ('pending','sending')")


class Notice(Base):
    """One message for one person (or board, or group), with the ways to reach them in order.

    ``ways`` is a list of channel names; the sealed ``addresses`` is a JSON object channel → address. ``way`` is the
    index of the one to try next and ``channel`` its name. ``priority``: 0 an SOS … 9 routine; lower overtakes.
    ``deadline_at``: after this moment it is no longer worth sending. ``claimed_until``, on the machine's clock so
    that moving the demo's kills nobody: a sender that has not answered by then has died; the next channel is tried
    at once and a rare duplicate is accepted. ``cancelled_at`` may be set while a send is in flight: then that one
    is the last. ``short`` is the text of an SMS, a call or a lock screen. ``reason`` says why it ended badly.
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
