"""What people do with the roster: change it, take a shift over, hand it on. Callers ask it through here too."""

from backend.duty.timetable import (
    Duty,
    RosterDay,
    StaffNext,
    StaffOnDuty,
    gaps_ahead,
    next_on_duty,
    on_duty,
    roster,
)

__all__ = [
    "Duty",
    "RosterDay",
    "StaffNext",
    "StaffOnDuty",
    "gaps_ahead",
    "next_on_duty",
    "on_duty",
    "roster",
]
