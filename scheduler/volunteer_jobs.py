"""Volunteers: what ends soon is told, stars that were reached are given, minors come of age."""

from backend.volunteers import expiring, honours
from scheduler.portions import in_portions


def tell_endings() -> int:
    """Proofs, training and policies that end soon, each told once."""
    return in_portions(expiring.tell_endings)


def come_of_age() -> int:
    """Minors who waited for a guardian and are eighteen now."""
    return in_portions(expiring.come_of_age)


def give_stars() -> int:
    """星级志愿者: every level that is reached and not yet given."""
    return in_portions(honours.give_stars)
