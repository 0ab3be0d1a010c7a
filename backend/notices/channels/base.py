"""What every notice channel promises the dispatcher.

A channel takes one message, calls one provider once, and says what became of it. Trouble at the provider is
an answer, not an exception: the dispatcher must go to the next channel at once, and must know why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class ChannelName(StrEnum):
    """The channels a policy step may name."""

    BOARD = "board"
    WECHAT = "wechat"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    WEBHOOK = "webhook"
    SMS = "sms"
    VOICE = "voice"


class OutcomeStatus(StrEnum):
    """What became of one send."""

    SENT = "sent"  # the provider took it; whether it arrived is told later, or never
    DELIVERED = "delivered"  # it is known to have arrived
    REFUSED = "refused"  # will never work for this address; do not try this channel again for this person
    FAILED = "failed"  # may work later or by another channel


class Reason(StrEnum):
    """Stable codes kept in the delivery log and counted in the metrics."""

    OK = "ok"
    TIMEOUT = "timeout"  # the provider may have taken it: a second try needs the same idempotency key
    UNREACHABLE = "unreachable"  # nothing was handed over: safe to try again
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    BAD_ANSWER = "bad_answer"
    RATE_LIMITED = "rate_limited"
    BAD_CREDENTIALS = "bad_credentials"
    BAD_ADDRESS = "bad_address"
    NO_GRANT = "no_grant"
    BAD_FIELD = "bad_field"
    NOT_CONFIGURED = "not_configured"
    PROVIDER_BUSY = "provider_busy"
    PROVIDER_REFUSED = "provider_refused"  # with the provider's own code in the detail


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One notice for one address.

    `notice_id` is the provider's idempotency key: a repeat after a crash carries the same one. `to` is a phone,
    an openid, a robot's address, or a staff id for the board. `fields` are the template's words by the template's
    own names. `repr` shows neither address nor text, so a message that reaches a log carries no personal data.
    """

    notice_id: str
    channel: str
    to: str = field(repr=False)
    title: str = field(repr=False)
    text: str = field(repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    template: str | None = None
    urgent: bool = False
    link: str | None = field(default=None, repr=False)
    alarm_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one send.

    `reason` is one of `Reason`; `detail` may be shown to an administrator and holds neither personal data nor
    a secret; `provider_id` is the provider's own number for the message, by which its delivery report comes
    back; `retry_after` is in seconds, when the provider (or its documented limit) said how long to stay away.
    """

    status: OutcomeStatus
    reason: str = Reason.OK
    detail: str = ""
    provider_id: str | None = None
    retry_after: float | None = None

    @property
    def went_out(self) -> bool:
        """Whether the provider took the message."""
        return self.status in (OutcomeStatus.SENT, OutcomeStatus.DELIVERED)


def sent(provider_id: str | None = None) -> Outcome:
    """The provider took the message."""
    return Outcome(OutcomeStatus.SENT, provider_id=provider_id)


def failed(reason: Reason, detail: str = "", retry_after: float | None = None) -> Outcome:
    """Not now, or not by this channel."""
    return Outcome(OutcomeStatus.FAILED, reason, detail, retry_after=retry_after)


def refused(reason: Reason, detail: str = "") -> Outcome:
    """Never, for this address."""
    return Outcome(OutcomeStatus.REFUSED, reason, detail)


class Channel(Protocol):
    """One way out.

    `send` returns within about `timeout_s` seconds and never raises for the provider's trouble; only a
    programming error may raise.
    """

    @property
    def name(self) -> str:
        """One of `ChannelName`."""
        ...

    @property
    def timeout_s(self) -> float:
        """Seconds after which `send` gives up."""
        ...

    def send(self, message: OutgoingMessage) -> Outcome:
        """Hand `message` to the provider and say what became of it."""
        ...
