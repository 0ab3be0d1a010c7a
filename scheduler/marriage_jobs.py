"""Divorce applications: counted anew after a new calendar, opened, deemed withdrawn; reports and certificates."""

from backend.marriage import licences, service
from scheduler.portions import in_portions


def divorce_periods() -> int:
    """What is due and not done; first the dates are made right, then they are acted on."""
    return sum(in_portions(portion) for portion in (service.recount, service.open_windows, service.lapse))


def overdue_reports() -> int:
    """Reports of suspected coercion or trafficking that nobody has made in time: the leads are told."""
    return in_portions(service.remind_overdue)


def ending_licences() -> int:
    """Registrars' certificates that end within thirty days: the registrar and the leads are told once."""
    return in_portions(licences.warn)
