"""The one door to the rules of every programme."""

from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path

from backend.assistance.facts import HouseholdFacts
from backend.assistance.law import Book, book
from backend.assistance.profiles import Profile, profile_on
from backend.assistance.verdicts import Verdict
from backend.assistance.working import Sheet

Rule = Callable[[HouseholdFacts, Sheet], Verdict]
FOLDER = Path(__file__).with_name("programmes")


class NoProgrammeError(LookupError):
    """There is no programme of this name."""


@cache
def programmes() -> tuple[str, ...]:
    """A programme is a folder with ``rules.py`` (``judge(facts, sheet) -> Verdict``) and ``params.yaml``."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/rules.py")))


@cache
def _rule(programme: str) -> Rule:
    if programme not in programmes():
        raise NoProgrammeError(programme)
    rule: Rule = import_module(f"backend.assistance.programmes.{programme}.rules").judge
    return rule


def assess(
    programme: str,
    facts: HouseholdFacts,
    day: date,
    params: Book | None = None,
    profile: Profile | None = None,
    *,
    brief: bool = False,
) -> Verdict:
    """What ``programme`` says about the family on ``day``: the law as shipped, and the profile of the day, by default.

    ``brief``: the same verdict without its lines, for a simulation of the whole caseload.
    Raises ``NoProgrammeError``; ``params.NoValueError`` when a number is missing for the day: a loud stop, not zero.
    """
    numbers = (params or book()).on(day)
    return _rule(programme)(facts, Sheet(programme, numbers, day, profile or profile_on(day), brief=brief))
