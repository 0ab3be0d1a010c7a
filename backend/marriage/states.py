"""What can become of a case, an application, a report, a correction, an entry, a talk: all their changes of state."""

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

CORRECTION = Machine({"asked": {"approve": "approved", "refuse": "refused"}, "approved": {}, "refused": {}})

# An entry that is appealed against holds until the appeal is answered (条例 23 knows no suspension).
DISHONESTY = Machine(
    {
        "proposed": {"confirm": "confirmed", "drop": "dropped"},
        "confirmed": {"appeal": "appealed", "revoke": "revoked", "repair": "repaired"},
        "appealed": {"uphold": "confirmed", "revoke": "revoked"},
        "dropped": {},
        "revoked": {},
        "repaired": {},
    }
)

COUNSELLING = Machine({"planned": {"hold": "held", "miss": "missed"}, "held": {}, "missed": {}})
