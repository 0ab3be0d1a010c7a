"""Volunteers and what is known of them: guardians, qualifications, insurance, training, teams, honours."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id, Name

LIVE_VOLUNTEER = text("state <> 'withdrawn'")
TAKEN = text("direction = 'import'")
LIVE_MEMBERSHIP = text("state IN ('applied','member')")


class Volunteer(Base):
    """A registered volunteer (志愿者). ``number`` stands for them instead of the ID number (MZ/T 061-2015);
    ``national_number``: the one of the national system, if it is known.

    ``skills``, ``services`` (kinds of service they offer) and ``languages``: lists of codes of vocabulary.yaml;
    ``areas``: division codes where they are ready to help; ``hours``: weekly availability, a list of
    ``[weekday 0–6, from minute, to minute]`` of the local day. A minor (8–17) is ``active`` only with a guardian
    who agrees (``consent``) or comes along (``company``) (重庆条例 9). ``longitude``/``latitude``: roughly where they
    start from, only if they chose to say. ``emergency_calls``: they may be called when somebody is missing;
    ``national_exchange``: their data may go to the national system. Withdrawing keeps the row and its records.
    """

    __tablename__ = "volunteer"
    __table_args__ = (
        CheckConstraint("state IN ('applied','active','suspended','withdrawn')", name="state"),
        CheckConstraint("guardian_rule IN ('consent','company')", name="guardian_rule"),
        CheckConstraint("guardian_id IS NULL OR guardian_id <> person_id", name="guardian"),
        CheckConstraint("(longitude IS NULL) = (latitude IS NULL)", name="place"),
        Index(
            "uq_volunteer_live", "person_id", unique=True,
            sqlite_where=LIVE_VOLUNTEER, postgresql_where=LIVE_VOLUNTEER,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    national_number: Mapped[str | None] = mapped_column(String(32), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    division_path: Mapped[str] = mapped_column(String(256), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    skills: Mapped[list[Any]] = mapped_column(default=list)
    services: Mapped[list[Any]] = mapped_column(default=list)
    languages: Mapped[list[Any]] = mapped_column(default=list)
    areas: Mapped[list[Any]] = mapped_column(default=list)
    hours: Mapped[list[Any]] = mapped_column(default=list)
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    guardian_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    guardian_name: Mapped[str | None] = mapped_column(Encrypted("volunteer.guardian_name"))
    guardian_phone: Mapped[str | None] = mapped_column(Encrypted("volunteer.guardian_phone"))
    guardian_rule: Mapped[str | None] = mapped_column(String(16))
    guardian_at: Mapped[datetime | None]
    guardian_paper: Mapped[str | None] = mapped_column(Encrypted("volunteer.guardian_paper"))
    emergency_calls: Mapped[bool] = mapped_column(default=False)
    national_exchange: Mapped[bool] = mapped_column(default=False)
    registered_at: Mapped[datetime]
    state_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=0)


class Qualification(Base):
    """A skill that the law asks proof of (条例 16): first aid, nursing, driving. Counts until ``valid_until``."""

    __tablename__ = "volunteer_qualification"

    id: Mapped[Id]
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    kind: Mapped[Code]
    issuer: Mapped[Name]
    number: Mapped[str] = mapped_column(Encrypted("volunteer_qualification.number"))
    obtained_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date, index=True)
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    checked_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]


class Training(Base):
    """Training somebody has had (记录办法: 名称、内容、时长、单位、日期). ``minutes`` are not service."""

    __tablename__ = "volunteer_training"
    __table_args__ = (CheckConstraint("minutes BETWEEN 1 AND 60000", name="minutes"),)

    id: Mapped[Id]
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    name: Mapped[Name]
    content: Mapped[str]
    minutes: Mapped[int]
    organiser: Mapped[Name]
    held_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date, index=True)
    reminded_at: Mapped[datetime | None]
    entered_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    entered_at: Mapped[datetime]


class Insurance(Base):
    """Cover against bodily risk (条例 17), for one volunteer or for all who take part in one activity."""

    __tablename__ = "volunteer_insurance"
    __table_args__ = (
        CheckConstraint("(volunteer_id IS NULL) <> (activity_id IS NULL)", name="whom"),
        CheckConstraint("valid_until >= valid_from", name="period"),
    )

    id: Mapped[Id]
    volunteer_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"), index=True)
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer_activity.id"), index=True)
    insurer: Mapped[Name]
    policy_number: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date, index=True)
    reminded_at: Mapped[datetime | None]
    entered_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    entered_at: Mapped[datetime]


class VolunteerTeam(Base):
    """A team or an organisation (志愿服务组织); ``uscc``: its unified social credit code, if it has one."""

    __tablename__ = "volunteer_team"
    __table_args__ = (
        CheckConstraint("kind IN ('team','organisation','mutual_help')", name="kind"),
        CheckConstraint("state IN ('active','closed')", name="state"),
    )

    id: Mapped[Id]
    name: Mapped[Name] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    division_path: Mapped[str] = mapped_column(String(256), index=True)
    leader_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    phone: Mapped[str] = mapped_column(String(32), default="")
    about: Mapped[str] = mapped_column(default="")
    recruiting: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]


class TeamMember(Base):
    """Recruitment and admission (招募录用): somebody asks, the leader or staff admits."""

    __tablename__ = "volunteer_team_member"
    __table_args__ = (
        CheckConstraint("state IN ('applied','member','refused','left')", name="state"),
        Index(
            "uq_volunteer_team_member_live", "team_id", "volunteer_id", unique=True,
            sqlite_where=LIVE_MEMBERSHIP, postgresql_where=LIVE_MEMBERSHIP,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    team_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer_team.id"), index=True)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(default="")


class VolunteerHonour(Base):
    """An honour reached (星级) or given (表彰): once for a level, or once for what ``name`` says."""

    __tablename__ = "volunteer_honour"
    __table_args__ = (UniqueConstraint("volunteer_id", "level", "name"),)

    id: Mapped[Id]
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    level: Mapped[Code]
    name: Mapped[Name]
    given_by: Mapped[Name]
    given_on: Mapped[date] = mapped_column(Date)
    minutes: Mapped[int | None]


class ServiceCertificate(Base):
    """志愿服务证明 (记录办法 14–17): free, verifiable by number and code, never for trade. ``content``: sealed JSON of
    exactly the lawful fields as they were when it was issued. A withdrawn one says so to whoever verifies it.
    """

    __tablename__ = "service_certificate"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    minutes: Mapped[int]
    content: Mapped[str] = mapped_column(Encrypted("service_certificate.content"))
    code_digest: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(Encrypted("service_certificate.code"))
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    revoked_why: Mapped[str | None]


class ExchangeRun(Base):
    """A file given to or taken from the national volunteer system: what was in it, what was refused and why."""

    __tablename__ = "volunteer_exchange_run"
    __table_args__ = (
        CheckConstraint("direction IN ('export','import')", name="direction"),
        Index("uq_volunteer_exchange_taken", "digest", unique=True, sqlite_where=TAKEN, postgresql_where=TAKEN),
    )

    id: Mapped[Id]
    direction: Mapped[str] = mapped_column(String(8))
    kind: Mapped[Code]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    rows: Mapped[int]
    taken: Mapped[int]
    refused: Mapped[int]
    report: Mapped[list[Any]] = mapped_column(default=list)
    by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
