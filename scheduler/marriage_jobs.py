"""The periods of divorce applications: counted anew after a new calendar, opened, and deemed withdrawn when over."""

from backend.core.db import unit_of_work
from backend.marriage import service

PORTIONS = 50


def divorce_periods() -> int:
    """What is due and not done, in portions; first the dates are made right, then they are acted on."""
    total = 0
    for portion in (service.recount, service.open_windows, service.lapse):
        for _ in range(PORTIONS):
            with unit_of_work() as work:
                done = portion(work)
            total += done
            if done == 0:
                break
    return total
