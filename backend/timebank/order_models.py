"""Orders of help (点单、派单、接单、评单, R-173): who asks, who comes, what happened, who disagrees."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id

LIVE_HELPER = text("state IN ('offered','accepted','started','finished','confirmed')")


class HelpOrder(Base):
    """Help that somebody (the ``receiver``) needs, asked for by themselves, a relative, a clerk on the telephone, or
    after an alarm. ``minutes``: planned, for each helper; ``helpers``: how many must come (two for a first visit where
    the policy says so); ``joined`` counts those who accepted, the database refuses one too many.

    ``payer``: which account pays (``personal``, ``household``, ``pool``, ``none``). ``words``: what is needed, in the
    receiver's words; ``address`` is shown only to those who accepted. ``key_elder``: the pool's first (重点老人).
    ``sex``: whom the receiver would rather have, ``male`` or ``female``.
    """

    __tablename__ = "help_order"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open','taken','started','finished','confirmed','disputed','cancelled','expired')", name="state"
        ),
        CheckConstraint("channel IN ('phone','mini','alarm','desk')", name="channel"),
        CheckConstraint("payer IN ('personal','household','pool','none')", name="payer"),
        CheckConstraint("minutes BETWEEN 15 AND 720", name="minutes"),
        CheckConstraint("sex IN ('male','female')", name="sex"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        CheckConstraint("helpers BETWEEN 1 AND 4", name="helpers"),
        CheckConstraint("joined BETWEEN 0 AND helpers", name="joined"),
        CheckConstraint("wanted_until > wanted_from", name="period"),
        CheckConstraint("(longitude IS NULL) = (latitude IS NULL)", name="place"),
        Index("ix_help_order_board", "state", "wanted_from"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    receiver_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    alarm_id: Mapped[UUID | None] = mapped_column(ForeignKey("alarm.id"), index=True)
    channel: Mapped[str] = mapped_column(String(8))
    kind: Mapped[Code]
    words: Mapped[str] = mapped_column(Encrypted("help_order.words"))
    skills: Mapped[list[Any]] = mapped_column(default=list)
    language: Mapped[str | None] = mapped_column(String(32))
    sex: Mapped[str | None] = mapped_column(String(8))
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    division_path: Mapped[str] = mapped_column(String(256), index=True)
    address: Mapped[str] = mapped_column(Encrypted("help_order.address"))
    phone: Mapped[str] = mapped_column(Encrypted("help_order.phone"))
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    wanted_from: Mapped[datetime]
    wanted_until: Mapped[datetime]
    minutes: Mapped[int]
    helpers: Mapped[int] = mapped_column(default=1)
    joined: Mapped[int] = mapped_column(default=0)
    payer: Mapped[str] = mapped_column(String(16))
    key_elder: Mapped[bool] = mapped_column(default=False)
    photo_agreed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16))
    state_at: Mapped[datetime]
    told_round: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]
    stars: Mapped[int | None]
    rating: Mapped[str | None] = mapped_column(Encrypted("help_order.rating"))
    rated_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=0)


class OrderHelper(Base):
    """A volunteer and an order: offered with its reasons, accepted, started, finished, confirmed — or not.

    ``reasons``: why this volunteer was asked, in words; ``score`` orders the offers. ``minutes``: what ``proposed_by``
    (helper or receiver) says it took, once confirmed what both agreed on. ``share_digest``: of the code by which
    somebody they chose follows the visit (行程分享); ``last_place``: longitude, latitude the phone told last.
    ``overdue_step``: 1 a coordinator was told that the visit has not ended, 2 an alarm was raised.
    """

    __tablename__ = "help_order_helper"
    __table_args__ = (
        CheckConstraint(
            "state IN ('offered','accepted','started','finished','confirmed',"
            "'declined','withdrew','missed','released')",
            name="state",
        ),
        CheckConstraint("finished_at IS NULL OR finished_at > started_at", name="period"),
        CheckConstraint("minutes IS NULL OR minutes BETWEEN 0 AND 720", name="minutes"),
        CheckConstraint("proposed_by IN ('helper','receiver')", name="proposed_by"),
        CheckConstraint("overdue_step BETWEEN 0 AND 2", name="overdue_step"),
        Index(
            "uq_help_order_helper_live", "order_id", "volunteer_id", unique=True,
            sqlite_where=LIVE_HELPER, postgresql_where=LIVE_HELPER,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("help_order.id"), index=True)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    score: Mapped[float]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    offered_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    proposed_by: Mapped[str | None] = mapped_column(String(8))
    start_place: Mapped[list[Any]] = mapped_column(default=list)
    last_place: Mapped[list[Any]] = mapped_column(default=list)
    overdue_step: Mapped[int] = mapped_column(default=0)
    share_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    share_until: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=0)


class OrderEvent(Base):
    """What happened to an order, in order; only ever added to."""

    __tablename__ = "help_order_event"

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("help_order.id"), index=True)
    action: Mapped[Code]
    by_kind: Mapped[str] = mapped_column(String(16))
    by_name: Mapped[Code]
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class OrderPhoto(Base):
    """A photo of the help given, only if the receiver agreed; sealed file, gone with the retention term."""

    __tablename__ = "help_order_photo"

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("help_order.id"), index=True)
    helper_id: Mapped[UUID] = mapped_column(ForeignKey("help_order_helper.id"))
    file_key: Mapped[str] = mapped_column(String(128), unique=True)
    media_type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class OrderDispute(Base):
    """Two disagree about an order: an arbiter hears both and decides minutes and reason; once.

    ``staff_id``: who wrote it down for the receiver; they do not decide about it.
    """

    __tablename__ = "help_order_dispute"
    __table_args__ = (
        UniqueConstraint("order_id"),
        CheckConstraint("state IN ('open','settled')", name="state"),
        CheckConstraint("raised_by IN ('receiver','helper','staff')", name="raised_by"),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("help_order.id"))
    raised_by: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    words: Mapped[str] = mapped_column(Encrypted("help_order_dispute.words"))
    answer: Mapped[str | None] = mapped_column(Encrypted("help_order_dispute.answer"))
    state: Mapped[str] = mapped_column(String(16))
    raised_at: Mapped[datetime]
    due_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    finding: Mapped[str] = mapped_column(default="")
    minutes: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AbuseFlag(Base):
    """Something that looks wrong (overlap, pair, circle, travel, self-service, ghost), with its evidence: a person
    decides. ``key`` makes the same suspicion one row.
    """

    __tablename__ = "time_flag"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        CheckConstraint("state IN ('open','dismissed','upheld')", name="state"),
    )

    id: Mapped[Id]
    kind: Mapped[Code]
    key: Mapped[str] = mapped_column(String(128))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    division_path: Mapped[str] = mapped_column(String(256), index=True)
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(16))
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    finding: Mapped[str] = mapped_column(default="")


class CallOut(Base):
    """A call for help to many (应急响应联动, R-175): a missing elder, a disaster. Stood down when it is over."""

    __tablename__ = "time_call_out"
    __table_args__ = (
        CheckConstraint("kind IN ('missing','disaster')", name="kind"),
        CheckConstraint("state IN ('open','over')", name="state"),
        CheckConstraint("radius_m BETWEEN 100 AND 50000", name="radius"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(128))
    words: Mapped[str] = mapped_column(Encrypted("time_call_out.words"))
    division_path: Mapped[str] = mapped_column(String(256), index=True)
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    radius_m: Mapped[int] = mapped_column(default=5000)
    skills: Mapped[list[Any]] = mapped_column(default=list)
    alarm_id: Mapped[UUID | None] = mapped_column(ForeignKey("alarm.id"))
    state: Mapped[str] = mapped_column(String(8))
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime]
    over_at: Mapped[datetime | None]
    finding: Mapped[str] = mapped_column(default="")


class CallOutAnswer(Base):
    """A volunteer who was called: asked, coming, not coming, arrived, stood down."""

    __tablename__ = "time_call_out_answer"
    __table_args__ = (
        UniqueConstraint("call_out_id", "volunteer_id"),
        CheckConstraint("state IN ('asked','coming','declined','arrived','released')", name="state"),
    )

    id: Mapped[Id]
    call_out_id: Mapped[UUID] = mapped_column(ForeignKey("time_call_out.id"), index=True)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
