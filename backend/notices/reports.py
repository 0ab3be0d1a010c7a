"""What providers tell later: it arrived, it was read, it did not arrive after all."""

from uuid import UUID

from sqlalchemy import select, update

from backend.core.db import Work
from backend.core.wakes import NOTICES, wake
from backend.notices.channels.base import ChannelName, Outcome, OutcomeStatus, Reason
from backend.notices.channels.gateway_report import Report, ReportStatus
from backend.notices.figures import REPORTS
from backend.notices.models import Attempt, Notice
from backend.notices.outbox import Hook, change
from backend.notices.rules import Verdict, after_answer
from backend.notices.states import NOTICE

CARRIED = (ChannelName.SMS, ChannelName.VOICE)
KNOWN = frozenset(Reason)


def record_report(work: Work, report: Report, hook: Hook | None) -> bool:
    """Write down a delivery report; False if it is about no send of ours. May come twice, late or out of order.

    A text that did not arrive takes the next way at once, unless the alarm has been answered meanwhile.
    Raises ``outbox.MovedOnError`` if the notice changed under our hands: roll back and look again.
    """
    attempt = _attempt(work, report.notice_id)
    if attempt is None:
        return False
    notice = work.session.get_one(Notice, attempt.notice_id)
    verdict = _verdict(work, notice, attempt, report)
    if verdict is not None:
        change(work, notice, verdict, hook)
        wake(work, NOTICES)
    _note(work, attempt, report)
    REPORTS.labels(report.status).inc()
    return True


def record_wechat_report(work: Work, provider_id: str, hook: Hook | None, *, arrived: bool) -> bool:
    """Write down what WeChat tells later about a message of ours; False if it is none. Raises ``MovedOnError``."""
    attempt = work.session.scalars(
        select(Attempt).where(Attempt.channel == ChannelName.WECHAT, Attempt.provider_id == provider_id).limit(1)
    ).first()
    if attempt is None:
        return False
    notice = work.session.get_one(Notice, attempt.notice_id)
    verdict = _arrival(notice) if arrived else _after_failure(work, notice, attempt, Reason.PROVIDER_REFUSED)
    if verdict is not None:
        change(work, notice, verdict, hook)
        wake(work, NOTICES)
    status, reason = (
        (OutcomeStatus.DELIVERED, Reason.OK) if arrived else (OutcomeStatus.FAILED, Reason.PROVIDER_REFUSED)
    )
    work.execute_dml(update(Attempt).where(Attempt.id == attempt.id).values(outcome=status, reason=reason))
    REPORTS.labels(status).inc()
    return True


def _arrival(notice: Notice) -> Verdict | None:
    return Verdict("deliver", notice.way) if "deliver" in NOTICE.actions(notice.status) else None


def _attempt(work: Work, notice_id: str) -> Attempt | None:
    """The last text or call about a notice that a carrier took; a report does not say which it means."""
    try:
        wanted = UUID(notice_id)
    except ValueError:
        return None
    taken = (OutcomeStatus.SENT, OutcomeStatus.DELIVERED, OutcomeStatus.FAILED)
    return work.session.scalars(
        select(Attempt)
        .where(Attempt.notice_id == wanted, Attempt.channel.in_(CARRIED), Attempt.outcome.in_(taken))
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
        .limit(1)
    ).first()


def _verdict(work: Work, notice: Notice, attempt: Attempt, report: Report) -> Verdict | None:
    if report.status is ReportStatus.FAILED:
        return _after_failure(work, notice, attempt, _reason(report))
    action = "read" if _somebody_there(report) else "deliver"
    return Verdict(action, notice.way) if action in NOTICE.actions(notice.status) else None


def _somebody_there(report: Report) -> bool:
    """Read, or a key pressed during a call: an answering machine picks up too."""
    return report.status is ReportStatus.READ or (report.status is ReportStatus.ANSWERED and report.key is not None)


def _after_failure(work: Work, notice: Notice, attempt: Attempt, reason: str) -> Verdict | None:
    if notice.status != "sent" or notice.channel != attempt.channel:
        return None
    over = notice.cancelled_at is not None or notice.deadline_at <= work.now
    ways = notice.way + 1 if over else len(notice.ways)
    outcome = Outcome(OutcomeStatus.FAILED, reason)
    return after_answer(outcome, way=notice.way, ways=ways, cancelled=False)


def _reason(report: Report) -> str:
    return report.reason if report.reason in KNOWN else Reason.PROVIDER_REFUSED


def _note(work: Work, attempt: Attempt, report: Report) -> None:
    failed = report.status is ReportStatus.FAILED
    if failed and attempt.outcome == OutcomeStatus.DELIVERED:
        return  # it arrived: a late or repeated failure of another part does not undo that
    work.execute_dml(
        update(Attempt)
        .where(Attempt.id == attempt.id)
        .values(
            outcome=OutcomeStatus.FAILED if failed else OutcomeStatus.DELIVERED,
            reason=_reason(report) if failed else Reason.OK,
        )
    )
