"""Trouble on demand: the next calls of a path answer with an error number, an HTTP status, or late."""

import threading
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Fault:
    """``times`` calls are told ``errcode``, or ``status`` without a word; ``delay_s`` comes before either."""

    times: int = 1
    errcode: int | None = None
    status: int | None = None
    delay_s: float = 0.0


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_path: dict[str, list[Fault]] = {}

    def plan(self, path: str, fault: Fault) -> None:
        with self._lock:
            self._by_path.setdefault(path, []).append(fault)

    def clear(self) -> None:
        with self._lock:
            self._by_path.clear()

    def take(self, path: str) -> Fault | None:
        """The fault of this call, used up by one."""
        with self._lock:
            waiting = self._by_path.get(path)
            if not waiting:
                return None
            first = waiting.pop(0)
            if first.times > 1:
                waiting.insert(0, replace(first, times=first.times - 1))
            return first
