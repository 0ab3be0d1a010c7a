"""SQLite has one writer at a time: whoever wants to write waits in a line, in every process of this machine.

SQLite itself lets a waiting writer knock again after pauses that grow to a tenth of a second. With a hundred threads
at once some never find the door open and fail after their busy timeout, while the disk stands idle in the pauses.
"""

import fcntl
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

LINE = "-line"  # the name of the file beside the database; it stays empty


class WriteTurns:
    """The line before one database file. A process that dies leaves it, because the kernel takes its lock back."""

    def __init__(self, database: Path) -> None:
        self._here = RLock()  # so that a unit of work inside another fails as it should, and does not wait for itself
        self._file = os.open(f"{database}{LINE}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        weakref.finalize(self, os.close, self._file)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn among the threads of this process, then among the processes."""
        with self._here:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)
