"""From a form to facts: each programme reads its own form into what its rules ask.

A form is what the case engine keeps: the field names of the matter's YAML, money as ``Decimal`` or its text in yuan,
dates as ``date`` or ISO text. A reader is pure; what nobody has said yet it leaves at ``None``, so that the rules ask
for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

from backend.assistance.assessment import FOLDER
from backend.assistance.circumstances import FamilyFacts

PROGRAMMES = "backend.assistance.programmes"


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies, as the register knows them. ``sex``: ``male``, ``female`` or None where nobody has said."""

    name: str
    birth_date: date
    sex: str | None
    id_number: str | None


Reader = Callable[[Mapping[str, Any], Applicant, date], FamilyFacts]


@cache
def reader_of(programme: str) -> Reader:
    """The programme's ``form.read``. Raises ``LookupError`` where a programme has no form: nobody applies for it."""
    if not (FOLDER / programme / "form.py").is_file():
        raise LookupError(f"no form for {programme}")
    read: Reader = import_module(f"{PROGRAMMES}.{programme}.form").read
    return read


def day_in(value: object) -> date | None:
    """A form's date, kept as a date or as ISO text; None for an empty one."""
    if value is None or value == "":
        return None
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def yuan_in(value: object) -> Decimal | None:
    """A form's money in yuan; None for an empty one."""
    return None if value is None or value == "" else Decimal(str(value))
