"""What can become of a booking and of a place on the waiting list. Nothing else changes their states."""

from backend.core.states import Machine

BOOKING = Machine(
    {
        "booked": {
            "move": "booked",
            "cancel": "cancelled",
            "displace": "displaced",
            "check_in": "checked_in",
            "finish": "done",
            "miss": "no_show",
        },
        "displaced": {"move": "booked", "cancel": "cancelled", "restore": "booked"},
        "checked_in": {"call": "serving", "finish": "done", "undo_check_in": "booked", "leave": "cancelled"},
        "serving": {"finish": "done", "requeue": "checked_in", "leave": "cancelled"},
        "no_show": {"undo": "checked_in"},  # they were there after all: a clerk says so, with the reason
        "done": {},
        "cancelled": {},
    }
)

WAIT = Machine(
    {
        "waiting": {"offer": "offered", "leave": "left", "lapse": "expired"},
        "offered": {"take": "taken", "leave": "left", "lapse": "expired"},
        "taken": {},
        "expired": {},
        "left": {},
    }
)

# While a booking is in one of these nobody of its people can have another of the same group.
LIVE = frozenset({"booked", "displaced", "checked_in", "serving"})
# These hold their seats: also the ones that are over, so that the counter of a slot can be re-counted for ever.
SEATED = frozenset(BOOKING.table) - {"cancelled"}


def from_which(machine: Machine, action: str) -> list[str]:
    """The states in which the action is possible."""
    return sorted(state for state, actions in machine.table.items() if action in actions)
