"""What only a demonstration has: captured messages and the moods of its pretended channels."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Id, Name


class CapturedMessage(Base):
    """A notice that a real installation would have sent to a provider.

    ``to`` is the recipient's name, ``to_kind`` staff, contact, board or group; ``address`` is masked.
    """

    __tablename__ = "captured_message"

    id: Mapped[Id]
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(16))
    to: Mapped[Name]
    to_kind: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(64))
    alarm_id: Mapped[str | None] = mapped_column(String(64), index=True)
    title: Mapped[str]
    text: Mapped[str]
    urgent: Mapped[bool]


class ChannelMood(Base):
    """How a pretended channel behaves: ok, fail, refuse or hang."""

    __tablename__ = "channel_mood"
    __table_args__ = (CheckConstraint("mode IN ('ok','fail','refuse','hang')", name="mode"),)

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    mode: Mapped[str] = mapped_column(String(8))
