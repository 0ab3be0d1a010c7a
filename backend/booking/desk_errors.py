"""What can go wrong at the desk and in the queue; ``backend/problem_tables/booking.py`` has the words."""

from backend.core.errors import DomainError
from backend.core.states import WrongStateError


class WrongQrError(DomainError):
    """The code is not a poster of the office where the appointment is (facts: office)."""

    code = "booking.wrong_qr"


class TooEarlyError(DomainError):
    """Checking in has not opened (facts: opens_at)."""

    code = "booking.too_early"


class TooLateError(DomainError):
    """The slot is over: whether it still goes is the clerk's to say."""

    code = "booking.too_late"


class OtherDayError(DomainError):
    """Only an appointment of today can be checked in (facts: day)."""

    code = "booking.other_day"


class NobodyWaitingError(DomainError):
    """Nobody waits for this window's matters."""

    code = "booking.nobody_waiting"


class WindowBusyError(DomainError):
    """The window has called or serves somebody already (facts: label)."""

    code = "booking.window_busy"


class CallAgainError(DomainError):
    """Nobody is sent back before three calls (facts: times)."""

    code = "booking.call_again"


class TicketStateError(WrongStateError):
    """The number was called, served or ended by somebody else meanwhile."""

    code = "booking.ticket_state"


class DayInUseError(DomainError):
    """The day is closed or open already."""

    code = "booking.day_unchanged"
