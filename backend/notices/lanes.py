"""Who may send now: places per channel and urgency, and which channels have stopped answering.

An urgent notice never waits for a routine one, nor for a channel that hangs: each channel has its own places, twice.
All times are monotonic seconds; one dispatcher's lanes live in its process and start healthy with it.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from backend.notices.channels.base import Outcome, Reason

SICK_AFTER = 3
SICK_FOR_S = 30.0
SLOW_S = 1.0


@dataclass(frozen=True, slots=True)
class Lane:
    channel: str
    urgent: bool


@dataclass(slots=True)
class _Health:
    slow_in_a_row: int = 0
    sick_until: float = 0.0
    probing: bool = False


@dataclass(slots=True)
class _Places:
    taken: dict[object, float] = field(default_factory=dict)
    backlog: bool = False


class Lanes:
    """Counts places and remembers slow failures; safe to use from many threads."""

    def __init__(self, urgent: int, routine: int, now: Callable[[], float]) -> None:
        self._size = {True: urgent, False: routine}
        self._now = now
        self._lock = threading.Lock()
        self._places: defaultdict[Lane, _Places] = defaultdict(_Places)
        self._health: defaultdict[str, _Health] = defaultdict(_Health)

    def free(self, lane: Lane) -> int:
        """How many more may be sent now."""
        with self._lock:
            return max(0, self._size[lane.urgent] - len(self._places[lane].taken))

    def passed_over(self, lane: Lane) -> bool:
        """Whether notices that have another way should take it instead of waiting for this channel.

        It is sick (three slow failures in a row; after half a minute one notice tries again), or all its urgent
        places are held by sends that have not come back for a second.
        """
        with self._lock:
            health = self._health[lane.channel]
            if health.slow_in_a_row >= SICK_AFTER:
                return not self._may_probe(health)
            taken = self._places[lane].taken.values()
            full = len(taken) >= self._size[lane.urgent]
            return lane.urgent and full and self._now() - min(taken) >= SLOW_S

    def _may_probe(self, health: _Health) -> bool:
        return not health.probing and self._now() >= health.sick_until

    def probing(self, lane: Lane) -> bool:
        """Whether the next send would be the one that tries a sick channel again."""
        with self._lock:
            return self._health[lane.channel].slow_in_a_row >= SICK_AFTER

    @contextmanager
    def _locked(self, lane: Lane) -> Iterator[tuple[_Places, _Health]]:
        with self._lock:
            yield self._places[lane], self._health[lane.channel]

    def take(self, lane: Lane, ticket: object) -> None:
        with self._locked(lane) as (places, health):
            places.taken[ticket] = self._now()
            health.probing = health.probing or health.slow_in_a_row >= SICK_AFTER

    def leave(self, lane: Lane, ticket: object, outcome: Outcome | None) -> None:
        """Give the place back; ``outcome`` is None when the channel was not called after all."""
        with self._locked(lane) as (places, health):
            since = places.taken.pop(ticket)
            health.probing = False
            if outcome is None:
                return
            if not _slow(outcome, self._now() - since):
                health.slow_in_a_row = 0
                return
            health.slow_in_a_row += 1
            health.sick_until = self._now() + SICK_FOR_S

    def note_backlog(self, lane: Lane, *, waiting: bool) -> None:
        with self._locked(lane) as (places, _):
            places.backlog = waiting

    def worth_serving(self, lane: Lane) -> bool:
        """Whether notices were left waiting and half the places are free again: one claim for each would be dear."""
        with self._locked(lane) as (places, _):
            return places.backlog and 2 * len(places.taken) <= self._size[lane.urgent]


def _slow(outcome: Outcome, took_s: float) -> bool:
    return not outcome.went_out and (outcome.reason == Reason.TIMEOUT or took_s >= SLOW_S)
