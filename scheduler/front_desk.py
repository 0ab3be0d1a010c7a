"""Jobs about what residents ask and say: call-backs that are overdue, questions that are old enough to go."""

from backend.core.db import unit_of_work
from backend.guides import service as guides
from backend.ratings import callbacks
from scheduler.portions import in_portions


def overdue_callbacks() -> int:
    """Tell the officers of bad ratings that nobody has put right in time."""
    with unit_of_work() as work:
        return callbacks.escalate(work)


def forget_questions() -> int:
    """Questions past their time, in portions; what is left goes at the next turn."""
    return in_portions(guides.forget)
