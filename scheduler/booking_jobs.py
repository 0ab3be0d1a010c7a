"""Jobs of appointments: slots from plans, offers that ran out, the nightly re-count."""

from datetime import timedelta

import structlog

from backend.booking import forgetting, planning, verifying, waiting
from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import app_clock, unit_of_work
from scheduler.portions import in_portions

log = structlog.get_logger(__name__)

TOLD = 20


def publish_slots() -> int:
    """Make the slots that can soon be booked, and follow changed plans and calendars."""
    with unit_of_work() as work:
        return planning.publish(work, calendar_store.current(work), local(work.now).date())


def expire_offers() -> int:
    """Pass on what was offered from the waiting list and not taken in time."""
    return waiting.expire_offers()


def sweep_waiting() -> int:
    """Offer places that became free in other ways than by a cancellation; end waits that are over."""
    return waiting.sweep()


def verify_bookings() -> int:
    """Re-count yesterday and everything ahead; say in the log what does not agree. Finds, repairs nothing."""
    found = verifying.confirmed(local(app_clock().now()).date() - timedelta(days=1))
    if found:
        places = [f"{one.day} {one.what} {one.place}: {one.counted} for {one.true}" for one in found[:TOLD]]
        log.warning("counters of appointments disagree with the bookings", count=len(found), places=places)
    return len(found)


def forget_bookings() -> int:
    """Blank the people of appointments whose year of keeping is over."""
    return in_portions(forgetting.forget)
