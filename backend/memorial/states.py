"""What a hall can become: a mediator stops changes, the family closes and opens again; and an application for one."""

from backend.core.states import Machine

HALL = Machine({
    "open": {"freeze": "frozen", "close": "closed"},
    "frozen": {"thaw": "open", "close": "closed"},
    "closed": {"restore": "open"},
})  # fmt: skip

APPLICATION = Machine({
    "draft": {"submit": "submitted", "withdraw": "withdrawn"},
    "submitted": {"return": "returned", "open": "opened", "refuse": "refused", "withdraw": "withdrawn"},
    "returned": {"submit": "submitted", "withdraw": "withdrawn"},
    "opened": {},
    "refused": {},
    "withdrawn": {},
})  # fmt: skip
