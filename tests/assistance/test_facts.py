"""Facts about a family that cannot be are refused, with words for the clerk."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from backend.assistance.facts import HouseholdFacts, Income, PersonFacts, age_on
from tests.support.households import DAY, FINE


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


@pytest.mark.parametrize(("day", "age"), [(date(2025, 2, 28), 8), (date(2025, 3, 1), 9), (date(2028, 2, 29), 12)])
def test_who_was_born_on_29_february_grows_older_on_1_march_of_a_common_year(day: date, age: int) -> None:
    assert age_on(date(2016, 2, 29), day) == age
