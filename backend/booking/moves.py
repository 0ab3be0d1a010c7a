"""Domains whose matters have a rule about the day: they are asked before an appointment goes to another one.

An appointment is moved from several places (the phone, the desk, after a closed day); a rule kept by only one of them
would be no rule.
"""

from collections.abc import Callable
from datetime import date

from backend.booking.models import Booking
from backend.core.db import Work

Rule = Callable[[Work, Booking, date], None]
_RULES: dict[str, Rule] = {}


def rule(matter: str, keep: Rule) -> None:
    """``keep`` raises when a booking of the matter may not be on that day; it may lock rows of its own domain only."""
    _RULES[matter] = keep


def ask(work: Work, booking: Booking, day: date) -> None:
    """Before the booking's own row is locked. Raises what the matter's rule does."""
    keep = _RULES.get(booking.matter)
    if keep is not None:
        keep(work, booking, day)
