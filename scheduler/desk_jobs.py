"""Jobs of appointments around the visit: reminding, closing what is over, displacing those of a closed day."""

from collections.abc import Callable, Iterable
from uuid import UUID

from backend.booking import closures, noshow, queue, reminders, service
from backend.core.db import Work, reading, unit_of_work
from scheduler.portions import in_portions

PORTIONS = 40


def remind() -> int:
    """Reminders that are due, in portions."""
    return in_portions(reminders.remind, PORTIONS)


def end_missed() -> int:
    """Appointments that are over and that nobody came to."""
    return _each(noshow.due, noshow.end)


def displace() -> int:
    """Those whose day was closed: told at once, and again here if a crash came between. Then those who wait for it."""
    return closures.displace_now() + _each(closures.waiting, closures.end_wait)


def lapse() -> int:
    """Those who have not chosen another time within the fourteen days."""
    return _each(closures.lapsed, lambda work, one: service.cancel(work, one, reason="没有改时间"))


def end_queues() -> int:
    """Numbers of earlier days that nobody ended."""
    return _each(queue.left_over, queue.close)


def _each(due: Callable[[Work], Iterable[UUID]], end: Callable[[Work, UUID], object]) -> int:
    """Each in a transaction of its own, so that one that cannot be ended keeps nobody else waiting."""
    total = 0
    for _ in range(PORTIONS):
        with reading() as work:
            found = list(due(work))
        for one in found:
            with unit_of_work() as work:
                end(work, one)
        total += len(found)
        if not found:
            break
    return total
