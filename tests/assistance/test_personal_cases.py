"""Case files of the programmes for one person: written for clerks, at, below and above each limit; and their habits."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.assistance import assessment, circumstances, together_file
from backend.assistance.assessment import assess
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.facts import FactsError, HouseholdFacts
from backend.assistance.law import book, files
from backend.assistance.together import ImpossibleError
from backend.assistance.verdicts import NOT_FOR_FAMILIES, Verdict, frozen, thawed
from backend.core import params, strict_yaml

CASES = Path(__file__).parents[1] / "cases" / "assistance"
PROGRAMMES = (
    "disability_living", "disability_care", "home_care", "orphan", "unsupported_child", "old_age", "care_subsidy",
    "disabled_elder_care", "funeral_fee_waiver", "ecological_burial", "cremation_reward",
    "home_adaptation",
)  # fmt: skip
COMPARED = ("monthly", "once", "first_month", "last_month", "review_after", "due_days", "decided_by")
EXPECTED = {*COMPARED, "granted", "refused", "waits", "after", "because", "overdue", "says", "stops"}
DAY = date(2026, 11, 22)


def _read() -> Iterator[tuple[str, dict[str, Any]]]:
    for programme in PROGRAMMES:
        for case in strict_yaml.load(CASES / programme / "cases.yaml"):
            yield programme, case


ALL = list(_read())
NAMES = [f"{programme}: {case['case']}" for programme, case in ALL]


def facts_of(case: dict[str, Any]) -> FamilyFacts:
    """``person``: who applies; ``others``: further members; ``family``: fields of ``FamilyFacts``."""
    members = [_member("p", case["person"])]
    members += [_member(f"o{number}", one) for number, one in enumerate(case.get("others", ()))]
    return FamilyFacts.model_validate(
        {"members": members, "urban": False, "applicant": "p", **case.get("family", {})}
    )  # fmt: skip


def _member(key: str, said: dict[str, Any]) -> dict[str, Any]:
    words = {"born": "birth_date", "care": "needs_long_term_care"}
    return {"key": key, "name": "某人", **{words.get(name, name): value for name, value in said.items()}}


def judged(programme: str, case: dict[str, Any]) -> Verdict:
    return assess(programme, facts_of(case), case["day"], book().what_if(**case.get("what_if", {})))


@pytest.mark.parametrize(("programme", "case"), ALL, ids=NAMES)
def test_a_case_ends_as_a_clerk_expects(programme: str, case: dict[str, Any]) -> None:
    expected = case["expected"]
    assert set(expected) <= EXPECTED
    if "stops" in expected:
        with pytest.raises(params.NoValueError, match=expected["stops"]):
            judged(programme, case)
        return
    verdict = judged(programme, case)
    refused = sorted(one.code for one in verdict.reasons if one.against)
    waits = sorted(one.code for one in verdict.needs if not one.after)
    assert (refused, waits) == (expected.get("refused", []), expected.get("waits", [])), verdict.explain()
    assert verdict.eligible == (not refused and not waits)
    for name in COMPARED:
        assert str(getattr(verdict, name)) == str(expected.get(name, getattr(verdict, name))), name
    _check_words(verdict, expected)


def _check_words(verdict: Verdict, expected: dict[str, Any]) -> None:
    after = [one.code for one in verdict.needs if one.after]
    assert after == expected.get("after", after)
    assert all(verdict.has(code) for code in expected.get("because", []))
    assert verdict.category == expected.get("granted", verdict.category)
    assert expected.get("says", "") in "\n".join(verdict.explain())
    assert set(expected.get("overdue", [])) <= {one.name for one in verdict.overdue}


@pytest.mark.parametrize(("programme", "case"), ALL, ids=NAMES)
def test_every_case_explains_itself_and_can_be_kept(programme: str, case: dict[str, Any]) -> None:
    if "stops" in case["expected"]:
        assert case["expected"]["stops"] in book().names
        return
    verdict = judged(programme, case)
    assert thawed(frozen(verdict)) == verdict
    assert verdict.explain()
    assert all(one.words.endswith("。") and one.article for one in verdict.reasons)
    assert "UNSURE" not in "".join(verdict.explain())
    assert (verdict.monthly is None) or verdict.monthly == verdict.monthly.quantize(Decimal("0.01"))
    assert FamilyFacts.model_validate_json(facts_of(case).model_dump_json()) == facts_of(case)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_a_programme_has_cases_for_and_against(programme: str) -> None:
    mine = [case["expected"] for name, case in ALL if name == programme]
    assert any("refused" in one for one in mine)
    assert any("waits" in one for one in mine)
    assert any("monthly" in one or "once" in one for one in mine)


def test_every_reason_against_and_every_need_has_a_case() -> None:
    tried = {
        code for _, case in ALL for kind in ("refused", "waits", "after") for code in case["expected"].get(kind, [])
    }
    rules = Path(assessment.__file__).parent
    paths = [rules / "personal.py", *rules.glob("programmes/*.py")]
    paths += [path for programme in PROGRAMMES for path in (rules / "programmes" / programme).glob("*.py")]
    written = {code for path in paths for code in re.findall(r'(?:against|need)\(\s*"(\w+)"', path.read_text("utf-8"))}
    assert len(written) > 30
    assert written - tried == set()


def test_case_names_are_told_apart() -> None:
    assert len(set(NAMES)) == len(NAMES) > 150


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_a_household_without_anything_special_is_judged_and_never_granted(programme: str) -> None:
    plain = HouseholdFacts.model_validate(
        {"members": [{"key": "p", "birth_date": date(1990, 1, 1)}], "urban": True, "applicant": "p"}
    )
    verdict = assess(programme, plain, DAY)
    assert not verdict.eligible
    assert verdict.monthly is None
    assert verdict.once is None


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_an_example_amount_says_that_the_county_must_fill_it_in(programme: str) -> None:
    path = next(one for one in files() if one.parent.name == programme)
    values = [value for parameter in params.load(path).root.values() for value in parameter.values]
    said = [value.source for value in values if "示例值" in value.source]
    assert all("须由本县填写" in source for source in said)
    assert values
    assert [value.source for value in values if "UNSURE" in NOT_FOR_FAMILIES.sub("", value.source)] == []


def test_an_application_from_the_future_is_refused_in_words() -> None:
    case = {
        "person": {"born": date(1940, 1, 1)},
        "family": {"elder": {"local": True}, "applied_on": date(2026, 11, 23)},
    }
    with pytest.raises(FactsError, match="申请日期晚于今天"):
        assess("old_age", facts_of(case), DAY)


def test_a_death_in_the_future_is_refused_in_words() -> None:
    with pytest.raises(FactsError, match="去世日期晚于今天"):
        assess(
            "funeral_fee_waiver", facts_of({"person": {"born": date(1940, 1, 1), "died_on": date(2026, 11, 23)}}), DAY
        )


def test_the_same_money_written_twice_is_refused_in_words() -> None:
    held = [{"programme": "dibao", "monthly": "1"}, {"programme": "dibao", "monthly": "2"}]
    with pytest.raises(ValueError, match="金额填了两次"):
        facts_of({"person": {"born": date(1940, 1, 1)}, "family": {"held": held}})


def test_an_ability_without_its_day_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="请填写能力评估的日期"):
        facts_of({"person": {"born": date(1940, 1, 1)}, "family": {"elder": {"ability": "mild"}}})


@pytest.mark.parametrize(
    ("born", "age", "day"),
    [
        (date(1948, 2, 29), 79, date(2027, 3, 1)),
        (date(1948, 2, 29), 80, date(2028, 2, 29)),
        (date(1946, 11, 22), 80, date(2026, 11, 22)),
    ],
)
def test_a_birthday_of_the_leap_day_is_the_first_of_march_in_a_common_year(born: date, age: int, day: date) -> None:
    assert circumstances.birthday(born, age) == day


# -- properties

YUAN = st.decimals(min_value=0, max_value=2000, places=2)
BIRTHS = st.dates(date(1920, 1, 1), date(2025, 12, 31))


def _disabled(held: list[dict[str, Any]]) -> FamilyFacts:
    person = {"born": date(1950, 1, 1), "care": True, "disability": {"kind": "physical", "grade": 1}}
    return facts_of({"person": person, "family": {"holds": ["dibao"], "held": held}})


@given(YUAN)
def test_with_the_insurance_the_sum_is_the_larger_of_the_two(insurance: Decimal) -> None:
    verdict = assess(
        "disability_care", _disabled([{"programme": "long_term_care_insurance", "monthly": insurance}]), DAY
    )
    assert verdict.monthly is not None
    assert verdict.monthly + insurance == max(Decimal(80), insurance)


GRANTED = [(programme, case) for programme, case in ALL if "monthly" in case["expected"] and "held" not in str(case)]
OTHERS = sorted(together_file.table().names)


@given(st.sampled_from(GRANTED), st.dictionaries(st.sampled_from(OTHERS), YUAN, min_size=1, max_size=3))
def test_whatever_is_held_beside_it_a_programme_never_pays_more_than_alone(
    granted: tuple[str, dict[str, Any]], beside: dict[str, Decimal]
) -> None:
    programme, case = granted
    held = [{"programme": name, "monthly": amount} for name, amount in beside.items()]
    alone = judged(programme, case)
    try:
        verdict = judged(programme, case | {"family": case.get("family", {}) | {"held": held}})
    except ImpossibleError:
        assert {"orphan", "unsupported_child"} & {programme, *beside, *facts_of(case).all_held}
        return
    assert not verdict.needs
    assert verdict.eligible == (not any(one.against for one in verdict.reasons))
    assert (verdict.monthly or Decimal(0)) <= (alone.monthly or Decimal(0))


@given(YUAN, YUAN)
def test_a_child_never_gets_more_by_holding_more(less: Decimal, more: Decimal) -> None:
    low, high = sorted((less, more))
    paid = [_child(amount).monthly for amount in (low, high)]
    assert paid[0] is not None
    assert paid[1] is not None
    assert paid[1] <= paid[0] <= Decimal(1651)


def _child(dibao: Decimal) -> Verdict:
    child = {"parents": [{"state": "dead"}, {"severe_illness": True}]}
    family = {"child": child, "held": [{"programme": "dibao", "monthly": dibao}]}
    return assess("unsupported_child", facts_of({"person": {"born": date(2015, 1, 1)}, "family": family}), DAY)


@given(BIRTHS, BIRTHS)
def test_an_older_person_never_gets_a_smaller_allowance(one: date, other: date) -> None:
    younger, older = sorted((one, other), reverse=True)
    paid = [_old(born).monthly or Decimal(0) for born in (younger, older)]
    assert paid[0] <= paid[1]


def _old(born: date) -> Verdict:
    return assess("old_age", facts_of({"person": {"born": born}, "family": {"elder": {"local": True}}}), DAY)


@given(st.lists(st.tuples(st.sampled_from(["transport", "refrigeration", "urn", "farewell"]), YUAN, st.integers(1, 9)),
                min_size=1, max_size=8))  # fmt: skip
def test_a_bill_line_by_line_adds_up_to_the_sum_and_never_to_more_than_was_billed(lines: list[Any]) -> None:
    bills = [{"kind": kind, "amount": amount, "days": days} for kind, amount, days in lines]
    person = {"born": date(1940, 1, 1), "died_on": DAY, "holds": ["tekun"]}
    family = {"funeral": {"local": True, "bills": bills}}
    verdict = assess("funeral_fee_waiver", facts_of({"person": person, "family": family}), DAY)
    free = sum(line.amount or Decimal(0) for line in verdict.lines if line.kind == "deduction")
    own = sum(line.amount or Decimal(0) for line in verdict.lines if line.kind == "note")
    assert free == (verdict.once or Decimal(0))
    assert free + own == sum(amount for _, amount, _ in lines)
