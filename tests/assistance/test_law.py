"""The law of a day: standards, tiers, what if, loud stops, reviews, profiles; and the words that a family reads."""

from datetime import date, timedelta
from decimal import Decimal
from math import floor
from typing import Any

import pytest

from backend.assistance.assessment import NoProgrammeError, assess, programmes
from backend.assistance.law import book
from backend.assistance.profiles import (
    CQ2016,
    MCA2021,
    NoProfileError,
    months_later,
    profile_named,
    profile_of,
    profile_on,
    same_day_later,
)
from backend.assistance.programmes.dibao.rules import MethodNotAllowedError, TiersError
from backend.assistance.working import NotExactError
from backend.core.params import NoValueError
from tests.support.households import ABLE, DAY, FINE, TIERS, earning, house

# -- tiers


@pytest.mark.parametrize(
    ("income", "monthly"),
    [("230.99", "693.00"), ("231", "462.00"), ("461.99", "462.00"), ("462", "231.00"), ("769.99", "231.00")],
)
def test_by_tiers_a_share_of_the_standard_is_paid(income: str, monthly: str) -> None:
    verdict = assess("dibao", house([earning(Decimal(income))]), DAY, book().what_if(**TIERS))
    assert str(verdict.monthly) == monthly


def test_tiers_are_refused_under_the_regulation_of_2016_alone() -> None:
    with pytest.raises(MethodNotAllowedError):
        assess("dibao", house([earning(Decimal(100))]), DAY, book().what_if(**TIERS), profile_of((CQ2016,)))


def test_a_table_of_tiers_that_pays_more_for_more_income_is_a_loud_stop() -> None:
    bad = [{"below": "0.3", "pays": "0.5"}, {"below": "1", "pays": "0.9"}]
    with pytest.raises(TiersError):
        assess("dibao", house([earning(Decimal(100))]), DAY, book().what_if(dibao_method="tiers", dibao_tiers=bad))


# -- what if, missing numbers, numbers past their review


def test_what_if_changes_the_answer_and_nothing_else() -> None:
    facts = house([earning(Decimal(500))])
    trial = assess("dibao", facts, DAY, book().what_if(dibao_standard_urban=800))
    assert (str(trial.monthly), str(assess("dibao", facts, DAY).monthly)) == ("300.00", "270.00")
    assert next(one.source for one in trial.parameters if one.name == "dibao_standard_urban") == "试算"


def test_what_if_of_an_unknown_number_is_refused() -> None:
    with pytest.raises(KeyError):
        book().what_if(dibao_standart=800)


def test_a_float_as_an_amount_is_a_loud_stop() -> None:
    with pytest.raises(NotExactError):
        assess("dibao", house([earning(Decimal(500))]), DAY, book().what_if(dibao_standard_urban=800.5))


@pytest.mark.parametrize("programme", ["dibao", "edge", "tekun"])
def test_a_month_without_a_standard_is_a_loud_stop_not_zero(programme: str) -> None:
    with pytest.raises(NoValueError):
        assess(programme, house([earning(Decimal(0))]), date(2015, 12, 31), profile=profile_of((CQ2016,)))


STANDARDS = [  # from, urban, rural, 特困; rules of 2016 to 2025
    (date(2016, 1, 1), 460, 300, 600), (date(2017, 4, 1), 500, 350, 650), (date(2019, 1, 1), 580, 440, 754),
    (date(2020, 9, 1), 620, 496, 806), (date(2021, 9, 1), 636, 515, 827), (date(2022, 9, 1), 717, 581, 932),
    (date(2023, 9, 1), 735, 600, 955), (date(2024, 9, 1), 750, 610, 975), (date(2025, 7, 1), 770, 630, 1001),
]  # fmt: skip


@pytest.mark.parametrize(("place", "row"), list(enumerate(STANDARDS)), ids=str)
def test_the_standards_of_every_year_hold_from_their_day_and_not_the_day_before(place: int, row: Any) -> None:
    names = ("dibao_standard_urban", "dibao_standard_rural", "tekun_standard")
    assert tuple(book().on(row[0]).at(name).value for name in names) == row[1:]
    if place:
        day_before = book().on(row[0] - timedelta(days=1))
        assert tuple(day_before.at(name).value for name in names) == STANDARDS[place - 1][1:]


@pytest.mark.parametrize("row", STANDARDS, ids=lambda row: str(row[0]))
def test_the_published_tekun_standard_is_1_3_times_the_urban_one_in_whole_yuan(row: Any) -> None:
    assert row[3] >= floor(Decimal(row[1]) * Decimal("1.3"))


@pytest.mark.parametrize(
    ("financial", "income", "ready"), [(None, 500, False), (0, 500, True), (None, 770, True), (0, 770, True)]
)
def test_a_refusal_need_not_wait_for_what_could_not_change_it(financial: int | None, income: int, ready: bool) -> None:
    facts = house([earning(Decimal(income))], assets=FINE | {"financial": financial})
    assert assess("dibao", facts, DAY).ready is ready


def test_rigid_expense_before_its_measure_is_a_loud_stop() -> None:
    with pytest.raises(NoValueError):
        assess("rigid_expense", house([earning(Decimal(2000))]), date(2024, 12, 31))


@pytest.mark.parametrize(("day", "late"), [(date(2026, 12, 31), False), (date(2027, 1, 1), True)])
def test_a_number_past_its_review_is_flagged_in_the_verdict_and_told(day: date, late: bool) -> None:
    verdict = assess("dibao", house([earning(Decimal(500))]), day)
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
    person = {"birth_date": date(1950, 1, 1), "obligors": [], "self_care": ABLE}
    verdict = assess("tekun", house([person]), DAY, book().what_if(dibao_standard_urban=urban))
    assert str(verdict.monthly) == amount


def test_urgent_help_can_be_counted_by_person() -> None:
    what = {"kind": "urgent", "cause": "fire", "happened_on": DAY, "asked": 5000}
    facts = house([earning(Decimal(0)), earning(Decimal(0))], emergency=what)
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


def test_a_programme_nobody_knows_is_refused() -> None:
    with pytest.raises(NoProgrammeError):
        assess("rent", house([earning(Decimal(0))]), DAY)


def test_the_programmes_of_this_house() -> None:
    assert {"dibao", "edge", "rigid_expense", "tekun", "temporary"} <= set(programmes())
