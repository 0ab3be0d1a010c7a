"""Demo channels: kept, broken, refused or hanging, as the demo API says."""

import threading

import pytest

from backend.notices.channels.base import OutgoingMessage, Reason
from backend.notices.channels.captured import CapturedChannel


class Demo:
    def __init__(self, mode: str, timeout_s: float = 0.05) -> None:
        self.mode = mode
        self.kept: list[OutgoingMessage] = []
        self.channel = CapturedChannel("sms", lambda: self.mode, self.kept.append, timeout_s)


def test_ok_keeps_the_message_and_says_sent(message: OutgoingMessage) -> None:
    demo = Demo("ok")
    outcome = demo.channel.send(message)
    assert (outcome.status, demo.kept) == ("sent", [message])


@pytest.mark.parametrize(
    ("mode", "status", "reason"),
    [
        ("fail", "failed", Reason.HTTP_5XX),
        ("refuse", "refused", Reason.NO_GRANT),
        ("hang", "failed", Reason.TIMEOUT),
    ],
)
def test_every_other_mode_keeps_nothing(message: OutgoingMessage, mode: str, status: str, reason: Reason) -> None:
    demo = Demo(mode)
    outcome = demo.channel.send(message)
    assert (outcome.status, outcome.reason, demo.kept) == (status, reason, [])


def test_the_mode_is_asked_before_each_send(message: OutgoingMessage) -> None:
    demo = Demo("fail")
    demo.channel.send(message)
    demo.mode = "ok"
    assert demo.channel.send(message).status == "sent"


def test_a_hanging_send_lets_go_when_the_channel_is_closed(message: OutgoingMessage) -> None:
    demo = Demo("hang", timeout_s=60)
    outcomes: list[str] = []
    thread = threading.Thread(target=lambda: outcomes.append(demo.channel.send(message).reason), daemon=True)
    thread.start()
    demo.channel.close()
    thread.join(10)
    assert outcomes == [Reason.TIMEOUT]


def test_an_unknown_mode_is_a_programming_error(message: OutgoingMessage) -> None:
    with pytest.raises(ValueError, match="unknown channel mode"):
        Demo("perhaps").channel.send(message)
