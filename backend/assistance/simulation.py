"""What if the standard were another? (R-023) The caseload judged twice on one day: by the law, and by the question.

Read-only: it reads the facts frozen with each live benefit and writes nothing. Families of 低保边缘 and 刚性支出 are
judged as 低保 too, because they are who would come in. Amounts are yuan a month.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, func, select

from backend.assistance.assessment import assess, programmes
from backend.assistance.benefits import LIVE, facts_of
from backend.assistance.facts import HouseholdFacts
from backend.assistance.law import Book, book
from backend.assistance.models import Benefit
from backend.assistance.money import NOTHING
from backend.core.db import Work
from backend.people.models import Division

JUDGED_AS = {"dibao": "dibao", "edge": "dibao", "rigid_expense": "dibao", "tekun": "tekun"}
PORTION = 500
BANDS = (Decimal(50), Decimal(100), Decimal(200), Decimal(500))
COMPARED = ("镇街", "户数", "现行每月", "方案一每月", "方案一差额", "方案二每月", "方案二差额")
HEADINGS = ("镇街", "户数", "增加", "减少", "新进入", "退出", "现行每月", "试算每月", "每月差额")


@dataclass(frozen=True, slots=True)
class Question:
    """Other values by the name of the parameter, on one day; ``seen``: which part of the county."""

    day: date
    instead: Mapping[str, Any]
    seen: ColumnElement[bool]


@dataclass(slots=True)
class Place:
    """One township: households; how many gain, lose, come in, fall out; what they cost a month before and after."""

    name: str
    households: int = 0
    gain: int = 0
    lose: int = 0
    enter: int = 0
    leave: int = 0
    before: Decimal = NOTHING
    after: Decimal = NOTHING

    @property
    def more(self) -> Decimal:
        return self.after - self.before

    def count(self, before: Decimal, after: Decimal) -> None:
        """Somebody who comes in or falls out gains or loses too."""
        self.households += 1
        self.gain += after > before
        self.lose += after < before
        self.enter += before == NOTHING < after
        self.leave += after == NOTHING < before
        self.before += before
        self.after += after

    def cells(self) -> tuple[str, ...]:
        numbers = (self.households, self.gain, self.lose, self.enter, self.leave, self.before, self.after, self.more)
        return (self.name, *map(str, numbers))


@dataclass(slots=True)
class Outcome:
    """``bands``: how much a household's money changes (the lower end of each band) → households.

    ``unread``: benefits whose frozen facts could not be read; they are in no other number.
    """

    places: dict[str, Place] = field(default_factory=dict)
    bands: dict[Decimal, int] = field(default_factory=dict)
    unread: int = 0
    total: Place = field(default_factory=lambda: Place("全部"))

    def lines(self) -> list[Place]:
        """Townships in the order of their codes."""
        return [self.places[code] for code in sorted(self.places)]


class Simulation:
    """Run ``steps`` to the end, then read ``outcome``; between two steps somebody can be told how far it is."""

    def __init__(self, work: Work, asked: Question) -> None:
        self._work, self._asked = work, asked
        self._law, self._what_if = book(), book().what_if(**asked.instead)
        names = work.session.execute(select(Division.code, Division.name))
        self._names = {code: name for code, name in names}  # noqa: C416 - dict() does not know a Row
        self._judged = {one: to for one, to in JUDGED_AS.items() if to in programmes()}
        self.outcome = Outcome()

    def size(self) -> int:
        return self._work.session.scalar(select(func.count()).select_from(Benefit).where(*self._which())) or 0

    def _which(self) -> Sequence[ColumnElement[bool]]:
        return (Benefit.state.in_(LIVE), Benefit.programme.in_(list(self._judged)), self._asked.seen)

    def steps(self) -> Iterator[int]:
        """How many benefits are done, after each portion. Raises ``params.NoValueError``: a standard is missing."""
        found = select(Benefit.programme, Benefit.division_path, Benefit.basis).where(*self._which())
        done = 0
        rows = self._work.session.execute(found.order_by(Benefit.id).execution_options(yield_per=PORTION))
        for portion in rows.partitions():
            for programme, path, basis in portion:
                self._judge(self._judged[programme], path, basis)
            done += len(portion)
            yield done

    def _judge(self, programme: str, path: str, basis: str) -> None:
        try:
            facts = facts_of(basis)
        except (ValidationError, KeyError, ValueError):
            self.outcome.unread += 1
            return
        before = self._monthly(programme, facts, self._law)
        after = self._monthly(programme, facts, self._what_if)
        code = township_of(path)
        place = self.outcome.places.setdefault(code, Place(self._names.get(code, code)))
        place.count(before, after)
        self.outcome.total.count(before, after)
        low = band_of(after - before)
        self.outcome.bands[low] = self.outcome.bands.get(low, 0) + 1

    def _monthly(self, programme: str, facts: HouseholdFacts, law: Book) -> Decimal:
        return assess(programme, facts, self._asked.day, law).monthly or NOTHING


def run(work: Work, asked: Question) -> Outcome:
    """All of it at once."""
    made = Simulation(work, asked)
    for _done in made.steps():
        pass
    return made.outcome


def township_of(path: str) -> str:
    """The code of the township a division path lies in; the county's own where there is none."""
    parts = [part for part in path.split("/") if part]
    return parts[1] if len(parts) > 1 else parts[0]


def band_of(change: Decimal) -> Decimal:
    """The lower end (by size) of the band of a change, with its sign; nothing changed: 0."""
    if change == NOTHING:
        return Decimal(0)
    low = max((end for end in (Decimal(1), *BANDS) if end <= abs(change)), default=Decimal(1))
    return low if change > 0 else -low


def compared(first: Outcome, second: Outcome) -> list[tuple[str, ...]]:
    """Two questions about the same caseload side by side, by township, the total last: cells as ``COMPARED``."""
    lines = [*zip(first.lines(), second.lines(), strict=True), (first.total, second.total)]
    return [
        (one.name, *map(str, (one.households, one.before, one.after, one.more, two.after, two.more)))
        for one, two in lines
    ]


def as_csv(outcome: Outcome, second: Outcome | None = None) -> str:
    """By township with the total, for a spreadsheet (the mark at the start says UTF-8); two of them side by side."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS if second is None else COMPARED)
    alone = [place.cells() for place in (*outcome.lines(), outcome.total)]
    writer.writerows(alone if second is None else compared(outcome, second))
    return "\ufeff" + out.getvalue()
