"""What must be so for every family: more income never more money, cents that add up, loud stops, frozen verdicts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pydantic import ValidationError

from backend.assistance.assessment import NoProgrammeError, assess, programmes
from backend.assistance.facts import HouseholdFacts, Income, PersonFacts
from backend.assistance.law import book
from backend.assistance.money import apportioned, cents, instalments
from backend.assistance.profiles import (
    CQ2016,
    MCA2021,
    NoProfileError,
    months_later,
    profile_named,
    profile_of,
    profile_on,
    same_day_later,
)  # fmt: skip
from backend.assistance.programmes.dibao.rules import MethodNotAllowedError, TiersError
from backend.assistance.verdicts import Verdict, frozen, thawed
from backend.assistance.working import NotExactError
from backend.core.params import NoValueError

DAY = date(2026, 11, 2)
FINE = {"financial": 0, "houses": 1, "vehicles": 0, "companies": 0}
TIERS = {"dibao_method": "tiers"}
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


def house(members: list[dict[str, Any]], **more: Any) -> HouseholdFacts:
    numbered = [
        {"key": str(place), "relation": "applicant" if place == 0 else "child", **one}
        for place, one in enumerate(members)
    ]
    return HouseholdFacts.model_validate(
        {"members": numbered, "urban": True, "applicant": "0", "assets": FINE, **more}
    )  # fmt: skip


def paid(verdict: Verdict) -> Decimal:
    return verdict.monthly or verdict.once or Decimal(0)


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
        paid(assess("dibao", house([_earning(amount)], previous=previous), DAY)) for amount in sorted((first, second))
    )
    assert more <= less


def _earning(amount: Decimal, over: int = 1) -> dict[str, Any]:
    return {"birth_date": date(1970, 1, 1), "incomes": [{"kind": "wage", "amount": amount, "months": over}]}


@STEADY
@given(families, some.integers(0, 3), yuan)
def test_more_income_never_opens_edge_or_temporary_help(members: list[dict[str, Any]], who: int, by: Decimal) -> None:
    what = {"kind": "expenditure", "cause": "illness", "happened_on": DAY, "necessary": 3000}
    for_both = [house(one, emergency=what) for one in (members, richer(members, who, by))]
    before, after = (paid(assess("temporary", one, DAY)) for one in for_both)
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
    as_months = assess("dibao", house([_earning(amount)]), DAY)
    as_longer = assess("dibao", house([_earning(amount * over, over)]), DAY)
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


# -- tiers


@pytest.mark.parametrize(
    ("income", "monthly"),
    [("230.99", "693.00"), ("231", "462.00"), ("461.99", "462.00"), ("462", "231.00"), ("769.99", "231.00")],
)
def test_by_tiers_a_share_of_the_standard_is_paid(income: str, monthly: str) -> None:
    verdict = assess("dibao", house([_earning(Decimal(income))]), DAY, book().what_if(**TIERS))
    assert str(verdict.monthly) == monthly


def test_tiers_are_refused_under_the_regulation_of_2016_alone() -> None:
    with pytest.raises(MethodNotAllowedError):
        assess("dibao", house([_earning(Decimal(100))]), DAY, book().what_if(**TIERS), profile_of((CQ2016,)))


def test_a_table_of_tiers_that_pays_more_for_more_income_is_a_loud_stop() -> None:
    bad = [{"below": "0.3", "pays": "0.5"}, {"below": "1", "pays": "0.9"}]
    with pytest.raises(TiersError):
        assess("dibao", house([_earning(Decimal(100))]), DAY, book().what_if(dibao_method="tiers", dibao_tiers=bad))


# -- what if, missing numbers, numbers past their review


def test_what_if_changes_the_answer_and_nothing_else() -> None:
    facts = house([_earning(Decimal(500))])
    trial = assess("dibao", facts, DAY, book().what_if(dibao_standard_urban=800))
    assert (str(trial.monthly), str(assess("dibao", facts, DAY).monthly)) == ("300.00", "270.00")
    assert next(one.source for one in trial.parameters if one.name == "dibao_standard_urban") == "试算"


def test_what_if_of_an_unknown_number_is_refused() -> None:
    with pytest.raises(KeyError):
        book().what_if(dibao_standart=800)


def test_a_float_as_an_amount_is_a_loud_stop() -> None:
    with pytest.raises(NotExactError):
        assess("dibao", house([_earning(Decimal(500))]), DAY, book().what_if(dibao_standard_urban=800.5))


@pytest.mark.parametrize("programme", ["dibao", "edge", "tekun"])
def test_a_month_without_a_standard_is_a_loud_stop_not_zero(programme: str) -> None:
    with pytest.raises(NoValueError):
        assess(programme, house([_earning(Decimal(0))]), date(2015, 12, 31), profile=profile_of((CQ2016,)))


def test_rigid_expense_before_its_measure_is_a_loud_stop() -> None:
    with pytest.raises(NoValueError):
        assess("rigid_expense", house([_earning(Decimal(2000))]), date(2024, 12, 31))


@pytest.mark.parametrize(("day", "late"), [(date(2026, 12, 31), False), (date(2027, 1, 1), True)])
def test_a_number_past_its_review_is_flagged_in_the_verdict_and_told(day: date, late: bool) -> None:
    verdict = assess("dibao", house([_earning(Decimal(500))]), day)
    assert ("dibao_standard_urban" in {one.name for one in verdict.overdue}) is late
    assert any("低保标准”过了2026-12-31的复核日期" in line for line in verdict.explain()) is late


def test_a_family_can_read_how_its_money_was_worked_out() -> None:
    wage = {"kind": "wage", "amount": 1800, "source": "用人单位证明"}
    pension = {"kind": "scholarship", "amount": 100}
    members = [
        {"name": "王秀英", "birth_date": date(1980, 1, 1), "incomes": [wage, pension]},
        {"name": "李强", "birth_date": date(1979, 1, 1), "relation": "spouse", "away": "prison"},
        {"name": "小明", "birth_date": date(2012, 1, 1)},
        {"name": "小红", "birth_date": date(2014, 1, 1)},
    ]
    assert assess("dibao", house(members), DAY).explain() == [
        "李强在监狱服刑，不计入家庭人口（低保审核确认办法第7条）",
        "王秀英奖学金每月100.00元，按规定不计入收入（低保审核确认办法第13条）",
        "王秀英工资，每月：1800.00元（用人单位证明）",
        "家庭月收入：1800.00元",
        "人均月收入（3人）：600.00元",
        "城市低保标准，每人每月：770.00元（渝民规〔2025〕6号）",
        "补差：标准×3人－家庭月收入（社会救助法第18条）",
        "全家每月低保金：510.00元",
        "人均月收入低于低保标准。（最低生活保障审核确认办法）",
    ]


EXTRAS = {"old": 50, "disabled": 60, "ill": 70, "minor": 40, "student": 100}


@pytest.mark.parametrize(
    ("person", "amount"),
    [
        ({"birth_date": date(1956, 11, 2)}, "820.00"),
        ({"birth_date": date(1956, 11, 3)}, "770.00"),
        ({"birth_date": date(1950, 1, 1), "severe_illness": True}, "840.00"),
        ({"birth_date": date(1990, 1, 1), "disability": {"kind": "visual", "grade": 2}}, "830.00"),
        ({"birth_date": date(1990, 1, 1), "disability": {"kind": "visual", "grade": 3}}, "770.00"),
        ({"birth_date": date(2008, 11, 3)}, "810.00"),
        ({"birth_date": date(2008, 11, 3), "student": "senior"}, "870.00"),
    ],
)
def test_of_several_extras_a_member_gets_the_largest(person: dict[str, Any], amount: str) -> None:
    verdict = assess("dibao", house([person]), DAY, book().what_if(dibao_extra=EXTRAS))
    assert str(verdict.monthly) == amount


@pytest.mark.parametrize(("urban", "amount"), [(770, "1051.00"), (771, "1052.00"), (800, "1090.00")])
def test_tekun_is_never_below_1_3_times_the_urban_standard(urban: int, amount: str) -> None:
    alone = {"eating": True, "dressing": True, "bed": True, "toilet": True, "walking": True, "bathing": True}
    person = {"birth_date": date(1950, 1, 1), "obligors": [], "self_care": alone}
    verdict = assess("tekun", house([person]), DAY, book().what_if(dibao_standard_urban=urban))
    assert str(verdict.monthly) == amount


def test_urgent_help_can_be_counted_by_person() -> None:
    what = {"kind": "urgent", "cause": "fire", "happened_on": DAY, "asked": 5000}
    facts = house([_earning(Decimal(0)), _earning(Decimal(0))], emergency=what)
    assert str(assess("temporary", facts, DAY).once) == "770.00"
    assert str(assess("temporary", facts, DAY, book().what_if(temporary_urgent_per="person")).once) == "1540.00"


# -- profiles


@pytest.mark.parametrize(
    ("day", "name"),
    [(date(2016, 5, 1), "CQ2016"), (date(2021, 6, 30), "CQ2016"), (date(2021, 7, 1), "CQ2016+MCA2021"),
     (date(2026, 6, 30), "CQ2016+MCA2021"), (date(2026, 7, 1), "CQ2016+MCA2021+ACT2026")],
)  # fmt: skip
def test_the_profile_of_a_day(day: date, name: str) -> None:
    assert profile_on(day).id == name
    assert profile_named(name) == profile_on(day)


@pytest.mark.parametrize("ask", [lambda: profile_on(date(2016, 4, 30)), lambda: profile_named("MCA2099")])
def test_no_profile_is_a_loud_stop(ask: Any) -> None:
    with pytest.raises(NoProfileError):
        ask()


@pytest.mark.parametrize(
    ("day", "hearing", "fine"),
    [(date(2026, 6, 30), False, 3), (date(2026, 7, 1), True, 2)],
)
def test_since_july_2026_a_cut_is_heard_first_and_the_fine_is_at_most_twice(
    day: date, hearing: bool, fine: int
) -> None:
    assert (profile_on(day)["hearing_before_cut"], profile_on(day)["fine_cap"]) == (hearing, fine)


def test_the_later_text_wins_and_says_where_it_stands() -> None:
    merged = profile_of((CQ2016, MCA2021))
    assert (merged["first_month"], merged.article("first_month")) == ("next", "低保审核确认办法第21条")
    assert merged["villagers_discuss"] is True


def test_months_are_counted_by_the_calendar() -> None:
    assert months_later(date(2026, 12, 31), 1) == date(2027, 1, 1)
    assert same_day_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert same_day_later(date(2023, 8, 31), 6) == date(2024, 2, 29)


# -- bad input


@pytest.mark.parametrize(
    "change",
    [
        {"members": []},
        {"applicant": "9"},
        {"members": [{"key": "0", "birth_date": date(1970, 1, 1)}] * 2},
        {"members": [{"key": "0", "birth_date": date(1970, 1, 1), "died_on": date(1969, 12, 31)}]},
        {"members": [{"key": "0", "birth_date": date(1970, 1, 1), "away": "religious"}]},
        {"members": [{"key": "0", "birth_date": date(1970, 1, 1), "incomes": [{"kind": "wage", "amount": -1}]}]},
        {"members": [{"key": "0", "birth_date": date(1970, 1, 1), "incomes": [{"kind": "wage", "amount": "1.001"}]}]},
        {"members": [{"key": "0", "birth_date": date(1970, 1, 1), "incomes": [{"kind": "wage", "amount": "NaN"}]}]},
        {"members": [{"key": "0", "birth_date": date(1970, 1, 1), "guess": 1}]},
        {"assets": {"financial": -1}},
    ],
)
def test_facts_that_cannot_be_are_refused(change: dict[str, Any]) -> None:
    good = {
        "members": [{"key": "0", "birth_date": date(1970, 1, 1)}], "urban": True, "applicant": "0", "assets": FINE,
    }  # fmt: skip
    assert HouseholdFacts.model_validate(good).person.key == "0"
    with pytest.raises(ValidationError):
        HouseholdFacts.model_validate(good | change)


@pytest.mark.parametrize("missing", ["rate", "rate_source"])
def test_a_foreign_income_needs_its_rate_and_the_source_of_the_rate(missing: str) -> None:
    whole = {"kind": "support", "amount": 50, "currency": "USD", "rate": "7.1", "rate_source": "外汇局"}
    assert Income.model_validate(whole).monthly == Fraction(355)
    with pytest.raises(ValidationError, match="外币收入要写明汇率"):
        Income.model_validate({key: value for key, value in whole.items() if key != missing})


def test_somebody_who_died_on_the_day_of_birth_can_be_told() -> None:
    assert PersonFacts(key="0", birth_date=DAY, died_on=DAY).died_on == DAY


def test_a_programme_nobody_knows_is_refused() -> None:
    with pytest.raises(NoProgrammeError):
        assess("rent", house([_earning(Decimal(0))]), DAY)


def test_the_programmes_of_this_house() -> None:
    assert {"dibao", "edge", "rigid_expense", "tekun", "temporary"} <= set(programmes())
