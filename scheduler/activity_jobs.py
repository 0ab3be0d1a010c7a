"""Volunteers' activities: reminders, waiting lists, ends, and the lawful ten working days for the records."""

from backend.volunteers import attendance, confirming, places, reminding
from scheduler.portions import in_portions


def remind() -> int:
    """The evening before, once; also after hours in which nothing ran, until the activity begins."""
    return in_portions(reminding.remind)


def sweep_waiting() -> int:
    """Places of those who serve no more, and places that are free while somebody waits."""
    return in_portions(places.empty_the_gone) + in_portions(places.sweep)


def end_over() -> int:
    """What is over: check-outs that were forgotten, people who never came."""
    return in_portions(attendance.end_over)


def records_due() -> int:
    """Organisers warned before the ten working days are over, the bureau told after."""
    return in_portions(confirming.warn) + in_portions(confirming.escalate)
