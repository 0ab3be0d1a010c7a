"""What a hall can become: a mediator stops changes, the family closes and opens again."""

from backend.core.states import Machine

HALL = Machine({
    "open": {"freeze": "frozen", "close": "closed"},
    "frozen": {"thaw": "open", "close": "closed"},
    "closed": {"restore": "open"},
})  # fmt: skip
