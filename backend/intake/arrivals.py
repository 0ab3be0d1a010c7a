"""One message on its way in: what came, how it was read, and where it is in the sender's memory."""

import hashlib
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
    """What the previous run of this hub had stored but perhaps not acknowledged when it died, in order.

    The broker delivers again, in order and marked DUP, what it has no acknowledgement for: the end of this list (its
    beginning may have been acknowledged in the last instant) and then what was never stored. So the first DUP finds
    its place in the list, and the following ones must continue it; the first that does not is news, and so is all
    after it. A window of time could not tell two identical presses apart; the order can.
    """

    stored: list[bytes] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    place: int | None = None

    @property
    def settled_seq(self) -> int:
        """Up to which observation the broker has shown that it knows, or been told again; 0 before the first DUP."""
        return self.seqs[self.place - 1] if self.place and self.seqs else 0

    def swallow(self, arrival: Arrival, rows: int) -> bool:
        """Whether this message was stored before; ``rows`` is how many observations it makes."""
        if not arrival.inbound.dup or not self.stored or rows == 0:
            return False
        key = arrival.content_hash
        if self.place is None:
            self.place = self.stored.index(key) if key in self.stored else len(self.stored)
        if self.stored[self.place : self.place + 1] != [key]:
            self.place = len(self.stored)
            return False
        self.place += rows
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
