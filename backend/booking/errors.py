"""What can go wrong with an appointment; ``backend/problem_tables/booking.py`` has the words."""

from backend.core.errors import DomainError
from backend.core.states import WrongStateError


class UnknownMatterError(DomainError):
    """There is no such matter, or this office does not do it (facts: matter)."""

    code = "booking.unknown_matter"


class OtherEntranceError(DomainError):
    """The matter is booked where its law is checked first (facts: matter)."""

    code = "booking.other_entrance"


class SlotFullError(DomainError):
    """Every place of this time is taken."""

    code = "booking.slot_full"


class SlotClosedError(DomainError):
    """The office is closed at this time."""

    code = "booking.slot_closed"


class SlotOverError(DomainError):
    """The time has begun or is over."""

    code = "booking.slot_over"


class NotConsecutiveError(DomainError):
    """The matter takes several slots in a row, and there are not enough after this one."""

    code = "booking.not_consecutive"


class NotOpenYetError(DomainError):
    """Booking of this day has not opened (facts: opens_at)."""

    code = "booking.not_open_yet"


class CutOffError(DomainError):
    """Online booking of this day has closed (facts: closed_at)."""

    code = "booking.cut_off"


class QuotaFullError(DomainError):
    """The matter's places of this day are gone, though other matters still have some."""

    code = "booking.quota_full"


class OutsidePeriodError(DomainError):
    """The law bounds the days of this visit (facts: first, last)."""

    code = "booking.outside_period"


class AlreadyBookedError(DomainError):
    """One of the people has a live booking of this group of matters."""

    code = "booking.already_booked"


class BannedError(DomainError):
    """One of the people may not book online for a while (facts: until)."""

    code = "booking.banned"


class WrongPartiesError(DomainError):
    """Too few or too many people, or the same person twice (facts: needed)."""

    code = "booking.wrong_parties"


class BookingSettledError(WrongStateError):
    """Cancelled, done or missed already: somebody was faster, or a thumb tapped twice."""

    code = "booking.settled"


class NotTodayError(DomainError):
    """A place for people who just come is given on the day itself."""

    code = "booking.not_today"


class PlacesLeftError(DomainError):
    """There is no need to wait: the day has free places."""

    code = "booking.places_left"


class NoWaitingListError(DomainError):
    """The office keeps no waiting list for the matter."""

    code = "booking.no_waiting_list"


class AlreadyWaitingError(DomainError):
    """The person is on this day's waiting list."""

    code = "booking.already_waiting"


class OfferGoneError(DomainError):
    """The offered place was not taken in time, or was given back."""

    code = "booking.offer_gone"


class NotYourselfError(DomainError):
    """Online somebody books for themselves (or for whom they act), with or without a partner."""

    code = "booking.not_yourself"


class AlreadyLiftedError(DomainError):
    """The ban is over or was lifted before."""

    code = "booking.already_lifted"
