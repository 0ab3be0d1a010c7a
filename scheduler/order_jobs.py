"""Orders of help by the clock: the next round of offers, visits that do not end, silence, and what looks wrong."""

from backend.core.db import unit_of_work
from backend.timebank import disputes, matching, order_ending, order_minding, order_photos, orders, safety, suspicion
from scheduler.portions import in_portions

MOST = 10_000  # portions of a few volunteers: more than serve in a county in a month


def end_missed() -> int:
    """What is past its time ends and is told; who never came is missed; the dead are not visited, and whoever may not
    or cannot serve any more is replaced.
    """
    ended = in_portions(order_minding.spare_the_bereaved) + in_portions(orders.end_missed)
    ended += in_portions(order_minding.replace_the_gone)
    return ended + in_portions(orders.end_absent)


def send_offers() -> int:
    """The next volunteers are asked. What has ended is ended first: nobody is asked to come to what is over."""
    end_missed()
    return in_portions(matching.send_due)


def watch_visits() -> int:
    """Visits that have not ended in time: told, then an alarm. Both sides are reminded of those that are to come."""
    minded = in_portions(order_minding.remind) + in_portions(order_minding.ask_about_unseen)
    return minded + in_portions(safety.watch)


def confirm_silent() -> int:
    """Nobody objected: the minutes count. Disputes nobody decided are told to the county."""
    return in_portions(order_ending.confirm_silent) + in_portions(disputes.chase)


def forget_photos() -> int:
    return in_portions(order_photos.forget_old)


def look_for_abuse() -> int:
    """Every suspicion that has not been raised; a portion of volunteers in a transaction."""
    after, found = None, 0
    for _ in range(MOST):
        with unit_of_work() as work:
            seen = suspicion.scan(work, after)
        found, after = found + seen.found, seen.last
        if after is None:
            break
    with unit_of_work() as work:
        return found + suspicion.look_at_people(work)
