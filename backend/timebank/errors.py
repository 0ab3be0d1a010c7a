"""What can go wrong with time; the words stand in ``backend/problem_tables/timebank.py``."""

from backend.core.errors import DomainError


class TimeShortError(DomainError):
    """An account would fall below its floor. ``balance``: what could be spent; ``wanted``; both in minutes."""

    code = "timebank.short"


class PointsShortError(DomainError):
    """Not enough points. ``balance`` and ``wanted`` in points."""

    code = "timebank.points_short"


class KeyReusedError(DomainError):
    """The key of a transfer was used before, for another movement."""

    code = "timebank.key_reused"


class AlreadyReversedError(DomainError):
    """A transfer is reversed at most once, and a reversal never."""

    code = "timebank.already_reversed"


class AccountClosedError(DomainError):
    """Nothing moves into or out of a closed account."""

    code = "timebank.account_closed"
