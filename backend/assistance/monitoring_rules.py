"""What the monitoring of low-income people looks for (R-039, R-082): facts and numbers in, warnings out. Pure.

Nothing is asked of another system: deaths, certificates, birthdays, costs and benefits as they stand in this one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from backend.assistance.facts import PersonFacts, age_on
from backend.assistance.money import cents

RULES_ZH: dict[str, str] = {
    "warn_death": "已登记去世，救助还没有停", "warn_disability_ends": "残疾人证快到期",
    "warn_child_grown": "孩子快满十八周岁", "warn_medical_cost": "医疗自付开支很大",
    "warn_benefit_ending": "救助快发完", "warn_recheck_lower": "重新核对后收入超过标准",
}  # fmt: skip
GROWN, YEAR = 18, 12
MEDICAL = ("medical", "illness")
Numbers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Watched:
    """One member of a household; ``died_on`` as the register of residents has it."""

    person_id: UUID
    facts: PersonFacts
    died_on: date | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A live benefit: its last month (first day of it) if it has one, and what is paid; yuan a month.

    ``now``: what a newer sheet of facts gives under today's law; None if there is no newer one.
    """

    key: str
    title: str
    last_month: date | None
    monthly: Decimal
    now: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """A warning: ``anchor`` makes it the same one tomorrow, so that it is raised once."""

    rule: str
    anchor: str
    words: str
    person_id: UUID | None = None


def signs(numbers: Numbers, members: Sequence[Watched], running: Sequence[Running], day: date) -> Iterator[Sign]:
    """Everything a household gives cause for on a day. A rule without a number in ``numbers`` is switched off."""
    checks = {
        "warn_disability_ends": _disability, "warn_child_grown": _grown, "warn_medical_cost": _medical,
        "warn_death": _death if running else None,
    }  # fmt: skip
    for rule, check in checks.items():
        for one in members:
            if rule in numbers and check is not None and (rule == "warn_death" or one.died_on is None):
                yield from check(numbers[rule], one, day)
    for benefit in running:
        if "warn_benefit_ending" in numbers:
            yield from _ending(numbers["warn_benefit_ending"], benefit, day)
        if "warn_recheck_lower" in numbers:
            yield from _lower(numbers["warn_recheck_lower"], benefit)


def _death(days: int, one: Watched, day: date) -> Iterator[Sign]:
    if one.died_on is not None and day >= one.died_on + timedelta(days=days):
        yield Sign("warn_death", f"{one.person_id}", f"{one.died_on} 登记去世，请核查这一家的救助", one.person_id)


def _disability(days: int, one: Watched, day: date) -> Iterator[Sign]:
    until = one.facts.disability.until if one.facts.disability else None
    if until is not None and day >= until - timedelta(days=days):
        said = "已于" if day > until else "将于"
        yield Sign(
            "warn_disability_ends",
            f"{one.person_id}:{until}",
            f"残疾人证{said} {until} 到期，请提醒换证",
            one.person_id,
        )


def _grown(days: int, one: Watched, day: date) -> Iterator[Sign]:
    """From ``days`` before the birthday until the year after it: who was grown long ago is no news."""
    age_then = age_on(one.facts.birth_date, day + timedelta(days=days))
    if age_then == GROWN:
        said = "已满" if age_on(one.facts.birth_date, day) >= GROWN else "快满"
        yield Sign("warn_child_grown", f"{one.person_id}", f"{said}十八周岁，请核对就学、就业和救助", one.person_id)


def _medical(most: int, one: Watched, day: date) -> Iterator[Sign]:
    """Own costs of a year, once a year of the calendar."""
    monthly = sum((cost.monthly for cost in one.facts.costs if cost.kind in MEDICAL), Fraction(0))
    if monthly * YEAR >= most:
        said = f"一年医疗自付约 {cents(monthly * YEAR)} 元，请看是否要临时救助"
        yield Sign("warn_medical_cost", f"{one.person_id}:{day.year}", said, one.person_id)


def _ending(days: int, benefit: Running, day: date) -> Iterator[Sign]:
    if benefit.last_month is None:
        return
    over = (benefit.last_month.replace(day=1) + timedelta(days=32)).replace(day=1)
    if over - timedelta(days=days) <= day < over:
        said = f"{benefit.title}发到 {benefit.last_month:%Y年%m月}，请核查后面怎么办"
        yield Sign("warn_benefit_ending", f"{benefit.key}:{benefit.last_month}", said)


def _lower(least: int, benefit: Running) -> Iterator[Sign]:
    if benefit.now is not None and benefit.monthly - benefit.now >= least:
        said = f"{benefit.title}现在每月 {benefit.monthly} 元，按重新核对的情况应为 {benefit.now} 元"
        yield Sign("warn_recheck_lower", f"{benefit.key}:{benefit.now}", said)
