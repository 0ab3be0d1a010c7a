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


# -- policies


class TimeSpentError(DomainError):
    """What was earned by mistake has been used meanwhile; ``missing`` minutes cannot be taken back."""

    code = "timebank.spent"


class NotKinError(DomainError):
    """Time is given to proven direct relatives only (直系亲属)."""

    code = "timebank.not_kin"


class TooYoungToReceiveError(DomainError):
    """The receiver is below the age of the policy; ``age``."""

    code = "timebank.receiver_age"


class AccountFullError(DomainError):
    """The receiver's account would rise above the cap; ``room`` in minutes."""

    code = "timebank.full"


class PoolReservedError(DomainError):
    """What is left in the pool is kept for 重点老人."""

    code = "timebank.pool_reserved"


# -- families and gifts


class InFamilyError(DomainError):
    """Somebody is a member of one family's account only."""

    code = "timebank.in_family"


class NotInFamilyError(DomainError):
    """There is no family account of theirs yet."""

    code = "timebank.not_in_family"


class FamilyFullError(DomainError):
    """No more members than the policy allows."""

    code = "timebank.family_full"


class GiftGoneError(DomainError):
    """The last one has just been taken, or it is not given any more."""

    code = "timebank.gift_gone"


class GiftOrderOverError(DomainError):
    """It was fetched or cancelled already."""

    code = "timebank.gift_order_over"
