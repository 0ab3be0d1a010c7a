"""好差评 (R-007): invitations to rate a finished matter, the ratings, and the call-backs that bad ones open."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.crypto import Encrypted
from backend.core.db import Base, Id

UNFINISHED = text("state <> 'resolved'")


class RatingInvitation(Base):
    """Somebody has finished a matter and may rate it once. ``title`` is what they read: ``结婚登记``.

    ``office_id`` names an office of the booking domain; there is no foreign key, since a matter may be online only
    and a closed office must not take its ratings with it. ``division_path`` decides which staff see the rating.
    """

    __tablename__ = "rating_invitation"
    __table_args__ = (UniqueConstraint("subject_kind", "subject_id", "person_id"),)

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(64))
    office_id: Mapped[UUID | None]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    division_path: Mapped[str] = mapped_column(String(256))
    invited_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Rating(Base):
    """What somebody said of a finished matter; ``level`` 5 非常满意 … 1 非常不满意, ``items`` the same by aspect."""

    __tablename__ = "rating"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        UniqueConstraint("subject_kind", "subject_id", "person_id"),
        Index("ix_rating_office_at", "office_id", "at"),
    )

    id: Mapped[Id]
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("rating_invitation.id"), unique=True)
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(64))
    level: Mapped[int]
    items: Mapped[dict[str, Any]]
    comment: Mapped[str | None] = mapped_column(Encrypted("rating.comment"))
    office_id: Mapped[UUID | None]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    division_path: Mapped[str] = mapped_column(String(256))
    at: Mapped[datetime] = mapped_column(index=True)


class CallbackTask(Base):
    """A bad rating is a work order: call back (100 %), put it right by ``due_on`` (15 working days).

    ``provisional``: the day needs a year whose calendar is not loaded yet. ``escalated_at``: when an officer was
    told that it is overdue.
    """

    __tablename__ = "callback_task"
    __table_args__ = (
        CheckConstraint("state IN ('open','called','resolved')", name="state"),
        CheckConstraint("(state = 'open') = (called_at IS NULL)", name="called"),
        CheckConstraint("(state = 'resolved') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("result IN ('fixed','explained','unfounded')", name="result"),
        CheckConstraint("(state = 'resolved') = (result IS NOT NULL)", name="resolved"),
        Index("ix_callback_task_due", "due_on", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
    )

    id: Mapped[Id]
    rating_id: Mapped[UUID] = mapped_column(ForeignKey("rating.id"), unique=True)
    state: Mapped[str] = mapped_column(String(16), default="open")
    due_on: Mapped[date] = mapped_column(Date)
    provisional: Mapped[bool]
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str | None] = mapped_column(Encrypted("callback_task.note"))
    result: Mapped[str | None] = mapped_column(String(16))
    opened_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    rating: Mapped[Rating] = relationship(lazy="joined", innerjoin=True)  # inner: it can be locked
