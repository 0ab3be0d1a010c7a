"""Activities, who takes part in them, and the record of service that remains (记录与证明出具办法)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id, Name

LIVE_PLACE = text("state IN ('signed','waiting','present','left','confirmed')")
UNCONFIRMED = text("state = 'ended' AND confirmed_at IS NULL")


class Activity(Base):
    """Something volunteers do together at a time and a place, published with true information (条例 12, 重庆 16).

    ``taken`` counts the places signed up; the database refuses more than ``capacity``. ``fence_m``: how far from
    ``longitude``/``latitude`` a check-in by position is taken, in metres; None: only by the code on the spot.
    ``risk``: bodily risk, so insurance is needed (条例 17). ``min_age``: 8 at least. ``needs``: qualification codes.
    ``checklist``: what the organiser answered to the questions that tell volunteering from what is not.
    ``search_text``: what the search looks through, as ``activity_rules.searchable`` writes it. Two indexes hold
    everything a search asks, in the order of time and by place; ``ActivityGram`` finds rare words.
    ``confirmed_at``: the attendance of everybody has been decided; until then the lawful ten working days run.
    """

    __tablename__ = "volunteer_activity"
    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND capacity", name="taken"),
        CheckConstraint("ends_at > starts_at", name="period"),
        CheckConstraint("min_age BETWEEN 8 AND 100", name="min_age"),
        CheckConstraint("fence_m IS NULL OR (fence_m BETWEEN 20 AND 5000 AND longitude IS NOT NULL)", name="fence"),
        CheckConstraint("(longitude IS NULL) = (latitude IS NULL)", name="place"),
        CheckConstraint("state IN ('draft','published','ended','cancelled')", name="state"),
        Index(
            "ix_volunteer_activity_search",
            "state", "starts_at", "id", "ends_at", "division_path", "kind", "full_up", "search_text",
        ),
        Index(
            "ix_volunteer_activity_where",
            "division_code", "state", "starts_at", "id", "ends_at", "kind", "full_up", "search_text",
        ),
        Index(
            "ix_volunteer_activity_unconfirmed", "ends_at", sqlite_where=UNCONFIRMED, postgresql_where=UNCONFIRMED
        ),
    )  # fmt: skip

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    title: Mapped[Name]
    kind: Mapped[Code]
    content: Mapped[str]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer_team.id"), index=True)
    organiser: Mapped[Name]
    contact: Mapped[Name]
    contact_phone: Mapped[str] = mapped_column(String(32))
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    division_path: Mapped[str] = mapped_column(String(256))
    place: Mapped[str]
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    fence_m: Mapped[int | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    full_up: Mapped[bool] = mapped_column(Computed("taken >= capacity", persisted=True))
    min_age: Mapped[int] = mapped_column(default=18)
    needs: Mapped[list[Any]] = mapped_column(default=list)
    risk: Mapped[bool] = mapped_column(default=False)
    risks: Mapped[str] = mapped_column(default="")
    group_time: Mapped[bool] = mapped_column(default=False)
    checklist: Mapped[dict[str, Any]] = mapped_column(default=dict)
    search_text: Mapped[str] = mapped_column(String(400))
    checkin_secret: Mapped[str] = mapped_column(Encrypted("volunteer_activity.checkin_secret"))
    state: Mapped[str] = mapped_column(String(16))
    why: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=0)


class ActivityGram(Base):
    """Two letters that stand side by side in the ``search_text`` of an activity people can still find."""

    __tablename__ = "volunteer_activity_gram"

    gram: Mapped[str] = mapped_column(String(2), primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(
        ForeignKey("volunteer_activity.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ActivityPlace(Base):
    """Somebody's place in an activity: signed up or waiting, present, left, confirmed — or absent, or cancelled.

    ``in_by``/``out_by``: how it was seen (``code``, ``fence``, ``staff``); ``minutes`` is what was confirmed, never
    more than the time between in and out. ``position``: in the waiting list. ``to_confirm``: nobody saw them leave, the
    end was written by the house, so the organiser looks at it before anything is recorded.
    """

    __tablename__ = "volunteer_activity_place"
    __table_args__ = (
        CheckConstraint(
            "state IN ('signed','waiting','present','left','confirmed','absent','cancelled')", name="state"
        ),
        CheckConstraint("left_at IS NULL OR left_at > came_at", name="period"),
        CheckConstraint("minutes IS NULL OR minutes BETWEEN 1 AND 1440", name="minutes"),
        CheckConstraint("in_by IN ('code','fence','staff')", name="in_by"),
        CheckConstraint("out_by IN ('code','fence','staff')", name="out_by"),
        Index(
            "uq_volunteer_activity_place_live", "activity_id", "volunteer_id", unique=True,
            sqlite_where=LIVE_PLACE, postgresql_where=LIVE_PLACE,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer_activity.id"), index=True)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    position: Mapped[int | None]
    signed_at: Mapped[datetime]
    came_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    in_by: Mapped[str | None] = mapped_column(String(8))
    out_by: Mapped[str | None] = mapped_column(String(8))
    minutes: Mapped[int | None]
    to_confirm: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(default="")
    reminded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)


class ServiceRecord(Base):
    """What somebody did, where, for how long, recorded by whom (记录办法 7–11, 15); corrected only by ``corrects``.

    ``source``: ``activity``, ``order``, ``import`` or ``desk``, with its id: the same service is recorded once.
    ``minutes``: actual service. ``due_at``: when the lawful ten working days after the end are over.
    ``asked_at``, ``asked_why``: the volunteer asks for a correction; empty again once somebody has answered.
    """

    __tablename__ = "service_record"
    __table_args__ = (
        UniqueConstraint("source", "source_id", "volunteer_id", "revision"),
        CheckConstraint("source IN ('activity','order','import','desk')", name="source"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        CheckConstraint("ended_at > started_at", name="period"),
        CheckConstraint("state IN ('recorded','void')", name="state"),
        CheckConstraint("quality IS NULL OR quality BETWEEN 1 AND 5", name="quality"),
        Index("ix_service_record_when", "volunteer_id", "started_at"),
    )

    id: Mapped[Id]
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    source: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(default=0)
    name: Mapped[Name]
    kind: Mapped[Code]
    content: Mapped[str]
    place: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    minutes: Mapped[int]
    organiser: Mapped[Name]
    lead: Mapped[Name]
    group_time: Mapped[bool] = mapped_column(default=False)
    receiver_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    quality: Mapped[int | None]
    evaluation: Mapped[str] = mapped_column(default="")
    evaluated_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    corrects: Mapped[UUID | None] = mapped_column(ForeignKey("service_record.id"))
    why: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None] = mapped_column(index=True)
    asked_why: Mapped[str] = mapped_column(default="")
    division_path: Mapped[str] = mapped_column(String(256), index=True)
