"""Alarms and their timeline. The constraints are the promise: one open alarm per subject and kind, never none."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.db import Base, Id, Name

OPEN = text("closed_at IS NULL")
SerialPk = BigInteger().with_variant(Integer, "sqlite")


class Alarm(Base):
    """One thing that somebody must look at.

    ``subject_key`` is ``elder:<id>``, ``device:<id>``, ``unregistered:<source>/<id>``, ``volunteer:<id>`` or
    ``system:<name>``.
    Acknowledged, cleared and assigned are separate axes. ``plan`` is the escalation policy frozen when the alarm
    began; ``plan_started_at`` restarts with a re-press or a decayed acknowledgement and ``round`` counts those.
    ``fence`` grows with every change of course, so that a late timer or an old button cannot act on a newer state.
    Every open alarm has a ``next_step_at``: the chain never ends in silence.
    """

    __tablename__ = "alarm"
    __table_args__ = (
        CheckConstraint("severity BETWEEN 1 AND 4", name="severity"),
        CheckConstraint("press_count >= 1", name="press_count"),
        CheckConstraint("(closed_at IS NULL) = (next_step_at IS NOT NULL)", name="open_has_next_step"),
        CheckConstraint("(closed_at IS NULL) = (disposition IS NULL)", name="closed_has_disposition"),
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="ack_has_person"),
        CheckConstraint("next_action IN ('escalate','remind','unacknowledge','chase')", name="next_action"),
        Index("uq_alarm_open", "subject_key", "kind", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_alarm_due", "next_step_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_alarm_history", "division_path", "raised_at"),
        Index("ix_alarm_elder", "elder_id", "raised_at"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(32))
    severity: Mapped[int]
    subject_key: Mapped[str] = mapped_column(String(300))
    subject_name: Mapped[Name]
    place: Mapped[str] = mapped_column(String(256))
    elder_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    device_name: Mapped[str | None] = mapped_column(String(128))
    site_code: Mapped[str | None] = mapped_column(String(64), index=True)
    division_path: Mapped[str] = mapped_column(String(256))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)

    raised_at: Mapped[datetime]
    occurred_at: Mapped[datetime]
    last_press_at: Mapped[datetime]
    press_count: Mapped[int] = mapped_column(default=1)
    delayed: Mapped[bool] = mapped_column(default=False)
    clock_bad: Mapped[bool] = mapped_column(default=False)
    device_cancelled_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]

    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None]
    acknowledged_name: Mapped[str | None] = mapped_column(String(128))
    first_answered_at: Mapped[datetime | None]
    on_my_way_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    call_completed_at: Mapped[datetime | None]
    assigned_to: Mapped[UUID | None]
    assigned_name: Mapped[str | None] = mapped_column(String(128))

    plan: Mapped[dict[str, Any]]
    plan_started_at: Mapped[datetime]
    plan_step: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=1)
    contacts_told: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=1)
    next_step_at: Mapped[datetime | None]
    next_action: Mapped[str] = mapped_column(String(16), default="escalate")

    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_by: Mapped[str | None] = mapped_column(String(128))
    disposition: Mapped[str | None] = mapped_column(String(32))
    close_note: Mapped[str | None]
    event_count: Mapped[int] = mapped_column(default=0)
    event_hash: Mapped[str] = mapped_column(String(64), default="0" * 64)
    events: Mapped[list["AlarmEvent"]] = relationship(order_by="AlarmEvent.number", lazy="select")


class AlarmEvent(Base):
    """One line of the timeline, in a hash chain per alarm. The database refuses UPDATE and DELETE (triggers).

    ``number`` counts from 1 within the alarm; ``text`` is the sentence a coroner would read, in Chinese.
    """

    __tablename__ = "alarm_event"
    __table_args__ = (UniqueConstraint("alarm_id", "number"),)

    seq: Mapped[int] = mapped_column(SerialPk, primary_key=True, autoincrement=True)
    alarm_id: Mapped[UUID] = mapped_column(ForeignKey("alarm.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    type: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(128))
    actor_name: Mapped[str] = mapped_column(String(128))
    text: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
