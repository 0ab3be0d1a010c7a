"""What a demonstration can be asked and told: captured messages, and how its channels behave."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.demo.models import CapturedMessage, ChannelMood
from backend.notices.channels.base import ChannelName


def messages(
    work: Work, *, alarm: str | None, channel: str | None, since: datetime | None, limit: int
) -> Sequence[CapturedMessage]:
    """Captured messages, newest first; each filter narrows."""
    found = select(CapturedMessage).order_by(CapturedMessage.at.desc(), CapturedMessage.id.desc()).limit(limit)
    if alarm is not None:
        found = found.where(CapturedMessage.alarm_id == alarm)
    if channel is not None:
        found = found.where(CapturedMessage.channel == channel)
    if since is not None:
        found = found.where(CapturedMessage.at >= since)
    return work.session.scalars(found).all()


def moods(work: Work) -> dict[str, str]:
    """Every channel with how it behaves."""
    set_ = dict(work.session.execute(select(ChannelMood.name, ChannelMood.mode)).all())
    return {str(name): set_.get(name, "ok") for name in ChannelName}


def set_mood(work: Work, name: str, mode: str) -> None:
    """Make a channel work, fail, refuse or hang from now on. NotFoundError: no such channel."""
    if name not in set(ChannelName):
        raise NotFoundError(channel=name)
    work.session.merge(ChannelMood(name=name, mode=mode))
