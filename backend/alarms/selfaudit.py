"""The system looks at itself: does every open alarm still have somewhere to go, and is everybody at work?

If it passes, an outside dead-man's switch is fed; if that hears nothing, somebody outside the system is called.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import requests
import structlog
from sqlalchemy import select

from backend.alarms import raising
from backend.alarms.models import Alarm
from backend.alarms.raising import Trigger
from backend.core.clock import wall
from backend.core.db import Work, reading, unit_of_work
from backend.core.leases import Heartbeat
from backend.duty import service as duty
from backend.notices import service as notices
from backend.people.service import county

log = structlog.get_logger(__name__)

GRACE = timedelta(seconds=10)
PING_S = 5.0
SUBJECT = "system:audit"
WORDS = {
    "step_overdue": "有未结案的报警没有按时升级",
    "notice_stuck": "有通知卡住没有发出",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """``code`` is step_overdue, notice_stuck, hub_silent or roster_empty; ``subject`` what it is about (no names)."""

    code: str
    subject: str


def check(work: Work) -> list[Problem]:
    """Everything that keeps the promise from being kept at this moment. Reads only."""
    return [*_overdue_steps(work), *_stuck_notices(work), *_silent_hub(work), *_empty_roster(work)]


def _overdue_steps(work: Work) -> Iterator[Problem]:
    # That an open alarm has a next step at all is a constraint of the database.
    late = select(Alarm.id).where(Alarm.closed_at.is_(None), Alarm.next_step_at < work.now - GRACE)
    for alarm_id in work.session.scalars(late):
        yield Problem("step_overdue", f"alarm:{alarm_id}")


def _stuck_notices(work: Work) -> Iterator[Problem]:
    for notice_id in notices.stuck(work, wall(), GRACE):
        yield Problem("notice_stuck", f"notice:{notice_id}")


def _silent_hub(work: Work) -> Iterator[Problem]:
    beat = work.session.get(Heartbeat, "hub")
    if beat is None or wall() - beat.wall_at > timedelta(seconds=beat.limit_s):
        yield Problem("hub_silent", "hub")


def _empty_roster(work: Work) -> Iterator[Problem]:
    for place, findings in duty.unanswered(work):
        if any(finding.code == "nobody_on_duty" for finding in findings):
            yield Problem("roster_empty", f"division:{place.code}")


def confirmed(again_after: Callable[[], None]) -> list[Problem]:
    """What is wrong at two looks in a row, with ``again_after`` between them.

    Everything is overdue for one engine cycle after an outage (or after a demonstration's clock was moved), and
    that is not yet a fault.
    """
    with reading() as work:
        first = check(work)
    if not first:
        return []
    again_after()
    with reading() as work:
        second = set(check(work))
    return [problem for problem in first if problem in second]


def audit(deadman_url: str | None, again_after: Callable[[], None]) -> list[Problem]:
    """One audit: feed the dead-man's switch if it passes; else say so in the log and as an alarm."""
    problems = confirmed(again_after)
    _tell(problems)
    if not problems and deadman_url:
        ping(deadman_url)
    return problems


def _tell(problems: list[Problem]) -> None:
    codes = sorted({problem.code for problem in problems})
    # A silent hub and an empty roster have alarms of their own. No counts: a changed text would ring anew.
    text = "；".join(WORDS[code] for code in codes if code in WORDS)
    if problems:
        (log.error if text else log.warning)("self-audit failed", problems=codes, count=len(problems))
    with unit_of_work() as work:
        if not text:
            raising.clear_alarm(work, SUBJECT, "system", work.now, "自查恢复正常")
            return
        root = county(work)
        raising.keep_raised(
            work, Trigger("system", SUBJECT, "系统自查", "系统", root.path, work.now, detail={"text": text})
        )


def ping(url: str) -> bool:
    """Feed the dead-man's switch; whether it was heard. Never raises: not being heard is what the switch is for."""
    try:
        requests.get(url, timeout=PING_S).raise_for_status()
    except requests.RequestException as error:
        log.warning("the dead-man's switch did not answer", error=type(error).__name__)
        return False
    return True
