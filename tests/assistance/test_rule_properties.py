"""What must be so for every family: more income never more money, cents that add up, frozen verdicts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from backend.assistance.assessment import assess
from backend.assistance.facts import HouseholdFacts
from backend.assistance.law import book
from backend.assistance.money import apportioned, cents, instalments
from backend.assistance.verdicts import frozen, thawed
from tests.support.households import ABLE, DAY, TIERS, earning, house, paid

# Examples are chosen by the test's own text, so that every run on every machine tries the same families.
STEADY = settings(derandomize=True, max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])

yuan = some.decimals(min_value=0, max_value=4000, places=2)
months = some.integers(1, 12)
kinds = some.sampled_from(["wage", "farming", "business", "pension", "support", "other", "scholarship"])
incomes = some.builds(lambda kind, amount, over: {"kind": kind, "amount": amount, "months": over}, kinds, yuan, months)
costs = some.builds(
    lambda kind, amount: {"kind": kind, "amount": amount}, some.sampled_from(["job", "illness", "medical"]), yuan
)
people = some.builds(
    lambda year, incomes, costs, refusals: {
        "birth_date": date(year, 6, 1), "incomes": incomes, "costs": costs, "refusals": refusals,
    },
    some.integers(1940, 2020), some.lists(incomes, max_size=3), some.lists(costs, max_size=2), some.integers(0, 4),
)  # fmt: skip
families = some.lists(people, min_size=1, max_size=4)


def richer(members: list[dict[str, Any]], who: int, by: Decimal) -> list[dict[str, Any]]:
    place = who % len(members)
    more = {"kind": "wage", "amount": by, "months": 1}
    return [
        {**one, "incomes": [*one["incomes"], more]} if number == place else one for number, one in enumerate(members)
    ]


@STEADY
@given(families, some.integers(0, 3), yuan, some.booleans())
def test_more_income_never_gives_more_money(
    members: list[dict[str, Any]], who: int, by: Decimal, by_tiers: bool
) -> None:
    law = book().what_if(**TIERS) if by_tiers else book()
    before, after = (assess("dibao", house(one), DAY, law) for one in (members, richer(members, who, by)))
    assert paid(after) <= paid(before)


@STEADY
@given(some.decimals(0, 1155, places=2), some.decimals(0, 1155, places=2), some.decimals(0, 770, places=2))
def test_more_income_never_gives_more_money_while_a_benefit_phases_out(
    first: Decimal, second: Decimal, before: Decimal
) -> None:
    previous = {"programme": "dibao", "monthly": before, "over_since": date(2026, 10, 1)}
    less, more = (
        paid(assess("dibao", house([earning(amount)], previous=previous), DAY)) for amount in sorted((first, second))
    )
    assert more <= less


@STEADY
@given(families, some.integers(0, 3), yuan)
def test_more_income_never_gives_more_temporary_help(members: list[dict[str, Any]], who: int, by: Decimal) -> None:
    what = {"kind": "expenditure", "cause": "illness", "happened_on": DAY, "necessary": 3000}
    for_both = [house(one, emergency=what) for one in (members, richer(members, who, by))]
    before, after = (paid(assess("temporary", one, DAY)) for one in for_both)
    assert after <= before


@STEADY
@given(some.lists(incomes, max_size=3), yuan)
def test_more_income_never_opens_tekun(has: list[dict[str, Any]], by: Decimal) -> None:
    person = {"birth_date": date(1950, 1, 1), "obligors": [], "self_care": ABLE, "incomes": has}
    before, after = (paid(assess("tekun", house(one), DAY)) for one in ([person], richer([person], 0, by)))
    assert after <= before


@STEADY
@given(families)
def test_splitting_amounts_changes_nothing(members: list[dict[str, Any]]) -> None:
    def halves(one: dict[str, Any]) -> list[dict[str, Any]]:
        first = (one["amount"] / 2).quantize(Decimal("0.01"))
        return [{**one, "amount": first}, {**one, "amount": one["amount"] - first}]

    split = [
        {
            **one,
            "incomes": [part for income in one["incomes"] for part in halves(income)],
            "costs": [part for cost in one["costs"] for part in halves(cost)],
        }
        for one in members
    ]
    assert paid(assess("dibao", house(members), DAY)) == paid(assess("dibao", house(split), DAY))


@STEADY
@given(yuan, months)
def test_a_month_told_as_a_year_is_the_same(amount: Decimal, over: int) -> None:
    as_months = assess("dibao", house([earning(amount)]), DAY)
    as_longer = assess("dibao", house([earning(amount * over, over)]), DAY)
    assert as_months.monthly == as_longer.monthly


@STEADY
@given(families)
def test_the_lines_of_the_income_add_up_to_its_total(members: list[dict[str, Any]]) -> None:
    verdict = assess("dibao", house(members), DAY)
    parts = [line.amount for line in verdict.lines if line.kind in ("income", "deduction") and line.amount is not None]
    total = next(line.amount for line in verdict.lines if line.words == "家庭月收入")
    assert sum(parts, Decimal(0)) == total


@STEADY
@given(families)
def test_a_frozen_verdict_thaws_to_the_same_and_recomputing_gives_the_same_yuan(members: list[dict[str, Any]]) -> None:
    facts = house(members)
    verdict = assess("dibao", facts, DAY)
    again = assess("dibao", HouseholdFacts.model_validate_json(facts.model_dump_json()), DAY)
    assert thawed(frozen(verdict)) == verdict == again


@STEADY
@given(some.lists(some.fractions(0, 5000), max_size=8))
def test_apportioned_parts_add_up_to_the_rounded_sum(parts: list[Fraction]) -> None:
    shown = apportioned(parts)
    assert sum(shown, Decimal(0)) == cents(sum(parts, Fraction(0)))
    assert all(abs(one - part) < Fraction(1, 100) for one, part in zip(map(Fraction, shown), parts, strict=True))


@STEADY
@given(some.decimals(0, 100000, places=2), some.integers(1, 12))
def test_instalments_add_up_and_differ_by_at_most_a_fen(total: Decimal, stages: int) -> None:
    parts = instalments(total, stages)
    assert (sum(parts), len(parts)) == (total, stages)
    assert max(parts) - min(parts) <= Decimal("0.01")


@pytest.mark.parametrize(
    ("amount", "rounded"), [("0.004", "0.00"), ("0.005", "0.01"), ("0.015", "0.02"), ("7", "7.00")]
)
def test_half_a_fen_rounds_up(amount: str, rounded: str) -> None:
    assert str(cents(Decimal(amount))) == rounded


@STEADY
@given(families)
def test_a_brief_verdict_is_the_same_without_its_lines(members: list[dict[str, Any]]) -> None:
    whole, brief = (assess("dibao", house(members), DAY, brief=short) for short in (False, True))
    assert brief == replace(whole, lines=())
