"""Many ask the same kind of question in the same moment: one look answers everybody who asked before it began."""

from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock


@dataclass(frozen=True, slots=True)
class _Batch:
    """Those who ask together, and what the look of one of them finds."""

    keys: set[str] = field(default_factory=set)
    found: "Future[Collection[str]]" = field(default_factory=Future)


class Together:
    """``look`` is given the keys that were asked for and says which of them are there.

    Nobody is answered by a look that began before they asked: what was committed by then is seen.
    """

    def __init__(self, look: Callable[[Collection[str]], Collection[str]]) -> None:
        self._look = look
        self._open = _Batch()
        self._joining = Lock()
        self._looking = Lock()

    def has(self, key: str) -> bool:
        """Whether the key is there. Raises whatever the look raises."""
        with self._joining:
            batch = self._open
            batch.keys.add(key)
        with self._looking:
            if not batch.found.done():
                self._ask(batch)
        return key in batch.found.result()

    def _ask(self, batch: _Batch) -> None:
        """Whoever comes first asks for all; those who come from now on are the next batch."""
        with self._joining:
            self._open = _Batch()
        try:
            batch.found.set_result(self._look(batch.keys))
        except BaseException as error:
            batch.found.set_exception(error)
            raise
