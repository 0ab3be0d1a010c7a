"""One-window cases (一门受理·协同办理, R-020): their tasks, papers, referrals, publications, decisions and appeals."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id
from backend.residents.models import Person

OPEN_TASK = text("state IN ('open','claimed')")
LIVE_CASE = text("live")


class Case(Base):
    """One application for one matter. ``version`` is what two clerks deciding at once compare.

    ``territory`` is the division path of the township that accepts it; ``live`` is false once it has ended, so that
    the same person cannot have the same matter open twice. ``due_on``: the legal end of the whole procedure.
    """

    __tablename__ = "matter_case"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft','submitted','returned','in_progress','published','decided','closed','withdrawn',"
            "'not_accepted')",
            name="state",
        ),
        CheckConstraint("source IN ('online','desk','proactive','review')", name="source"),
        CheckConstraint("(state IN ('closed','withdrawn','not_accepted')) = (NOT live)", name="live"),
        Index(
            "uq_matter_case_live", "applicant_id", "matter", unique=True,
            sqlite_where=LIVE_CASE, postgresql_where=LIVE_CASE,
        ),
        Index("ix_matter_case_territory", "territory", "state"),
    )  # fmt: skip

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    matter: Mapped[Code]
    matter_version: Mapped[str] = mapped_column(String(16))
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    entered_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    source: Mapped[str] = mapped_column(String(16))
    territory: Mapped[str] = mapped_column(String(256))
    state: Mapped[str] = mapped_column(String(16), default="draft")
    step: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=0)
    live: Mapped[bool] = mapped_column(default=True)
    form: Mapped[str] = mapped_column(Encrypted("matter_case.form"))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    due_on: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None]
    applicant: Mapped[Person] = relationship(foreign_keys=[applicant_id], viewonly=True)
    agent: Mapped[Person | None] = relationship(foreign_keys=[agent_id], viewonly=True)


class CaseTask(Base):
    """A step somebody has to do: for a role in a territory, until ``due_on``; parallel branches are several at once."""

    __tablename__ = "case_task"
    __table_args__ = (
        CheckConstraint("state IN ('open','claimed','done','cancelled')", name="state"),
        CheckConstraint("(state = 'claimed') <= (assignee_id IS NOT NULL)", name="claimed"),
        Index(
            "uq_case_task_open", "case_id", "step", "branch", unique=True,
            sqlite_where=OPEN_TASK, postgresql_where=OPEN_TASK,
        ),
        Index("ix_case_task_inbox", "role", "territory", "state", "due_on"),
    )  # fmt: skip

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("matter_case.id"), index=True)
    step: Mapped[Code]
    branch: Mapped[str] = mapped_column(String(64), default="")
    role: Mapped[str] = mapped_column(String(16))
    territory: Mapped[str] = mapped_column(String(256))
    state: Mapped[str] = mapped_column(String(16), default="open")
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    opened_at: Mapped[datetime]
    due_on: Mapped[date | None] = mapped_column(Date)
    warned_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None] = mapped_column(Encrypted("case_task.note"))


class CaseEvent(Base):
    """The case's timeline; ``shown`` are the words the applicant reads. Append-only."""

    __tablename__ = "case_event"

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("matter_case.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(128))
    shown: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class CasePaper(Base):
    """A file belonging to a case: sealed on disk, its type told by its content, scanned before anybody opens it."""

    __tablename__ = "case_paper"
    __table_args__ = (
        UniqueConstraint("case_id", "digest"),
        CheckConstraint("scan IN ('waiting','clean','infected','unscanned')", name="scan"),
        CheckConstraint("size > 0", name="size"),
    )

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("matter_case.id"), index=True)
    kind: Mapped[Code]
    file_name: Mapped[str] = mapped_column(Encrypted("case_paper.file_name"))
    media_type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    scan: Mapped[str] = mapped_column(String(16), default="waiting")
    added_by: Mapped[str] = mapped_column(String(128))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Referral(Base):
    """A question or a transfer to a partner department (转办), with its answer."""

    __tablename__ = "referral"
    __table_args__ = (CheckConstraint("state IN ('sent','answered','overdue','cancelled')", name="state"),)

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("matter_case.id"), index=True)
    department: Mapped[Code]
    question: Mapped[str] = mapped_column(Encrypted("referral.question"))
    state: Mapped[str] = mapped_column(String(16), default="sent")
    sent_at: Mapped[datetime]
    due_on: Mapped[date] = mapped_column(Date)
    answer: Mapped[str | None] = mapped_column(Encrypted("referral.answer"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(128))


class Publication(Base):
    """公示: name, number of members and amount, for exactly the lawful days (低保办法 19, 24), and nothing else."""

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("members >= 1", name="members"),
    )

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("matter_case.id"), index=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    matter: Mapped[Code]
    name: Mapped[str] = mapped_column(Encrypted("publication.name"))
    members: Mapped[int]
    amount: Mapped[str | None] = mapped_column(String(32))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    ended_at: Mapped[datetime | None]
    objections: Mapped[list["Objection"]] = relationship(lazy="selectin")


class Objection(Base):
    """Somebody objects to what is published; it is looked into before anything is decided."""

    __tablename__ = "objection"
    __table_args__ = (CheckConstraint("state IN ('open','upheld','dismissed')", name="state"),)

    id: Mapped[Id]
    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publication.id"), index=True)
    text: Mapped[str] = mapped_column(Encrypted("objection.text"))
    contact: Mapped[str | None] = mapped_column(Encrypted("objection.contact"))
    state: Mapped[str] = mapped_column(String(16), default="open")
    raised_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    finding: Mapped[str | None] = mapped_column(Encrypted("objection.finding"))


class Decision(Base):
    """What was decided, with everything it was decided on frozen into it. Append-only; a new one supersedes.

    ``facts``, ``calculation``: sealed JSON; ``profile``: the policy profile; ``parameters``: values with sources.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("case_id", "sequence"),
        CheckConstraint("outcome IN ('granted','refused','changed','stopped')", name="outcome"),
        CheckConstraint("outcome = 'granted' OR reason IS NOT NULL", name="reasoned"),
    )

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("matter_case.id"), index=True)
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Encrypted("decision.reason"))
    article: Mapped[str | None] = mapped_column(String(64))
    profile: Mapped[Code]
    facts: Mapped[str] = mapped_column(Encrypted("decision.facts"))
    calculation: Mapped[str] = mapped_column(Encrypted("decision.calculation"))
    parameters: Mapped[list[Any]]
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    automatic: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime | None]


class Appeal(Base):
    """An appeal that points at a decision (行政复议 or 申诉); decided by somebody else than who decided."""

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint("state IN ('open','upheld','dismissed','withdrawn')", name="state"),
        Index(
            "uq_appeal_open", "decision_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"), index=True)
    grounds: Mapped[str] = mapped_column(Encrypted("appeal.grounds"))
    state: Mapped[str] = mapped_column(String(16), default="open")
    raised_at: Mapped[datetime]
    due_on: Mapped[date] = mapped_column(Date)
    escalated_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    finding: Mapped[str | None] = mapped_column(Encrypted("appeal.finding"))
