"""A hall asked for by phone: what near kin say of the dead, the papers that show it, and what the desk answered."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id

LIVE_APPLICATION = text("state IN ('draft','submitted','returned')")


class HallApplication(Base):
    """``subject_index``: blind, of all the dead it names: the same family's second tap meets the first application.

    ``territory``: the township the applicant chose; its clerks and those above it answer. ``due_on``: the last day for
    an answer, None while it lies with the applicant. ``missing``: what the desk wants brought, ``note``: what the
    applicant says instead of a paper. ``forgotten_at``: since then only that it was asked and answered is kept.
    """

    __tablename__ = "memorial_application"
    __table_args__ = (
        CheckConstraint("state IN ('draft','submitted','returned','opened','refused','withdrawn')", name="state"),
        CheckConstraint("kind IN ('person','couple','family')", name="kind"),
        CheckConstraint("privacy IN ('family','invited','public')", name="privacy"),
        CheckConstraint("wish IN ('none','family_only')", name="wish"),
        CheckConstraint("(state = 'submitted') = (due_on IS NOT NULL)", name="due"),
        CheckConstraint("(state = 'opened') = (hall_id IS NOT NULL)", name="hall"),
        CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="reason"),
        Index(
            "uq_memorial_application_live", "person_id", "subject_index", unique=True,
            sqlite_where=LIVE_APPLICATION, postgresql_where=LIVE_APPLICATION,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    subject_index: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(Encrypted("memorial_application.title"))
    theme: Mapped[Code]
    privacy: Mapped[str] = mapped_column(String(8))
    wish: Mapped[str] = mapped_column(String(16), default="none")
    note: Mapped[str] = mapped_column(Encrypted("memorial_application.note"), default="")
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    territory: Mapped[str] = mapped_column(String(256), index=True)
    state: Mapped[str] = mapped_column(String(16), default="draft")
    due_on: Mapped[date | None] = mapped_column(Date)
    missing: Mapped[str | None] = mapped_column(Encrypted("memorial_application.missing"))
    reason: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str | None] = mapped_column(Encrypted("memorial_application.words"))
    hall_id: Mapped[UUID | None] = mapped_column(ForeignKey("memorial_hall.id"))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    overdue_told_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)


class ApplicationDead(Base):
    """Somebody to be remembered, as the applicant writes it; ``relation``: what the applicant is to them."""

    __tablename__ = "memorial_application_dead"
    __table_args__ = (
        UniqueConstraint("application_id", "position"),
        CheckConstraint("died >= born", name="days"),
    )

    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("memorial_application.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Encrypted("memorial_application_dead.name"))
    identity_index: Mapped[str] = mapped_column(String(64), index=True)
    id_number: Mapped[str | None] = mapped_column(Encrypted("memorial_application_dead.id_number"))
    born: Mapped[date | None] = mapped_column(Date)
    died: Mapped[date] = mapped_column(Date)
    relation: Mapped[str] = mapped_column(String(16))


class ApplicationPaper(Base):
    """A photo or a PDF, sealed on disk under its id; ``digest``: the same file twice is one paper."""

    __tablename__ = "memorial_application_paper"
    __table_args__ = (
        UniqueConstraint("application_id", "digest"),
        CheckConstraint("kind IN ('kinship','death','other')", name="kind"),
    )

    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("memorial_application.id"))
    kind: Mapped[str] = mapped_column(String(8))
    file_name: Mapped[str] = mapped_column(Encrypted("memorial_application_paper.file_name"))
    media_type: Mapped[str] = mapped_column(String(32))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    scan: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
