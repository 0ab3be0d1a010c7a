"""Social assistance: households, benefits, checks of means, payments, the township's float, inspections."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id

MONEY = Numeric(12, 2)
LIVE_MEMBER = text("until IS NULL")
LIVE_BENEFIT = text("state IN ('active','suspended','phasing_out')")


class Household(Base):
    """A family as the assistance law counts it (低保办法 7). ``urban`` decides which standard applies."""

    __tablename__ = "household"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    division_path: Mapped[str] = mapped_column(String(256), index=True)
    urban: Mapped[bool]
    address: Mapped[str] = mapped_column(Encrypted("household.address"))
    bank_account: Mapped[str | None] = mapped_column(Encrypted("household.bank_account"))
    bank_holder: Mapped[str | None] = mapped_column(Encrypted("household.bank_holder"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    members: Mapped[list["HouseholdMember"]] = relationship(lazy="selectin", order_by="HouseholdMember.position")


class HouseholdMember(Base):
    """Somebody in a household; nobody is in two at once. ``facts``: sealed JSON of what the rules ask about them."""

    __tablename__ = "household_member"
    __table_args__ = (
        UniqueConstraint("household_id", "position"),
        Index(
            "uq_household_member_live", "person_id", unique=True,
            sqlite_where=LIVE_MEMBER, postgresql_where=LIVE_MEMBER,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    position: Mapped[int]
    relation: Mapped[Code]
    counted: Mapped[bool] = mapped_column(default=True)
    facts: Mapped[str] = mapped_column(Encrypted("household_member.facts"))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)


class Benefit(Base):
    """What a household or person is entitled to each month, by which decision, and when to look again.

    Months are their first days. ``computed_until``: the last month that has its entitlement row, None before the first.
    ``basis``: sealed JSON of the facts and the verdict it was decided on; ``assessed_on``: under the law of which day.
    """

    __tablename__ = "benefit"
    __table_args__ = (
        CheckConstraint("state IN ('active','suspended','phasing_out','ended')", name="state"),
        CheckConstraint("(household_id IS NULL) <> (person_id IS NULL)", name="whose"),
        CheckConstraint("monthly >= 0", name="monthly"),
        CheckConstraint("last_month IS NULL OR first_month <= last_month", name="months"),
        Index(
            "uq_benefit_household", "household_id", "programme", unique=True,
            sqlite_where=LIVE_BENEFIT, postgresql_where=LIVE_BENEFIT,
        ),
        Index(
            "uq_benefit_person", "person_id", "programme", unique=True,
            sqlite_where=LIVE_BENEFIT, postgresql_where=LIVE_BENEFIT,
        ),
        Index("ix_benefit_judged", "programme", "state", "assessed_on", "id"),
    )  # fmt: skip

    id: Mapped[Id]
    programme: Mapped[Code]
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("household.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    division_path: Mapped[str] = mapped_column(String(256), index=True)
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="active")
    category: Mapped[Code]
    members: Mapped[int] = mapped_column(default=1)
    monthly: Mapped[Decimal] = mapped_column(MONEY)
    basis: Mapped[str] = mapped_column(Encrypted("benefit.basis"))
    first_month: Mapped[date] = mapped_column(Date)
    last_month: Mapped[date | None] = mapped_column(Date)
    computed_until: Mapped[date | None] = mapped_column(Date)
    review_on: Mapped[date] = mapped_column(Date, index=True)
    assessed_on: Mapped[date] = mapped_column(Date, index=True)
    changed_at: Mapped[datetime]


class Entitlement(Base):
    """One month's money of one benefit: computed once, paid once. A ``recovery`` takes back, so it is negative.

    ``line``: which payment of the batch it is part of; several rows of a household are one payment.
    """

    __tablename__ = "entitlement"
    __table_args__ = (
        UniqueConstraint("benefit_id", "month", "kind"),
        CheckConstraint("kind IN ('regular','top_up','price_subsidy','recovery')", name="kind"),
        CheckConstraint("(kind = 'recovery') = (amount < 0) OR amount = 0", name="sign"),
        CheckConstraint("state IN ('due','batched','paid','failed','cancelled')", name="state"),
        Index("ix_entitlement_due", "state", "month"),
    )

    id: Mapped[Id]
    benefit_id: Mapped[UUID] = mapped_column(ForeignKey("benefit.id"))
    month: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(16), default="regular")
    amount: Mapped[Decimal] = mapped_column(MONEY)
    state: Mapped[str] = mapped_column(String(16), default="due")
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_batch.id"), index=True)
    line: Mapped[int | None]
    computed_at: Mapped[datetime]
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)


class PaymentBatch(Base):
    """A payment file: made by one, approved by another, sent once, answered by the bank's return file."""

    __tablename__ = "payment_batch"
    __table_args__ = (
        CheckConstraint("state IN ('made','approved','sent','settled','cancelled')", name="state"),
        CheckConstraint("approved_by IS NULL OR approved_by <> made_by", name="two_people"),
        CheckConstraint("(state IN ('approved','sent','settled')) <= (approved_by IS NOT NULL)", name="approved"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    month: Mapped[date] = mapped_column(Date)
    programme: Mapped[Code]
    bank: Mapped[Code]
    state: Mapped[str] = mapped_column(String(16), default="made")
    lines: Mapped[int]
    total: Mapped[Decimal] = mapped_column(MONEY)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    approved_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    file_digest: Mapped[str | None] = mapped_column(String(64))
    settled_at: Mapped[datetime | None]
    paid_lines: Mapped[int] = mapped_column(default=0)
    failed_lines: Mapped[int] = mapped_column(default=0)


class PaymentFailure(Base):
    """A payment of a batch that did not arrive, with what the bank said. ``corrected_at``: the account is right now."""

    __tablename__ = "payment_failure"
    __table_args__ = (UniqueConstraint("batch_id", "line"), CheckConstraint("amount > 0", name="amount"))

    id: Mapped[Id]
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("payment_batch.id"))
    line: Mapped[int]
    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(MONEY)
    why: Mapped[str] = mapped_column(Encrypted("payment_failure.why"))
    corrected_at: Mapped[datetime | None]


class Correction(Base):
    """Money beside the regular months: asked for by one, approved by another; then its entitlement rows are written.

    ``amount``: yuan paid more (``top_up``) or taken back. ``fine``: of a ``sanction`` for fraud, collected apart.
    """

    __tablename__ = "benefit_correction"
    __table_args__ = (
        CheckConstraint("kind IN ('top_up','recovery','sanction')", name="kind"),
        CheckConstraint("state IN ('proposed','approved','refused')", name="state"),
        CheckConstraint("amount > 0 AND fine >= 0", name="amount"),
        CheckConstraint(
            "state <> 'approved' OR (settled_by IS NOT NULL AND settled_by <> proposed_by)", name="two_people"
        ),
    )

    id: Mapped[Id]
    benefit_id: Mapped[UUID] = mapped_column(ForeignKey("benefit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    amount: Mapped[Decimal] = mapped_column(MONEY)
    fine: Mapped[Decimal] = mapped_column(MONEY, default=Decimal(0))
    reason: Mapped[str] = mapped_column(Encrypted("benefit_correction.reason"))
    state: Mapped[str] = mapped_column(String(16), default="proposed")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[datetime]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    settled_at: Mapped[datetime | None]


class Authorisation(Base):
    """An adult's consent that their means may be checked (社会救助法 40–42): for one case, until a day."""

    __tablename__ = "means_authorisation"
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("matter_case.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    how: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime]
    valid_until: Mapped[date] = mapped_column(Date)
    withdrawn_at: Mapped[datetime | None]


class MeansQuery(Base):
    """One question to one source about one authorised person (核对, R-021), and the reply."""

    __tablename__ = "means_query"
    __table_args__ = (
        UniqueConstraint("case_id", "person_id", "source", "round"),
        CheckConstraint("state IN ('waiting','asked','answered','failed','expired')", name="state"),
        Index("ix_means_query_due", "state", "next_try_at"),
    )

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("matter_case.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    authorisation_id: Mapped[UUID] = mapped_column(ForeignKey("means_authorisation.id"))
    source: Mapped[Code]
    round: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    reference: Mapped[str | None] = mapped_column(String(64))
    reply: Mapped[str | None] = mapped_column(Encrypted("means_query.reply"))
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]


class FloatEntry(Base):
    """临时救助备用金 (R-031): a township's float as a ledger; the sum is never below zero."""

    __tablename__ = "float_entry"
    __table_args__ = (
        UniqueConstraint("division_code", "sequence"),
        CheckConstraint("balance >= 0", name="never_below_zero"),
        CheckConstraint("amount <> 0", name="amount"),
    )

    id: Mapped[Id]
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    sequence: Mapped[int]
    kind: Mapped[Code]
    amount: Mapped[Decimal] = mapped_column(MONEY)
    balance: Mapped[Decimal] = mapped_column(MONEY)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("matter_case.id"))
    voucher: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))


class FactSheet(Base):
    """What is known about a family for one case: declared first, then corrected by whoever found out.

    ``facts``: sealed JSON of ``FamilyFacts``; ``version`` is what two clerks amending at once compare; ``changes``:
    sealed JSON list of who corrected it when and why.
    """

    __tablename__ = "fact_sheet"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("matter_case.id"), primary_key=True)
    programme: Mapped[Code]
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("household.id"), index=True)
    version: Mapped[int] = mapped_column(default=0)
    facts: Mapped[str] = mapped_column(Encrypted("fact_sheet.facts"))
    changes: Mapped[str] = mapped_column(Encrypted("fact_sheet.changes"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))


class FuneralReward(Base):
    """A reward given for one dead person: once, whoever of the family asks and in whichever matter."""

    __tablename__ = "funeral_reward"
    __table_args__ = (UniqueConstraint("dead_index", "reward"),)

    id: Mapped[Id]
    dead_index: Mapped[str] = mapped_column(String(64))
    reward: Mapped[Code]
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
