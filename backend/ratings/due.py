"""Until when a bad rating must be put right."""

from datetime import date

from backend.core.calendar import WorkCalendar
from backend.ratings.rules import CALLBACK_WORKDAYS


def due_day(calendar: WorkCalendar, opened: date) -> tuple[date, bool]:
    """The last day, and whether it is provisional: counted through a year whose calendar is not loaded."""
    due = calendar.add_workdays(opened, CALLBACK_WORKDAYS)
    return due, calendar.provisional(due, opened)
