"""What can go wrong with a roster; ``backend/problems.py`` has the words."""

from backend.core.errors import DomainError
from backend.core.states import WrongStateError


class ShiftOverlapError(DomainError):
    """The person already has a shift of this post at some of these times (facts: name, shift)."""

    code = "duty.shift_overlap"


class NotQualifiedError(DomainError):
    """The person has no active account with a role for this post here (facts: name)."""

    code = "duty.not_qualified"


class AlreadyOnDutyError(DomainError):
    """The person is on duty for the whole time anyway (facts: name)."""

    code = "duty.already_on_duty"


class NoDutyThenError(DomainError):
    """Somebody is to be taken off a time at which they have no duty (facts: name)."""

    code = "duty.no_duty_then"


class OverrideConflictError(DomainError):
    """Another override already takes the person off at some of these times (facts: name)."""

    code = "duty.override_conflict"


class AlreadyOverError(DomainError):
    """The time has passed or the thing was ended before: history is not rewritten."""

    code = "duty.already_over"


class OverrideTooLongError(DomainError):
    """Longer than an override may be (facts: days)."""

    code = "duty.override_too_long"


class NotOnDutyError(DomainError):
    """Only somebody on duty can hand a duty over."""

    code = "duty.not_on_duty"


class HandoverPendingError(DomainError):
    """The same person already has a handover that waits to be accepted."""

    code = "duty.handover_pending"


class HandoverToSelfError(DomainError):
    code = "duty.handover_to_self"


class HandoverSettledError(WrongStateError):
    """Somebody else was faster: the handover is already accepted or cancelled."""

    code = "duty.handover_settled"
