"""What the rules say about a family on a day, with every step that led there. Pure and frozen.

A verdict is kept with a decision. It names the profile and the parameters that decided, so that recomputing a past
decision gives the same yuan; ``explain`` says the same in sentences that a family can read.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import TypeAdapter

LineKind = Literal["income", "deduction", "spending", "standard", "sum", "note"]
Level = Literal["township", "county"]
# How sure we are of a source is for the staff, who see it with the parameters; a family reads the document's name.
NOT_FOR_FAMILIES = re.compile("（[^（）]*(?:UNSURE|二手)[^（）]*）")


def plain_source(source: str) -> str:
    """The document's name without how sure we are of it."""
    return NOT_FOR_FAMILIES.sub("", source)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, or why not: ``against`` speaks against it. ``words`` end in advice when they do."""

    code: str
    article: str
    words: str
    against: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the calculation. ``amount``: yuan, shown with its words; ``source``: who or what says so."""

    kind: LineKind
    words: str
    amount: Decimal | None = None
    source: str = ""

    def __str__(self) -> str:
        said = self.words if self.amount is None else f"{self.words}：{self.amount}元"
        source = plain_source(self.source)
        return f"{said}（{source}）" if source else said


@dataclass(frozen=True, slots=True)
class Need:
    """Something that must still be found out or handed in. ``after``: it may follow the payment."""

    code: str
    words: str
    after: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """A parameter that took part. ``overdue``: the day was past its review, so somebody must look at it again."""

    name: str
    title: str
    value: Any
    source: str
    since: date
    review_by: date
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """``eligible`` is settled only when ``ready``. Money in yuan with two places, for the household as a whole.

    ``monthly``: each month from ``first_month`` to ``last_month`` (None = until changed; both the first day of a
    month). ``once``: a single amount, paid as ``stages``. None of both: a recognition without money of its own.
    ``review_after``: the day to look again. ``members``: how many people it counts. ``decided_by`` and ``due_days``:
    where the amount or the urgency settle it.
    """

    programme: str
    day: date
    eligible: bool
    category: str
    profile: str
    reasons: tuple[Reason, ...] = ()
    lines: tuple[Line, ...] = ()
    needs: tuple[Need, ...] = ()
    parameters: tuple[Used, ...] = ()
    monthly: Decimal | None = None
    review_after: date | None = None
    first_month: date | None = None
    last_month: date | None = None
    once: Decimal | None = None
    stages: tuple[Decimal, ...] = ()
    members: int = 1
    pay_first: bool = False
    decided_by: Level | None = None
    due_days: int | None = None

    @property
    def ready(self) -> bool:
        """Whether it can be decided: something speaks against it, or nothing is left to find out first."""
        return any(reason.against for reason in self.reasons) or all(need.after for need in self.needs)

    @property
    def overdue(self) -> tuple[Used, ...]:
        """Parameters past their review: shown wherever the verdict is."""
        return tuple(one for one in self.parameters if one.overdue)

    def has(self, code: str) -> bool:
        return any(reason.code == code for reason in self.reasons)

    def explain(self) -> list[str]:
        """Line by line in Chinese: the calculation, the reasons with their articles, what is missing, warnings."""
        said = [str(line) for line in self.lines]
        said += [f"{reason.words}（{reason.article}）" for reason in self.reasons]
        said += [f"还需要：{need.words}" for need in self.needs if not need.after]
        said += [f"事后补：{need.words}" for need in self.needs if need.after]
        said += [f"提醒：“{one.title}”过了{one.review_by}的复核日期，请工作人员核对后再用。" for one in self.overdue]
        return said


_VERDICT = TypeAdapter(Verdict)


def frozen(verdict: Verdict) -> str:
    """As JSON, for the sealed basis of a decision; amounts as text, never floats."""
    return _VERDICT.dump_json(verdict).decode()


def thawed(text: str) -> Verdict:
    """The verdict that ``frozen`` wrote. Raises ``ValueError`` for anything else."""
    return _VERDICT.validate_json(text)
