"""One-window cases: publications that are over, deadlines that near or pass, referrals without an answer."""

from collections.abc import Callable

from backend.cases import overdue, publishing, referrals
from backend.core.db import Work, unit_of_work

PORTIONS = 100


def end_publications() -> int:
    """Take down what has hung its lawful days; its cases go on."""
    return _in_portions(publishing.end_over)


def deadlines() -> int:
    """Warn once of what is nearly due, escalate once what is late, mark referrals nobody answered."""
    with unit_of_work() as work:
        warned = overdue.warn(work)
    return warned + sum(_in_portions(portion) for portion in (overdue.escalate, referrals.mark_overdue))


def _in_portions(portion: Callable[[Work], int]) -> int:
    total = 0
    for _ in range(PORTIONS):
        with unit_of_work() as work:
            done = portion(work)
        total += done
        if done == 0:
            break
    return total
