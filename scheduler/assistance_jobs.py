"""The month's money, reviews that are due, benefits whose last month is over: each what is due and not done."""

from collections.abc import Callable

from backend.assistance import benefits, entitlements, reviews
from backend.core.db import Work, unit_of_work

PORTIONS = 50


def compute_month() -> int:
    """The present month's rows and all that were missed; first what is over ends."""
    return end_benefits() + _in_portions(entitlements.compute)


def end_benefits() -> int:
    return _in_portions(benefits.end_over)


def review_benefits() -> int:
    """Deaths bring reviews forward; then the clerks are told what is due."""
    forward = _in_portions(reviews.after_deaths)
    with unit_of_work() as work:
        return forward + reviews.tell_due(work)


def _in_portions(portion: Callable[[Work], int]) -> int:
    total = 0
    for _ in range(PORTIONS):
        with unit_of_work() as work:
            done = portion(work)
        total += done
        if done == 0:
            break
    return total
