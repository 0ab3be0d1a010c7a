"""Runs the rows of the jobs table: one at a time per job, in an application context, one broken job never the others.

A job is due work found in the database, so running late, twice, or in two processes at once harms nothing. Its
success is a sign of life; a job that fails gives none, and that silence becomes an alarm.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError

from backend.core.clock import wall

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the table.

    ``run`` does what is due and not yet done and returns how many things it did. ``silence_limit_s``: no success for
    longer than this is an alarm. ``everywhere``: it claims its rows one by one, so every scheduler runs it and no
    take-over ever delays it; the others are the leader's. ``title`` is the name people read (Chinese).
    """

    name: str
    title: str
    every_s: float
    run: Callable[[], int]
    silence_limit_s: int
    everywhere: bool = False
    first_after_s: float = 0.0


class Attempts:
    """Runs jobs, remembers which succeeded since it was last asked, and says once what is wrong with one."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._succeeded: dict[str, Job] = {}
        self._told: dict[str, set[str]] = {}

    def attempt(self, job: Job) -> bool:
        """Run a job once; whether it ended well. Never raises."""
        try:
            with self._app.app_context():
                job.run()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one job, the others go on
            self._tell(job, error)
            return False
        with self._lock:
            self._succeeded[job.name] = job
            self._told.pop(job.name, None)
        return True

    def take(self) -> list[Job]:
        """The jobs that succeeded since the last call."""
        with self._lock:
            jobs = list(self._succeeded.values())
            self._succeeded.clear()
        return jobs

    def give_back(self, jobs: Iterable[Job]) -> None:
        """Their sign of life could not be written: it will be tried again."""
        with self._lock:
            self._succeeded = {job.name: job for job in jobs} | self._succeeded

    def _tell(self, job: Job, error: Exception) -> None:
        """Once per job and kind of error, until the job succeeds again: a job of every second must not fill a disk."""
        kind = type(error).__name__
        with self._lock:
            told = self._told.setdefault(job.name, set())
            if kind in told:
                return
            told.add(kind)
        if isinstance(error, OperationalError | InterfaceError):
            log.warning("job waits for the database", job=job.name, error=kind)
        else:
            log.error("job failed", job=job.name, error=kind, exc_info=error)


class Timetable:
    """APScheduler as the metronome of the leader's jobs: it only ticks, what is due stands in the database."""

    def __init__(self, jobs: Iterable[Job], attempts: Attempts) -> None:
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick skipped by a long run is no news
        rows = list(jobs)
        # A place for each job: one that hangs must not keep another from its turn.
        self._ticker = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(max(1, len(rows)))})
        for job in rows:
            self._ticker.add_job(
                attempts.attempt, "interval", args=(job,), id=job.name, seconds=job.every_s, max_instances=1,
                coalesce=True, misfire_grace_time=None, next_run_time=wall() + timedelta(seconds=job.first_after_s),
            )  # fmt: skip
        self._ticker.start(paused=True)

    def lead(self) -> None:
        self._ticker.resume()

    def stand_by(self) -> None:
        self._ticker.pause()

    def close(self) -> None:
        """End after the runs that are under way."""
        self._ticker.shutdown(wait=True)


def repeat(job: Job, attempts: Attempts, stopping: threading.Event, woken: threading.Event) -> None:
    """Run a job every ``every_s`` seconds and whenever ``woken`` is set, until ``stopping`` (which also sets it)."""
    while not stopping.is_set():
        attempts.attempt(job)
        woken.wait(job.every_s)
        woken.clear()
