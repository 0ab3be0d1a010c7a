"""What can become of a funeral order and of a sweeping done for a family. Nothing else changes their states."""

from backend.core.states import Machine

ORDER = Machine(
    {
        "ordered": {"accept": "accepted", "cancel": "cancelled"},
        "accepted": {"finish": "done", "cancel": "cancelled"},
        "done": {},
        "cancelled": {},
    }
)
ERRAND = Machine({"asked": {"finish": "done", "refuse": "refused"}, "done": {}, "refused": {}})
