"""What follows from an answer, or from silence. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from backend.notices.channels.base import Outcome, OutcomeStatus, Reason

URGENT = 1  # priorities 0 and 1 have senders of their own
MOST_TOLD_BY_CRASHES = 2


class Trouble(StrEnum):
    """Reasons that are ours, beside those of `channels.base.Reason`."""

    NO_WAY = "no_way"  # the recipient has no address on any channel
    SENDER_DIED = "sender_died"  # it may have been told, nobody knows
    TOO_LATE = "too_late"
    CANCELLED = "cancelled"
    CHANNEL_SICK = "channel_sick"  # passed over: the channel has not been answering
    CHANNEL_BROKEN = "channel_broken"  # a programming error in the adapter


# A refused message will be refused again: somebody must ask the person for a new address or a new consent.
ADDRESS_TROUBLE = frozenset({Reason.BAD_ADDRESS, Reason.NO_GRANT})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The action of ``states.NOTICE`` to take, the way to try next, and why."""

    action: str
    way: int
    reason: str | None = None


def after_answer(outcome: Outcome, *, way: int, ways: int, cancelled: bool) -> Verdict:
    """A provider answered (or gave up in time): done, or the next way at once, or nobody was told."""
    if outcome.went_out:
        return Verdict("deliver" if outcome.status is OutcomeStatus.DELIVERED else "send", way)
    if cancelled:
        return Verdict("cancel", way)
    if way + 1 < ways:
        return Verdict("next_way", way + 1)
    return Verdict("fail", way, outcome.reason)


def after_silence(*, way: int, ways: int, lost: int, cancelled: bool, too_late: bool) -> Verdict:
    """A sender died with the message in its hands, for the ``lost``-th time; nobody knows whether it went out.

    The next way at once, or the same again if it is the only one. After the second time the recipient may have
    been told twice: then it ends here, and whoever wrote the notice tells somebody else.
    """
    if cancelled:
        return Verdict("cancel", way)
    if too_late:
        return Verdict("expire", way, Trouble.TOO_LATE)
    if lost >= MOST_TOLD_BY_CRASHES:
        return Verdict("fail", way, Trouble.SENDER_DIED)
    return Verdict("next_way", way + 1 if way + 1 < ways else way)
