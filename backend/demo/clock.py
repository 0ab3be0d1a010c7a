"""Moving the demonstration's clock, which every process obeys. Moving it runs no work by itself."""

from datetime import datetime, timedelta

from backend.core.clock import Clock, DemoClock, ManualClock
from backend.core.errors import DomainError, NotFoundError

FURTHEST = timedelta(days=400)


class ClockBackwardsError(DomainError):
    """Time goes forward, and not by more than ``FURTHEST`` at once."""

    code = "demo.clock_backwards"


def advance(clock: Clock, seconds: float) -> datetime:
    """Move the clock; return the new time. NotFoundError where the clock is the machine's own."""
    if not isinstance(clock, DemoClock | ManualClock):
        raise NotFoundError(what="demo clock")
    if not 0 <= seconds <= FURTHEST.total_seconds():  # also refuses "not a number"
        raise ClockBackwardsError
    return clock.advance(seconds)
