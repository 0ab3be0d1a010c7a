"""Days of remembrance told to those who asked; farewells opened, ended and closed by the clock, recordings removed."""

from backend.memorial import day_reminders, farewell_clock, farewell_doors, farewell_recording
from scheduler.portions import in_portions


def remind_of_days() -> int:
    """Due and not sent, in the daytime; a day that passed while nothing ran is still told of for a week."""
    return in_portions(day_reminders.remind)


def turn_farewells() -> int:
    """What became of the hall's booking comes first: nobody is called to a farewell that was moved."""
    return in_portions(farewell_clock.follow, most=1) + in_portions(farewell_clock.turn)


def forget_recordings() -> int:
    """Addresses of recordings whose last day is over; the doors to rooms that have shut."""
    return in_portions(farewell_recording.forget) + in_portions(farewell_doors.forget)
