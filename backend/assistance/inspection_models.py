"""Inspections drawn by lot: the pool as it was published, the seed that came after it, and what was found."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id, Name


class Draw(Base):
    """双随机 (R-014): a random draw of decided cases, reproducible from its published pool and seed.

    ``pool``: case numbers, published with ``pool_digest`` before ``seed`` is known; ``seed_source``: where it comes
    from, announced with the pool. ``territory``: whose cases; ``matter``: only of this one. Listed, then drawn once.
    """

    __tablename__ = "inspection_draw"
    __table_args__ = (
        CheckConstraint("(seed IS NULL) = (drawn_at IS NULL)", name="drawn"),
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("pool_size >= 1 AND wanted >= 1", name="sizes"),
    )

    id: Mapped[Id]
    title: Mapped[Name]
    territory: Mapped[str] = mapped_column(String(256), index=True)
    matter: Mapped[Code | None]
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    pool: Mapped[list[Any]]
    pool_digest: Mapped[str] = mapped_column(String(64))
    pool_size: Mapped[int]
    wanted: Mapped[int]
    seed_source: Mapped[str] = mapped_column(String(128))
    listed_at: Mapped[datetime]
    listed_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    seed: Mapped[str | None] = mapped_column(String(64))
    drawn_at: Mapped[datetime | None]
    drawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))


class DrawnCase(Base):
    """One drawn case and the second look at it, by somebody who did not decide it."""

    __tablename__ = "inspection_case"
    __table_args__ = (
        UniqueConstraint("draw_id", "place"),
        UniqueConstraint("draw_id", "number"),
        CheckConstraint("result IN ('right','minor','wrong')", name="result"),
        CheckConstraint("(result IS NULL) = (checked_by IS NULL)", name="checked"),
        CheckConstraint("result IN ('right') OR result IS NULL OR finding IS NOT NULL", name="found"),
    )

    id: Mapped[Id]
    draw_id: Mapped[UUID] = mapped_column(ForeignKey("inspection_draw.id"), index=True)
    place: Mapped[int]
    number: Mapped[str] = mapped_column(String(24))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("matter_case.id"))
    result: Mapped[str | None] = mapped_column(String(16))
    finding: Mapped[str | None] = mapped_column(Encrypted("inspection_case.finding"))
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    checked_at: Mapped[datetime | None]
