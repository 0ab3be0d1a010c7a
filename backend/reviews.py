"""Numbers that somebody must look at again: every dated parameter of the system whose ``review_by`` has passed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from backend.alarms import policies
from backend.assistance import together_file
from backend.booking import penalties
from backend.core import params
from backend.guides import items as guide_items
from backend.sensing import rulebook

BACKEND = Path(__file__).parent
PARAMETER_FILES = ("*/params.yaml", "*/params/*.yaml", "*/programmes/*/params.yaml")


def overdue(today: date) -> list[str]:
    """What is past its review, as ``file: name``, in order; ``today`` is the local date."""
    return sorted(name for name, review_by in _dated(today) if review_by < today)


def _dated(today: date) -> Iterator[tuple[str, date]]:
    """Of parameters by date only what holds today: what no longer holds needs no second look."""
    yield "alarms/policies.yaml", policies.book().review_by
    for name, rule in rulebook.shipped().items():
        yield f"sensing/rules.yaml: {name}", rule.review_by
    for name, penalty in penalties.book().items():
        yield f"booking/penalties.yaml: {name}", penalty.review_by
    for code, item in guide_items.items().items():
        yield f"guides/items/{code}.yaml", item.review_by
    for pair in (one for pairs in together_file.table().pairs.values() for one in pairs if one.holds_on(today)):
        yield f"assistance/together.yaml: {pair.first}, {pair.second}", pair.review_by
    for path in parameter_files():
        for name, found in params.load(path).in_force(today):
            yield f"{path.relative_to(BACKEND).as_posix()}: {name}", found.review_by


def parameter_files() -> list[Path]:
    """Every file of dated parameters of the house."""
    return sorted(path for pattern in PARAMETER_FILES for path in BACKEND.glob(pattern))
