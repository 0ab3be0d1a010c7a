"""Batches on their way into the database: decode, commit, and only then acknowledge."""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from backend.core import leases
from backend.core.clock import monotonic
from backend.core.db import Actor, Work, unit_of_work
from backend.devices.messages import DecodeError, Inbound
from backend.devices.registry import Register
from backend.intake import dedup, service
from backend.intake.arrivals import Accepted, Arrival, Redelivery
from iot.decoders import Registry
from iot.link import Received

log = structlog.get_logger(__name__)

BATCH_SIZE = 200
BATCH_WINDOW_S = 0.005
IDLE_S = 0.5
LEASE_S = 15.0
RETRY_S = (0.1, 0.2, 0.5, 1.0, 2.0)
HUB = Actor("device", "hub", "设备接入")


class LeaseLostError(RuntimeError):
    """Another hub has taken over: whatever this one still holds will be delivered there."""


@dataclass(slots=True)
class Tally:
    """What the hub counts; told by its heartbeat."""

    received: int = 0
    stored: int = 0
    duplicates: int = 0
    quarantined: int = 0
    unknown: int = 0
    alarms: int = 0
    batches: int = 0
    lag_s: float = 0.0
    outage_s: float = 0.0

    def add(self, accepted: Accepted, count: int, lag_s: float) -> None:
        self.received += count
        self.stored += accepted.stored
        self.duplicates += accepted.duplicates
        self.quarantined += accepted.quarantined
        self.unknown += accepted.unknown
        self.alarms += accepted.alarms
        self.batches += 1
        self.lag_s = lag_s


def take_batch(source: "queue.Queue[Received]") -> list[Received]:
    """At most 200 messages, or what comes within 5 ms of the first; empty after half a second of nothing."""
    try:
        batch = [source.get(timeout=IDLE_S)]
    except queue.Empty:
        return []
    until = monotonic() + BATCH_WINDOW_S
    while len(batch) < BATCH_SIZE:
        try:
            batch.append(source.get_nowait() if source.qsize() else source.get(timeout=max(0.0, until - monotonic())))
        except queue.Empty:
            break
    return batch


@dataclass(slots=True)
class Store:
    """Turns batches into rows, as the holder of the hub's lease."""

    lease: str
    holder: str
    fence: int
    decoders: Registry
    register: Register
    stopping: threading.Event
    redelivery: Redelivery = field(default_factory=Redelivery)
    tally: Tally = field(default_factory=Tally)
    outage: Callable[[float], None] | None = None
    _acked_seq: int = 0
    _last_seq: int = 0

    def resume(self) -> None:
        """Remember what an earlier run of this hub stored and may not have acknowledged."""
        with unit_of_work(HUB) as work:
            self._acked_seq = leases.acked_seq(work, self.lease)
            self.redelivery = dedup.unacknowledged(work, self.lease, self._acked_seq)
            self.register.refresh(work)
        self._last_seq = self._acked_seq

    def keep_lease(self) -> None:
        """Renew the lease while there is nothing to store."""
        with unit_of_work(HUB) as work:
            self._hold(work)

    def _hold(self, work: Work) -> None:
        if not leases.renew(work, self.lease, self.holder, self.fence, LEASE_S, self._acked_seq):
            raise LeaseLostError

    def acknowledged(self) -> None:
        """The batch has been acknowledged: the next commit will say so."""
        self._acked_seq = max(self._acked_seq, self._last_seq, self.redelivery.settled_seq)

    def store(self, batch: Sequence[Received]) -> list[tuple[str, bytes]]:
        """Commit a batch whatever it takes; return the replies owed. Raises ``LeaseLostError``."""
        arrivals = [self._read(one.inbound) for one in batch]
        try:
            accepted = self._commit(arrivals)
        except (LeaseLostError, InterruptedError):
            raise
        except Exception:  # noqa: BLE001 - one message is bad for a reason of ours: find it, keep the others
            accepted = self._one_by_one(arrivals)
        lag = (arrivals[-1].inbound.received_at - arrivals[0].inbound.received_at).total_seconds()
        self.tally.add(accepted, len(batch), lag)
        self._last_seq = max(self._last_seq, accepted.last_seq)
        return accepted.replies

    def _read(self, inbound: Inbound) -> Arrival:
        source = "mqtt"
        try:
            decoder = self.decoders.decoder_for(inbound.topic)
            source = decoder.source
            return Arrival(inbound, source, decoder.decode(inbound, self.register.lookup))
        except DecodeError as error:
            return Arrival(inbound, source, error=error)
        except Exception as error:  # a decoder's own fault must not stop the messages behind it
            log.exception("decoder failed", source=source)
            return Arrival(inbound, source, error=DecodeError("internal", type(error).__name__))

    def _commit(self, arrivals: Sequence[Arrival]) -> Accepted:
        """One transaction, tried again for as long as the database is away."""
        started, tries = monotonic(), 0
        place = self.redelivery.place
        while True:
            try:
                with unit_of_work(HUB) as work:
                    self._hold(work)
                    accepted = service.accept(
                        work, arrivals, register=self.register, hub=self.lease, redelivery=self.redelivery
                    )
                break
            except (OperationalError, InterfaceError) as error:
                self.redelivery.place = place
                self._wait(error, tries)
                tries += 1
            except DBAPIError as error:
                self.redelivery.place = place
                if not error.connection_invalidated:
                    raise
                self._wait(error, tries)
                tries += 1
            except Exception:
                self.redelivery.place = place
                raise
        if tries and self.outage is not None:
            self.outage(monotonic() - started)
        return accepted

    def _wait(self, error: Exception, tries: int) -> None:
        if tries == 0:
            log.warning("database is away, holding messages", error=type(error).__name__)
        if self.stopping.wait(RETRY_S[min(tries, len(RETRY_S) - 1)]):
            raise InterruptedError

    def _one_by_one(self, arrivals: Sequence[Arrival]) -> Accepted:
        total = Accepted()
        for arrival in arrivals:
            try:
                one = self._commit([arrival])
            except (LeaseLostError, InterruptedError):
                raise
            except Exception as error:  # noqa: BLE001 - the poison itself: kept for a look, never in the way
                one = self._set_aside(arrival, error)
            total.stored += one.stored
            total.duplicates += one.duplicates
            total.quarantined += one.quarantined
            total.unknown += one.unknown
            total.alarms += one.alarms
            total.last_seq = max(total.last_seq, one.last_seq)
            total.replies += one.replies
        return total

    def _set_aside(self, arrival: Arrival, error: Exception) -> Accepted:
        log.error("message set aside", topic=arrival.inbound.topic, error=type(error).__name__, exc_info=error)
        with unit_of_work(HUB) as work:
            service.last_resort(work, arrival, type(error).__name__)
        return Accepted(quarantined=1)
