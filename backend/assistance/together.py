"""What one person may hold together, and how much of each is paid. Pure; the rows are in ``together.yaml``.

Two benefits for the same purpose are never paid in full side by side unless a source says so. Amounts are yuan a month
with two places (a household's benefit: this person's share); nothing here rounds, because nothing is divided.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.assistance.money import NOTHING
from backend.assistance.verdicts import NOT_FOR_FAMILIES

Rule = Literal["both", "excludes", "higher", "top_up", "impossible"]
Purpose = Literal["living", "care", "support", "status", "emergency", "funeral", "burial", "cremation", "home"]
Side = Literal["these", "with"]
Text = Annotated[str, Field(min_length=1)]
Day = Annotated[date, Field(strict=True)]


class NoRowError(LookupError):
    """Nobody has written down whether these two go together on that day: a loud stop, never a guess."""

    def __init__(self, first: str, second: str, day: date) -> None:
        self.pair, self.day = (first, second), day
        super().__init__(f"{day}：没有写明“{first}”与“{second}”能否同时享受，请先在 together.yaml 补上。")


class ImpossibleError(ValueError):
    """Somebody is said to be what nobody can be at once: wrong data, for a clerk to look at."""


class TableError(ValueError):
    """The table contradicts itself: an unknown name, two rows for a pair on one day, a side missing."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Named(_Strict):
    """``outside``: another office pays it; here it is only taken into account. ``household``: counts the members."""

    title: Text
    purpose: Purpose
    household: bool = False
    outside: bool = False


class _Row(_Strict):
    these: tuple[str, ...]
    others: Annotated[tuple[str, ...], Field(alias="with")]
    rule: Rule
    since: Annotated[Day, Field(alias="from")]
    until: Day | None = None
    source: Text
    review_by: Day
    yields: Side | None = None
    tops: Side | None = None

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if (self.rule == "excludes") != (self.yields is not None) or (self.rule == "top_up") != (self.tops is not None):
            raise TableError(self.source)
        return self

    def pairs(self) -> Iterator["Pair"]:
        side = self.yields or self.tops
        for one in self.these:
            for other in self.others:
                lesser = None if side is None else one if side == "these" else other
                yield Pair(one, other, self.rule, lesser, self.source, self.since, self.until, self.review_by)


@dataclass(frozen=True, slots=True)
class Pair:
    """What holds for two programmes. ``lesser``: the one that yields or is only topped up; None for other rules."""

    first: str
    second: str
    rule: Rule
    lesser: str | None
    source: str
    since: date
    until: date | None
    review_by: date

    @property
    def article(self) -> str:
        """The source as a family reads it, without the marks for the office."""
        return NOT_FOR_FAMILIES.sub("", self.source)

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def other(self, name: str) -> str:
        return self.second if name == self.first else self.first


class _File(_Strict):
    names: dict[str, Named]
    rows: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows by unordered pair of names; several for one pair hold at different times."""

    names: Mapping[str, Named]
    pairs: Mapping[frozenset[str], tuple[Pair, ...]]

    @classmethod
    def of(cls, data: Any) -> Self:
        """From the content of the file. Raises ``ValueError``, ``TableError`` for an unknown name or two rows a day."""
        read = _File.model_validate(data)
        pairs: dict[frozenset[str], tuple[Pair, ...]] = {}
        for pair in (pair for row in read.rows for pair in row.pairs()):
            both = frozenset((pair.first, pair.second))
            beside = pairs.get(both, ())
            unknown = len(both) == 1 or not both <= set(read.names)
            if unknown or any(one.holds_on(pair.since) or pair.holds_on(one.since) for one in beside):
                raise TableError(f"{pair.first}, {pair.second}: {pair.since}")
            pairs[both] = (*beside, pair)
        return cls(read.names, pairs)

    def pair(self, first: str, second: str, day: date) -> Pair:
        """What holds for the two on ``day``. Raises ``NoRowError``."""
        for one in self.pairs.get(frozenset((first, second)), ()):
            if one.holds_on(day):
                return one
        raise NoRowError(first, second, day)

    def title(self, name: str) -> str:
        return self.names[name].title


@dataclass(frozen=True, slots=True)
class Part:
    """What is paid of one programme: ``paid`` of ``full`` yuan a month; ``pair``: the row that cut it, in ``words``."""

    programme: str
    full: Decimal
    paid: Decimal
    given: bool = True
    pair: Pair | None = None
    words: str = ""


def settle(
    claims: Mapping[str, Decimal], day: date, rows: Table, choose: frozenset[str] = frozenset()
) -> dict[str, Part]:
    """What is paid of each of ``claims`` (programme → yuan a month if it were alone; 0 for a standing).

    ``choose``: what the person chose where a row says "one of the two"; without it the larger sum is taken, and of
    equal sums the name that stands earlier in the table. Raises ``NoRowError``, ``ImpossibleError``, ``KeyError``
    (a name that is not in the table).
    """
    pairs = _between(claims, day, rows)
    place = {name: number for number, name in enumerate(rows.names)}
    parts = {name: Part(name, claims[name], claims[name]) for name in sorted(claims, key=place.__getitem__)}
    parts = _without_the_excluded(parts, pairs, rows)
    parts = _topped_up(parts, pairs, rows)
    return _one_of_two(parts, pairs, choose, rows)


def against(programme: str, held: Iterable[str], day: date, rows: Table) -> list[Pair]:
    """The rows that say anything but "both" about ``programme`` beside what is held: told before somebody applies."""
    found = [rows.pair(programme, name, day) for name in sorted(set(held) - {programme})]
    return [pair for pair in found if pair.rule != "both"]


def advice(programme: str, pair: Pair, rows: Table) -> str:
    """One sentence for the applicant about ``programme`` and what they hold: what will happen and by which source."""
    return f"{words(programme, pair, rows)}（{pair.article}）。"


def words(programme: str, pair: Pair, rows: Table) -> str:
    """The same without the source and the full stop."""
    mine, other = rows.title(programme), rows.title(pair.other(programme))
    refused = f"正在享受{other}，不能再{_enter(programme, rows)}{mine}"
    ends = f"享受{mine}后，本人不再{_enter(pair.other(programme), rows)}{other}"
    said = {
        "both": f"可以和{other}同时享受",
        "higher": f"{mine}和{other}只能选一项，可以选钱多的",
        "impossible": f"不可能同时享受{mine}和{other}，请核对资料",
        "excludes": refused if pair.lesser == programme else ends,
        "top_up": f"{mine}只补超过{other}的部分" if pair.lesser == programme else f"享受{mine}后，{other}改为补差",
    }
    return said[pair.rule]


def _enter(name: str, rows: Table) -> str:
    """A household's benefit goes on without the one who leaves it."""
    return "计入" if rows.names[name].household else "享受"


def _between(names: Iterable[str], day: date, rows: Table) -> list[Pair]:
    found = [rows.pair(first, second, day) for first, second in combinations(sorted(names), 2)]
    for pair in found:
        if pair.rule == "impossible":
            raise ImpossibleError(f"{rows.title(pair.first)}、{rows.title(pair.second)}：{pair.source}")
    return found


def _without_the_excluded(parts: dict[str, Part], pairs: list[Pair], rows: Table) -> dict[str, Part]:
    """What yields to something that itself stays is not given; the rows have no circle, so this ends."""
    beaten_by = {name: [pair for pair in pairs if pair.rule == "excludes" and pair.lesser == name] for name in parts}

    def beater(name: str) -> Pair | None:
        return next((pair for pair in beaten_by[name] if beater(pair.other(name)) is None), None)

    return {name: _not_given(part, pair, rows) if (pair := beater(name)) else part for name, part in parts.items()}


def _topped_up(parts: dict[str, Part], pairs: list[Pair], rows: Table) -> dict[str, Part]:
    """A topped-up programme pays what it is more than all it is counted against."""
    done = dict(parts)
    for name, part in parts.items():
        over = [pair for pair in pairs if pair.rule == "top_up" and pair.lesser == name]
        mine = [pair for pair in over if parts[pair.other(name)].given]
        others = sum((parts[pair.other(name)].full for pair in mine), NOTHING)
        if part.given and mine and others:
            paid = max(NOTHING, part.full - others)
            done[name] = replace(part, paid=paid, pair=mine[0], words=words(name, mine[0], rows))
    return done


def _one_of_two(parts: dict[str, Part], pairs: list[Pair], choose: frozenset[str], rows: Table) -> dict[str, Part]:
    """Where one of two is to be chosen: the chosen, else whichever set of them is the most money."""
    open_pairs = [one for one in pairs if one.rule == "higher" and parts[one.first].given and parts[one.second].given]
    names = [name for name in parts if any(name in (pair.first, pair.second) for pair in open_pairs)]
    kept = max(_lawful_sets(names, open_pairs), key=lambda some: _worth(some, choose, parts))
    dropped = {
        name: next(pair for pair in open_pairs if name in (pair.first, pair.second) and pair.other(name) in kept)
        for name in names
        if name not in kept
    }
    return {name: _not_given(part, dropped[name], rows) if name in dropped else part for name, part in parts.items()}


def _lawful_sets(names: list[str], open_pairs: list[Pair]) -> Iterator[tuple[str, ...]]:
    """Every set of ``names`` without two of which only one may be held, the earlier names and larger sets first."""
    for size in range(len(names), -1, -1):
        for some in combinations(names, size):
            if not any(pair.first in some and pair.second in some for pair in open_pairs):
                yield some


def _worth(some: tuple[str, ...], choose: frozenset[str], parts: dict[str, Part]) -> tuple[int, Decimal, int]:
    """What is chosen counts first, then the money, then not leaving one out for nothing."""
    return len(choose & set(some)), sum((parts[name].paid for name in some), NOTHING), len(some)


def _not_given(part: Part, pair: Pair, rows: Table) -> Part:
    return replace(part, paid=NOTHING, given=False, pair=pair, words=words(part.programme, pair, rows))
