"""The scheduler's process: escalation and sending in every one of them, housekeeping in the one that leads.

Steps of alarms and notices are claimed row by row in the database, so a second scheduler shares that work instead
of waiting for a lease to run out; only the jobs that need one doer follow the lease.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from uuid import uuid4

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from backend.app import create_app
from backend.core import leases, wakes
from backend.core.db import unit_of_work
from backend.delivery import dispatcher
from backend.settings import Settings
from scheduler.jobs import table
from scheduler.runner import Attempts, Job, Timetable, repeat

log = structlog.get_logger(__name__)

LEASE = "scheduler"
LEASE_S = 10.0
PULSE_S = 2.0
BEAT_LIMIT_S = 30
# Longer than any provider may take, shorter than the patience of whoever stops us.
STOP_WITHIN_S = 8.0
LISTEN_S = 1.0


def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; exit code 1 if a part of it died, so that it is started anew."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    app = create_app(settings)
    with app.app_context():
        whole = Scheduler(app, settings, stopping).run()
    sys.exit(0 if whole else 1)


class Scheduler:
    """One process's life: its loops, and the lease for what only one may do."""

    def __init__(self, app: Flask, settings: Settings, stopping: threading.Event) -> None:
        self._app, self._settings, self._stopping = app, settings, stopping
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._jobs = table()
        self._attempts = Attempts(app)
        self._woken = {job.name: threading.Event() for job in self._jobs if job.everywhere}
        self._leads = False
        self._away = False

    @property
    def leads(self) -> bool:
        return self._leads

    def run(self) -> bool:
        """Work until told to stop; whether every part lived until then."""
        timetable = Timetable((job for job in self._jobs if not job.everywhere), self._attempts)
        threads = self._start()
        whole = True
        try:
            while whole and not self._stopping.wait(PULSE_S if self._leads else PULSE_S / 4):
                self._pulse(timetable)
                # Told to stop while the pulse was under way, the threads end by themselves: nothing died.
                whole = self._stopping.is_set() or all(thread.is_alive() for thread in threads)
        finally:
            self._stop(timetable, threads)
        return whole

    def _start(self) -> list[threading.Thread]:
        sender = dispatcher(self._app)
        threads = [self._loop(job) for job in self._jobs if job.everywhere]
        threads.append(_thread("wakes", self._listen))
        threads.append(_thread("dispatcher", lambda: sender.run(self._stopping, self._settings.redis_url)))
        for thread in threads:
            thread.start()
        return threads

    def _loop(self, job: Job) -> threading.Thread:
        woken = self._woken[job.name]
        return _thread(job.name, lambda: repeat(job, self._attempts, self._stopping, woken))

    def _listen(self) -> None:
        """Pass wake-ups on, apart from the loops: a Redis that hangs must not hold up an escalation."""
        for channel in wakes.listen(self._settings.redis_url, wakes.ALARMS, timeout_s=LISTEN_S):
            if self._stopping.is_set():
                return
            if channel is not None:
                self._wake()

    def _wake(self) -> None:
        for woken in self._woken.values():
            woken.set()

    def _pulse(self, timetable: Timetable) -> None:
        """Take or keep the lease, and pass on the signs of life of the jobs that went well."""
        jobs = self._attempts.take()
        try:
            with unit_of_work() as work:
                fence = leases.take(work, LEASE, self._holder, LEASE_S)
                for job in jobs:
                    leases.beat(work, f"job:{job.name}", job.silence_limit_s, title=job.title)
                if fence is not None:
                    leases.beat(work, "scheduler", BEAT_LIMIT_S, fence=fence)
                if fence is not None and not self._leads:
                    leases.forget_others(work, "job:", [f"job:{job.name}" for job in self._jobs])
        except SQLAlchemyError as error:
            self._attempts.give_back(jobs)
            if not self._away:
                log.warning("the database is away, the lease waits", error=type(error).__name__)
            self._away = True
            return
        self._away = False
        self._follow(timetable, leads=fence is not None)

    def _follow(self, timetable: Timetable, *, leads: bool) -> None:
        if leads == self._leads:
            return
        self._leads = leads
        log.info("scheduler leads" if leads else "another scheduler leads, standing by")
        (timetable.lead if leads else timetable.stand_by)()

    def _stop(self, timetable: Timetable, threads: list[threading.Thread]) -> None:
        self._stopping.set()
        self._wake()
        timetable.close()
        for thread in threads:
            thread.join(STOP_WITHIN_S)
        try:
            with unit_of_work() as work:
                leases.release(work, LEASE, self._holder)
        except SQLAlchemyError as error:
            log.warning("lease not given back, it runs out by itself", error=type(error).__name__)


def _thread(name: str, target: Callable[[], None]) -> threading.Thread:
    return threading.Thread(target=target, name=name, daemon=True)
