"""Memorial halls by the clock: keepers who have died, objections that nobody answers, records whose years are over."""

from backend.memorial import hall_people, hall_terms, moderation_keeping
from scheduler.portions import in_portions


def succeed_keepers() -> int:
    """Roles of those who have died end; the named successor, or the next of the near kin, becomes the keeper."""
    return in_portions(hall_people.succeed_the_dead)


def concern_terms() -> int:
    """The desk is told before the last day of an answer, the officers after it."""
    return in_portions(hall_terms.warn) + in_portions(hall_terms.escalate)


def forget_removals() -> int:
    """What was refused or removed is on record for its years and no longer."""
    return in_portions(moderation_keeping.forget)
