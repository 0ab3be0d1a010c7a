"""No provider, however slow, keeps the dispatcher longer than it promised."""

import threading

import pytest

from backend.notices.channels.base import Outcome, OutgoingMessage, Reason, sent
from backend.notices.channels.bounded import BoundedChannel


class Slow:
    """Waits for the test before it answers; the test decides, not the time."""

    name = "sms"

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self.go = threading.Event()

    def send(self, _message: OutgoingMessage) -> Outcome:
        self.go.wait(30)
        return sent("late")


def test_a_quick_answer_is_handed_on(message: OutgoingMessage) -> None:
    slow = Slow(10)
    slow.go.set()
    bounded = BoundedChannel(slow)
    assert (bounded.send(message).provider_id, bounded.name, bounded.timeout_s) == ("late", "sms", 10)


def test_a_slow_provider_is_left_after_the_time_limit(message: OutgoingMessage) -> None:
    slow = Slow(0.05)
    assert BoundedChannel(slow).send(message).reason == Reason.TIMEOUT
    slow.go.set()


def test_when_every_line_is_taken_nothing_is_handed_over(message: OutgoingMessage) -> None:
    slow = Slow(0.05)
    bounded = BoundedChannel(slow, lines=2)
    assert [bounded.send(message).reason for _ in range(3)] == [Reason.TIMEOUT, Reason.TIMEOUT, Reason.UNREACHABLE]
    slow.go.set()


def test_a_line_is_free_again_after_a_late_answer(message: OutgoingMessage) -> None:
    slow = Slow(0.05)
    bounded = BoundedChannel(slow, lines=1)
    assert bounded.send(message).reason == Reason.TIMEOUT
    slow.timeout_s = bounded.timeout_s = 10
    slow.go.set()
    assert bounded.send(message).provider_id == "late"


def test_a_programming_error_reaches_the_caller_and_frees_its_line(message: OutgoingMessage) -> None:
    class Broken:
        name, timeout_s = "sms", 5.0

        def send(self, _message: OutgoingMessage) -> Outcome:
            raise LookupError("bug")

    bounded = BoundedChannel(Broken(), lines=1)
    for _ in range(2):
        with pytest.raises(LookupError, match="bug"):
            bounded.send(message)
