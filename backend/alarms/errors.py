"""What can go wrong when somebody acts on an alarm."""

from backend.core.errors import DomainError


class StaleAlarmError(DomainError):
    """The button belongs to an older picture: something has happened since."""

    code = "alarm.stale"


class AlreadyAcknowledgedError(DomainError):
    code = "alarm.already_acknowledged"


class ClosedAlarmError(DomainError):
    code = "alarm.closed"


class NeedsArrivalError(DomainError):
    """An SOS or a fall is closed only after somebody was there or a two-way call was completed."""

    code = "alarm.needs_arrival"


class UnknownDispositionError(DomainError):
    code = "alarm.unknown_disposition"


class UnknownAssigneeError(DomainError):
    code = "alarm.unknown_assignee"
