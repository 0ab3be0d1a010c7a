"""A sheet of paper to work out one verdict on: parameters taken, lines written, reasons found. Pure.

A rule takes the sheet, asks it for numbers (each remembered as used, loud when there is none), writes lines, reasons
and needs on it, and ends with ``sheet.verdict(category=..., monthly=...)``.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from backend.assistance.money import cents
from backend.assistance.profiles import Profile
from backend.assistance.together import Table
from backend.assistance.verdicts import Line, LineKind, Need, Reason, Used, Verdict


class Numbers(Protocol):
    """The dated parameters as of one day (``law.py``). ``together``: what may be held beside what."""

    together: Table

    def at(self, name: str) -> Used:
        """Raises ``params.NoValueError`` when nothing holds on the day, ``KeyError`` for an unknown name."""


class NotExactError(TypeError):
    """An amount was written as a float: it must be a whole number or a quoted text."""


class Sheet:
    """``brief``: no lines are kept, for a whole caseload at once; the verdict is the same without its explanation."""

    def __init__(self, programme: str, numbers: Numbers, day: date, profile: Profile, *, brief: bool = False) -> None:
        self.programme, self.numbers, self.day, self.profile, self.brief = programme, numbers, day, profile, brief
        self.lines: list[Line] = []
        self.reasons: list[Reason] = []
        self.needs: list[Need] = []
        self.used: dict[str, Used] = {}

    def take(self, name: str) -> Used:
        """A parameter, remembered as one that decided."""
        found = self.used.get(name)
        if found is None:
            found = self.used[name] = self.numbers.at(name)
        return found

    def value(self, name: str) -> Any:
        return self.take(name).value

    def amount(self, name: str) -> Decimal:
        """A number of yuan, months or a ratio, exact. Raises ``NotExactError`` for a float."""
        return exact(self.take(name).value)

    def line(self, kind: LineKind, words: str, amount: Decimal | None = None, source: str = "") -> None:
        """``amount``: yuan, shown with two places."""
        if self.brief:
            return
        self.lines.append(Line(kind, words, None if amount is None else cents(amount), source))

    def because(self, code: str, article: str, words: str) -> None:
        self.reasons.append(Reason(code, article, words))

    def against(self, code: str, article: str, words: str) -> None:
        """A reason why not; the words end in advice."""
        self.reasons.append(Reason(code, article, words, against=True))

    def need(self, code: str, words: str, *, after: bool = False) -> None:
        """Something missing, once: ``after`` when the decision need not wait for it."""
        if (one := Need(code, words, after)) not in self.needs:
            self.needs.append(one)

    @property
    def refused(self) -> bool:
        return any(reason.against for reason in self.reasons)

    @property
    def waits(self) -> bool:
        return any(not need.after for need in self.needs)

    def verdict(self, *, category: str = "", **found: Any) -> Verdict:
        """The verdict as it stands: eligible when nothing speaks against it and nothing is missing before it.

        ``found``: fields of ``Verdict``, dropped when it is not eligible. Monthly money starts when the profile says.
        """
        eligible = not self.refused and not self.waits
        if not eligible:
            category, found = "", {}
        elif found.get("monthly") is not None:
            found.setdefault("first_month", self.profile.first_month(self.day))
        return Verdict(
            programme=self.programme, day=self.day, eligible=eligible, category=category,
            profile=self.profile.id, reasons=tuple(self.reasons), lines=tuple(self.lines),
            needs=tuple(self.needs), parameters=tuple(self.used.values()), **found,
        )  # fmt: skip


def exact(value: Any) -> Decimal:
    """A number of a parameter file. Raises ``NotExactError`` for a float or anything else that is not exact."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise NotExactError(value)
    return Decimal(value)


def table(value: Mapping[str, Any]) -> dict[str, Decimal]:
    """A table of numbers of a parameter file, exact."""
    return {key: exact(one) for key, one in value.items()}
