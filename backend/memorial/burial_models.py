"""Cemeteries and who lies there, their fees, the price catalogue, funeral orders, visits to graves. Money is yuan."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id, Name

MONEY = Numeric(12, 2)
LIVE = text("ended_on IS NULL")
NOT_CANCELLED = text("state <> 'cancelled'")
OPEN_ERRAND = text("state <> 'refused'")


class Cemetery(Base):
    """A burial ground or hall of ashes (R-121). ``kind``: public-welfare (公益性), paid (经营性), ashes (骨灰堂)."""

    __tablename__ = "cemetery"
    __table_args__ = (CheckConstraint("kind IN ('welfare','commercial','ashes')", name="kind"),)

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    kind: Mapped[str] = mapped_column(String(16))
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    address: Mapped[str]
    phone: Mapped[str] = mapped_column(String(32))


class CemeteryZone(Base):
    """A part of a cemetery. ``office_code``: the office of booking whose times its visitors take, None while visits
    need no booking; zones behind one gate share one office, and so its capacity.
    """

    __tablename__ = "cemetery_zone"
    __table_args__ = (UniqueConstraint("cemetery_id", "name"),)

    id: Mapped[Id]
    cemetery_id: Mapped[UUID] = mapped_column(ForeignKey("cemetery.id"))
    name: Mapped[str] = mapped_column(String(32))
    office_code: Mapped[str | None] = mapped_column(String(64), index=True)


class Plot(Base):
    """A numbered place. ``places``: how many can lie in it; ``closed`` takes it out of use.

    ``closed_why``: danger (nobody goes there either), historic (kept as it is), other; ``closed_note`` in words.
    """

    __tablename__ = "plot"
    __table_args__ = (
        UniqueConstraint("zone_id", "number"),
        CheckConstraint("kind IN ('tomb','wall','niche','tree','lawn','flower','sea')", name="kind"),
        CheckConstraint("places BETWEEN 1 AND 500", name="places"),
        CheckConstraint("closed_why IN ('danger','historic','other')", name="closed_why"),
        CheckConstraint("closed = (closed_why IS NOT NULL)", name="closed_with_a_reason"),
    )

    id: Mapped[Id]
    zone_id: Mapped[UUID] = mapped_column(ForeignKey("cemetery_zone.id"))
    number: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    places: Mapped[int] = mapped_column(default=1)
    closed: Mapped[bool] = mapped_column(default=False)
    closed_why: Mapped[str | None] = mapped_column(String(16))
    closed_note: Mapped[str | None] = mapped_column(String(200))
    closed_on: Mapped[date | None] = mapped_column(Date)


class PlotTerm(Base):
    """Who holds a plot and until when; a plot has one living holder. ``reminded_for``: the end they were told of.

    ``paid_until``: the last day that maintenance is paid for, None before the first payment. ``follows``: the term of
    the near relative it came from, with the relation and which papers showed it.
    """

    __tablename__ = "plot_term"
    __table_args__ = (
        Index("uq_plot_term_live", "plot_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        CheckConstraint("since < until", name="days"),
    )

    id: Mapped[Id]
    plot_id: Mapped[UUID] = mapped_column(ForeignKey("plot.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    certificate: Mapped[str] = mapped_column(String(64))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date, index=True)
    ended_on: Mapped[date | None] = mapped_column(Date)
    reminded_for: Mapped[date | None] = mapped_column(Date)
    paid_until: Mapped[date | None] = mapped_column(Date)
    follows: Mapped[UUID | None] = mapped_column(ForeignKey("plot_term.id"), unique=True)
    relation: Mapped[str | None] = mapped_column(String(16))
    proof: Mapped[str | None] = mapped_column(Encrypted("plot_term.proof"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))


class Burial(Base):
    """Where a dead person rests: one place at a time; a move ends the old row. ``moved_to``: where they were taken."""

    __tablename__ = "burial"
    __table_args__ = (Index("uq_burial_live", "deceased_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),)

    id: Mapped[Id]
    plot_id: Mapped[UUID] = mapped_column(ForeignKey("plot.id"), index=True)
    deceased_id: Mapped[UUID] = mapped_column(ForeignKey("deceased.id"), index=True)
    buried_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    moved_to: Mapped[str | None] = mapped_column(String(200))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))


class CemeteryFee(Base):
    """Maintenance fees of a cemetery (R-116) as a ledger: append-only, the balance is never below zero.

    ``term_id`` and the days it ``covers``: what a holder paid for in advance; no day of a term is paid for twice,
    because the next payment begins where the last one ended.
    """

    __tablename__ = "cemetery_fee"
    __table_args__ = (
        UniqueConstraint("cemetery_id", "sequence"),
        UniqueConstraint("cemetery_id", "kind", "voucher"),
        CheckConstraint("balance >= 0", name="never_below_zero"),
        CheckConstraint("amount <> 0", name="amount"),
        UniqueConstraint("term_id", "covers_from"),
        CheckConstraint("(term_id IS NULL) = (covers_from IS NULL)", name="covers_a_term"),
        CheckConstraint("covers_from <= covers_until", name="covers"),
    )

    id: Mapped[Id]
    cemetery_id: Mapped[UUID] = mapped_column(ForeignKey("cemetery.id"))
    sequence: Mapped[int]
    kind: Mapped[Code]
    amount: Mapped[Decimal] = mapped_column(MONEY)
    balance: Mapped[Decimal] = mapped_column(MONEY)
    purpose: Mapped[str] = mapped_column(String(200))
    voucher: Mapped[str] = mapped_column(String(64))
    plot_id: Mapped[UUID | None] = mapped_column(ForeignKey("plot.id"))
    term_id: Mapped[UUID | None] = mapped_column(ForeignKey("plot_term.id"))
    covers_from: Mapped[date | None] = mapped_column(Date)
    covers_until: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))


class BurialPrice(Base):
    """One price of one item from a day on (R-112, R-115); a later row replaces it, nothing is edited.

    ``basis``: 政府定价, 政府指导价, 市场调节价. ``free_kind``: the item of 惠民殡葬 it is (``transport`` …), or None.
    ``price`` None: no longer offered from this day on.
    """

    __tablename__ = "burial_price"
    __table_args__ = (
        UniqueConstraint("item", "valid_from"),
        CheckConstraint("basis IN ('set','guided','market')", name="basis"),
        CheckConstraint("price IS NULL OR price >= 0", name="price"),
    )

    id: Mapped[Id]
    item: Mapped[Code]
    title: Mapped[str] = mapped_column(String(64))
    group: Mapped[str] = mapped_column(String(16))
    basis: Mapped[str] = mapped_column(String(16))
    price: Mapped[Decimal | None] = mapped_column(MONEY)
    unit: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(200))
    free_kind: Mapped[str | None] = mapped_column(String(32))
    valid_from: Mapped[date] = mapped_column(Date)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class FuneralOrder(Base):
    """Services a family has ordered. ``granted_by``: number of the decision that makes basic items free,
    used once.
    """

    __tablename__ = "funeral_order"
    __table_args__ = (
        CheckConstraint("state IN ('ordered','accepted','done','cancelled')", name="state"),
        Index(
            "uq_funeral_order_grant", "granted_by", unique=True, sqlite_where=NOT_CANCELLED,
            postgresql_where=NOT_CANCELLED,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    dead_name: Mapped[str] = mapped_column(Encrypted("funeral_order.dead_name"))
    day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(16), default="ordered")
    granted_by: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class FuneralLine(Base):
    """One line of an order's bill; the price is the catalogue's row, so nothing outside the list can be charged."""

    __tablename__ = "funeral_line"
    __table_args__ = (
        UniqueConstraint("order_id", "price_id"),
        CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity"),
        CheckConstraint("waived BETWEEN 0 AND amount", name="waived"),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("funeral_order.id"))
    price_id: Mapped[UUID] = mapped_column(ForeignKey("burial_price.id"))
    quantity: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(MONEY)
    waived: Mapped[Decimal] = mapped_column(MONEY)


class FuneralComplaint(Base):
    """What a family objects to in its order, and the answer; ``due_on``: the last day for it."""

    __tablename__ = "funeral_complaint"

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("funeral_order.id"), index=True)
    words: Mapped[str] = mapped_column(Encrypted("funeral_complaint.words"))
    at: Mapped[datetime]
    due_on: Mapped[date] = mapped_column(Date, index=True)
    answer: Mapped[str | None] = mapped_column(Encrypted("funeral_complaint.answer"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))


class GraveVisit(Base):
    """Which grave a booked visit goes to; time, number of people and state are the booking's."""

    __tablename__ = "grave_visit"

    id: Mapped[Id]
    plot_id: Mapped[UUID] = mapped_column(ForeignKey("plot.id"), index=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id"), unique=True)
    at: Mapped[datetime]


class SweepingErrand(Base):
    """代祭扫: staff sweep a grave for a family, free; ``words`` is what the family would like read there."""

    __tablename__ = "sweeping_errand"
    __table_args__ = (
        CheckConstraint("state IN ('asked','done','refused')", name="state"),
        Index(
            "uq_sweeping_errand_open", "plot_id", "day", unique=True,
            sqlite_where=OPEN_ERRAND, postgresql_where=OPEN_ERRAND,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    plot_id: Mapped[UUID] = mapped_column(ForeignKey("plot.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    words: Mapped[str] = mapped_column(Encrypted("sweeping_errand.words"))
    state: Mapped[str] = mapped_column(String(16), default="asked")
    answer: Mapped[str | None] = mapped_column(Encrypted("sweeping_errand.answer"))
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))


class SweepingPhoto(Base):
    """A picture of a swept grave, sealed on disk under its id."""

    __tablename__ = "sweeping_photo"

    id: Mapped[Id]
    errand_id: Mapped[UUID] = mapped_column(ForeignKey("sweeping_errand.id"), index=True)
    at: Mapped[datetime]
