"""In a demonstration every channel is captured: what would have gone out can be read, and providers can be ill."""

from collections.abc import Mapping

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from backend.core.db import Work, reading, unit_of_work
from backend.demo.models import CapturedMessage, ChannelMood
from backend.notices import service as notices
from backend.notices.channels.base import Channel, ChannelName, Outcome, OutgoingMessage, Reason, failed
from backend.notices.channels.captured import CapturedChannel
from backend.notices.together import Together

SHOWN_OF_ADDRESS = 4
HANG_S = 5.0


def demo_channels(app: Flask, real: Mapping[str, Channel] | None = None) -> dict[str, Channel]:
    """A captured channel for every name. ``real``: channels that send besides (the board is ours and always rings)."""
    book = Together(_record)
    return {str(name): DemoChannel(app, name, (real or {}).get(name), book=book) for name in ChannelName}


class DemoChannel:
    """Keeps messages as ``CapturedMessage`` rows and behaves as its ``ChannelMood`` says."""

    def __init__(
        self,
        app: Flask,
        name: str,
        real: Channel | None = None,
        timeout_s: float = HANG_S,
        book: Together[OutgoingMessage, None] | None = None,
    ) -> None:
        self.name = name
        self.timeout_s = timeout_s
        self._app = app
        self._real = real
        self._captured = CapturedChannel(name, self._mode, (book or Together(_record)).submit, timeout_s)

    def send(self, message: OutgoingMessage) -> Outcome:
        try:
            with self._app.app_context():
                outcome = self._captured.send(message)
        except SQLAlchemyError:
            return failed(Reason.UNREACHABLE, "demo: the database is away")
        if outcome.went_out and self._real is not None:
            return self._real.send(message)
        return outcome

    def close(self) -> None:
        """Let go of every send that hangs."""
        self._captured.close()

    def _mode(self) -> str:
        with reading() as work:
            return work.session.scalars(select(ChannelMood.mode).where(ChannelMood.name == self.name)).first() or "ok"


def _record(messages: list[OutgoingMessage]) -> list[None]:
    with unit_of_work() as work:
        work.session.add_all([_captured(work, message) for message in messages])
    return [None] * len(messages)


def _captured(work: Work, message: OutgoingMessage) -> CapturedMessage:
    kind, name = notices.recipient_of(work, message.notice_id)
    return CapturedMessage(
        at=work.now,
        channel=message.channel,
        to=name,
        to_kind=kind,
        address=masked(message.to),
        alarm_id=message.alarm_id,
        title=message.title,
        text=message.text,
        urgent=message.urgent,
    )


def masked(address: str) -> str:
    """An address that is recognised by whoever knows it: ``138****1234``."""
    if len(address) <= 2 * SHOWN_OF_ADDRESS:
        return "****"
    return f"{address[: SHOWN_OF_ADDRESS - 1]}****{address[-SHOWN_OF_ADDRESS:]}"
