"""Jobs that keep the house: roll-ups, the end of what is old enough, the day's audit head, reviews.

Each selects what is due and not yet done, in portions, so that a writer with an alarm in hand never waits behind it.
"""

from collections.abc import Callable
from datetime import timedelta

import structlog

from backend import reviews
from backend.app import settings_of_app
from backend.core import audit, idempotency
from backend.core.clock import local, pause
from backend.core.db import Work, app_clock, reading, unit_of_work
from backend.devices import downlink, strangers
from backend.intake import dedup
from backend.notices import wechat_events
from backend.people import service as people
from backend.residents import proving
from backend.residents import service as residents
from backend.sensing import service as sensing
from scheduler.portions import in_portions

log = structlog.get_logger(__name__)

QUARANTINE_KEPT = timedelta(days=90)
# A run that has more to do than this goes on at its next turn.
PORTIONS = 200
BREATH_S = 0.05


def roll_up() -> int:
    """Work new readings into their minutes and hours."""
    total = 0
    for _ in range(PORTIONS):
        with unit_of_work() as work:
            done = sensing.roll_up(work, work.now)
        total += done.readings
        if not done.behind:
            break
        pause(BREATH_S)
    return total


def _in_portions(portion: Callable[[Work], int]) -> int:
    return in_portions(portion, PORTIONS, BREATH_S)


def purge_readings() -> int:
    """Raw readings past their time, which the roll-ups have taken in."""
    days = settings_of_app().raw_retention_days
    return _in_portions(lambda work: sensing.purge(work, days))


def purge_messages() -> int:
    """Accepted messages and kept answers past their time, quarantine and strangers, words to devices, old sign-ins
    and proofs of identity that led to nothing.
    """
    keep = timedelta(days=settings_of_app().raw_retention_days)
    total = _in_portions(lambda work: dedup.forget(work, keep)) + _in_portions(idempotency.forget)
    for forget in (
        lambda work: strangers.purge(work, QUARANTINE_KEPT),
        downlink.purge,
        people.forget_sessions,
        residents.forget_sessions,
        proving.forget_checks,
        wechat_events.purge,
    ):
        with unit_of_work() as work:
            total += forget(work)
    return total


def keep_audit_head() -> int:
    """Write the head of the audit chain to a file outside the database, once a day."""
    folder = settings_of_app().data_dir / "audit-heads"
    with reading() as work:
        if audit.head_file(folder, local(work.now).date()).exists():
            return 0
        audit.write_head(work, folder)
    return 1


def list_reviews() -> int:
    """Say in the log which dated parameters are past their review."""
    overdue = reviews.overdue(local(app_clock().now()).date())
    if overdue:
        log.warning("parameters are past their review", parameters=overdue)
    return len(overdue)
