"""What somebody says to a difference that the check of means has found."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id

OPEN_EXPLANATION = text("state = 'open'")


class MeansObjection(Base):
    """An explanation by the person whom a difference is about (低保办法 18). ``kind``: of what was found."""

    __tablename__ = "means_objection"
    __table_args__ = (
        CheckConstraint("state IN ('open','upheld','dismissed')", name="state"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        Index(
            "uq_means_objection_open", "case_id", "person_id", "kind", unique=True,
            sqlite_where=OPEN_EXPLANATION, postgresql_where=OPEN_EXPLANATION,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("matter_case.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[Code]
    words: Mapped[str] = mapped_column(Encrypted("means_objection.words"))
    state: Mapped[str] = mapped_column(String(16), default="open")
    raised_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    finding: Mapped[str | None] = mapped_column(Encrypted("means_objection.finding"))
