"""Divisions, staff, their roles and sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.crypto import Encrypted
from backend.core.db import Base, Id, Name

LEVELS = ("county", "town", "village", "site")
ROLES = ("duty", "lead", "officer", "admin", "registrar", "clerk")


class Division(Base):
    """A node of the tree 区县 → 镇街 → 村社区, with the sites (养老机构, 居家服务站) that stand in it as leaves.

    ``code`` is the GB/T 2260 code (sites append ``-`` and their own number); ``path`` is the chain of codes
    from the county down, each closed by ``/``, so that a subtree is a prefix.
    """

    __tablename__ = "division"
    __table_args__ = (
        CheckConstraint("level IN ('county','town','village','site')", name="level"),
        CheckConstraint("(level = 'county') = (parent_code IS NULL)", name="root"),
        CheckConstraint("path LIKE '%/'", name="path_closed"),
    )

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[Name]
    level: Mapped[str] = mapped_column(String(16))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"))
    path: Mapped[str] = mapped_column(String(256), unique=True)


class Staff(Base):
    """Somebody who works here. ``failed_logins`` and ``locked_until`` slow down guessing."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("failed_logins >= 0", name="failed_logins"),)

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    roles: Mapped[list["StaffRole"]] = relationship(lazy="selectin")
    addresses: Mapped[list["StaffAddress"]] = relationship(
        lazy="select", order_by="StaffAddress.position", cascade="all, delete-orphan"
    )


class StaffRole(Base):
    """A role in a part of the tree: it reaches the division's whole subtree and nothing else."""

    __tablename__ = "staff_role"
    __table_args__ = (
        UniqueConstraint("staff_id", "role", "division_code"),
        CheckConstraint("role IN ('duty','lead','officer','admin','registrar','clerk')", name="role"),
    )

    id: Mapped[Id]
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    division: Mapped[Division] = relationship(lazy="joined")


class StaffAddress(Base):
    """Where a member of staff can be told something: one row per channel, tried in order of ``position``."""

    __tablename__ = "staff_address"
    __table_args__ = (UniqueConstraint("staff_id", "channel"),)

    id: Mapped[Id]
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(Encrypted("staff_address.address"))
    position: Mapped[int]
    enabled: Mapped[bool] = mapped_column(default=True)


class StaffSession(Base):
    """A sign-in. Only the digest of its token is kept; ``revoked_at`` ends it at once, everywhere."""

    __tablename__ = "staff_session"

    id: Mapped[Id]
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    staff: Mapped[Staff] = relationship(lazy="joined")
