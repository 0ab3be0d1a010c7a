"""What can become of a registration, of a divorce application and of a report. Nothing else changes their state."""

from backend.core.states import Machine

REGISTRATION = Machine(
    {
        "open": {"note": "open", "check": "checked", "refuse": "refused", "freeze": "frozen", "abandon": "abandoned"},
        "checked": {
            "note": "checked", "check": "checked", "register": "registered", "refuse": "refused", "freeze": "frozen",
            "abandon": "abandoned",
        },
        "frozen": {"release": "open"},  # whatever was checked before is checked again
        "registered": {},
        "refused": {},
        "abandoned": {},
    }
)  # fmt: skip

DIVORCE = Machine(
    {
        "cooling": {"withdraw": "withdrawn", "open_window": "window"},
        "window": {"register": "registered", "lapse": "deemed_withdrawn"},
        "withdrawn": {},
        "registered": {},
        "deemed_withdrawn": {},
    }
)

REPORT = Machine({"open": {"report": "reported"}, "reported": {"close": "closed"}, "closed": {}})
