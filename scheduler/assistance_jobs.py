"""The month's money, reviews that are due, benefits whose last month is over: each what is due and not done."""

from functools import partial

from backend.assistance import agreements, benefits, entitlements, means, means_asking, reviews, service
from backend.assistance.assessment import programmes
from backend.core.db import unit_of_work
from scheduler.portions import in_portions

ROUNDS = 50  # of one turn, twenty questions each


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


def adjust_benefits() -> int:
    """A standard has risen: every family's benefit is judged anew, and raised by a decision of its own."""
    portions = (partial(service.adjust_all, programme=one) for one in programmes())
    return sum(in_portions(portion) for portion in portions)


def check_means() -> int:
    """Checks that are to begin, questions that are due, cases of which every answer is in; sources are slow."""
    done = in_portions(means.begin_due) + in_portions(means_asking.expire)
    for _ in range(ROUNDS):
        with unit_of_work() as work:
            orders = means_asking.take(work)
        answers = [(order, means_asking.put(order)) for order in orders]
        with unit_of_work() as work:
            for order, reply in answers:
                means_asking.keep(work, order, reply)
        done += len(orders)
        if not orders:
            break
    return done + in_portions(means_asking.finish)


def care_agreements() -> int:
    """Agreements that nobody may rely on any more end; then the clerks are told who has none."""
    ended = in_portions(agreements.end_over)
    with unit_of_work() as work:
        return ended + agreements.tell_lacking(work)
