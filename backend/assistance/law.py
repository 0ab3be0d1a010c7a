"""The dated numbers of assistance: ``params.yaml`` here for what programmes share, one beside each programme's rules.

Names are unique over all files. A planner's "what if" is the same law with other values, never another file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from backend.assistance.together import Table
from backend.assistance.together_file import table
from backend.assistance.verdicts import Used
from backend.core import params

HERE = Path(__file__).parent
WHAT_IF = "试算"


class TwiceNamedError(ValueError):
    """Two files of parameters use the same name."""


@dataclass(slots=True)
class NumbersOn:
    """What holds on one day; ``instead`` replaces values for a simulation. Looked up once per name."""

    all: Mapping[str, params.Parameter]
    day: date
    instead: Mapping[str, Any]
    together: Table = field(default_factory=table)
    found: dict[str, Used] = field(default_factory=dict)

    def at(self, name: str) -> Used:
        """Raises ``params.NoValueError`` when nothing holds on the day, ``KeyError`` for an unknown name."""
        if name not in self.found:
            self.found[name] = self._look_up(name)
        return self.found[name]

    def _look_up(self, name: str) -> Used:
        parameter = self.all[name]
        if name in self.instead:
            return Used(name, parameter.title, self.instead[name], WHAT_IF, self.day, self.day)
        found = parameter.at(self.day)
        if found is None:
            raise params.NoValueError(name, self.day)
        overdue = found.review_by < self.day
        return Used(name, parameter.title, found.value, found.source, found.since, found.review_by, overdue)


class Book:
    """Every parameter of assistance. ``instead``: name → value for "what if"; unknown names raise ``KeyError``."""

    def __init__(self, parameters: Mapping[str, params.Parameter], instead: Mapping[str, Any] | None = None) -> None:
        self._all, self._instead = parameters, dict(instead or {})
        self._days: dict[date, NumbersOn] = {}
        if unknown := set(self._instead) - set(parameters):
            raise KeyError(*sorted(unknown))

    def on(self, day: date) -> NumbersOn:
        """What holds on ``day``; the same object for the same day, so twenty thousand families look up once."""
        return self._days.setdefault(day, NumbersOn(self._all, day, self._instead))

    def what_if(self, **instead: Any) -> "Book":
        """The same law with other values: nothing live changes."""
        return Book(self._all, self._instead | instead)

    def title(self, name: str) -> str:
        """What a number is called in Chinese. Raises ``KeyError`` for an unknown name."""
        return self._all[name].title

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._all)


def files() -> list[Path]:
    return [HERE / "params.yaml", *sorted(HERE.glob("programmes/*/params.yaml"))]


def changed_on(programme: str, day: date) -> date:
    """The last day up to ``day`` from which a number of this programme, or one that several share, is another."""
    own = [HERE / "params.yaml", HERE / "programmes" / programme / "params.yaml"]
    known = (value.since for path in own for one in params.load(path).root.values() for value in one.values)
    return max(since for since in known if since <= day)


@cache
def book() -> Book:
    """The law as it is shipped. Raises ``TwiceNamedError``; ``ValueError`` for a bad file."""
    found: dict[str, params.Parameter] = {}
    for path in files():
        parameters = params.load(path).root
        if twice := found.keys() & parameters.keys():
            raise TwiceNamedError(sorted(twice))
        found |= parameters
    return Book(found)
