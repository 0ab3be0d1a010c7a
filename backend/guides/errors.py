"""What can go wrong with guide items and questions; the words are in ``backend/problem_tables/guides.py``."""

from backend.core.errors import DomainError


class NoSuchGuideError(DomainError):
    code = "guides.unknown"


class NoSuchQuestionError(DomainError):
    """No such question, or somebody else's: the answer is the same."""

    code = "guides.no_question"


class NothingToCiteError(DomainError):
    """An answer of the staff names no guide item, or one that does not exist."""

    code = "guides.cite"
