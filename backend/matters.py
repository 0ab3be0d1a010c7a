"""Where the matters of the one window meet the rules of their domains: the engine itself knows none of them."""

from backend.assistance import service as assistance
from backend.cases.registry import register


def wire() -> None:
    """Register every domain's hooks by the name its matters use; again changes nothing."""
    register("assistance", assistance.HOOKS)
