"""What can become of a proxy and of a request about one's own data."""

from backend.core.states import Machine

# A proxy whose time is over stays ``active`` in the table; time decides (``proxies.may_act``).
PROXY = Machine(
    {
        "requested": {"consent": "active", "refuse": "refused", "revoke": "revoked"},
        "active": {"revoke": "revoked"},
        "refused": {},
        "revoked": {},
    }
)
RIGHTS = Machine(
    {
        "open": {"grant": "done", "refuse": "refused", "withdraw": "withdrawn"},
        "done": {},
        "refused": {},
        "withdrawn": {},
    }
)
