"""Tributes, and what may be shown to others: submitted, checked, decided with a reason, reported, looked at again."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id

READ_BY_OTHERS = text("shown")  # said so in queries too: SQLite finds this index by these words only
UNCHECKED = text("state = 'checking'")
QUEUED = text("state IN ('queued','appealed')")
OPEN_REPORT = text("answered_at IS NULL")
UNTOLD = text("told_at IS NULL")


class Tribute(Base):
    """A flower, a candle, a bow, words …: one a person, hall, kind and ``day`` (in China), held by the unique index.

    ``words``: of words and letters; ``shown``: others may read them (moderation says so). A letter is for the writer
    alone unless ``shared``. ``song``: which recording of the list was played.
    """

    __tablename__ = "tribute"
    __table_args__ = (
        UniqueConstraint("hall_id", "person_id", "kind", "day"),
        CheckConstraint("kind IN ('flower','candle','incense','bow','words','letter','song')", name="kind"),
        CheckConstraint("(kind = 'song') = (song IS NOT NULL)", name="song"),
        Index(
            "ix_tribute_shown", "hall_id", "created_at", sqlite_where=READ_BY_OTHERS, postgresql_where=READ_BY_OTHERS
        ),
    )

    id: Mapped[Id]
    hall_id: Mapped[UUID] = mapped_column(ForeignKey("memorial_hall.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[Code]
    day: Mapped[date]
    words: Mapped[str | None] = mapped_column(Encrypted("tribute.words"))
    song: Mapped[str | None] = mapped_column(String(32))
    shared: Mapped[bool] = mapped_column(default=False)
    shown: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class TributeTally(Base):
    """How many tributes of a kind a hall has had: raised in the transaction of each one, never counted again.

    In a few parts (``shard``, by the tribute's id) that are added up when read: a crowd does not queue at one row.
    """

    __tablename__ = "tribute_tally"
    __table_args__ = (CheckConstraint("count > 0", name="count"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("memorial_hall.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]


class ModerationItem(Base):
    """One thing somebody wants to show to others. ``subject_kind`` and ``subject_id`` name whose it is.

    ``words`` are kept as they were submitted: what was removed stays on record (英雄烈士保护法 23). ``content``: text,
    picture or sound; ``code_digest``: of the code under which WeChat fetches a picture while it checks it.
    ``audience``: who would see it (family, invited, public). ``verdict``: the machine's; ``tries``: how often it was
    asked. ``rule``: under which it was refused or removed.
    """

    __tablename__ = "moderation_item"
    __table_args__ = (
        CheckConstraint(
            "state IN ('checking','queued','shown','refused','removed','appealed','withdrawn')", name="state"
        ),
        CheckConstraint("content IN ('text','picture','sound')", name="content"),
        CheckConstraint("verdict IN ('pass','review','risky')", name="verdict"),
        CheckConstraint("audience IN ('family','invited','public')", name="audience"),
        CheckConstraint("(content = 'text') = (words IS NOT NULL)", name="words"),
        Index("ix_moderation_item_subject", "subject_kind", "subject_id"),
        Index("ix_moderation_item_unchecked", "submitted_at", sqlite_where=UNCHECKED, postgresql_where=UNCHECKED),
        Index("ix_moderation_item_queued", "queued_at", sqlite_where=QUEUED, postgresql_where=QUEUED),
    )

    id: Mapped[Id]
    subject_kind: Mapped[Code]
    subject_id: Mapped[UUID]
    hall_id: Mapped[UUID | None] = mapped_column(ForeignKey("memorial_hall.id"), index=True)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    content: Mapped[str] = mapped_column(String(8))
    words: Mapped[str | None] = mapped_column(Encrypted("moderation_item.words"))
    code_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    audience: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(16))
    verdict: Mapped[str | None] = mapped_column(String(8))
    tries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    rule: Mapped[str | None] = mapped_column(String(32))


class ModerationDecision(Base):
    """What was decided about an item, by whom and why; only ever added. ``staff_id``: None is the machine.

    ``action``: show, queue (for a person), refuse, remove, keep (reported, and left), appeal (the author disagrees),
    restore or uphold (a second look).
    """

    __tablename__ = "moderation_decision"
    __table_args__ = (
        CheckConstraint(
            "action IN ('show','queue','refuse','remove','keep','appeal','restore','uphold')", name="action"
        ),
    )

    id: Mapped[Id]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("moderation_item.id"), index=True)
    action: Mapped[str] = mapped_column(String(16))
    rule: Mapped[str | None] = mapped_column(String(32))
    words: Mapped[str] = mapped_column(Encrypted("moderation_decision.words"))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(index=True)


class ModerationReport(Base):
    """Somebody, named or not, says that something shown breaks a rule.

    ``code_digest``: of the code by which whoever reported it reads the answer.
    """

    __tablename__ = "moderation_report"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        Index("ix_moderation_report_open", "at", sqlite_where=OPEN_REPORT, postgresql_where=OPEN_REPORT),
    )

    id: Mapped[Id]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("moderation_item.id"), index=True)
    rule: Mapped[str] = mapped_column(String(32))
    words: Mapped[str] = mapped_column(Encrypted("moderation_report.words"))
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Encrypted("moderation_report.answer"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))


class AuthorityReport(Base):
    """Slander of martyrs: stopped, removed, kept on record, and reported to the authority (英雄烈士保护法 23)."""

    __tablename__ = "authority_report"
    __table_args__ = (
        CheckConstraint("(told_at IS NULL) = (reference IS NULL)", name="told"),
        Index("ix_authority_report_untold", "found_at", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
    )

    id: Mapped[Id]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("moderation_item.id"), unique=True)
    found_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    told_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    reference: Mapped[str | None]
