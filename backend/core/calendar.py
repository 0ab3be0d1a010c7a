"""Working days: what the State Council published, what an officer loaded over it, and an honest guess beyond.

Pure. Days are decided in Asia/Shanghai by whoever asks; here they are plain dates.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, cached_property

from chinese_calendar import constants

from backend.core.lunar import lunar_date_of, qingming

ONE_DAY = timedelta(days=1)
SATURDAY = 5
DECEMBER = 12
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


class DayKind(StrEnum):
    """What a day is. A rest day swapped onto a weekday is a HOLIDAY; a working Saturday or Sunday is a MAKE_UP."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


WORKING = frozenset({DayKind.WORKDAY, DayKind.MAKE_UP})


@dataclass(frozen=True, slots=True)
class Day:
    """A day; ``name`` is the holiday it belongs to; ``provisional`` if nobody has published its year yet."""

    date: date
    kind: DayKind
    name: str | None
    provisional: bool

    @property
    def works(self) -> bool:
        return self.kind in WORKING


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is not what its weekday says: HOLIDAY or MAKE_UP, with the holiday's Chinese name."""

    date: date
    kind: DayKind
    name: str


Overlay = Mapping[int, tuple[Special, ...]]


class WorkCalendar:
    """Working days from the overlay (by the year of the notice) over the published calendar over the weekday rule."""

    def __init__(self, overlay: Overlay | None = None) -> None:
        loaded = overlay or {}
        self.loaded: frozenset[int] = frozenset(loaded)
        self.years: frozenset[int] = self.loaded | frozenset(published())
        self._exceptions: dict[date, Special] = {}
        for year, rows in published().items():
            if year not in self.loaded:
                self._add(rows)
        for _year, rows in sorted(loaded.items()):
            self._add(rows)  # a notice may name days at the end of the December before its year: the newer one wins
        self._guessed: dict[int, dict[date, Special]] = {}

    def _add(self, rows: tuple[Special, ...]) -> None:
        self._exceptions.update({row.date: row for row in rows})

    def day(self, d: date) -> Day:
        known = self._exceptions.get(d)
        if known is None and d.year not in self.years:
            known = self._guess(d.year).get(d)
            return _day(d, known, provisional=True)
        return _day(d, known, provisional=False)

    def _guess(self, year: int) -> dict[date, Special]:
        if year not in self._guessed:
            rows = statutory_days(year).items()
            self._guessed[year] = {d: Special(d, DayKind.HOLIDAY, name) for d, name in rows}
        return self._guessed[year]

    def is_workday(self, d: date) -> bool:
        return self.day(d).works

    def provisional(self, d: date, since: date | None = None) -> bool:
        """Whether ``d`` lies in a year nobody has published; with ``since`` also any year counted through."""
        first = min(since or d, d)
        return self.day(d).provisional or any(year not in self.years for year in range(first.year, d.year))

    def roll(self, d: date) -> date:
        """``d`` itself if it is a working day, else the first one after it (Civil Code 203)."""
        while not self.is_workday(d):
            d += ONE_DAY
        return d

    def next_workday(self, d: date, *, include: bool = True) -> date:
        """The first working day from ``d`` on, or after it when ``include`` is false."""
        return self.roll(d if include else d + ONE_DAY)

    def add_workdays(self, d: date, n: int) -> date:
        """The ``n``-th working day after ``d``, itself not counted (Civil Code 201); before it for a negative ``n``."""
        step = ONE_DAY if n > 0 else -ONE_DAY
        left = abs(n)
        while left:
            d += step
            left -= self.is_workday(d)
        return d

    def workdays_between(self, a: date, b: date) -> int:
        """How many working days lie after ``a`` up to and with ``b``; negative when ``b`` is earlier."""
        if b < a:
            return -self.workdays_between(b, a)
        return sum(self.is_workday(a + timedelta(days=ahead)) for ahead in range(1, (b - a).days + 1))

    @cached_property
    def version(self) -> str:
        """A digest of everything it says, to keep beside a date that was computed with it."""
        rows = [f"{d} {one.kind} {one.name}" for d, one in sorted(self._exceptions.items())]
        return hashlib.sha256("\n".join([*rows, *map(str, sorted(self.years))]).encode()).hexdigest()[:16]


def _day(d: date, known: Special | None, *, provisional: bool) -> Day:
    if known is not None:
        return Day(d, known.kind, known.name, provisional)
    kind = DayKind.WEEKEND if d.weekday() >= SATURDAY else DayKind.WORKDAY
    return Day(d, kind, None, provisional)


@cache
def published() -> dict[int, tuple[Special, ...]]:
    """The yearly notices as ``chinesecalendar`` carries them (2004–2026 in release 1.11)."""
    rows: dict[int, list[Special]] = {}
    for kind, days in ((DayKind.HOLIDAY, constants.holidays), (DayKind.MAKE_UP, constants.workdays)):
        for d, name in days.items():
            rows.setdefault(d.year, []).append(Special(d, kind, NAMES.get(name, name)))
    return {year: tuple(sorted(found, key=lambda row: row.date)) for year, found in rows.items()}


def statutory_days(year: int) -> dict[date, str]:
    """The thirteen days fixed by law (全国年节及纪念日放假办法 as of 2025-01-01, 国务院令第795号), without swaps."""
    eve = lunar_date_of(year, 1, 1) - ONE_DAY
    days = {date(year, 1, 1): "元旦", qingming(year): "清明节"}
    days |= {eve + timedelta(days=ahead): "春节" for ahead in range(4)}
    days |= {date(year, 5, 1): "劳动节", date(year, 5, 2): "劳动节", lunar_date_of(year, 5, 5): "端午节"}
    mid_autumn = lunar_date_of(year, 8, 15)
    days |= {date(year, 10, number): "国庆节" for number in (1, 2, 3)}
    return days | {mid_autumn: "国庆节、中秋节" if mid_autumn in days else "中秋节"}
