"""Memorial halls by the clock: after a keeper who has died somebody else keeps the hall."""

from backend.memorial import hall_people
from scheduler.portions import in_portions


def succeed_keepers() -> int:
    """Roles of those who have died end; the named successor, or the next of the near kin, becomes the keeper."""
    return in_portions(hall_people.succeed_the_dead)
