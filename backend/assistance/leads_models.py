"""What is found out on the doorstep: leads, home visits, the register of near relatives, warnings of the monitoring."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id, Name

OPEN_VISIT = text("finished_at IS NULL")


class Lead(Base):
    """主动发现 (R-022): a sign of need that somebody saw, and what came of it.

    ``about``: sealed JSON of ``leads.About``; ``name_index``: blind index of the name, so that somebody reported twice
    is shown together; ``found_by``: sealed JSON of ``leads.Finder``; ``reported_by``: a resident who said so.
    """

    __tablename__ = "lead"
    __table_args__ = (
        CheckConstraint("state IN ('new','visiting','application','referred','closed')", name="state"),
        CheckConstraint("(state IN ('referred','closed')) <= (outcome IS NOT NULL)", name="outcome"),
    )

    id: Mapped[Id]
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    division_path: Mapped[str] = mapped_column(String(256), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    name_index: Mapped[str | None] = mapped_column(String(64), index=True)
    reported_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    about: Mapped[str] = mapped_column(Encrypted("lead.about"))
    signs: Mapped[list[Any]]
    found_by: Mapped[str] = mapped_column(Encrypted("lead.found_by"))
    finder_kind: Mapped[Code]
    state: Mapped[str] = mapped_column(String(16), default="new")
    created_at: Mapped[datetime]
    due_on: Mapped[date] = mapped_column(Date)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("matter_case.id"))
    outcome: Mapped[str | None] = mapped_column(Encrypted("lead.outcome"))
    closed_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]


class Visit(Base):
    """A home visit: two investigators and the family sign (低保办法 16). One at a time of a case or a lead.

    ``findings``: sealed JSON of ``visit_findings.Findings``; ``version``: what two phones saving at once compare.
    """

    __tablename__ = "home_visit"
    __table_args__ = (
        CheckConstraint("second_id IS NULL OR second_id <> first_id", name="two_people"),
        CheckConstraint("(case_id IS NULL) <> (lead_id IS NULL)", name="whose"),
        CheckConstraint(
            "finished_at IS NULL OR (first_signed_at IS NOT NULL AND second_signed_at IS NOT NULL"
            " AND (family_signed_at IS NOT NULL OR family_refusal IS NOT NULL))",
            name="signed",
        ),
        Index(
            "uq_home_visit_case", "case_id", unique=True, sqlite_where=OPEN_VISIT, postgresql_where=OPEN_VISIT,
        ),
        Index(
            "uq_home_visit_lead", "lead_id", unique=True, sqlite_where=OPEN_VISIT, postgresql_where=OPEN_VISIT,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("matter_case.id"), index=True)
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id"), index=True)
    division_path: Mapped[str] = mapped_column(String(256), index=True)
    first_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    first_signed_at: Mapped[datetime | None]
    second_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    second_signed_at: Mapped[datetime | None]
    family_signer: Mapped[str | None] = mapped_column(Encrypted("home_visit.family_signer"))
    family_signed_at: Mapped[datetime | None]
    family_refusal: Mapped[str | None] = mapped_column(Encrypted("home_visit.family_refusal"))
    findings: Mapped[str] = mapped_column(Encrypted("home_visit.findings"))
    version: Mapped[int] = mapped_column(default=0)
    visited_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class NearRelative(Base):
    """An official whose near relative applies (低保办法 11, 近亲属备案): the county must visit."""

    __tablename__ = "near_relative"
    __table_args__ = (UniqueConstraint("person_index", "staff_name_index"),)

    id: Mapped[Id]
    person_index: Mapped[str] = mapped_column(String(64), index=True)
    person_name: Mapped[str] = mapped_column(Encrypted("near_relative.person_name"))
    staff_name: Mapped[str] = mapped_column(Encrypted("near_relative.staff_name"))
    staff_name_index: Mapped[str] = mapped_column(String(64))
    office: Mapped[Name]
    relation: Mapped[Code]
    declared_at: Mapped[datetime]


class MonitoringWarning(Base):
    """低收入人口动态监测 (R-039): what a dated rule saw, raised once (``dedup_key``), and what came of it."""

    __tablename__ = "monitoring_warning"
    __table_args__ = (
        CheckConstraint("state IN ('open','review','lead','dismissed')", name="state"),
        CheckConstraint("(state = 'dismissed') <= (reason IS NOT NULL)", name="reasoned"),
        Index("ix_monitoring_warning_open", "state", "division_path"),
    )

    id: Mapped[Id]
    dedup_key: Mapped[str] = mapped_column(String(160), unique=True)
    rule: Mapped[Code]
    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    division_path: Mapped[str] = mapped_column(String(256))
    words: Mapped[str] = mapped_column(Encrypted("monitoring_warning.words"))
    state: Mapped[str] = mapped_column(String(16), default="open")
    raised_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str | None] = mapped_column(Encrypted("monitoring_warning.reason"))
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id"))
