"""Numbers that somebody must look at again: every dated parameter of the system whose ``review_by`` has passed."""

from collections.abc import Iterator
from datetime import date

from backend.alarms import policies
from backend.sensing import rulebook


def overdue(today: date) -> list[str]:
    """What is past its review, as ``file: name``, in order; ``today`` is the local date."""
    return sorted(name for name, review_by in _dated() if review_by < today)


def _dated() -> Iterator[tuple[str, date]]:
    yield "alarms/policies.yaml", policies.book().review_by
    for name, rule in rulebook.shipped().items():
        yield f"sensing/rules.yaml: {name}", rule.review_by
