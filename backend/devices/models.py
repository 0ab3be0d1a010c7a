"""The register of devices and the bookkeeping of what they sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Code, Id, Name

SerialPk = BigInteger().with_variant(Integer, "sqlite")
STATES = ("discovered", "registered", "in_service", "maintenance", "retired")


class Device(Base):
    """A device or a gateway, known by its own id within its source.

    ``state``: discovered (a gateway listed it, nobody has placed it), registered (placed, not yet proven by a live
    test press), in_service, maintenance (heard but pages nobody), retired. ``expected_interval_s`` is the longest
    silence that is normal. ``offline_since`` is set once when silence becomes news and cleared by any message.
    ``test_until``: until then every press is a test. A battery reading older than a few days counts as unknown.
    It belongs to an elder (worn), a bed (whoever sleeps there) or a room. ``capabilities`` are vocabulary names it
    is known to speak. ``back_at``: when its last silence ended; children of a gateway get their grace from then.
    ``state_note`` is why it is in maintenance or retired, ``state_since`` from when.
    """

    __tablename__ = "device"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        CheckConstraint("state IN ('discovered','registered','in_service','maintenance','retired')", name="state"),
        CheckConstraint("kind IN ('device','gateway')", name="kind"),
        CheckConstraint("expected_interval_s > 0", name="interval"),
        Index("ix_device_silence", "state", "last_seen_at"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(16), default="device")
    source: Mapped[Code]
    external_id: Mapped[str] = mapped_column(String(256))
    hardware_id: Mapped[str | None] = mapped_column(String(64), index=True)
    name: Mapped[Name]
    model: Mapped[str | None] = mapped_column(String(64))
    vendor: Mapped[str | None] = mapped_column(String(64))
    power: Mapped[str] = mapped_column(String(16), default="unknown")
    state: Mapped[str] = mapped_column(String(16), default="registered")
    site_code: Mapped[str | None] = mapped_column(ForeignKey("site.division_code"), index=True)
    elder_id: Mapped[UUID | None] = mapped_column(ForeignKey("elder.id"), index=True)
    bed_id: Mapped[UUID | None] = mapped_column(ForeignKey("bed.id"), index=True)
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("room.id"))
    gateway_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id"), index=True)
    capabilities: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    expected_interval_s: Mapped[int] = mapped_column(default=86_400)
    registered_at: Mapped[datetime]
    in_service_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    offline_since: Mapped[datetime | None]
    back_at: Mapped[datetime | None]
    last_test_at: Mapped[datetime | None]
    test_due_at: Mapped[datetime | None]
    test_until: Mapped[datetime | None]
    battery: Mapped[float | None]
    battery_at: Mapped[datetime | None]
    clock_skew_s: Mapped[float | None]
    mqtt_username: Mapped[str | None] = mapped_column(String(64), unique=True)
    state_note: Mapped[str | None] = mapped_column(String(200))
    state_since: Mapped[datetime | None]


class Observation(Base):
    """A message that was accepted: the proof behind every alarm and the memory that makes redelivery harmless.

    ``dedup_key`` is the format's natural key (unique; NULL where it has none); ``content_hash`` recognises what the
    broker redelivers after a crash. ``seq`` is the order of acceptance.
    """

    __tablename__ = "observation"
    __table_args__ = (Index("ix_observation_device", "device_id", "received_at"),)

    seq: Mapped[int] = mapped_column(SerialPk, primary_key=True, autoincrement=True)
    dedup_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    device_id: Mapped[UUID | None] = mapped_column(index=False)
    source: Mapped[Code]
    external_id: Mapped[str] = mapped_column(String(256))
    hub: Mapped[str] = mapped_column(String(64))
    topic: Mapped[str] = mapped_column(String(512))
    payload: Mapped[bytes]
    received_at: Mapped[datetime] = mapped_column(index=True)
    device_time: Mapped[datetime | None]
    backlog: Mapped[bool] = mapped_column(default=False)
    retained: Mapped[bool] = mapped_column(default=False)


class Quarantine(Base):
    """A message that could not be used, kept for a look: why, how big, and its beginning."""

    __tablename__ = "quarantine"
    __table_args__ = (Index("ix_quarantine_look", "source", "reason", "at"),)

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(index=True)
    source: Mapped[Code]
    topic: Mapped[str] = mapped_column(String(512))
    reason: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(String(512))
    size: Mapped[int]
    head: Mapped[bytes]
    looked_at: Mapped[datetime | None]


class UnknownDevice(Base):
    """Somebody who speaks but is not in the register: the installer's list of "what did I forget?"."""

    __tablename__ = "unknown_device"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[Id]
    source: Mapped[Code]
    external_id: Mapped[str] = mapped_column(String(256))
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    messages: Mapped[int] = mapped_column(default=1)


WAITING = text("sent_at IS NULL")


class Downlink(Base):
    """A word owed to a device: its call was received, somebody is coming. The hub turns ``kind`` into bytes.

    At most one of a kind waits per device; asking again while it waits extends it. After ``expires_at`` it would
    only confuse, and is not sent.
    """

    __tablename__ = "downlink"
    __table_args__ = (
        CheckConstraint("kind IN ('received','coming')", name="kind"),
        Index(
            "uq_downlink_waiting",
            "device_id",
            "kind",
            unique=True,
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
    )

    id: Mapped[Id]
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    kind: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
