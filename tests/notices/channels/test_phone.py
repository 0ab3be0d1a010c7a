"""Numbers as people write them, and which channel can reach them."""

from dataclasses import replace

import pytest

from backend.notices.channels.base import Outcome, OutgoingMessage, Reason, sent
from backend.notices.channels.phone import SmsChannel, VoiceChannel


class Carrier:
    timeout_s = 3.0

    def __init__(self) -> None:
        self.numbers: list[str] = []

    def submit(self, number: str, _message: OutgoingMessage) -> Outcome:
        self.numbers.append(number)
        return sent("p-1")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13800001234", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("+86 138-0000-1234", "13800001234"),
        ("008613800001234", "13800001234"),
        ("+85212345678", "+85212345678"),
        ("0085212345678", "+85212345678"),
    ],
)
def test_a_mobile_is_reached_by_text_and_by_call(message: OutgoingMessage, written: str, number: str) -> None:
    carrier = Carrier()
    for channel in (SmsChannel(carrier), VoiceChannel(carrier)):
        assert channel.send(replace(message, to=written)).provider_id == "p-1"
        assert channel.timeout_s == 3.0
    assert carrier.numbers == [number, number]


@pytest.mark.parametrize("landline", ["023-12345678", "0571 8888 8888", "(0571)88888888"])
def test_a_landline_is_called_but_not_written_to(message: OutgoingMessage, landline: str) -> None:
    carrier = Carrier()
    assert VoiceChannel(carrier).send(replace(message, to=landline)).status == "sent"
    refusal = SmsChannel(carrier).send(replace(message, to=landline))
    assert (refusal.status, refusal.reason) == ("refused", Reason.BAD_ADDRESS)
    assert len(carrier.numbers) == 1


@pytest.mark.parametrize("wrong", ["", "1380000123", "138000012345", "12800001234", "无", "+86", "+12345", "12345678"])
def test_what_is_no_number_is_refused_and_not_repeated_in_the_detail(message: OutgoingMessage, wrong: str) -> None:
    for channel in (SmsChannel(Carrier()), VoiceChannel(Carrier())):
        outcome = channel.send(replace(message, to=wrong))
        assert (outcome.status, outcome.reason) == ("refused", Reason.BAD_ADDRESS)
        assert not wrong or wrong not in outcome.detail
