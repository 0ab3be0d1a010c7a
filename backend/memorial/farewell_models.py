"""Who wants to be reminded of which day; farewells, who is invited to them, and what is written for the family."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id

FAREWELL_LIVE = text("state IN ('planned','displaced','open')")


class DayReminder(Base):
    """Somebody asked to be told of one kind of day of one hall; without a row nobody is told anything.

    ``day``: the next one; ``remind_at``: when to tell of it, ``days_before`` it. ``lunar``: a death or a birth is kept
    by the moon.
    """

    __tablename__ = "memorial_day_reminder"
    __table_args__ = (
        UniqueConstraint("person_id", "hall_id", "kind"),
        CheckConstraint("kind IN ('death','birth','qingming','zhongyuan','hanyi','dongzhi')", name="kind"),
        CheckConstraint("days_before BETWEEN 0 AND 15", name="days_before"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    hall_id: Mapped[UUID] = mapped_column(ForeignKey("memorial_hall.id"), index=True)
    kind: Mapped[Code]
    lunar: Mapped[bool] = mapped_column(default=False)
    days_before: Mapped[int]
    day: Mapped[date] = mapped_column(Date)
    remind_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]


class Farewell(Base):
    """A farewell ceremony that people far away may attend (远程告别, R-111).

    ``host_id``: the near relative who answers for it, None where the funeral home does. ``booking_id``: of the hall,
    where it was booked here; ``followed``: the booking's sequence these times were taken from. ``territory``: division
    path of the funeral home or the desk that serves it. ``stream``: where it can be watched, gone when it is over;
    ``broken_at``: since when it shows nothing. ``recording``: only while the family agrees, from ``consent_at`` till
    ``consent_until``, gone after ``recording_until``; ``erase_since``: since when the copy on the streaming platform
    waits for staff to delete it there.
    """

    __tablename__ = "farewell"
    __table_args__ = (
        CheckConstraint("state IN ('planned','displaced','open','over','closed','cancelled')", name="state"),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("recording IS NULL OR consent_at IS NOT NULL", name="recording_with_consent"),
        CheckConstraint("(recording IS NULL) = (recording_until IS NULL)", name="recording_ends"),
        CheckConstraint("(consent_at IS NULL) = (consent_until IS NULL)", name="consent_ends"),
        CheckConstraint("stream IS NULL OR state IN ('planned','displaced','open')", name="stream_ends"),
        CheckConstraint("broken_at IS NULL OR stream IS NOT NULL", name="broken_stream"),
        Index(
            "uq_farewell_live", "deceased_id", unique=True,
            sqlite_where=FAREWELL_LIVE, postgresql_where=FAREWELL_LIVE,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    deceased_id: Mapped[UUID] = mapped_column(ForeignKey("deceased.id"), index=True)
    host_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("booking.id"), index=True)
    followed: Mapped[int] = mapped_column(default=0)
    territory: Mapped[str] = mapped_column(String(256), index=True, default="")
    place: Mapped[str] = mapped_column(String(128))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="planned")
    why: Mapped[str] = mapped_column(default="")
    stream: Mapped[str | None] = mapped_column(Encrypted("farewell.stream"))
    broken_at: Mapped[datetime | None]
    consent_at: Mapped[datetime | None]
    consent_until: Mapped[date | None] = mapped_column(Date)
    recording: Mapped[str | None] = mapped_column(Encrypted("farewell.recording"))
    recording_until: Mapped[date | None] = mapped_column(Date)
    erase_since: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=0)


class FarewellGuest(Base):
    """One invited person: a code that works until somebody signed in has used it, and for nobody else after that.

    ``came_at``: when they first entered while it was open. ``ended_at``: the invitation was taken back. ``printed``:
    how many slips of paper were made of it; only the last one opens anything.
    """

    __tablename__ = "farewell_guest"
    __table_args__ = (
        Index(
            "uq_farewell_guest_once", "farewell_id", "person_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    farewell_id: Mapped[UUID] = mapped_column(ForeignKey("farewell.id"), index=True)
    name: Mapped[str] = mapped_column(Encrypted("farewell_guest.name"))
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    bound_at: Mapped[datetime | None]
    came_at: Mapped[datetime | None]
    printed: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Condolence(Base):
    """Words in the condolence book and the name below them; others read both once moderation has let them through."""

    __tablename__ = "farewell_condolence"
    __table_args__ = (CheckConstraint("state IN ('waiting','shown','refused','removed')", name="state"),)

    id: Mapped[Id]
    farewell_id: Mapped[UUID] = mapped_column(ForeignKey("farewell.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    words: Mapped[str] = mapped_column(Encrypted("farewell_condolence.words"))
    signed: Mapped[str] = mapped_column(Encrypted("farewell_condolence.signed"))
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    created_at: Mapped[datetime]


class FarewellConsent(Base):
    """What one relative says about a recording: on the phone, or on a paper that staff saw (``staff_id``).

    ``until``: how long it may be kept, None with a no. ``media_type``: of the scanned form, kept sealed under ``id``.
    """

    __tablename__ = "farewell_consent"
    __table_args__ = (
        UniqueConstraint("farewell_id", "person_id"),
        CheckConstraint("NOT agreed OR until IS NOT NULL", name="yes_ends"),
        CheckConstraint("person_id IS NOT NULL OR staff_id IS NOT NULL", name="somebody_said"),
    )

    id: Mapped[Id]
    farewell_id: Mapped[UUID] = mapped_column(ForeignKey("farewell.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(Encrypted("farewell_consent.name"))
    agreed: Mapped[bool]
    until: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    media_type: Mapped[str | None] = mapped_column(String(32))


class FarewellDoor(Base):
    """The way from the mini-program into the page of one farewell, for one person who is signed in there.

    ``token_digest``: of the hand-over, used once before ``expires_at``; ``session_digest`` and ``csrf``: of the page it
    opened. ``family``: of the sign-in it came from; with that, with the invitation or with the farewell it ends.
    """

    __tablename__ = "farewell_door"

    id: Mapped[Id]
    farewell_id: Mapped[UUID] = mapped_column(ForeignKey("farewell.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    family: Mapped[UUID]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    session_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    csrf: Mapped[str | None] = mapped_column(String(64))
