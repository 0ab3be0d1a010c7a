"""What can go wrong with orders of help; the words stand in ``backend/problem_tables/help_orders.py``."""

from backend.core.errors import DomainError
from backend.core.states import WrongStateError


class WrongOrderStateError(WrongStateError):
    """The order, or this helper's part in it, is no longer (or not yet) where this can be done."""

    code = "order.wrong_state"


class OrderTakenError(DomainError):
    """Others were faster: every place has been taken."""

    code = "order.taken"


class ReceiverGoneError(DomainError):
    """Only a living person on the register can be helped."""

    code = "order.receiver_gone"


class OrderTimeShortError(DomainError):
    """The paying account has ``balance`` minutes, the order needs ``wanted``."""

    code = "order.time_short"


class PayerRefusedError(DomainError):
    """An account that may not pay for this person; ``why`` in Chinese, a whole sentence."""

    code = "order.payer_refused"


class DuplicateOrderError(DomainError):
    """The same person has asked for the same kind of help at the same time (``number``)."""

    code = "order.duplicate"


class OwnOrderError(DomainError):
    """A volunteer cannot be paid for helping themself or their own family, nor what they asked for."""

    code = "order.own"


class BusyThenError(DomainError):
    """The volunteer has something else at that time; ``what`` names it."""

    code = "order.busy"


class NotTimeYetError(DomainError):
    """It cannot be begun before ``since``."""

    code = "order.not_time_yet"


class TooManyMinutesClaimedError(DomainError):
    """More than the visit lasted (``most`` minutes)."""

    code = "order.minutes"


class PhotoNotAgreedError(DomainError):
    """The receiver did not agree to photos."""

    code = "order.photo_not_agreed"


class ShareOverError(DomainError):
    """The visit is over, or nobody made such a link."""

    code = "order.share_over"


class HearBothError(DomainError):
    """The other side has not answered and its time is not over."""

    code = "order.hear_both"


class OwnDecisionError(DomainError):
    """Whoever entered the order, or wrote the dispute down, does not decide about it."""

    code = "order.own_decision"
