"""What may become of a notice: the only transitions there are."""

from backend.core.states import Machine

NOTICE = Machine(
    {
        "pending": {
            "claim": "sending",
            "skip": "pending",
            "fail": "failed",
            "cancel": "cancelled",
            "expire": "expired",
            "read": "read",
            "deliver": "delivered",  # a sender thought dead, or an earlier way, was heard after all
            "send": "sent",
        },
        "sending": {
            "send": "sent",
            "deliver": "delivered",
            "next_way": "pending",
            "fail": "failed",
            "cancel": "cancelled",
            "expire": "expired",
        },
        "sent": {"deliver": "delivered", "read": "read", "next_way": "pending", "fail": "failed"},
        "delivered": {"read": "read"},
        "read": {},
        "failed": {},
        "cancelled": {},
        "expired": {},
    }
)


def from_which(action: str) -> list[str]:
    """The states in which an action is possible: the condition of an UPDATE that takes it."""
    return [state for state in NOTICE.table if action in NOTICE.table[state]]
