"""One supervised program: started so that it cannot outlive its supervisor, its output kept in a file."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h
KEPT_LOG_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. ``ready`` answers whether it serves; ``wait_ready_s`` is how long a start may take."""

    name: str
    arguments: tuple[str, ...]
    ready: Callable[[], bool] | None = None
    wait_ready_s: float = 15.0


class Child:
    """A running program, in a process group of its own."""

    def __init__(self, program: Program, log: Path, environment: Mapping[str, str]) -> None:
        self.program = program
        rotate(log)
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own command lines
                program.arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                # Ctrl-C goes to the terminal's whole group; the supervisor alone decides the order of stopping.
                start_new_session=True,
                preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509 - the supervisor has one thread
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.poll()

    def terminate(self) -> None:
        """Ask it to end."""
        if self.exit_code() is None:
            self._process.terminate()

    def wait(self, timeout_s: float) -> bool:
        """Wait for its end; whether it ended in time."""
        try:
            self._process.wait(max(timeout_s, 0))
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill_group(self) -> None:
        """End it and whatever it started (gunicorn's workers), without asking."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._process.wait()


def rotate(log: Path) -> None:
    """Keep one older log when this one has grown large."""
    if log.exists() and log.stat().st_size > KEPT_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    """A hook that makes the kernel kill the child with its supervisor, also after ``kill -9``. Linux only."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def hook() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # the supervisor died before the call above
            os._exit(1)

    return hook
