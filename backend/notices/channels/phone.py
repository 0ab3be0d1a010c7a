"""Text messages and voice calls: one small interface to whoever carries them."""

import re
from typing import Protocol

from backend.notices.channels.base import ChannelName, Outcome, OutgoingMessage, Reason, refused

MOBILE = re.compile(r"1[3-9]\d{9}|\+(?!86)\d{6,15}")
CALLABLE = re.compile(rf"{MOBILE.pattern}|0\d{{9,11}}")
ORNAMENT = re.compile(r"[\s\-().（）]")
HOME_PREFIX = re.compile(r"^(\+|00)86")
FOREIGN_PREFIX = re.compile(r"^00")


class PhoneProvider(Protocol):
    """Whoever carries a text or a call to a number. Like a channel it answers and does not raise."""

    @property
    def timeout_s(self) -> float: ...

    def submit(self, number: str, message: OutgoingMessage) -> Outcome:
        """`number`: 11 digits of a mainland mobile, a landline with its area code, or + and country code."""
        ...


def plain_number(text: str) -> str:
    """The number without ornaments and without the mainland's own country code."""
    digits = HOME_PREFIX.sub("", ORNAMENT.sub("", text))
    return FOREIGN_PREFIX.sub("+", digits)


class _PhoneChannel:
    name: str
    _shape: re.Pattern[str]

    def __init__(self, provider: PhoneProvider) -> None:
        self._provider = provider

    @property
    def timeout_s(self) -> float:
        return self._provider.timeout_s

    def send(self, message: OutgoingMessage) -> Outcome:
        number = plain_number(message.to)
        if not self._shape.fullmatch(number):
            return refused(Reason.BAD_ADDRESS, "not a number this channel can reach")
        return self._provider.submit(number, message)


class SmsChannel(_PhoneChannel):
    """A text message; landlines are refused, because a carrier takes them and drops them without a word."""

    name = ChannelName.SMS
    _shape = MOBILE


class VoiceChannel(_PhoneChannel):
    """A call that reads the text aloud; that somebody answered comes later, by report."""

    name = ChannelName.VOICE
    _shape = CALLABLE
