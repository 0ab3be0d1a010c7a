"""Readings of beds and rooms, their roll-ups, and the state of the rules that watch them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Id

SerialPk = BigInteger().with_variant(Integer, "sqlite")


class Reading(Base):
    """One raw value at the device's own time; kept for a set number of days. Booleans are 0 and 1."""

    __tablename__ = "reading"
    __table_args__ = (Index("ix_reading_series", "device_id", "capability", "at"), Index("ix_reading_at", "at"))

    seq: Mapped[int] = mapped_column(SerialPk, primary_key=True, autoincrement=True)
    device_id: Mapped[UUID]
    elder_id: Mapped[UUID | None]
    capability: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    value: Mapped[float | None]
    text: Mapped[str | None] = mapped_column(String(128))
    received_at: Mapped[datetime]


class Latest(Base):
    """The newest value of a device's capability: what edges are found against and what the card shows."""

    __tablename__ = "latest"

    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    capability: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]
    value: Mapped[float | None]
    text: Mapped[str | None] = mapped_column(String(128))
    changed_at: Mapped[datetime]


class Rollup(Base):
    """Count, sum, lowest, highest and last of a series in one minute or one hour (``span``), starting at ``start``."""

    __tablename__ = "rollup"
    __table_args__ = (CheckConstraint("span IN ('minute','hour')", name="span"),)

    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    capability: Mapped[str] = mapped_column(String(32), primary_key=True)
    span: Mapped[str] = mapped_column(String(8), primary_key=True)
    start: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
    total: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    last: Mapped[float]
    last_at: Mapped[datetime]


class RuleOverride(Base):
    """Other numbers for one elder or one bed: ``values`` replaces fields of the rule ``rule``; ``off`` disables it."""

    __tablename__ = "rule_override"
    __table_args__ = (
        UniqueConstraint("rule", "scope", "scope_id"),
        CheckConstraint("scope IN ('elder','bed','site')", name="scope"),
    )

    id: Mapped[Id]
    rule: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(String(8))
    scope_id: Mapped[str] = mapped_column(String(64))
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    off: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str]
    set_by: Mapped[str] = mapped_column(String(128))
    set_at: Mapped[datetime]


class RuleState(Base):
    """What a rule remembers of a device: since when the condition holds, how often in a row, and when it fires.

    ``fire_at`` is a timer as a row: a restart forgets nothing.
    """

    __tablename__ = "rule_state"
    __table_args__ = (Index("ix_rule_state_due", "fire_at"),)

    rule: Mapped[str] = mapped_column(String(64), primary_key=True)
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime | None]
    count: Mapped[int] = mapped_column(default=0)
    level: Mapped[str | None] = mapped_column(String(16))
    fire_at: Mapped[datetime | None]
    fired_at: Mapped[datetime | None]
