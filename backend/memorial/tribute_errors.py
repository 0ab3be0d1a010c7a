"""What can go wrong with tributes and moderation; the words: ``backend/problem_tables/tributes.py``."""

from backend.core.errors import DomainError


class WrittenTodayError(DomainError):
    """Words (or a letter) were written in this hall today already; they can be taken back and written anew."""

    code = "tributes.written_today"


class HallRestsError(DomainError):
    """The hall is closed, or frozen while a dispute is being settled."""

    code = "tributes.hall_rests"


class WrongModerationStateError(DomainError):
    """The decision does not fit where the item stands (facts: state_zh)."""

    code = "moderation.wrong_state"


class AppealedBeforeError(DomainError):
    """A second look is had once."""

    code = "moderation.appealed_before"


class NewEyesError(DomainError):
    """Whoever decided, or has spoken already, takes no part in the second look."""

    code = "moderation.same_eyes"
