"""Divorce applications: counted anew after a new calendar, opened, deemed withdrawn when over; reports, certificates."""

from collections.abc import Callable

from backend.core.db import Work, unit_of_work
from backend.marriage import licences, service

PORTIONS = 50


def divorce_periods() -> int:
    """What is due and not done; first the dates are made right, then they are acted on."""
    return sum(_in_portions(portion) for portion in (service.recount, service.open_windows, service.lapse))


def overdue_reports() -> int:
    """Reports of suspected coercion or trafficking that nobody has made in time: the leads are told."""
    return _in_portions(service.remind_overdue)


def ending_licences() -> int:
    """Registrars' certificates that end within thirty days: the registrar and the leads are told once."""
    return _in_portions(licences.warn)


def _in_portions(portion: Callable[[Work], int]) -> int:
    total = 0
    for _ in range(PORTIONS):
        with unit_of_work() as work:
            done = portion(work)
        total += done
        if done == 0:
            break
    return total
