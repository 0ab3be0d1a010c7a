"""Lists that everybody looks at, worked out once a second: a thousand readers cost the writers one query."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from backend.core.clock import monotonic

KEPT_S = 1.0
MOST = 256

T = TypeVar("T")


@dataclass
class _Entry(Generic[T]):
    """One list, the lock of whoever works it out, and when that was."""

    lock: Lock = field(default_factory=Lock)
    made: tuple[float, T] | None = None


class Fresh(Generic[T]):
    """``get`` gives what was made within the last ``kept_s`` seconds, or makes it, once for all who wait."""

    def __init__(self, kept_s: float = KEPT_S) -> None:
        self._kept_s = kept_s
        self._entries: OrderedDict[str, _Entry[T]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], T]) -> T:
        entry = self._entry(key)
        if (found := self._fresh(entry)) is not None:
            return found[1]
        with entry.lock:
            if (found := self._fresh(entry)) is None:
                found = entry.made = (monotonic(), make())
            return found[1]

    def _fresh(self, entry: _Entry[T]) -> tuple[float, T] | None:
        made = entry.made
        return made if made is not None and monotonic() - made[0] < self._kept_s else None

    def last(self, key: str) -> T | None:
        """What was made for ``key`` last, fresh or not."""
        entry = self._entries.get(key)
        return None if entry is None or entry.made is None else entry.made[1]

    def _entry(self, key: str) -> _Entry[T]:
        """Beyond ``MOST`` the one not asked for longest is forgotten."""
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            if len(self._entries) > MOST:
                self._entries.popitem(last=False)
            return entry
