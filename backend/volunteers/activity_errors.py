"""What can go wrong with an activity or a record of service; the words: ``backend/problem_tables/activities.py``."""

from backend.core.errors import DomainError

# -- the record of service


class OverlapError(DomainError):
    """The volunteer has service recorded in this time (facts: name, since, until)."""

    code = "records.overlap"


class DayFullError(DomainError):
    """More than the day's limit (facts: hours)."""

    code = "records.day_full"


class FinishFirstError(DomainError):
    """The service would end before it began, or at the same moment."""

    code = "records.finish_first"


class TooLongError(DomainError):
    """One service of more than a day."""

    code = "records.too_long"


class NotOverError(DomainError):
    """The service is not over yet."""

    code = "records.not_over"


class TooManyMinutesError(DomainError):
    """More minutes than the service took, none, or no whole number (facts: most)."""

    code = "records.minutes"


class NotVolunteeringError(DomainError):
    """What is not volunteering must not be recorded as such (记录办法 19) (facts: why)."""

    code = "records.not_volunteering"


class SelfServiceError(DomainError):
    """The volunteer is the receiver."""

    code = "records.self_service"


class AlreadyRecordedError(DomainError):
    """The same service is recorded with other times; it can only be corrected."""

    code = "records.already"


class RecordVoidError(DomainError):
    """The record has been voided or corrected."""

    code = "records.void"


# -- activities


class NotAnActivityError(DomainError):
    """What is planned is not volunteering (facts: what)."""

    code = "activities.not_volunteering"


class ActivityClosedError(DomainError):
    """Nobody can sign up: not published, over, cancelled or past its closing time."""

    code = "activities.closed"


class ActivityFullError(DomainError):
    """Every place is taken, and the asker does not want to wait."""

    code = "activities.full"


class ClashError(DomainError):
    """The volunteer has signed up for something else at this time (facts: title)."""

    code = "activities.clash"


class CancelLateError(DomainError):
    """Too late to cancel by oneself (facts: phone)."""

    code = "activities.cancel_late"


class NotInActivityError(DomainError):
    """The volunteer has no place in this activity."""

    code = "activities.no_place"


class ActivityChangedError(DomainError):
    """Somebody else changed it after the asker saw it."""

    code = "activities.changed"


class PromisedError(DomainError):
    """A leader may not change this after staff have published it (facts: what, in Chinese)."""

    code = "activities.promised"


class TextRefusedError(DomainError):
    """The text may not be shown."""

    code = "activities.text"


# -- coming and going


class CodeWrongError(DomainError):
    """Not a code of this activity."""

    code = "attendance.code_wrong"


class CodeOldError(DomainError):
    """A code of this activity that is over: photographed, or the clock is wrong."""

    code = "attendance.code_old"


class TooFarError(DomainError):
    """Too far from the place (facts: metres)."""

    code = "attendance.too_far"


class PositionVagueError(DomainError):
    """The phone does not know well enough where it is."""

    code = "attendance.vague"


class NoFenceError(DomainError):
    """The activity takes no check-in by position."""

    code = "attendance.no_fence"


class EarlyError(DomainError):
    """Check-in has not begun (facts: opens_at)."""

    code = "attendance.early"


class LateError(DomainError):
    """The activity is over."""

    code = "attendance.late"


class NotCheckedInError(DomainError):
    """Out without in."""

    code = "attendance.not_in"


class JustCameError(DomainError):
    """Out within a minute of coming: the wrong button."""

    code = "attendance.just_came"


class StillWaitingError(DomainError):
    """On the waiting list, without a place."""

    code = "attendance.waiting"


class NotEndedError(DomainError):
    """Attendance is confirmed after the activity."""

    code = "attendance.not_ended"


class NothingToConfirmError(DomainError):
    """Whoever it is was not there, or it is settled already (facts: who)."""

    code = "attendance.nothing"


class OwnTimeError(DomainError):
    """A leader does not write down or confirm their own time."""

    code = "attendance.own"
