"""Which dated numbers of a page somebody in this county must look at again: past their review, or not sure.

Every page that shows or uses such a number says so with ``console/_params.html``: its name, its source, and why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from backend.assistance.entitlements import payment_params
from backend.assistance.law import book
from backend.assistance.verdicts import Used, Verdict
from backend.core.params import NoValueError

UNSURE, IN_WORDS = "UNSURE", "未核实"


@dataclass(frozen=True, slots=True)
class ParamNotice:
    """``source`` in Chinese; ``unsure``: nobody could verify it; ``overdue``: ``review_by`` is over."""

    name: str
    title: str
    source: str
    review_by: date
    unsure: bool
    overdue: bool

    @property
    def why(self) -> str:
        """In words, for the page."""
        late = f"过了{self.review_by}的复核日期" if self.overdue else ""
        return "，".join(part for part in ("没有核实过" if self.unsure else "", late) if part)


def of_used(used: Iterable[Used], day: date) -> list[ParamNotice]:
    """The doubtful ones of what took part in a calculation, as of ``day``, each once, by their titles."""
    found = {one.name: notice for one in used if (notice := _notice(one, day)) is not None}
    return sorted(found.values(), key=lambda one: one.title)


def of_verdict(verdict: Verdict, day: date | None = None) -> list[ParamNotice]:
    """Of a verdict; ``day``: today for money that is still paid by it, else the day it was found."""
    return of_used(verdict.parameters, day or verdict.day)


def of_names(names: Iterable[str], day: date) -> list[ParamNotice]:
    """Of parameters by their names, for a page without a verdict; one without a value on ``day`` is left out.

    Raises ``KeyError`` for an unknown name.
    """
    return of_used((one for name in names if (one := _named(name, day)) is not None), day)


def _named(name: str, day: date) -> Used | None:
    known = payment_params().root.get(name)
    if known is None:
        try:
            return book().on(day).at(name)
        except NoValueError:
            return None
    found = known.at(day)
    return None if found is None else Used(name, known.title, found.value, found.source, found.since, found.review_by)


def _notice(one: Used, day: date) -> ParamNotice | None:
    unsure, overdue = UNSURE in one.source, one.review_by < day
    if not unsure and not overdue:
        return None
    return ParamNotice(one.name, one.title, one.source.replace(UNSURE, IN_WORDS), one.review_by, unsure, overdue)
