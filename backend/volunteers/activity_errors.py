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
