"""Sends what is in the outbox: claim, call, write down; urgent first, and nobody waits for a channel that hangs.

What is due, and the deadlines, go by the application's clock. Whether a sender has died goes by the machine's:
moving a demonstration's clock while a send is in flight must not make it look dead. Several dispatchers may run at
once, in one process or many; the claim in the database makes each notice one sender's.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from datetime import datetime
from uuid import UUID

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from backend.core import wakes
from backend.core.clock import monotonic, pause, wall
from backend.core.db import Work, app_clock, db, reading, unit_of_work
from backend.core.leases import beat
from backend.notices import grants, outbox
from backend.notices.channels.base import Channel, ChannelName, Outcome, Reason, failed
from backend.notices.envelope import Envelope
from backend.notices.figures import ATTEMPTS, WAIT
from backend.notices.lanes import Lane, Lanes
from backend.notices.outbox import Claimed, Hook, MovedOnError
from backend.notices.rules import ADDRESS_TROUBLE, Trouble
from backend.notices.together import WRITER, Together

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.2
BEAT_EVERY_S = 10.0
SILENT_AFTER_S = 60
TAKEN_AT_ONCE = 200
# How long to wait, in seconds, before each try to write an answer down: a database restart takes a few seconds.
WRITE_TRIES = (0.0, 0.05, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0)


_Answer = tuple[Claimed, Outcome | None]


class _NotConfigured:
    """A channel this installation does not have: says so at once, so that the next way is taken."""

    timeout_s = 1.0

    def __init__(self, name: str) -> None:
        self.name = name

    def send(self, _message: object) -> Outcome:
        return failed(Reason.NOT_CONFIGURED)


class Dispatcher:
    """``workers`` urgent places per channel, and a third as many routine ones: together the lines of a real channel.

    ``on_undeliverable`` is called inside the transaction that ends a notice nobody received, before the notice is
    changed; if it raises a database error the transaction is tried again. ``real_now`` is the machine's clock.
    """

    def __init__(
        self,
        app: Flask,
        channels: Mapping[str, Channel],
        workers: int = 12,
        *,
        envelope: Envelope | None = None,
        on_undeliverable: Hook | None = None,
        real_now: Callable[[], datetime] = wall,
    ) -> None:
        self._app = app
        self._channels: dict[str, Channel] = {str(name): _NotConfigured(name) for name in ChannelName}
        self._channels |= channels
        routine = max(1, workers // 3)
        self._lanes = Lanes(workers, routine, monotonic)
        self._pool = ThreadPoolExecutor((workers + routine) * len(self._channels), thread_name_prefix="notice")
        self._envelope = envelope or Envelope()
        self._hook = outbox.guarded(on_undeliverable) if on_undeliverable else None
        self._real_now = real_now
        self._turn = threading.Lock()
        self._again = threading.Event()
        self._in_hand: set[UUID] = set()
        self._following = False
        self._one_writer = _one_writer(app)
        self._answers: Together[_Answer, str] = Together(self._record)

    def run_once(self, limit: int = TAKEN_AT_ONCE) -> int:
        """Send up to ``limit`` due notices and wait for the answers; return how many calls were handed out."""
        with self._app.app_context(), self._turn:
            sends = self._hand_out(limit)
        wait(sends)
        return len(sends)

    def run(self, stop: threading.Event, redis_url: str) -> None:
        """Send until ``stop`` is set; woken through Redis, and looking every 0.2 s by itself."""
        self._following = True
        beat_at = monotonic()
        for _ in wakes.listen(redis_url, wakes.NOTICES, timeout_s=LOOK_EVERY_S):
            if stop.is_set():
                break
            self._look()
            if monotonic() >= beat_at:
                beat_at = monotonic() + BEAT_EVERY_S
                self._beat()
        self.close()

    def close(self) -> None:
        """Hand out nothing more and wait for what is in hand: at most the longest provider time limit."""
        self._following = False
        with self._turn:
            self._pool.shutdown()

    @contextmanager
    def _writing(self) -> Iterator[Work]:
        with WRITER if self._one_writer else nullcontext(), unit_of_work() as work:
            yield work

    def _beat(self) -> None:
        try:
            with self._app.app_context(), self._writing() as work:
                beat(work, "dispatcher", SILENT_AFTER_S)
        except SQLAlchemyError as error:
            log.warning("dispatcher cannot give its sign of life", error=type(error).__name__)

    def _look(self) -> None:
        """Take one turn; whoever asks meanwhile makes the one who is at it look once more."""
        self._again.set()
        while self._again.is_set() and self._turn.acquire(blocking=False):
            try:
                self._again.clear()
                self._take_turn()
            finally:
                self._turn.release()

    def _take_turn(self) -> None:
        try:
            with self._app.app_context():
                if self._following:
                    self._hand_out(TAKEN_AT_ONCE)
        except SQLAlchemyError as error:
            log.warning("the outbox cannot be read", error=type(error).__name__)
        except Exception as error:
            log.exception("a turn of the dispatcher failed", error=type(error).__name__, exc_info=error)

    def _hand_out(self, limit: int) -> list[Future[None]]:
        with reading() as work:
            lying = outbox.left_lying(work, self._real_now(), frozenset(self._in_hand))
            lanes = outbox.waiting_lanes(work)
        for notice_id in lying:
            self._pick_up(notice_id)
        if lying:
            with reading() as work:
                lanes = outbox.waiting_lanes(work)
        sends: list[Future[None]] = []
        for lane in lanes:
            sends += self._serve(lane, limit - len(sends))
        return sends

    def _pick_up(self, notice_id: UUID) -> None:
        try:
            with self._writing() as work:
                outbox.pick_up(work, notice_id, self._real_now(), self._hook)
        except MovedOnError:
            log.info("notice was picked up by somebody else", notice=str(notice_id))

    def _serve(self, lane: Lane, limit: int) -> list[Future[None]]:
        if self._lanes.passed_over(lane):
            self._pass_over(lane)
        probing = self._lanes.probing(lane)
        places = min(limit, self._lanes.free(lane), 1 if probing else limit)
        if places <= 0:
            self._lanes.note_backlog(lane, waiting=True)
            return []
        with self._writing() as work:
            claimed = outbox.claim(work, lane, places, self._channels[lane.channel], self._envelope, self._real_now())
        self._lanes.note_backlog(lane, waiting=len(claimed) == places)
        return [self._start(one) for one in claimed]

    def _pass_over(self, lane: Lane) -> None:
        with self._writing() as work:
            moved = outbox.pass_over(work, lane)
        if moved:
            log.warning("channel does not answer, notices take another way", channel=lane.channel, notices=moved)
            self._again.set()

    def _start(self, claimed: Claimed) -> Future[None]:
        self._in_hand.add(claimed.notice_id)
        self._lanes.take(claimed.lane, claimed.attempt_id)
        return self._pool.submit(self._deliver, claimed)

    def _deliver(self, claimed: Claimed) -> None:
        status = None
        try:
            with self._app.app_context():
                outcome = self._call(claimed)
                self._lanes.leave(claimed.lane, claimed.attempt_id, outcome)
                status = self._write_down(claimed, outcome)
            _tell_log(claimed, outcome, status)
        except Exception as error:
            log.exception("a send was lost", notice=str(claimed.notice_id), error=type(error).__name__, exc_info=error)
        finally:
            self._in_hand.discard(claimed.notice_id)
        if self._following and (status == "pending" or self._lanes.worth_serving(claimed.lane)):
            self._look()

    def _call(self, claimed: Claimed) -> Outcome | None:
        known = None
        try:
            with reading() as work:
                if not outbox.still_wanted(work, claimed):
                    return None
                known = grants.before_send(work, claimed.message)
        except SQLAlchemyError as error:
            # Better told once too often than not at all: the claim was ours a moment ago.
            log.warning("sending without a last look", error=type(error).__name__)
        if claimed.way == 0:
            waited = (app_clock().now() - claimed.due_at).total_seconds()
            WAIT.labels(str(claimed.lane.urgent).lower()).observe(max(0.0, waited))
        return known or self._send(claimed)

    def _send(self, claimed: Claimed) -> Outcome:
        try:
            return self._channels[claimed.lane.channel].send(claimed.message)
        except Exception as error:  # noqa: BLE001 - one broken adapter must not cost the person the other ways
            log.error("channel raised", channel=claimed.lane.channel, error=type(error).__name__)  # noqa: TRY400 - a traceback may quote the message
            return failed(Reason.BAD_ANSWER, Trouble.CHANNEL_BROKEN)

    def _write_down(self, claimed: Claimed, outcome: Outcome | None) -> str | None:
        """Record the answer, patiently; None if the database stayed away: then the claim lapses."""
        answer = (claimed, outcome)
        for wait_s in WRITE_TRIES:
            pause(wait_s)
            try:
                # On PostgreSQL each on its own: rows of several notices, locked in any order, could meet a cancel.
                return self._answers.submit(answer) if self._one_writer else self._record([answer])[0]
            except MovedOnError:
                continue
            except SQLAlchemyError as error:
                log.warning("answer not written down yet", notice=str(claimed.notice_id), error=type(error).__name__)
        return None

    def _record(self, answers: list[_Answer]) -> list[str]:
        with unit_of_work() as work:
            return [outbox.record(work, claimed, outcome, self._hook) for claimed, outcome in answers]


def _one_writer(app: Flask) -> bool:
    with app.app_context():
        return db.engine.dialect.name == "sqlite"


def _tell_log(claimed: Claimed, outcome: Outcome | None, status: str | None) -> None:
    """One line and one count a call: ids and codes, never a name, an address or a text."""
    facts = {"notice": str(claimed.notice_id), "channel": claimed.lane.channel, "status": status}
    if outcome is None:
        log.info("notice was no longer wanted", **facts)
        return
    ATTEMPTS.labels(claimed.lane.channel, outcome.status, outcome.reason).inc()
    log.info("notice handed over", outcome=outcome.status, reason=outcome.reason, **facts)
    if outcome.reason in ADDRESS_TROUBLE:
        log.warning("address cannot be used", **facts, reason=outcome.reason)
