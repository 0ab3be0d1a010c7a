"""Work in portions, a transaction each: a writer with an alarm in hand never waits behind a whole job."""

from collections.abc import Callable

from backend.core.clock import pause
from backend.core.db import Work, unit_of_work

MOST = 50  # of one turn; a job that has more to do goes on at its next one


def in_portions(portion: Callable[[Work], int], most: int = MOST, breath_s: float = 0) -> int:
    """Repeat ``portion``, which says how much it has done, until nothing is left or ``most`` are done; the sum.

    ``breath_s``: seconds between two portions, for jobs that would keep others from writing.
    """
    total = 0
    for _ in range(most):
        with unit_of_work() as work:
            done = portion(work)
        total += done
        if done == 0:
            break
        if breath_s:
            pause(breath_s)
    return total
