"""Who is on duty: shifts, one-off changes to them, and handovers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Id

DUTY_ROLES = ("duty", "lead", "officer")
PENDING = text("accepted_at IS NULL AND cancelled_at IS NULL")


class ShiftPattern(Base):
    """A daily shift of a post, over midnight if ``ends`` is not after ``starts`` (minutes of the local day).

    ``weekdays`` is a list of 0 (Monday) … 6 on which the shift begins. Rotations will later write these rows.
    """

    __tablename__ = "shift_pattern"
    __table_args__ = (
        CheckConstraint("role IN ('duty','lead','officer')", name="role"),
        CheckConstraint("starts BETWEEN 0 AND 1439 AND ends BETWEEN 0 AND 1439", name="minutes"),
    )

    id: Mapped[Id]
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(32))
    starts: Mapped[int]
    ends: Mapped[int]
    weekdays: Mapped[list[Any]]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]


class RosterOverride(Base):
    """A one-off change: ``add`` somebody, ``remove`` somebody, or ``replace`` one by another, for a time."""

    __tablename__ = "roster_override"
    __table_args__ = (
        CheckConstraint("kind IN ('add','remove','replace')", name="kind"),
        CheckConstraint("ends_at > starts_at", name="span"),
        CheckConstraint("(kind = 'replace') = (replaces_id IS NOT NULL)", name="replaces"),
        Index("ix_roster_override_span", "division_code", "role", "starts_at", "ends_at"),
    )

    id: Mapped[Id]
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    role: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class Handover(Base):
    """交接班: the alarms open when one person hands over, accepted by the next (GB 38600: a record is kept)."""

    __tablename__ = "handover"
    __table_args__ = (
        Index(
            "uq_handover_pending",
            "division_code",
            "role",
            "from_id",
            unique=True,
            sqlite_where=PENDING,
            postgresql_where=PENDING,
        ),
    )

    id: Mapped[Id]
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    from_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    to_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    open_alarms: Mapped[list[Any]]
    note: Mapped[str]
