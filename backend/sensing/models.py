"""Readings of beds and rooms, their roll-ups, and the state of the rules that watch them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Id

SerialPk = BigInteger().with_variant(Integer, "sqlite")


class Reading(Base):
    """One raw value at the device's own time; kept for a set number of days. Booleans are 0 and 1.

    ``seq`` never comes twice, not even after the newest rows were deleted: the roll-up remembers how far it got by it.
    ``stored_at`` is the moment of the transaction that wrote the row.
    """

    __tablename__ = "reading"
    __table_args__ = (
        Index("ix_reading_series", "device_id", "capability", "at"),
        Index("ix_reading_at", "at"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(SerialPk, primary_key=True, autoincrement=True)
    device_id: Mapped[UUID]
    elder_id: Mapped[UUID | None]
    capability: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    value: Mapped[float | None]
    text: Mapped[str | None] = mapped_column(String(128))
    stored_at: Mapped[datetime]


class Latest(Base):
    """The newest value of a device's capability: what the card shows, and what edges are found against.

    The ``live_`` columns are what the rules saw last. They are apart from ``at`` and ``value`` because history and
    retained messages may be newer, and must neither hide the next edge nor stand in for it.
    """

    __tablename__ = "latest"
    __table_args__ = (Index("ix_latest_elder", "elder_id", "capability"),)

    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    capability: Mapped[str] = mapped_column(String(32), primary_key=True)
    elder_id: Mapped[UUID | None]
    at: Mapped[datetime]
    value: Mapped[float | None]
    text: Mapped[str | None] = mapped_column(String(128))
    changed_at: Mapped[datetime]
    live_at: Mapped[datetime | None]
    live_value: Mapped[float | None]
    live_changed_at: Mapped[datetime | None]


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


class SensingMark(Base):
    """How far something got.

    ``rolled``: the last ``Reading.seq`` in the roll-ups. ``purged``: raw readings before this moment (Unix seconds)
    may be gone. ``overrides``: grows with every change of an override.
    """

    __tablename__ = "sensing_mark"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


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
    """What a rule remembers of a subject: how often in a row, since when, at which level, and when it fires.

    ``subject_id`` is the device, or the elder for rules that watch all devices of one person. A rule at rest has no
    row. ``fire_at`` is a timer as a row: a restart forgets nothing. ``run`` and ``critical_run`` count values in a row
    beyond the limits on one ``side``, ``calm`` counts values in a row well inside them; ``level`` and ``said_side`` are
    what people were told last.
    """

    __tablename__ = "rule_state"
    __table_args__ = (
        CheckConstraint("side IN ('low','high')", name="side"),
        CheckConstraint("level IN ('warning','critical')", name="level"),
        Index("ix_rule_state_due", "fire_at"),
        Index("ix_rule_state_subject", "subject_id"),
    )

    rule: Mapped[str] = mapped_column(String(64), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID]
    elder_id: Mapped[UUID | None]
    bed_id: Mapped[UUID | None]
    site_code: Mapped[str | None] = mapped_column(String(64))
    since: Mapped[datetime | None]
    run: Mapped[int] = mapped_column(default=0)
    critical_run: Mapped[int] = mapped_column(default=0)
    calm: Mapped[int] = mapped_column(default=0)
    side: Mapped[str | None] = mapped_column(String(4))
    level: Mapped[str | None] = mapped_column(String(16))
    said_side: Mapped[str | None] = mapped_column(String(4))
    fire_at: Mapped[datetime | None]
    fired_at: Mapped[datetime | None]
