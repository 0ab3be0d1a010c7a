"""The month's money, reviews that are due, benefits whose last month is over: each what is due and not done."""

from backend.assistance import benefits, entitlements, reviews
from backend.core.db import unit_of_work
from scheduler.portions import in_portions


def compute_month() -> int:
    """The present month's rows and all that were missed; first what is over ends."""
    return end_benefits() + in_portions(entitlements.compute)


def end_benefits() -> int:
    return in_portions(benefits.end_over)


def review_benefits() -> int:
    """Deaths bring reviews forward; then the clerks are told what is due."""
    forward = in_portions(reviews.after_deaths)
    with unit_of_work() as work:
        return forward + reviews.tell_due(work)
