"""Care of those in 特困: who looks after somebody, in writing; how it goes; what somebody can still do alone."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id

LIVE_AGREEMENT = text("state = 'live'")


class CareAgreement(Base):
    """供养协议 (R-028, R-029): with a carer for who lives at home, with the home for who lives there. One live each.

    ``tier``: able, partly or unable, as the benefit has it. ``site_code``: a home that the house knows.
    ``terms``: sealed JSON of ``care_terms.Terms``. ``review_on``: when somebody looks how the care goes.
    """

    __tablename__ = "care_agreement"
    __table_args__ = (
        CheckConstraint("kind IN ('scattered','institution')", name="kind"),
        CheckConstraint("tier IN ('able','partly','unable')", name="tier"),
        CheckConstraint("state IN ('live','ended')", name="state"),
        CheckConstraint("starts_on <= ends_on AND signed_on <= ends_on", name="days"),
        CheckConstraint("kind = 'institution' OR site_code IS NULL", name="home"),
        CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL AND ended_why IS NOT NULL)", name="ended"),
        Index(
            "uq_care_agreement_live", "person_id", unique=True,
            sqlite_where=LIVE_AGREEMENT, postgresql_where=LIVE_AGREEMENT,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    division_path: Mapped[str] = mapped_column(String(256), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    tier: Mapped[str] = mapped_column(String(16))
    site_code: Mapped[str | None] = mapped_column(ForeignKey("site.division_code"))
    terms: Mapped[str] = mapped_column(Encrypted("care_agreement.terms"))
    signed_on: Mapped[date] = mapped_column(Date)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    review_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(16), default="live")
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_why: Mapped[Code | None]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]


class CareReview(Base):
    """Somebody went to see whether an agreement is kept. ``words``: sealed, what was seen."""

    __tablename__ = "care_review"

    id: Mapped[Id]
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("care_agreement.id"), index=True)
    reviewed_on: Mapped[date] = mapped_column(Date)
    kept: Mapped[bool]
    words: Mapped[str] = mapped_column(Encrypted("care_review.words"))
    reviewed_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]


class CareAssessment(Base):
    """The six items of self-care (特困人员认定办法), as two investigators or an assessor saw them; for one case.

    ``items``: sealed JSON of ``facts.SelfCare``. ``assessor``: sealed, the names. ``visit_id``: on which visit.
    """

    __tablename__ = "care_assessment"
    __table_args__ = (Index("ix_care_assessment_case", "case_id", "recorded_at"),)

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("matter_case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("home_visit.id"), unique=True)
    items: Mapped[str] = mapped_column(Encrypted("care_assessment.items"))
    assessor: Mapped[str] = mapped_column(Encrypted("care_assessment.assessor"))
    assessed_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]
