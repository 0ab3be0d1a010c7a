"""What can become of a question."""

from backend.core.states import Machine

# asked: only the guide items were searched. A question can be put to a person even if the search found something:
# the resident decides whether that was an answer.
QUESTION = Machine(
    {
        "asked": {"hand_over": "open"},
        "open": {"answer": "answered", "close": "closed"},
        "answered": {"close": "closed"},
        "closed": {},
    }
)
