"""One message on its way in: what came, how it was read, and where it is in the sender's memory."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from backend.devices.messages import Decoded, DecodeError, Inbound


@dataclass(slots=True)
class Arrival:
    """A message with what its decoder made of it: ``decoded``, or the ``error`` that sends it to quarantine."""

    inbound: Inbound
    source: str
    decoded: list[Decoded] = field(default_factory=list)
    error: DecodeError | None = None

    @property
    def content_hash(self) -> bytes:
        """Recognises the same bytes on the same topic: what a broker delivers again after a crash."""
        return hashlib.sha256(self.inbound.topic.encode() + b"\0" + self.inbound.payload).digest()[:16]


@dataclass(slots=True)
class Redelivery:
    """What the previous run of this hub had stored but not yet acknowledged when it died.

    The broker delivers exactly those again, marked DUP. Each stored one swallows one redelivered one; a DUP that
    was never stored is news. Identical presses are told apart by counting them, not by a window of time.
    """

    pending: Counter[bytes] = field(default_factory=Counter)

    def swallow(self, arrival: Arrival) -> bool:
        if not arrival.inbound.dup or not self.pending:
            return False
        key = arrival.content_hash
        if self.pending[key] <= 0:
            return False
        self.pending[key] -= 1
        return True


@dataclass(slots=True)
class Accepted:
    """What became of a batch, for the caller's counters and its duties after the commit."""

    stored: int = 0
    duplicates: int = 0
    quarantined: int = 0
    unknown: int = 0
    alarms: int = 0
    last_seq: int = 0
    replies: list[tuple[str, bytes]] = field(default_factory=list)
