"""Tables of today's queue at the desk: its counter and its numbers."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id


class QueueCounter(Base):
    """The last number given in a pool's queue of a day; raised by one upsert, so that no two people get the same."""

    __tablename__ = "queue_counter"
    __table_args__ = (UniqueConstraint("office_id", "pool", "day"), CheckConstraint("last >= 1", name="last"))

    id: Mapped[Id]
    office_id: Mapped[UUID] = mapped_column(ForeignKey("office.id"))
    pool: Mapped[Code]
    day: Mapped[date] = mapped_column(Date)
    last: Mapped[int]


class QueueTicket(Base):
    """A number in today's queue of a pool, for those who booked (after check-in) and those who just came.

    Called in the order of ``priority`` (1 before 5), then ``queued_at``: the booked time for whoever is punctual, else
    the moment the number was taken. ``deferrals``: how often somebody who did not answer was put back to the end.
    """

    __tablename__ = "queue_ticket"
    __table_args__ = (
        UniqueConstraint("office_id", "pool", "day", "number"),
        CheckConstraint("state IN ('waiting','called','serving','done','left')", name="state"),
        CheckConstraint("deferrals BETWEEN 0 AND 1", name="deferrals"),
        CheckConstraint("priority BETWEEN 1 AND 9", name="priority"),
        Index("ix_queue_ticket_next", "office_id", "pool", "day", "state"),
        Index(
            "uq_queue_ticket_booking", "booking_id", unique=True,
            sqlite_where=text("booking_id IS NOT NULL"), postgresql_where=text("booking_id IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    office_id: Mapped[UUID] = mapped_column(ForeignKey("office.id"), index=True)
    pool: Mapped[Code]
    day: Mapped[date] = mapped_column(Date)
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(16))
    matter: Mapped[Code]
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("booking.id"))
    priority: Mapped[int] = mapped_column(default=5)
    priority_why: Mapped[str | None] = mapped_column(String(16))
    holder: Mapped[str | None] = mapped_column(Encrypted("queue_ticket.holder"))
    queued_at: Mapped[datetime]
    deferrals: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    window_id: Mapped[UUID | None] = mapped_column(ForeignKey("office_window.id"))
    created_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    called_times: Mapped[int] = mapped_column(default=0)
    served_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
