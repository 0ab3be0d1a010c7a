"""Memorial halls: the dead, the hall in which they are remembered, who keeps it, what it holds, what is objected."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.crypto import Encrypted
from backend.core.db import Base, Code, Id

LIVE = text("ended_at IS NULL")
WAITING = text("state = 'waiting'")
LIVE_KEEPER = text("ended_at IS NULL AND role = 'keeper'")


class Deceased(Base):
    """Somebody who has died, once: ``identity_index`` is blind, of the identity number or, for those who never had
    one, of name and both days. ``lunar_month`` is negative in a leap month; the lunar day of death is derived.
    ``id_kind``: what kind of document the number is of (``residents.documents.KINDS``).

    ``proof_kind``: papers a clerk saw, or the register of burials. ``wish``: what the dead arranged (PIPL 49);
    ``no_hall`` and ``family_only`` prevail over what relatives want. ``martyr``: remembered by the state only.
    """

    __tablename__ = "deceased"
    __table_args__ = (
        CheckConstraint("died >= born", name="days"),
        CheckConstraint("proof_kind IN ('clerk','burial')", name="proof_kind"),
        CheckConstraint("wish IN ('none','family_only','no_hall')", name="wish"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Encrypted("deceased.name"))
    name_index: Mapped[str] = mapped_column(String(64), index=True)
    identity_index: Mapped[str] = mapped_column(String(64), unique=True)
    id_kind: Mapped[str | None] = mapped_column(String(16))
    id_number: Mapped[str | None] = mapped_column(Encrypted("deceased.id_number"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    born: Mapped[date | None] = mapped_column(Date)
    died: Mapped[date] = mapped_column(Date)
    lunar_month: Mapped[int]
    lunar_day: Mapped[int]
    proof_kind: Mapped[str] = mapped_column(String(8))
    proof: Mapped[str] = mapped_column(Encrypted("deceased.proof"))
    wish: Mapped[str] = mapped_column(String(16), default="none")
    wish_proof: Mapped[str | None] = mapped_column(Encrypted("deceased.wish_proof"))
    martyr: Mapped[bool] = mapped_column(default=False)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]


class DeceasedCorrection(Base):
    """What was written wrongly of the dead, and what is right by papers near kin brought; ``before`` and ``after`` as
    JSON of the fields that differ. What needs two people is ``waiting`` until somebody else has looked.
    """

    __tablename__ = "deceased_correction"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','done','refused')", name="state"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decided_by <> staff_id", name="two_people"),
        Index(
            "uq_deceased_correction_waiting", "deceased_id", unique=True,
            sqlite_where=WAITING, postgresql_where=WAITING,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    deceased_id: Mapped[UUID] = mapped_column(ForeignKey("deceased.id"), index=True)
    concern_id: Mapped[UUID | None] = mapped_column(ForeignKey("memorial_concern.id"))
    before: Mapped[str] = mapped_column(Encrypted("deceased_correction.before"))
    after: Mapped[str] = mapped_column(Encrypted("deceased_correction.after"))
    proof: Mapped[str] = mapped_column(Encrypted("deceased_correction.proof"))
    why: Mapped[str] = mapped_column(Encrypted("deceased_correction.why"))
    state: Mapped[str] = mapped_column(String(8))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]


class Hall(Base):
    """One place of remembrance. ``number`` stands on the plate of a tomb, a wall or a tree and in the page's address.

    ``story`` is what may be seen; ``story_new`` waits for moderation, or was ``refused``. ``invite_digest``: of the
    code that lets guests into an ``invited`` hall. ``changed_at``: of the last change.
    ``territory``: the division path of the counter that opened it; its mediators are those above that place.
    """

    __tablename__ = "memorial_hall"
    __table_args__ = (
        CheckConstraint("kind IN ('person','couple','family')", name="kind"),
        CheckConstraint("privacy IN ('family','invited','public')", name="privacy"),
        CheckConstraint("state IN ('open','frozen','closed')", name="state"),
        CheckConstraint("story_state IN ('none','waiting','shown','refused')", name="story_state"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(Encrypted("memorial_hall.title"))
    story: Mapped[str] = mapped_column(Encrypted("memorial_hall.story"), default="")
    story_new: Mapped[str | None] = mapped_column(Encrypted("memorial_hall.story_new"))
    story_state: Mapped[str] = mapped_column(String(8), default="none")
    theme: Mapped[Code]
    privacy: Mapped[str] = mapped_column(String(8), default="family")
    state: Mapped[str] = mapped_column(String(8), default="open")
    state_why: Mapped[str] = mapped_column(default="")
    invite_digest: Mapped[str | None] = mapped_column(String(64))
    territory: Mapped[str] = mapped_column(String(256), index=True, default="")
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=0)


class HallPerson(Base):
    """Who is remembered in a hall; a dead person has one living hall, so that relatives meet and do not compete."""

    __tablename__ = "memorial_hall_person"
    __table_args__ = (
        UniqueConstraint("hall_id", "deceased_id"),
        Index(
            "uq_memorial_hall_person_live", "deceased_id", unique=True,
            sqlite_where=LIVE, postgresql_where=LIVE,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    hall_id: Mapped[UUID] = mapped_column(ForeignKey("memorial_hall.id"), index=True)
    deceased_id: Mapped[UUID] = mapped_column(ForeignKey("deceased.id"), index=True)
    position: Mapped[int]
    ended_at: Mapped[datetime | None]


class HallRole(Base):
    """Who may do what in a hall. ``relation``: what they are to the dead; near kin (民法典 1045) are proven by papers a
    clerk saw (``proof``). ``successor``: named by the keeper to come after them.
    """

    __tablename__ = "memorial_hall_role"
    __table_args__ = (
        CheckConstraint("role IN ('keeper','editor','family','guest')", name="role"),
        CheckConstraint("(role = 'guest') = (proof IS NULL)", name="proof"),
        Index(
            "uq_memorial_hall_role_live", "hall_id", "person_id", unique=True,
            sqlite_where=LIVE, postgresql_where=LIVE,
        ),
        Index(
            "uq_memorial_hall_role_keeper", "hall_id", unique=True,
            sqlite_where=LIVE_KEEPER, postgresql_where=LIVE_KEEPER,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    hall_id: Mapped[UUID] = mapped_column(ForeignKey("memorial_hall.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(8))
    relation: Mapped[str] = mapped_column(String(16))
    proof: Mapped[str | None] = mapped_column(Encrypted("memorial_hall_role.proof"))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    successor: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class HallMedia(Base):
    """A picture or a sound, sealed on disk under its id; seen by others once moderation has let it through.

    ``revived``: made by a machine in the likeness of the dead: labelled, and only with every near relative's consent.
    """

    __tablename__ = "memorial_media"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','shown','refused','removed')", name="state"),
        CheckConstraint("kind IN ('photo','sound')", name="kind"),
    )

    id: Mapped[Id]
    hall_id: Mapped[UUID] = mapped_column(ForeignKey("memorial_hall.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    media_type: Mapped[str] = mapped_column(String(32))
    size: Mapped[int]
    caption: Mapped[str] = mapped_column(Encrypted("memorial_media.caption"))
    caption_shown: Mapped[bool] = mapped_column(default=False)
    revived: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]


class MediaConsent(Base):
    """A near relative agrees to a machine-made likeness, or does not; the last word counts."""

    __tablename__ = "memorial_media_consent"
    __table_args__ = (UniqueConstraint("media_id", "person_id"),)

    id: Mapped[Id]
    media_id: Mapped[UUID] = mapped_column(ForeignKey("memorial_media.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    agreed: Mapped[bool]
    at: Mapped[datetime]


class HallRelative(Base):
    """One name in the family tree and what they were to the dead; the living are shown to the family only.

    ``shown``: moderation has let the name through.
    """

    __tablename__ = "memorial_relative"

    id: Mapped[Id]
    hall_id: Mapped[UUID] = mapped_column(ForeignKey("memorial_hall.id"), index=True)
    name: Mapped[str] = mapped_column(Encrypted("memorial_relative.name"))
    relation: Mapped[str] = mapped_column(String(16))
    dead: Mapped[bool] = mapped_column(default=False)
    shown: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]


class HallConcern(Base):
    """What somebody objects to, kept with its answer: a dispute among kin, a complaint by anybody, a martyr's name
    used, somebody who lives, something wrong in the record of the dead. ``blocks``: the keeper changes nothing until a
    mediator has answered. ``mediated``: what became of the talk with the family.

    ``due_on``: the last day of the answer; ``warned_at``, ``escalated_at``: the desk, then the officers were told.
    ``again``: why the answer is not accepted; then ``first_state``, ``first_answer`` and ``first_staff_id`` keep it,
    and the columns of the answer wait for somebody who had no part.
    """

    __tablename__ = "memorial_concern"
    __table_args__ = (
        CheckConstraint("kind IN ('dispute','complaint','martyr','living','correction')", name="kind"),
        CheckConstraint("state IN ('open','again','upheld','dismissed')", name="state"),
        CheckConstraint("mediated IN ('agreed','partly','failed')", name="mediated"),
        CheckConstraint("staff_id <> first_staff_id", name="new_eyes"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    hall_id: Mapped[UUID | None] = mapped_column(ForeignKey("memorial_hall.id"), index=True)
    deceased_id: Mapped[UUID | None] = mapped_column(ForeignKey("deceased.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Encrypted("memorial_concern.words"))
    contact: Mapped[str | None] = mapped_column(Encrypted("memorial_concern.contact"))
    blocks: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    answer: Mapped[str | None] = mapped_column(Encrypted("memorial_concern.answer"))
    mediated: Mapped[str | None] = mapped_column(String(8))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    due_on: Mapped[date] = mapped_column(Date)
    warned_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    again: Mapped[str | None] = mapped_column(Encrypted("memorial_concern.again"))
    first_state: Mapped[str | None] = mapped_column(String(16))
    first_answer: Mapped[str | None] = mapped_column(Encrypted("memorial_concern.first_answer"))
    first_staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
