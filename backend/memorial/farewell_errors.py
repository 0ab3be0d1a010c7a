"""What can go wrong with a farewell; the words stand in ``backend/problem_tables/farewells.py``."""

from backend.core.errors import DomainError


class FarewellExistsError(DomainError):
    """For this dead person a farewell is planned already. ``number``: of that one."""

    code = "farewell.exists"


class FarewellStateError(DomainError):
    """Not in this state. ``state_zh``: which it is."""

    code = "farewell.state"


class FarewellCodeError(DomainError):
    """No such invitation, taken back, or somebody else has used it: the answer is the same."""

    code = "farewell.code"


class FarewellTooEarlyError(DomainError):
    """It cannot be watched yet. ``at``: from when."""

    code = "farewell.too_early"


class FarewellNoStreamError(DomainError):
    """It is time, but nobody has connected the stream; or there is none any more."""

    code = "farewell.no_stream"


class FarewellConsentError(DomainError):
    """Nobody of the family has agreed to a recording."""

    code = "farewell.consent"


class FarewellFullError(DomainError):
    """As many as there may be. ``most`` and ``what`` in Chinese."""

    code = "farewell.full"
