"""The pre-check against cases a registrar can read; ages and kinship at their borders."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.booking.matters import catalogue
from backend.core import strict_yaml
from backend.core.params import NoValueError
from backend.guides.items import forbidden
from backend.marriage.grounds import BY_REGISTRAR, GROUNDS, IN_PERSON, WHO_COMES
from backend.marriage.kinship import NAMED, Relation, barred
from backend.marriage.law import law_on, lengths_on
from backend.marriage.rules import RULES, Agreement, Application, Facts, Party, ground, judge, of_age_on

CASES = strict_yaml.load(Path(__file__).parents[1] / "cases" / "marriage" / "pre-check.yaml")
DAY = date(2026, 5, 20)
COUPLE = [{"sex": "male", "born": date(1990, 1, 1)}, {"sex": "female", "born": date(1991, 1, 1)}]


def facts_of(given: dict[str, Any]) -> Facts:
    people = [dict(one) for one in given.get("people", COUPLE)]
    for place, name in enumerate(("first", "second")):
        if name in given:
            people[place] |= given[name]
    parties = tuple(Party(**one | {"proofs": frozenset(one.get("proofs", ()))}) for one in people)
    plain = {
        name: given[name]
        for name in ("relation", "registered_in_mainland", "archive_found", "country")
        if name in given
    }
    return Facts(
        given["matter"],
        parties,
        agreement=Agreement(**given["agreement"]) if "agreement" in given else None,
        application=Application(**given["application"]) if "application" in given else None,
        traits=frozenset(given.get("traits", ())),
        **plain,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_pre_check_says_what_the_case_file_says(case: dict[str, Any]) -> None:
    day = case["given"]["day"]
    verdict = judge(facts_of(case["given"]), law_on(day), day)
    assert {reason.code: reason.article for reason in verdict.reasons} == case["expected"]
    assert verdict.ok == (not case["expected"])


def test_every_reason_the_rules_can_give_is_in_the_case_file_and_every_other_is_the_registrars() -> None:
    expected = {code for case in CASES for code in case["expected"]}
    assert expected | BY_REGISTRAR == set(GROUNDS)
    assert not expected & BY_REGISTRAR


def test_the_matters_are_those_that_can_be_booked_here() -> None:
    booked = {code for code, matter in catalogue().items() if matter.entrance == "marriage"}
    assert set(RULES) == booked == set(WHO_COMES)
    assert set(IN_PERSON) <= booked


FILLED = {
    "who": "男方", "day": "2026年5月20日", "age": 22, "full_on": "2026年12月31日", "relation": "父母与子女",
    "in_person": "民法典第1049条", "missing": "子女抚养、财产处理、债务处理", "office": "示范县婚姻登记处",
    "window_from": "2026年10月31日", "window_until": "2026年11月30日", "country": "法国",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(GROUNDS))
def test_every_reason_is_short_ends_in_advice_and_asks_for_no_forbidden_paper(code: str) -> None:
    words = ground(code, **FILLED).words
    assert len(words) <= 70
    assert words.endswith("。")
    assert any(sign in words for sign in ("请", "视为", "不能请人"))
    assert forbidden(words) is None


def test_a_reason_names_the_man_or_the_woman_and_the_first_possible_day() -> None:
    facts = facts_of(
        {"matter": "marriage_registration", "people": [{"sex": "male", "born": date(2005, 3, 4)}, COUPLE[1]]}
    )
    assert judge(facts, law_on(DAY), DAY).reasons[0].words == (
        "男方到2026年5月20日还没有满22周岁，要到2027年3月4日才可以登记。请改约那天或以后。"
    )


def test_a_foreign_element_names_the_trait_of_the_right_office() -> None:
    facts = facts_of({"matter": "marriage_registration", "second": {"region": "macau"}})
    assert judge(facts, law_on(DAY), DAY).right_office == "foreign_marriage"
    assert judge(replace(facts, traits=frozenset({"foreign_marriage"})), law_on(DAY), DAY).right_office is None


@given(st.dates(date(1940, 1, 1), date(2010, 12, 31)), st.sampled_from([20, 22]))
def test_nobody_is_of_age_the_day_before_and_everybody_on_the_day(born: date, years: int) -> None:
    law = law_on(DAY)
    first = of_age_on(born, years, law)
    assert first.year == born.year + years
    for day, old_enough in ((first - timedelta(days=1), False), (first, True), (first + timedelta(days=1), True)):
        parties = (
            Party("male" if years == 22 else "female", born),
            Party("female" if years == 22 else "male", date(1930, 1, 1)),
        )
        assert judge(Facts("marriage_registration", parties), law, day).has("under_age") is not old_enough


@pytest.mark.parametrize(
    ("rule", "leap", "first"),
    [("birthday", (3, 1), date(2026, 3, 1)), ("birthday", (2, 28), date(2026, 2, 28)),
     ("day_after", (3, 1), date(2026, 3, 2)), ("day_after", (2, 28), date(2026, 3, 1))],
)  # fmt: skip
def test_how_a_leap_birthday_counts_is_a_parameter(rule: Any, leap: tuple[int, int], first: date) -> None:
    law = replace(law_on(DAY), full_age_on=rule, leap_birthday=leap)
    assert of_age_on(date(2004, 2, 29), 22, law) == first
    assert of_age_on(date(2004, 2, 29), 24, law) == date(2028, 2, 29) + timedelta(days=rule == "day_after")


@pytest.mark.parametrize(
    ("relation", "generations", "is_barred"),
    [(Relation(1, 1), 2, True), (Relation(2, 2), 3, True), (Relation(1, 2), 3, True), (Relation(3, 3), 4, False),
     (Relation(2, 3), 4, False), (Relation(1, 3), 4, False), (Relation(2, 2, "adoption"), 3, True),
     (Relation(1, 1, "step"), 2, False), (Relation(1, 1, "marriage"), 2, False)],
)  # fmt: skip
def test_collateral_kin_are_barred_up_to_the_third_generation(
    relation: Relation, generations: int, *, is_barred: bool
) -> None:
    assert relation.generations == generations
    assert barred(relation) is is_barred


@given(st.integers(1, 9))
def test_the_direct_line_is_barred_at_any_distance_by_birth_and_by_adoption(steps: int) -> None:
    assert barred(Relation(0, steps))
    assert barred(Relation(steps, 0, "adoption"))
    assert not barred(Relation(0, steps, "step"))


def test_nobody_is_their_own_kin() -> None:
    with pytest.raises(ValueError, match="0"):
        Relation(0, 0)
    assert not barred(NAMED["none"][1])


def test_there_is_no_law_before_its_first_day() -> None:
    assert lengths_on(date(2021, 1, 1)).cooling == 30
    with pytest.raises(NoValueError):
        lengths_on(date(2020, 12, 31))
