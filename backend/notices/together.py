"""Many threads' small writes as one commit, where the database has one writer.

SQLite lets its writers sleep in turn until the lock happens to be free, and each commit waits for the disk. Here the
threads of one process queue instead, and whoever is first writes for all who have come meanwhile.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
MOST_AT_ONCE = 50
# One for the process, as there is one writer to the database.
WRITER = threading.Lock()


@dataclass(slots=True, eq=False)
class _Entry(Generic[T, R]):
    item: T
    done: bool = False
    result: list[R] = field(default_factory=list)
    error: Exception | None = None


class Together(Generic[T, R]):
    """``write`` takes a list of items, commits them all or none, and returns a result for each."""

    def __init__(self, write: Callable[[list[T]], list[R]]) -> None:
        self._write = write
        self._queue: deque[_Entry[T, R]] = deque()

    def submit(self, item: T) -> R:
        """Return when ``item`` is committed; raise what ``write`` raised for it."""
        entry: _Entry[T, R] = _Entry(item)
        self._queue.append(entry)
        with WRITER:
            if not entry.done:
                self._take_turn(entry)
        if entry.error is not None:
            raise entry.error
        return entry.result[0]

    def _take_turn(self, mine: _Entry[T, R]) -> None:
        """Write what waits until one's own item is among it; only the holder of the lock takes from the queue."""
        while not mine.done:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), MOST_AT_ONCE))]
            if not self._attempt(batch):
                for entry in batch:  # one bad item must not cost the others theirs
                    self._attempt([entry])

    def _attempt(self, batch: list[_Entry[T, R]]) -> bool:
        try:
            results = self._write([entry.item for entry in batch])
        except Exception as error:  # noqa: BLE001 - handed to the thread whose item it is
            if len(batch) > 1:
                return False
            batch[0].done, batch[0].error = True, error
            return True
        for entry, result in zip(batch, results, strict=True):
            entry.done = True
            entry.result.append(result)
        return True
