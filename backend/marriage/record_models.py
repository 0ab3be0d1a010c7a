"""What is kept about registrations: the archive's index and its imports, corrections, the register of dishonesty."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id, Name

LIVE_ENTRY = text("state IN ('proposed','confirmed','appealed')")
ASKED, RUNNING = text("state = 'asked'"), text("state = 'running'")


class ImportRun(Base):
    """One load of historic rows (R-093): counted as it goes, resumed where it stopped, one at a time.

    ``header``: the columns as they stand in the file. Every row is added, known or bad.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','running','done','failed')", name="state"),
        CheckConstraint("total IS NULL OR done <= total", name="progress"),
        CheckConstraint("done = added + known + bad", name="nothing_lost"),
        Index("uq_import_run_running", "state", unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING),
    )

    id: Mapped[Id]
    file_name: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str] = mapped_column(String(64), unique=True)
    stored_as: Mapped[str] = mapped_column(String(200))
    encoding: Mapped[str] = mapped_column(String(16))
    header: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    total: Mapped[int | None]
    done: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    why: Mapped[str | None] = mapped_column(String(200))
    started_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class BadRow(Base):
    """A row that was not taken in, with every reason; the row itself is kept sealed, so that nothing is lost."""

    __tablename__ = "bad_row"
    __table_args__ = (UniqueConstraint("import_id", "row"),)

    id: Mapped[Id]
    import_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"), index=True)
    row: Mapped[int]
    reasons: Mapped[list[Any]]
    text: Mapped[str] = mapped_column(Encrypted("bad_row.text"))


class ArchiveEntry(Base):
    """The index of one historic registration (婚姻登记档案): enough to find the paper, looked up by blind index.

    ``digest``: keyed, of everything the row says. ``number_key``: within what the certificate number is unique.
    """

    __tablename__ = "archive_entry"

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[Code]
    certificate_number: Mapped[str | None] = mapped_column(String(40), index=True)
    number_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    registered_on: Mapped[date] = mapped_column(Date, index=True)
    office_name: Mapped[Name]
    name_a: Mapped[str] = mapped_column(Encrypted("archive_entry.name_a"))
    name_index_a: Mapped[str] = mapped_column(String(64), index=True)
    id_a: Mapped[str | None] = mapped_column(Encrypted("archive_entry.id_a"))
    index_a: Mapped[str | None] = mapped_column(String(64), index=True)
    name_b: Mapped[str] = mapped_column(Encrypted("archive_entry.name_b"))
    name_index_b: Mapped[str] = mapped_column(String(64), index=True)
    id_b: Mapped[str | None] = mapped_column(Encrypted("archive_entry.id_b"))
    index_b: Mapped[str | None] = mapped_column(String(64), index=True)
    box: Mapped[str] = mapped_column(String(64))
    page: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Encrypted("archive_entry.note"))
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("import_run.id"), index=True)


class Correction(Base):
    """A registration that says something wrong, and how it was put right (R-096, 条例 20): asked, decided, written.

    The original stays as it is. ``after_index``: blind index of a corrected name or number, so that it is found by it.
    ``uploaded_at``: when a court's judgment was put into the national system.
    """

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("(registration_id IS NULL) <> (archive_id IS NULL)", name="subject"),
        CheckConstraint("state IN ('asked','approved','refused')", name="state"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_people"),
        CheckConstraint("(state = 'asked') = (decided_by IS NULL)", name="decided"),
        *(
            Index(f"uq_correction_{of}", of, "field", unique=True, sqlite_where=ASKED, postgresql_where=ASKED)
            for of in ("registration_id", "archive_id")
        ),
    )

    id: Mapped[Id]
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration.id"), index=True)
    archive_id: Mapped[UUID | None] = mapped_column(ForeignKey("archive_entry.id"), index=True)
    kind: Mapped[Code]
    field: Mapped[Code]
    before: Mapped[str] = mapped_column(Encrypted("correction.before"))
    after: Mapped[str] = mapped_column(Encrypted("correction.after"))
    after_index: Mapped[str | None] = mapped_column(String(64), index=True)
    evidence: Mapped[str] = mapped_column(Encrypted("correction.evidence"))
    state: Mapped[str] = mapped_column(String(16), default="asked")
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Encrypted("correction.answer"))
    uploaded_at: Mapped[datetime | None]


class Dishonesty(Base):
    """A register of those who lied to be registered (失信, R-096; 条例 23): proposed, decided, appealed, repaired."""

    __tablename__ = "dishonesty"
    __table_args__ = (
        CheckConstraint("state IN ('proposed','confirmed','appealed','dropped','revoked','repaired')", name="state"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_people"),
        CheckConstraint("(state = 'proposed') = (decided_by IS NULL)", name="decided"),
        Index(
            "uq_dishonesty_live", "person_index", "what", unique=True, sqlite_where=LIVE_ENTRY,
            postgresql_where=LIVE_ENTRY,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    person_index: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(Encrypted("dishonesty.name"))
    id_number: Mapped[str] = mapped_column(Encrypted("dishonesty.id_number"))
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration.id"))
    what: Mapped[Code]
    evidence: Mapped[str] = mapped_column(Encrypted("dishonesty.evidence"))
    state: Mapped[str] = mapped_column(String(16), default="proposed")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    until: Mapped[date | None] = mapped_column(Date)
    appeal: Mapped[str | None] = mapped_column(Encrypted("dishonesty.appeal"))
    ended_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Encrypted("dishonesty.answer"))
