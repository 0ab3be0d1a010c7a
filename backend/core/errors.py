"""Domain errors: a stable code and the facts; ``backend/problems.py`` gives each its status and its words."""

from typing import Any, ClassVar


class DomainError(Exception):
    """Something a user can be told. Subclasses name their ``code``; ``facts`` fill the message."""

    code: ClassVar[str]

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(f"{self.code} {facts}" if facts else self.code)


class NotFoundError(DomainError):
    """No such thing, or not in the part of the county that the asker may see: the answer is the same."""

    code = "not_found"


class NotAllowedError(DomainError):
    code = "not_allowed"


class NotSignedInError(DomainError):
    code = "not_signed_in"


class BadInputError(DomainError):
    """A value cannot be right; ``field`` names it, ``why`` says it in Chinese."""

    code = "bad_input"
