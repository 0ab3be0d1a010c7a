"""Offices, their plans, the slots made from them, bookings, the waiting list; the queue is beside it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.booking.queue_models import QueueCounter, QueueTicket
from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id, Name

__all__ = [
    "LIVE", "WAITING", "Booking", "BookingBan", "BookingEvent", "BookingParty", "DayException", "DayQuota", "Office",
    "OfficeMatter", "QueueCounter", "QueueTicket", "Slot", "WaitEntry", "WeeklyPlan", "Window",
]  # fmt: skip

LIVE = text("live")
WAITING = text("state IN ('waiting','offered')")


class Office(Base):
    """A place people come to (办事机构): a marriage registry, a counselling room, a cemetery's desk.

    ``traits``: what it may do beyond the usual, e.g. ``foreign_marriage`` (涉外、涉港澳台, 条例 2(2)). ``nationwide``:
    residents of every place are served (全国通办, 条例 2).
    """

    __tablename__ = "office"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    kind: Mapped[Code]
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    address: Mapped[str]
    phone: Mapped[str] = mapped_column(String(32))
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    directions: Mapped[str] = mapped_column(default="")
    traits: Mapped[list[Any]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    checkin_secret: Mapped[str] = mapped_column(Encrypted("office.checkin_secret"))
    heart_day_windows: Mapped[int] = mapped_column(default=0)
    planned_until: Mapped[date | None] = mapped_column(Date)


class OfficeMatter(Base):
    """How one matter is booked at one office. Minutes of the local day; days before the visit.

    Online booking opens ``opens_days`` before the day at ``opens_at`` and closes ``closes_days`` before it at
    ``closes_at``. ``units``: how many consecutive slots the matter takes. ``quota``: at most so many a day, None for
    no limit of its own. ``penalty``: name of a policy in penalties.yaml.
    """

    __tablename__ = "office_matter"
    __table_args__ = (
        UniqueConstraint("office_id", "matter"),
        CheckConstraint("units BETWEEN 1 AND 16", name="units"),
        CheckConstraint("opens_days >= closes_days", name="opens_before_it_closes"),
        CheckConstraint("opens_at BETWEEN 0 AND 1439 AND closes_at BETWEEN 0 AND 1440", name="minutes"),
        CheckConstraint("quota IS NULL OR quota >= 0", name="quota"),
    )

    id: Mapped[Id]
    office_id: Mapped[UUID] = mapped_column(ForeignKey("office.id"), index=True)
    matter: Mapped[Code]
    pool: Mapped[Code]
    units: Mapped[int] = mapped_column(default=1)
    opens_days: Mapped[int] = mapped_column(default=30)
    opens_at: Mapped[int] = mapped_column(default=510)
    closes_days: Mapped[int] = mapped_column(default=0)
    closes_at: Mapped[int] = mapped_column(default=1020)
    quota: Mapped[int | None]
    penalty: Mapped[Code] = mapped_column(default="none")
    waiting_list: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    office: Mapped[Office] = relationship(lazy="joined")


class Window(Base):
    """A counter (窗口) of a pool: windows of one pool serve the same matters."""

    __tablename__ = "office_window"
    __table_args__ = (UniqueConstraint("office_id", "label"),)

    id: Mapped[Id]
    office_id: Mapped[UUID] = mapped_column(ForeignKey("office.id"), index=True)
    pool: Mapped[Code]
    label: Mapped[str] = mapped_column(String(32))
    active: Mapped[bool] = mapped_column(default=True)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))


class WeeklyPlan(Base):
    """When a pool is open on a weekday (0 = Monday), and with how many windows; slots are ``slot_minutes`` long.

    ``on_site`` of the windows' places in each slot are kept for people who come without booking (R-005). A make-up
    workday follows the plan of Monday unless the weekend day has a plan of its own.
    """

    __tablename__ = "weekly_plan"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("0 <= starts AND starts < ends AND ends <= 1440", name="hours"),
        CheckConstraint("slot_minutes BETWEEN 5 AND 480", name="slot_minutes"),
        CheckConstraint(
            "windows >= 0 AND per_window >= 1 AND on_site BETWEEN 0 AND windows * per_window", name="places"
        ),
    )

    id: Mapped[Id]
    office_id: Mapped[UUID] = mapped_column(ForeignKey("office.id"), index=True)
    pool: Mapped[Code]
    weekday: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]
    slot_minutes: Mapped[int]
    windows: Mapped[int]
    per_window: Mapped[int] = mapped_column(default=1)
    on_site: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class DayException(Base):
    """A day that is not like its plan: ``closed``, or open with hours of its own (``hours``: plan-shaped objects)."""

    __tablename__ = "day_exception"
    __table_args__ = (
        UniqueConstraint("office_id", "pool", "day"),
        CheckConstraint("kind IN ('closed','open')", name="kind"),
    )

    id: Mapped[Id]
    office_id: Mapped[UUID] = mapped_column(ForeignKey("office.id"), index=True)
    pool: Mapped[Code]
    day: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(128))
    hours: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(128))


class Slot(Base):
    """One pool at one time. ``taken`` counts live bookings and open offers of the waiting list, never more than fit.

    The counter is moved by compare-and-swap only (``UPDATE … WHERE taken < capacity``); ``on_site`` places are beside
    it, so that online bookings cannot eat them. ``provisional``: the year's calendar is not loaded yet.
    """

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("office_id", "pool", "starts_at"),
        CheckConstraint("taken BETWEEN 0 AND capacity", name="never_overbooked"),
        CheckConstraint("on_site_taken BETWEEN 0 AND on_site", name="on_site_never_overbooked"),
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("ix_slot_day", "office_id", "pool", "day"),
    )

    id: Mapped[Id]
    office_id: Mapped[UUID] = mapped_column(ForeignKey("office.id"))
    pool: Mapped[Code]
    day: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    on_site: Mapped[int] = mapped_column(default=0)
    on_site_taken: Mapped[int] = mapped_column(default=0)
    closed: Mapped[bool] = mapped_column(default=False)
    provisional: Mapped[bool] = mapped_column(default=False)


class DayQuota(Base):
    """The count of one matter on one day, where it has a quota; moved by compare-and-swap like a slot."""

    __tablename__ = "day_quota"
    __table_args__ = (
        UniqueConstraint("office_id", "matter", "day"),
        CheckConstraint("taken BETWEEN 0 AND quota", name="never_overbooked"),
    )

    id: Mapped[Id]
    office_id: Mapped[UUID] = mapped_column(ForeignKey("office.id"))
    matter: Mapped[Code]
    day: Mapped[date] = mapped_column(Date)
    quota: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)


class Booking(Base):
    """One appointment. ``number`` is read aloud and carries a check digit; ``sequence`` counts changes (RFC 5545).

    It holds its seats in every state but ``cancelled``. ``earliest`` and ``latest`` bound the days it may be moved
    to, where the law sets a period. ``late``: cancelled after the free days of the penalty policy, so it counts.

    ``source``: ``online``, ``desk`` (a clerk, also for walk-ins: ``on_site``). ``displaced``: the office closed, the
    person may choose again without penalty. ``remind_at``: when the next reminder is due, None when none is.
    ``slot_ids`` names a slot once for each place held in it: a party of three names it three times.
    """

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint(
            "state IN ('booked','displaced','checked_in','serving','done','cancelled','no_show')", name="state"
        ),
        CheckConstraint("source IN ('online','desk')", name="source"),
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("ix_booking_day", "office_id", "day", "state"),
        Index("ix_booking_remind", "remind_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("office.id"))
    matter: Mapped[Code]
    pool: Mapped[Code]
    day: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    slot_ids: Mapped[list[Any]]
    on_site: Mapped[bool] = mapped_column(default=False)
    counted_quota: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16), default="booked")
    source: Mapped[str] = mapped_column(String(16))
    booked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    booked_by_staff: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    provisional: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(default=0)
    remind_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(64))
    late: Mapped[bool] = mapped_column(default=False)
    earliest: Mapped[date | None] = mapped_column(Date)
    latest: Mapped[date | None] = mapped_column(Date)
    checked_in_at: Mapped[datetime | None]
    details: Mapped[str | None] = mapped_column(Encrypted("booking.details"))
    office: Mapped[Office] = relationship(lazy="joined")
    parties: Mapped[list["BookingParty"]] = relationship(lazy="selectin", order_by="BookingParty.position")


class BookingParty(Base):
    """Somebody an appointment is for. While ``live`` nobody can be in two bookings of one ``matter_group``.

    That is what keeps a couple from booking twice, whoever of the two taps first and with whomever.
    """

    __tablename__ = "booking_party"
    __table_args__ = (
        UniqueConstraint("booking_id", "position"),
        Index(
            "uq_booking_party_live", "person_index", "matter_group", unique=True,
            sqlite_where=LIVE, postgresql_where=LIVE,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id"), index=True)
    position: Mapped[int]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    person_index: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(Encrypted("booking_party.name"))
    id_kind: Mapped[str] = mapped_column(String(16), default="resident_id")
    id_number: Mapped[str] = mapped_column(Encrypted("booking_party.id_number"))
    phone: Mapped[str | None] = mapped_column(Encrypted("booking_party.phone"))
    matter_group: Mapped[Code]
    live: Mapped[bool] = mapped_column(default=True)
    forgotten_at: Mapped[datetime | None]


class BookingEvent(Base):
    """What happened to a booking, in order. Append-only."""

    __tablename__ = "booking_event"

    id: Mapped[Id]
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(128))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class WaitEntry(Base):
    """A place on the waiting list of a day. An offer holds the freed seat until ``offered_until``.

    ``parties`` is the sealed JSON of the people it is for, so that taking the offer needs no second form; ``details``
    goes into the booking. ``counted_quota``: an open offer of a matter with a daily quota holds one of it.
    """

    __tablename__ = "wait_entry"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','offered','taken','expired','left')", name="state"),
        CheckConstraint("(state = 'offered') = (offered_until IS NOT NULL)", name="offer"),
        Index(
            "uq_wait_entry_live", "person_index", "office_id", "matter", "day", unique=True,
            sqlite_where=WAITING, postgresql_where=WAITING,
        ),
        Index("ix_wait_entry_next", "office_id", "pool", "day", "state", "created_at"),
    )  # fmt: skip

    id: Mapped[Id]
    office_id: Mapped[UUID] = mapped_column(ForeignKey("office.id"))
    matter: Mapped[Code]
    pool: Mapped[Code]
    day: Mapped[date] = mapped_column(Date)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    person_index: Mapped[str] = mapped_column(String(64))
    parties: Mapped[str] = mapped_column(Encrypted("wait_entry.parties"))
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    created_at: Mapped[datetime]
    details: Mapped[str | None] = mapped_column(Encrypted("wait_entry.details"))
    offered_slot_ids: Mapped[list[Any]] = mapped_column(default=list)
    offered_until: Mapped[datetime | None]
    counted_quota: Mapped[bool] = mapped_column(default=False)
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("booking.id"))
    forgotten_at: Mapped[datetime | None]


class BookingBan(Base):
    """Online booking is refused until ``until``; the counter never is (rules B1.4). ``facts`` say what led to it."""

    __tablename__ = "booking_ban"
    __table_args__ = (CheckConstraint("begins_at < until", name="times"),)

    id: Mapped[Id]
    person_index: Mapped[str] = mapped_column(String(64), index=True)
    matter_group: Mapped[Code]
    policy: Mapped[Code]
    begins_at: Mapped[datetime]
    until: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(128))
    lifted_why: Mapped[str | None] = mapped_column(String(128))
