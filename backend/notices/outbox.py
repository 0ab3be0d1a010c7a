"""The outbox as the dispatcher uses it: claim before the call, record after it, and find what was left lying.

Locks are taken in the order alarm → notice → attempt, as an acknowledgement takes them: whoever is to hear that a
notice reached nobody is told before the notice is changed, in the same transaction.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.functions import Function

from backend.core import locks
from backend.core.db import Work, is_sqlite
from backend.core.ids import new_id
from backend.notices import grants
from backend.notices.channels.base import Channel, Outcome, OutgoingMessage
from backend.notices.envelope import Envelope
from backend.notices.figures import UNDELIVERED
from backend.notices.lanes import Lane
from backend.notices.models import WAITING, Attempt, Notice
from backend.notices.rules import URGENT, Trouble, Verdict, after_answer, after_silence
from backend.notices.states import NOTICE

log = structlog.get_logger(__name__)

# What a sender may need beyond its provider's time limit to write down the answer.
SLACK = timedelta(seconds=2)
SKIPPED_AT_ONCE = 200
LOST, SKIPPED, NOT_SENT = "lost", "skipped", "not_sent"


class MovedOnError(Exception):
    """Somebody else changed the notice meanwhile: roll back and look again."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A notice that reached nobody. ``status`` is failed or expired, ``reason`` a stable code."""

    notice_id: UUID
    alarm_id: UUID | None
    alarm_fence: int | None
    recipient_kind: str
    recipient_id: str
    recipient_name: str = field(repr=False)
    status: str
    reason: str


Hook = Callable[[Work, Undelivered], None]


def guarded(hook: Hook) -> Hook:
    """The hook behind a savepoint: an error of its own is logged, and the notice still ends as it must.

    Trouble of the database itself passes through: then the whole transaction is tried again.
    """

    def run(work: Work, undelivered: Undelivered) -> None:
        try:
            with work.session.begin_nested():
                hook(work, undelivered)
        except OperationalError:
            raise
        except Exception as error:
            log.exception("nobody heard of a notice that failed", error=type(error).__name__, exc_info=error)

    return run


@dataclass(frozen=True, slots=True)
class Claimed:
    """One send that this process has promised to make before ``until`` (the machine's clock)."""

    notice_id: UUID
    attempt_id: UUID
    lane: Lane
    way: int
    until: datetime
    due_at: datetime
    message: OutgoingMessage


def waiting_lanes(work: Work) -> list[Lane]:
    """The lanes in which something is due, urgent ones first."""
    urgent = Notice.priority <= URGENT
    rows = work.session.execute(select(Notice.channel, urgent).where(*_due(work)).distinct())
    return sorted((Lane(str(channel), bool(flag)) for channel, flag in rows), key=lambda lane: not lane.urgent)


def _due(work: Work) -> tuple[ColumnElement[bool], ...]:
    # WAITING repeats the condition of the partial index word for word: SQLite does not see through a parameter.
    return (and_(WAITING), Notice.status == "pending", Notice.next_try_at <= work.now, Notice.deadline_at > work.now)


def _in_lane(work: Work, lane: Lane) -> tuple[ColumnElement[bool], ...]:
    priority = Notice.priority <= URGENT if lane.urgent else Notice.priority > URGENT
    return (*_due(work), Notice.channel == lane.channel, priority)


def _first(work: Work, limit: int, *conditions: ColumnElement[bool]) -> Sequence[Notice]:
    found = select(Notice).where(*conditions).order_by(Notice.priority, Notice.next_try_at, Notice.id).limit(limit)
    return work.session.scalars(locks.claim(work, found)).all()


def claim(
    work: Work, lane: Lane, limit: int, channel: Channel, envelope: Envelope, real_now: datetime
) -> list[Claimed]:
    """Take up to ``limit`` due notices of a lane; the commit makes them ours and writes down the intent to send."""
    timeout = timedelta(seconds=channel.timeout_s)
    until = real_now + timeout + SLACK
    return [
        _claim_one(work, lane, notice, envelope, until, timeout)
        for notice in _first(work, limit, *_in_lane(work, lane))
    ]


def _claim_one(
    work: Work, lane: Lane, notice: Notice, envelope: Envelope, until: datetime, timeout: timedelta
) -> Claimed:
    notice.status = NOTICE.next(notice.status, "claim")
    notice.claimed_until = until
    attempt_id = new_id()
    work.session.add(
        Attempt(
            id=attempt_id,
            notice_id=notice.id,
            channel=lane.channel,
            started_at=work.now,
            deadline_at=work.now + timeout,
        )
    )
    due_at = max(notice.created_at, notice.next_try_at)
    return Claimed(notice.id, attempt_id, lane, notice.way, until, due_at, envelope.address(notice))


def pass_over(work: Work, lane: Lane) -> int:
    """Move the lane's due notices that have another way on to it, without a call; return how many."""
    others = _first(work, SKIPPED_AT_ONCE, *_in_lane(work, lane), Notice.way + 1 < _count(work))
    for notice in others:
        notice.status = NOTICE.next(notice.status, "skip")
        notice.way, notice.channel = notice.way + 1, notice.ways[notice.way + 1]
        work.session.add(
            Attempt(
                notice_id=notice.id, channel=lane.channel, started_at=work.now, deadline_at=work.now,
                finished_at=work.now, outcome=SKIPPED, reason=Trouble.CHANNEL_SICK,
            )
        )  # fmt: skip
    return len(others)


def _count(work: Work) -> Function[Any]:
    return func.json_array_length(Notice.ways) if is_sqlite(work) else func.jsonb_array_length(Notice.ways)


def still_wanted(work: Work, claimed: Claimed) -> bool:
    """Whether nobody has cancelled the notice since it was claimed: asked just before the call."""
    row = work.session.execute(
        select(Notice.id).where(
            Notice.id == claimed.notice_id, Notice.claimed_until == claimed.until, Notice.cancelled_at.is_(None)
        )
    ).first()
    return row is not None


def record(work: Work, claimed: Claimed, outcome: Outcome | None, hook: Hook | None) -> str:
    """Write down what became of a send (None: it was not made) and what follows; return the notice's status.

    A sender that was thought dead and answers after all is believed if it was heard: the next way is then not
    tried, unless somebody is trying it already. Raises ``MovedOnError`` if the notice changed under our hands.
    """
    notice = work.session.get_one(Notice, claimed.notice_id)
    verdict = _verdict(notice, claimed, outcome)
    status = change(work, notice, verdict, hook) if verdict else notice.status
    _finish(work, claimed, outcome)
    grants.after_send(work, claimed.message, outcome)
    return status


def _verdict(notice: Notice, claimed: Claimed, outcome: Outcome | None) -> Verdict | None:
    mine = notice.status == "sending" and notice.claimed_until == claimed.until
    if outcome is None:
        return Verdict("cancel", notice.way) if mine else None
    if not mine and not (outcome.went_out and notice.status == "pending"):
        return None
    cancelled = notice.cancelled_at is not None
    return after_answer(outcome, way=claimed.way, ways=len(notice.ways), cancelled=cancelled)


def _finish(work: Work, claimed: Claimed, outcome: Outcome | None) -> None:
    answer = (
        {"outcome": NOT_SENT, "reason": Trouble.CANCELLED}
        if outcome is None
        else {
            "outcome": outcome.status, "reason": outcome.reason, "detail": outcome.detail[:256] or None,
            "provider_id": outcome.provider_id and outcome.provider_id[:128],
        }
    )  # fmt: skip
    work.execute_dml(update(Attempt).where(Attempt.id == claimed.attempt_id).values(finished_at=work.now, **answer))


def change(work: Work, notice: Notice, verdict: Verdict, hook: Hook | None) -> str:
    """Take one action on a notice if it still is as it was read, else ``MovedOnError``; return its new status."""
    before, status = notice.status, NOTICE.next(notice.status, verdict.action)
    ended_badly = status in ("failed", "expired")
    if ended_badly and hook is not None:
        # Whoever is told looks at the alarm's notices in this session, where this one has ended already; in the
        # database it has not, because its row may only be locked after the alarm's.
        set_committed_value(notice, "status", status)
        hook(work, _undelivered(notice, status, verdict))
    changed = work.execute_dml(
        update(Notice)
        .where(
            Notice.id == notice.id, Notice.status == before, Notice.way == notice.way,
            Notice.claimed_until == notice.claimed_until, Notice.cancelled_at == notice.cancelled_at,
        )
        .values(_after(work, notice, status, verdict))
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if not changed:
        raise MovedOnError
    if ended_badly:
        work.after_commit(UNDELIVERED.labels(status).inc)
    return status


def _after(work: Work, notice: Notice, status: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "status": status,
        "way": verdict.way,
        "channel": notice.ways[verdict.way],
        "claimed_until": None,
        "reason": notice.reason if status == "cancelled" else verdict.reason,
        "next_try_at": work.now,
        "sent_at": work.now if status in ("sent", "delivered") else notice.sent_at,
    }


def _undelivered(notice: Notice, status: str, verdict: Verdict) -> Undelivered:
    return Undelivered(
        notice_id=notice.id,
        alarm_id=notice.alarm_id,
        alarm_fence=notice.alarm_fence,
        recipient_kind=notice.recipient_kind,
        recipient_id=notice.recipient_id,
        recipient_name=notice.recipient_name,
        status=status,
        reason=verdict.reason or "",
    )


def left_lying(work: Work, real_now: datetime, in_hand: Collection[UUID], limit: int = 200) -> list[UUID]:
    """Notices whose deadline has passed unsent, or whose sender has died; not those this process has in hand."""
    late = and_(Notice.status == "pending", Notice.deadline_at <= work.now)
    orphaned = and_(Notice.status == "sending", Notice.claimed_until <= real_now)
    found = select(Notice.id).where(WAITING, or_(late, orphaned)).order_by(Notice.priority, Notice.id).limit(limit)
    return [one for one in work.session.scalars(found) if one not in in_hand]


def pick_up(work: Work, notice_id: UUID, real_now: datetime, hook: Hook | None) -> None:
    """End a notice that is too late; send one whose sender died on its next way. Raises ``MovedOnError``."""
    notice = work.session.get_one(Notice, notice_id)
    too_late = notice.deadline_at <= work.now
    if notice.status == "pending" and too_late:
        change(work, notice, Verdict("expire", notice.way, Trouble.TOO_LATE), hook)
    elif notice.status == "sending" and notice.claimed_until is not None and notice.claimed_until <= real_now:
        lost = 1 + _lost(work, notice_id)
        change(work, notice, _after_death(notice, lost, too_late=too_late), hook)
        work.execute_dml(
            update(Attempt)
            .where(Attempt.notice_id == notice_id, Attempt.finished_at.is_(None))
            .values(finished_at=work.now, outcome=LOST, reason=Trouble.SENDER_DIED)
        )


def _after_death(notice: Notice, lost: int, *, too_late: bool) -> Verdict:
    cancelled = notice.cancelled_at is not None
    return after_silence(way=notice.way, ways=len(notice.ways), lost=lost, cancelled=cancelled, too_late=too_late)


def _lost(work: Work, notice_id: UUID) -> int:
    counted = select(func.count()).where(Attempt.notice_id == notice_id, Attempt.outcome == LOST)
    return work.session.execute(counted).scalar_one()
