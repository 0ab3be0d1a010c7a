"""Questions that residents asked, and what a person answered where the guide items had no answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Id

OPEN = text("state = 'open'")


class Question(Base):
    """One question. ``asked``: only the guide items were searched; ``open``: a person is to answer.

    ``cites`` are guide items as ``[{"guide": code, "heading": words}]``: those found by the search, later those of
    the staff's answer. People write about their marriages here, so both texts are sealed.
    """

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("state IN ('asked','open','answered','closed')", name="state"),
        CheckConstraint("state = 'asked' OR asker_id IS NOT NULL", name="asker"),
        CheckConstraint("state <> 'answered' OR (answer IS NOT NULL AND answered_by IS NOT NULL)", name="answer"),
        Index("ix_question_open", "handed_over_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[Id]
    asker_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Encrypted("question.text"))
    state: Mapped[str] = mapped_column(String(16), default="asked")
    found: Mapped[bool]
    cites: Mapped[list[Any]]
    answer: Mapped[str | None] = mapped_column(Encrypted("question.answer"))
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    handed_over_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
