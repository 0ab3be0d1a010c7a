"""What stands on a paper that is handed to somebody, whatever it is about: a page prints it, a PDF keeps it. Pure.

The same words in the same order on both shapes (decisions 0031 and 0035).
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Period:
    """A period in large digits: what can be done, from when until when, and how."""

    title: str
    first: str
    last: str
    note: str


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount in large digits, and below it in capitals that nobody can change with a pen."""

    title: str
    figure: str
    capitals: str


@dataclass(frozen=True, slots=True)
class Letter:
    """``rows``: label and value. ``steps``: how a sum was worked out, line by line. ``provisional``: a warning, empty
    for dates that are certain.
    """

    kind: str
    title: str
    number: str
    office: str
    day: str
    rows: tuple[tuple[str, str], ...] = field(repr=False)
    body: tuple[str, ...] = field(repr=False)
    periods: tuple[Period, ...] = ()
    provisional: str = ""
    sums: tuple[Sum, ...] = field(default=(), repr=False)
    steps: tuple[str, ...] = field(default=(), repr=False)
