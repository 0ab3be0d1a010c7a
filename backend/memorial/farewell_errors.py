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


class FarewellPausedError(DomainError):
    """There is no picture just now; staff know of it."""

    code = "farewell.paused"


class FarewellChangedError(DomainError):
    """Somebody else changed it since the page was opened."""

    code = "farewell.changed"


class FarewellHandOverError(DomainError):
    """No such hand-over, used already, too old, or meant for another farewell: the answer is the same."""

    code = "farewell.hand_over"


class FarewellRoomShutError(DomainError):
    """The page's session is over: with the farewell, the invitation, or the sign-in it came from."""

    code = "farewell.room_shut"


class FarewellSlipError(DomainError):
    """The link has been opened already, or somebody else has just printed the slip."""

    code = "farewell.slip"
