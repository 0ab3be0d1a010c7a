"""What can become of a call-back. There is no way from open to resolved: every bad rating gets its call."""

from backend.core.states import Machine

CALLBACK = Machine(
    {
        "open": {"attempt": "open", "call": "called"},
        "called": {"resolve": "resolved"},
        "resolved": {},
    }
)
