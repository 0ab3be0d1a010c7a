"""Marriage registration: cases at the desk, divorce periods, reports, counselling, ceremonies."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id

LIVE_DIVORCE = text("state IN ('cooling','window')")
OPEN_CASE = text("state IN ('open','checked','frozen')")


class Registration(Base):
    """One matter of one couple (or person) at a registry. There is no fee, so there is no column for one (R-100).

    ``open`` at check-in, ``checked`` after the pre-check at the desk, then ``registered`` or ``refused`` by a
    certified registrar with the article; ``frozen`` on suspicion of coercion (条例 6) until a lead releases it;
    ``abandoned`` when they leave. ``check``: the frozen verdict with its reasons, facts and parameter sources.
    """

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint("state IN ('open','checked','registered','refused','frozen','abandoned')", name="state"),
        CheckConstraint(
            "(state IN ('registered','refused')) = (decided_at IS NOT NULL AND registrar_id IS NOT NULL)",
            name="signed",
        ),
        CheckConstraint("state <> 'refused' OR (reason_code IS NOT NULL AND article IS NOT NULL)", name="reasoned"),
        CheckConstraint("state <> 'frozen' OR frozen_at IS NOT NULL", name="frozen"),
        Index(
            "uq_registration_booking", "booking_id", unique=True,
            sqlite_where=text("booking_id IS NOT NULL"), postgresql_where=text("booking_id IS NOT NULL"),
        ),
        Index(
            "uq_registration_open_couple", "couple_key", "matter", unique=True,
            sqlite_where=OPEN_CASE, postgresql_where=OPEN_CASE,
        ),
        # Figures of a year are counted from this index alone: the rows beside it are heavy with sealed facts.
        Index("ix_registration_figures", "office_id", "day", "matter", "state", "id"),
    )  # fmt: skip

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    matter: Mapped[Code]
    office_id: Mapped[UUID] = mapped_column(ForeignKey("office.id"))
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("booking.id"))
    couple_key: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16), default="open")
    day: Mapped[date] = mapped_column(Date, index=True)
    opened_at: Mapped[datetime]
    facts: Mapped[str] = mapped_column(Encrypted("registration.facts"))
    check: Mapped[str | None] = mapped_column(Encrypted("registration.check"))
    checked_at: Mapped[datetime | None]
    registrar_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    registrar_certificate: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]
    reason_code: Mapped[str | None] = mapped_column(String(64))
    article: Mapped[str | None] = mapped_column(String(64))
    certificate_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    divorce_id: Mapped[UUID | None] = mapped_column(ForeignKey("divorce.id"))
    frozen_at: Mapped[datetime | None]
    parties: Mapped[list["RegistrationParty"]] = relationship(lazy="selectin", order_by="RegistrationParty.position")


class RegistrationParty(Base):
    """One of the people before the registrar. ``statement``: the signed declaration (声明书) was given at the desk.

    ``local``: whether their number was given out in the office's county; None for other documents. Only that, because
    the six digits beside birth and sex would give the number away.
    """

    __tablename__ = "registration_party"
    __table_args__ = (
        UniqueConstraint("registration_id", "position"),
        Index("ix_registration_party_figures", "registration_id", "sex", "birth_date", "status_check", "local"),
    )

    id: Mapped[Id]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"))
    position: Mapped[int]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(Encrypted("registration_party.name"))
    id_kind: Mapped[str] = mapped_column(String(16))
    id_number: Mapped[str] = mapped_column(Encrypted("registration_party.id_number"))
    person_index: Mapped[str] = mapped_column(String(64), index=True)
    birth_date: Mapped[date] = mapped_column(Date)
    sex: Mapped[str] = mapped_column(String(8))
    local: Mapped[bool | None]
    present: Mapped[bool] = mapped_column(default=False)
    identity_seen: Mapped[bool] = mapped_column(default=False)
    statement: Mapped[bool] = mapped_column(default=False)
    status_check: Mapped[str | None] = mapped_column(String(32))
    status_checked_at: Mapped[datetime | None]


class RegistrationEvent(Base):
    """What happened to a registration, by whom. Append-only."""

    __tablename__ = "registration_event"

    id: Mapped[Id]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(128))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Divorce(Base):
    """An application for divorce that was received, and its two periods (民法典 1077; rules B1.2).

    ``received_on`` A; withdrawal until the close of business on ``cooling_until`` C; certificates from C + 1 to
    ``window_until`` W; deemed withdrawn on W + 1. ``provisional``: a year the dates need is not loaded, and no job
    may act on them. ``calendar``: version of the calendar they were computed with. ``rolls``: the first-roll switch.
    ``person_ids``: those of the two who are in the house's register, to be told.
    """

    __tablename__ = "divorce"
    __table_args__ = (
        CheckConstraint("state IN ('cooling','window','withdrawn','registered','deemed_withdrawn')", name="state"),
        CheckConstraint("received_on < cooling_until AND cooling_until < window_until", name="dates"),
        CheckConstraint("(state IN ('cooling','window')) = (ended_at IS NULL)", name="ended"),
        Index("uq_divorce_live", "couple_key", unique=True, sqlite_where=LIVE_DIVORCE, postgresql_where=LIVE_DIVORCE),
        Index("ix_divorce_due", "state", "window_until"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("office.id"), index=True)
    couple_key: Mapped[str] = mapped_column(String(64), index=True)
    person_indexes: Mapped[list[Any]]
    person_ids: Mapped[list[Any]] = mapped_column(default=list)
    received_on: Mapped[date] = mapped_column(Date)
    cooling_until: Mapped[date] = mapped_column(Date)
    window_until: Mapped[date] = mapped_column(Date)
    rolls: Mapped[bool] = mapped_column(default=True)
    provisional: Mapped[bool]
    calendar: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20), default="cooling")
    ended_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None]
    agreement: Mapped[str] = mapped_column(Encrypted("divorce.agreement"))


class RegistrarLicence(Base):
    """A registrar's certificate (婚姻登记员证, R-099): only its holder signs, only while it is valid.

    ``warned_at``: when the registrar and the leads were told that it ends soon.
    """

    __tablename__ = "registrar_licence"
    __table_args__ = (CheckConstraint("valid_from <= valid_until", name="dates"),)

    id: Mapped[Id]
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    revoked_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]


class ReportTask(Base):
    """A report the law asks for (条例 6): suspected trafficking or coercion to the police, violence to who can help."""

    __tablename__ = "report_task"
    __table_args__ = (
        CheckConstraint("kind IN ('trafficking','coercion','violence')", name="kind"),
        CheckConstraint("state IN ('open','reported','closed')", name="state"),
    )

    id: Mapped[Id]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="open")
    signs: Mapped[str] = mapped_column(Encrypted("report_task.signs"))
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    due_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    reported_to: Mapped[str | None] = mapped_column(String(128))
    reported_at: Mapped[datetime | None]
    result: Mapped[str | None] = mapped_column(Encrypted("report_task.result"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))


class Counselling(Base):
    """A counselling talk (婚姻家庭辅导, R-097): voluntary, with consent; notes are the counsellor's only."""

    __tablename__ = "counselling"
    __table_args__ = (CheckConstraint("state IN ('planned','held','missed')", name="state"),)

    id: Mapped[Id]
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id"), unique=True)
    topic: Mapped[Code]
    counsellor_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    consent_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="planned")
    held_at: Mapped[datetime | None]
    notes: Mapped[str | None] = mapped_column(Encrypted("counselling.notes"))
    outcome: Mapped[Code | None]


class Ceremony(Base):
    """A certificate ceremony (颁证仪式) or a place in a group wedding (集体婚礼, R-095): its host and its guests."""

    __tablename__ = "ceremony"
    __table_args__ = (CheckConstraint("guests BETWEEN 0 AND 200", name="guests"),)

    id: Mapped[Id]
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id"), unique=True)
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration.id"))
    host_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    guests: Mapped[int] = mapped_column(default=0)
    wishes: Mapped[str | None] = mapped_column(Encrypted("ceremony.wishes"))
    held_at: Mapped[datetime | None]


class NumberSeries(Base):
    """The last number given out in a series, e.g. ``J500118-2026``: counted under its row lock, without doubles."""

    __tablename__ = "marriage_series"
    __table_args__ = (CheckConstraint("last >= 1", name="last"),)

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    last: Mapped[int]
