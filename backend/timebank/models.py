"""The ledger: accounts, transfers and their entries, in whole minutes (or points); and who may be given time.

Only ``ledger.py`` writes transfers and entries. They are never changed: the database refuses it (migration 0006).
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Code, Id

LIVE_KIN = text("ended_at IS NULL")
LIVE_MEMBER = text("ended_at IS NULL AND agreed_at IS NOT NULL")


class TimeAccount(Base):
    """Whose time (or points) it is. ``balance`` is only a cache of the entries; ``entries`` counts them.

    ``kind``: ``personal``, ``pending`` (served, not yet confirmed), ``household``, ``pool`` (公益池 of a division),
    ``escrow`` (held for one order), ``bureau`` (where time comes from: its balance is minus all that was issued),
    ``points``, ``points_bureau``. ``owner``: the id of the person, household, division or order; ``county`` for the
    bureau's own. ``floor``: the least the balance may be, None only for the bureau's own accounts.
    """

    __tablename__ = "time_account"
    __table_args__ = (
        UniqueConstraint("kind", "owner"),
        CheckConstraint("floor IS NULL OR balance >= floor", name="floor"),
        CheckConstraint("(floor IS NULL) = (kind IN ('bureau','points_bureau'))", name="unlimited"),
        CheckConstraint("floor IS NULL OR floor <= 0", name="credit"),
        CheckConstraint(
            "kind IN ('personal','pending','household','pool','escrow','bureau','points','points_bureau')", name="kind"
        ),
        CheckConstraint("unit IN ('minute','point')", name="unit"),
        CheckConstraint("(unit = 'point') = (kind IN ('points','points_bureau'))", name="unit_of_kind"),
        CheckConstraint("entries >= 0", name="entries"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str] = mapped_column(String(64), index=True)
    unit: Mapped[str] = mapped_column(String(8), default="minute")
    balance: Mapped[int] = mapped_column(BigInteger, default=0)
    floor: Mapped[int | None] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class TimeTransfer(Base):
    """One movement between two or more accounts of one unit, for ever. ``key``: the same request once (idempotency);
    ``digest``: of what was asked under this key. A mistake is reversed by another transfer, at most once.

    ``event_on``: the local day it is about; ``at``: when it was written. ``policy``: the dated values that decided.
    """

    __tablename__ = "time_transfer"
    __table_args__ = (Index("ix_time_transfer_source", "source", "source_id"),)

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(128), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    kind: Mapped[Code]
    unit: Mapped[str] = mapped_column(String(8))
    event_on: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime]
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[str] = mapped_column(String(64))
    reverses: Mapped[UUID | None] = mapped_column(ForeignKey("time_transfer.id"), unique=True)
    why: Mapped[str] = mapped_column(default="")
    policy: Mapped[dict[str, Any]] = mapped_column(default=dict)


class TimeEntry(Base):
    """One leg: the ``seq``-th entry of its account (1, 2, 3 …), what it moved, and the balance after it."""

    __tablename__ = "time_entry"
    __table_args__ = (CheckConstraint("amount <> 0", name="amount"), CheckConstraint("seq >= 1", name="seq"))

    account_id: Mapped[UUID] = mapped_column(ForeignKey("time_account.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    transfer_id: Mapped[UUID] = mapped_column(ForeignKey("time_transfer.id"), index=True)
    amount: Mapped[int]
    balance_after: Mapped[int] = mapped_column(BigInteger)


class TimeKin(Base):
    """A direct relative (直系亲属) to whom somebody may give time; how it was proven, by whom.

    ``relation``: what the receiver is to the giver.
    """

    __tablename__ = "time_kin"
    __table_args__ = (
        CheckConstraint("giver_id <> receiver_id", name="not_oneself"),
        CheckConstraint(
            "relation IN ('parent','child','spouse','grandparent','grandchild','spouse_parent')", name="relation"
        ),
        CheckConstraint("proven_by IN ('clerk','proxy')", name="proven_by"),
        Index(
            "uq_time_kin_live", "giver_id", "receiver_id", unique=True, sqlite_where=LIVE_KIN, postgresql_where=LIVE_KIN
        ),
    )

    id: Mapped[Id]
    giver_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    receiver_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    relation: Mapped[str] = mapped_column(String(16))
    proven_by: Mapped[str] = mapped_column(String(16))
    evidence: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class HouseholdTime(Base):
    """Somebody's share in a family's common account: members may pay in and, if ``may_spend``, order from it.

    ``household`` is the account's owner: made for the time bank, not the assistance law's household. Invited until
    ``agreed_at``; somebody is a member of one family only.
    """

    __tablename__ = "time_household_member"
    __table_args__ = (
        Index(
            "uq_time_household_member_live", "person_id", unique=True,
            sqlite_where=LIVE_MEMBER, postgresql_where=LIVE_MEMBER,
        ),
        Index(
            "uq_time_household_member_once", "household", "person_id", unique=True,
            sqlite_where=LIVE_KIN, postgresql_where=LIVE_KIN,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    household: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    may_spend: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class ElderFacts(Base):
    """What a clerk has declared of an elder, with evidence: by it they are helped from the pool first (重点老人)."""

    __tablename__ = "time_elder_facts"
    __table_args__ = (
        Index("uq_time_elder_facts_live", "person_id", unique=True, sqlite_where=LIVE_KIN, postgresql_where=LIVE_KIN),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    alone: Mapped[bool] = mapped_column(default=False)
    empty_nest: Mapped[bool] = mapped_column(default=False)
    low_income: Mapped[bool] = mapped_column(default=False)
    disabled: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[str]
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ThankGift(Base):
    """A small thing given for points (R-172): never money. Stock cannot go below zero."""

    __tablename__ = "time_gift"
    __table_args__ = (
        CheckConstraint("stock >= 0", name="stock"),
        CheckConstraint("points > 0", name="points"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(128), unique=True)
    about: Mapped[str] = mapped_column(default="")
    points: Mapped[int]
    stock: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=0)


class ThankGiftOrder(Base):
    """Points given for a gift: fetched at a counter, or cancelled (then stock and points return)."""

    __tablename__ = "time_gift_order"
    __table_args__ = (CheckConstraint("state IN ('reserved','fetched','cancelled')", name="state"),)

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    gift_id: Mapped[UUID] = mapped_column(ForeignKey("time_gift.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    transfer_id: Mapped[UUID] = mapped_column(ForeignKey("time_transfer.id"), unique=True)
    points: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    ordered_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
