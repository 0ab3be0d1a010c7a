"""What differs from what was declared, what a question may become, and what the sandbox does."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from backend.assistance.facts import HouseholdFacts, Income, PersonFacts, Property
from backend.assistance.means_rules import (
    OPEN,
    QUERY,
    Tolerance,
    income_differences,
    owned_differences,
    pause_after,
)
from backend.assistance.means_sources import Question, SourceUnavailableError
from backend.assistance.sandbox_sources import TEMPERS, SandboxSource, known, temper_of
from backend.core.ids import new_id
from backend.core.states import WrongStateError
from tests.support.means import BORN, fact
from tests.support.residents import id_number

SMALL = Tolerance(Decimal(100), Decimal("0.1"), Decimal(180))

# -- the rules


@pytest.mark.parametrize("state", sorted(QUERY.table))
@pytest.mark.parametrize("action", ["ask", "answer", "retry", "fail", "expire"])
def test_an_open_question_may_become_anything_and_a_closed_one_nothing(state: str, action: str) -> None:
    if state in OPEN and (state, action) != ("asked", "ask"):
        assert QUERY.next(state, action) in QUERY.table
    else:
        with pytest.raises(WrongStateError):
            QUERY.next(state, action)


def test_the_pauses_grow_to_a_day_and_no_further() -> None:
    pauses = [pause_after(tries) for tries in range(1, 9)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1], pause_after(0)) == (timedelta(minutes=10), timedelta(days=1), pauses[0])


def earner(amount: int, kind: str = "wage") -> PersonFacts:
    income = Income.model_validate({"kind": kind, "amount": amount})
    return PersonFacts(key="m0", birth_date=BORN, incomes=(income,))


@pytest.mark.parametrize(
    ("declared", "found", "differs"),
    [(500, 600, False), (500, 601, True), (500, 399, True), (2000, 2200, False), (2000, 2201, True)],
)
def test_a_wage_differs_beyond_a_hundred_yuan_or_a_tenth(declared: int, found: int, differs: bool) -> None:
    assert bool(list(income_differences(earner(declared), [fact("wage", found, "tax")], SMALL))) is differs


def test_a_difference_reads_as_people_speak() -> None:
    (more,) = income_differences(earner(500), [fact("wage", 1800, "social_insurance")], SMALL)
    assert more.words == "工资：填的是每月 500.00 元，社保核对到每月 1800 元，比填的多。"
    (less,) = income_differences(earner(500), [fact("wage", 200, "tax")], SMALL)
    assert less.words.endswith("比填的少。")


def test_two_sources_that_contradict_each_other_are_both_named() -> None:
    found = [fact("wage", 1800, "social_insurance"), fact("wage", 2300, "tax")]
    (one,) = income_differences(earner(2300), found, SMALL)
    assert one.words == "工资：社保核对到每月 1800 元，税务核对到每月 2300 元，两边不一样；填的是每月 2300.00 元。"
    assert one.found == Decimal(2300)


def test_an_income_of_no_named_kind_counts_and_no_record_proves_nothing() -> None:
    assert list(income_differences(earner(1500, "other"), [fact("pension", 1500, "social_insurance")], SMALL)) == []
    assert list(income_differences(earner(1500), [], SMALL)) == []


@pytest.mark.parametrize(("bill", "asked"), [(180, 0), (181, 1)])
def test_a_high_bill_is_asked_about(bill: int, asked: int) -> None:
    assert len(list(income_differences(earner(0), [fact("utilities", bill, "utilities")], SMALL))) == asked


def test_what_a_family_owns_is_compared_only_where_it_was_declared_and_everybody_answered() -> None:
    assets = Property(financial=Decimal(1000), houses=1)
    family = HouseholdFacts(members=(earner(0),), urban=True, applicant="m0", assets=assets)
    found = [fact("houses", 1, "real_estate"), fact("houses", 1, "real_estate"), fact("vehicles", 1, "vehicles")]
    (house,) = owned_differences(family, found, ["houses", "vehicles"], SMALL)
    assert house.words == "住房：填的是 1 套，全家核对到 2 套。"
    cash = [fact("financial", 1200, "bank"), fact("financial", 0, "securities")]
    assert [one.kind for one in owned_differences(family, cash, ["financial"], SMALL)] == ["financial"]


# -- the sandbox


def question(number: str, tries: int = 1) -> Question:
    return Question(new_id(), "王秀英", number, "DB1", date(2027, 5, 21), tries)


def somebody(source: str, temper: str) -> str:
    numbers = (id_number(BORN, serial) for serial in range(1, 500))
    return next(one for one in numbers if temper_of(source, one) == temper)


@pytest.mark.parametrize("temper", sorted(set(TEMPERS)))
def test_the_sandbox_answers_the_same_person_always_in_the_same_way(temper: str) -> None:
    def answers() -> list[str]:
        source, number = SandboxSource("tax"), somebody("tax", temper)
        return [_name(source, question(number, tries)) for tries in (1, 2, 3)]

    assert answers() == answers() == {
        "prompt": ["Records"] * 3, "slow": ["Later", "Later", "Records"], "silent": ["Later"] * 3,
        "down": ["away"] * 3, "shaky": ["away", "away", "Records"], "declines": ["Declined"] * 3,
    }[temper]  # fmt: skip


def _name(source: SandboxSource, asked: Question) -> str:
    try:
        return type(source.ask(asked)).__name__
    except SourceUnavailableError:
        return "away"


def test_the_sandbox_has_gaps_contradictions_and_pensioners() -> None:
    young = [id_number(date(1985, 5, 1), serial) for serial in range(1, 400)]
    wages = [(list(known("social_insurance", one)), list(known("tax", one))) for one in young]
    assert any(not insured for insured, _tax in wages)
    assert any(insured and insured[0].amount != tax[0].amount for insured, tax in wages)
    assert [one.kind for one in known("social_insurance", id_number(BORN))] == ["pension"]


def test_a_question_shows_nobody_in_a_log() -> None:
    assert "王秀英" not in repr(question(id_number()))
    assert id_number() not in repr(question(id_number()))
