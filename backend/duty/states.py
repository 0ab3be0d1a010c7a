"""What can become of a handover. Nothing else changes its state."""

from backend.core.states import Machine
from backend.duty.models import Handover

HANDOVER = Machine(
    {
        "pending": {"accept": "accepted", "cancel": "cancelled"},
        "accepted": {},
        "cancelled": {},
    }
)


def state_of(handover: Handover) -> str:
    if handover.accepted_at is not None:
        return "accepted"
    return "pending" if handover.cancelled_at is None else "cancelled"
