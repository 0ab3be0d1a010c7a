"""Keeps a list of programs running: started in order, brought back when they crash, stopped in reverse order."""

import signal
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

import structlog

from backend.core.clock import monotonic
from backend.launch.log_tail import LogTail
from backend.launch.process import Child, Program

FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 10.0
# A program that ran this long has recovered; its next crash is a new story.
STEADY_AFTER_S = 30.0
STOP_WITHIN_S = 10.0
TICK_S = 0.1

log = structlog.get_logger(__name__)


class StartFailed(Exception):  # noqa: N818 - reads as what happened
    """A program did not come up; ``name`` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _Slot:
    """One program's place: its child, and when to try again after a crash."""

    def __init__(self, program: Program, log_file: Path) -> None:
        self.program = program
        self.log_file = log_file
        self.tail = LogTail(program.name, log_file)
        self.child: Child | None = None
        self.started_at = 0.0
        self.retry_at = 0.0
        self.backoff_s = FIRST_BACKOFF_S

    def start(self, environment: Mapping[str, str]) -> bool:
        self.started_at = monotonic()
        try:
            self.child = Child(self.program, self.log_file, environment)
        except OSError as error:  # no memory or no process slot now: the others must be kept running
            log.warning("program_not_started", program=self.program.name, errno=error.errno)
            self._put_off()
            return False
        return True

    def note_crash(self, child: Child) -> float:
        """Clear away what is left of it; returns in how many seconds it is started again."""
        child.kill_group()
        self.child = None
        if monotonic() - self.started_at >= STEADY_AFTER_S:
            self.backoff_s = FIRST_BACKOFF_S
        log.warning("program_ended", program=self.program.name, exit_code=child.exit_code())
        return self._put_off()

    def _put_off(self) -> float:
        wait_s = self.backoff_s
        self.retry_at = monotonic() + wait_s
        self.backoff_s = min(wait_s * 2, LONGEST_BACKOFF_S)
        return wait_s


class Supervisor:
    """Use as a context: leaving it, for whatever reason, stops every program it started.

    SIGINT and SIGTERM only ask it to leave; they never interrupt a start or a stop half way.
    """

    def __init__(self, log_dir: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._log_dir = log_dir
        self._environment = environment
        self._say = say
        self._slots: list[_Slot] = []
        self._stopping = False

    def __enter__(self) -> Self:
        self._log_dir.mkdir(parents=True, exist_ok=True)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_all()

    @property
    def stopping(self) -> bool:
        return self._stopping

    def add(self, program: Program) -> None:
        """Start a program and keep it running; waits until it is ready. Raises `StartFailed`."""
        slot = _Slot(program, self._log_dir / f"{program.name}.log")
        self._slots.append(slot)
        slot.start(self._environment)
        deadline = monotonic() + program.wait_ready_s
        while program.ready is not None and not self.stopping and not program.ready():
            if monotonic() > deadline:
                raise StartFailed(program.name)
            self.tick()
            time.sleep(TICK_S)

    def run_once(self, program: Program) -> None:
        """Run a program to its end (a migration, the demo data). Raises `StartFailed` unless it exits with 0."""
        child = Child(program, self._log_dir / f"{program.name}.log", self._environment)
        try:
            while child.exit_code() is None and not self.stopping:
                time.sleep(TICK_S)
        finally:
            child.kill_group()
        if child.exit_code() != 0 and not self.stopping:
            raise StartFailed(program.name)

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Watch the programs until asked to stop, or until the given condition holds."""
        while not self.stopping and not until():
            self.tick()
            time.sleep(TICK_S)

    def tick(self) -> None:
        """One look at every program: restart what has crashed, show what they warn of."""
        now = monotonic()
        for slot in self._slots:
            self._revive(slot, now)
            for line in slot.tail.new_warnings():
                self._say(line)

    def running(self) -> dict[str, int]:
        """The process id of each running program."""
        return {slot.program.name: slot.child.pid for slot in self._slots if slot.child is not None}

    def stop_all(self) -> None:
        """Stop in reverse order; what has not ended within the time is killed."""
        self._stopping = True
        deadline = monotonic() + STOP_WITHIN_S
        for child in _children(reversed(self._slots)):
            child.terminate()
            if not child.wait(deadline - monotonic()):
                log.warning("program_killed", program=child.program.name)
            child.kill_group()
        self._slots.clear()

    def _revive(self, slot: _Slot, now: float) -> None:
        if slot.child is None:
            if now >= slot.retry_at and slot.start(self._environment):
                self._say(f"[{slot.program.name}] 已重新启动")
        elif slot.child.exit_code() is not None:
            wait_s = slot.note_crash(slot.child)
            self._say(f"[{slot.program.name}] 意外退出，{wait_s:g} 秒后重启")

    def _ask_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        # Only a flag: a lock taken here could be one the interrupted code is holding.
        self._stopping = True


def _children(slots: Iterable[_Slot]) -> list[Child]:
    return [slot.child for slot in slots if slot.child is not None]
