"""Sites, rooms, beds, elders and the people to call for them."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.crypto import Encrypted
from backend.core.db import Base, Id, Name
from backend.people.models import Division


class Site(Base):
    """A care home (养老机构) or the station that serves family care beds (居家养老服务站).

    ``arrival_s`` is how long after accepting an alarm somebody must be at the bedside, in seconds.
    """

    __tablename__ = "site"
    __table_args__ = (
        CheckConstraint("kind IN ('care_home','home_service')", name="kind"),
        CheckConstraint("arrival_s BETWEEN 60 AND 7200", name="arrival"),
    )

    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    address: Mapped[str]
    phone: Mapped[str] = mapped_column(String(32))
    arrival_s: Mapped[int]
    division: Mapped[Division] = relationship(lazy="joined")


class Room(Base):
    """A room of a care home; corridors, bathrooms and halls are rooms too (``kind``)."""

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("site_code", "number"),
        CheckConstraint("kind IN ('bedroom','bathroom','common')", name="kind"),
    )

    id: Mapped[Id]
    site_code: Mapped[str] = mapped_column(ForeignKey("site.division_code"))
    floor: Mapped[int] = mapped_column(Integer)
    number: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16), default="bedroom")


class Bed(Base):
    """A bed in a room of a home, or a family care bed (家庭养老床位) at an address in a village or community."""

    __tablename__ = "bed"
    __table_args__ = (
        CheckConstraint("(room_id IS NULL) <> (address IS NULL)", name="room_or_address"),
        UniqueConstraint("room_id", "label"),
    )

    id: Mapped[Id]
    site_code: Mapped[str] = mapped_column(ForeignKey("site.division_code"), index=True)
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("room.id"))
    label: Mapped[str] = mapped_column(String(32))
    address: Mapped[str | None] = mapped_column(Encrypted("bed.address"))
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    room: Mapped[Room | None] = relationship(lazy="joined")
    site: Mapped[Site] = relationship(lazy="joined")


class Elder(Base):
    """A person in care. What identifies or describes them is sealed; ID number and phone are found by digest.

    ``site_code`` is who answers for them; ``conditions``, ``door_code`` and ``care_notes`` are for whoever comes.
    """

    __tablename__ = "elder"
    __table_args__ = (
        CheckConstraint("sex IN ('male','female')", name="sex"),
        Index("uq_elder_bed", "bed_id", unique=True, sqlite_where=text("active"), postgresql_where=text("active")),
    )

    id: Mapped[Id]
    name: Mapped[Name]
    sex: Mapped[str] = mapped_column(String(8))
    birth_date: Mapped[date]
    id_number: Mapped[str | None] = mapped_column(Encrypted("elder.id_number"))
    id_number_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    phone: Mapped[str | None] = mapped_column(Encrypted("elder.phone"))
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    site_code: Mapped[str] = mapped_column(ForeignKey("site.division_code"), index=True)
    bed_id: Mapped[UUID | None] = mapped_column(ForeignKey("bed.id"))
    conditions: Mapped[str | None] = mapped_column(Encrypted("elder.conditions"))
    door_code: Mapped[str | None] = mapped_column(Encrypted("elder.door_code"))
    care_notes: Mapped[str | None] = mapped_column(Encrypted("elder.care_notes"))
    active: Mapped[bool] = mapped_column(default=True)
    bed: Mapped[Bed | None] = relationship(lazy="joined")
    site: Mapped[Site] = relationship(lazy="joined")
    contacts: Mapped[list["Contact"]] = relationship(lazy="select", order_by="Contact.position")


class Contact(Base):
    """A relative or neighbour, called in the order of ``position`` (1 first)."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("elder_id", "position"),
        CheckConstraint("position >= 1", name="position"),
    )

    id: Mapped[Id]
    elder_id: Mapped[UUID] = mapped_column(ForeignKey("elder.id"))
    position: Mapped[int]
    name: Mapped[Name]
    relation: Mapped[str] = mapped_column(String(32))
    phone: Mapped[str] = mapped_column(Encrypted("contact.phone"))
    phone_index: Mapped[str] = mapped_column(String(64), index=True)
    openid: Mapped[str | None] = mapped_column(Encrypted("contact.openid"))
    notify: Mapped[bool] = mapped_column(default=True)
