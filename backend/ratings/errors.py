"""What can go wrong with ratings; the words are in ``backend/problem_tables/guides.py``."""

from backend.core.errors import DomainError


class NotInvitedError(DomainError):
    """No such invitation, or somebody else's: the answer is the same."""

    code = "ratings.not_invited"


class AlreadyRatedError(DomainError):
    code = "ratings.already_rated"


class NoSuchTaskError(DomainError):
    """No such call-back in the viewer's part of the county."""

    code = "ratings.no_task"
