"""What may be held together: the table is whole, and nothing is paid twice for one purpose."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.assistance import together, together_file
from backend.assistance.together import ImpossibleError, NoRowError, Table, TableError, settle
from backend.core import strict_yaml

DAY = date(2026, 11, 22)
TABLE = together_file.table()
NAMES = sorted(TABLE.names)
PAIRS = list(combinations(NAMES, 2))
CHILDREN = {"orphan", "unsupported_child"}
ELDERS = {"old_age", "care_subsidy", "disabled_elder_care", "home_adaptation"}
HELD = ["disability_living", "dibao", "edge"]
YUAN = st.decimals(min_value=0, max_value=3000, places=2)


def yuan(**claims: str) -> dict[str, Decimal]:
    return {name: Decimal(amount) for name, amount in claims.items()}


def paid(claims: dict[str, Decimal], *choose: str) -> dict[str, str]:
    return {name: str(part.paid) for name, part in settle(claims, DAY, TABLE, frozenset(choose)).items()}


# -- the table itself


@pytest.mark.parametrize("day", [date(2016, 1, 1), date(2021, 7, 1), date(2026, 6, 30), date(2026, 7, 1), DAY])
def test_every_pair_has_one_row_on_every_day(day: date) -> None:
    assert len(PAIRS) == 171
    assert all(TABLE.pair(*pair, day).source for pair in PAIRS)


def test_a_day_before_the_first_row_stops_loudly() -> None:
    with pytest.raises(NoRowError, match=r"together\.yaml"):
        TABLE.pair("dibao", "tekun", date(2015, 12, 31))


def test_every_programme_of_the_house_is_in_the_table() -> None:
    folders = {path.parent.name for path in together_file.FILE.parent.glob("programmes/*/rules.py")}
    assert {name for name in NAMES if not TABLE.names[name].outside} == folders


def test_two_of_one_purpose_are_never_both_paid_in_full_unless_a_plan_says_so() -> None:
    same = [pair for pair in PAIRS if TABLE.names[pair[0]].purpose == TABLE.names[pair[1]].purpose != "status"]
    both = {pair for pair in same if TABLE.pair(*pair, DAY).rule == "both"}
    assert both == {
        ("dibao", "disability_living"),
        ("dibao", "old_age"),
        ("care_subsidy", "home_care"),
        ("disabled_elder_care", "home_care"),
        ("disability_care", "home_care"),
        ("home_care", "work_injury_care"),
    }


def test_who_yields_to_whom_has_no_circle() -> None:
    yields = {(pair.lesser, pair.other(pair.lesser or "")) for pair in _pairs() if pair.rule == "excludes"}
    left = set(NAMES)
    while free := {name for name in left if not any(low == name and high in left for low, high in yields)}:
        left -= free
    assert left == set()


def test_nothing_is_topped_up_over_a_sum_that_the_person_may_yet_give_up() -> None:
    """The three steps of settling must not disturb each other, except where ages forbid the three together."""
    tops = [(pair.lesser or "", pair.other(pair.lesser or "")) for pair in _pairs() if pair.rule == "top_up"]
    choices = [{pair.first, pair.second} for pair in _pairs() if pair.rule == "higher"]
    found = {
        (lesser, base, *(both - {base}))
        for lesser, base in tops
        for both in choices
        if base in both and TABLE.pair(lesser, next(iter(both - {base})), DAY).rule != "impossible"
    }
    assert found == set()
    assert {lesser for lesser, _ in tops} & {base for _, base in tops} == set()


def _pairs() -> list[together.Pair]:
    return [TABLE.pair(*pair, DAY) for pair in PAIRS]


SMALL: dict[str, Any] = {
    "names": {"one": {"title": "甲", "purpose": "care"}, "two": {"title": "乙", "purpose": "care"}},
    "rows": [
        {
            "these": ["one"], "with": ["two"], "rule": "both", "from": date(2020, 1, 1), "until": date(2020, 12, 31),
            "source": "某文", "review_by": date(2027, 1, 1),
        }
    ],
}  # fmt: skip


def _small(**changes: Any) -> dict[str, Any]:
    data = deepcopy(SMALL)
    data["rows"].append({**data["rows"][0], "until": None, "from": date(2021, 1, 1), **changes})
    return data


def test_a_row_may_follow_another_from_the_day_after() -> None:
    rows = Table.of(_small(rule="higher"))
    said = [rows.pair("two", "one", day).rule for day in (date(2020, 12, 31), date(2021, 1, 1))]
    assert said == ["both", "higher"]


@pytest.mark.parametrize(
    "changes",
    [
        {"from": date(2020, 12, 31)},
        {"from": date(2019, 1, 1)},
        {"these": ["two"], "with": ["one"], "from": date(2020, 6, 1)},
        {"these": ["three"]},
        {"these": ["two"]},
    ],
    ids=["overlaps by a day", "began before", "the same pair turned around", "an unknown name", "with itself"],
)
def test_a_table_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(TableError):
        Table.of(_small(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": "excludes"}, {"rule": "top_up"}, {"rule": "both", "yields": "these"},
        {"rule": "higher", "tops": "with"}, {"rule": "sometimes"}, {"source": ""},
        {"from": "2021-01-01"}, {"because": "x"},
    ],
    ids=["nobody yields", "nothing topped", "yields for nothing", "tops for nothing", "no such rule", "no source",
         "a day as text", "an unknown key"],
)  # fmt: skip
def test_a_row_that_does_not_say_what_it_must_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"validation error"):
        Table.of(_small(**changes))


def test_the_file_is_the_table() -> None:
    assert Table.of(strict_yaml.load(together_file.FILE)) == TABLE


# -- what is paid


def test_both_subsidies_of_a_disabled_person_beside_dibao_are_paid_in_full() -> None:
    assert paid(yuan(dibao="400.00", disability_living="70.00", disability_care="80.00")) == {
        "dibao": "400.00", "disability_living": "70.00", "disability_care": "80.00",
    }  # fmt: skip


def test_somebody_in_tekun_gets_neither_subsidy() -> None:
    parts = settle(yuan(tekun="1001.00", disability_living="70.00", disability_care="80.00"), DAY, TABLE)
    assert [parts[name].given for name in ("tekun", "disability_living", "disability_care")] == [True, False, False]
    assert "正在享受特困人员救助供养，不能再享受重度残疾人护理补贴" in parts["disability_care"].words
    assert parts["disability_care"].pair == TABLE.pair("tekun", "disability_care", DAY)


def test_an_orphan_gets_the_care_subsidy_but_not_the_living_subsidy() -> None:
    assert paid(yuan(orphan="1651.00", disability_living="70.00", disability_care="80.00")) == {
        "orphan": "1651.00", "disability_living": "0.00", "disability_care": "80.00",
    }  # fmt: skip


def test_an_excluded_one_excludes_nobody() -> None:
    """An orphan's support ends tekun; what only tekun would have ended stays."""
    assert paid(yuan(orphan="1651.00", tekun="1001.00", disability_care="80.00")) == {
        "orphan": "1651.00", "tekun": "0.00", "disability_care": "80.00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("dibao", "living", "child"),
    [("500.00", "0.00", "1151.00"), ("500.00", "70.00", "1081.00"), ("1650.99", "0.00", "0.01"),
     ("1651.00", "0.00", "0.00"), ("1651.01", "0.00", "0.00"), ("0.00", "0.00", "1651.00")],
)  # fmt: skip
def test_an_unsupported_child_is_topped_up_to_the_standard(dibao: str, living: str, child: str) -> None:
    claims = yuan(dibao=dibao, disability_living=living, unsupported_child="1651.00")
    assert paid(claims)["unsupported_child"] == child


@pytest.mark.parametrize(
    ("elder", "kept"), [("79.99", "disability_care"), ("80.00", "disability_care"), ("80.01", "disabled_elder_care")]
)
def test_of_two_care_subsidies_the_higher_is_paid_and_of_equal_ones_the_earlier(elder: str, kept: str) -> None:
    parts = settle(yuan(disability_care="80.00", disabled_elder_care=elder), DAY, TABLE)
    assert {name for name, part in parts.items() if part.given} == {kept}


def test_a_person_may_choose_the_lower_one() -> None:
    assert paid(yuan(disability_care="80.00", disabled_elder_care="200.00"), "disability_care") == {
        "disability_care": "80.00", "disabled_elder_care": "0.00",
    }  # fmt: skip


def test_of_three_only_one_of_each_pair_stays_and_it_is_the_most_money() -> None:
    claims = yuan(disability_care="80.00", care_subsidy="100.00", disabled_elder_care="90.00",
                  disability_living="70.00", old_age="60.00")  # fmt: skip
    assert {name for name, part in settle(claims, DAY, TABLE).items() if part.given} == {
        "care_subsidy",
        "disability_living",
    }


@pytest.mark.parametrize(
    ("insurance", "subsidy"),
    [("79.99", "0.01"), ("80.00", "0.00"), ("80.01", "0.00"), ("900.00", "0.00"), ("0.00", "80.00")],
)
def test_care_that_the_insurance_pays_is_not_paid_again(insurance: str, subsidy: str) -> None:
    claims = yuan(disability_care="80.00", long_term_care_insurance=insurance)
    assert paid(claims) == {"disability_care": subsidy, "long_term_care_insurance": insurance}


def test_home_care_leaves_everything_else_as_it_was() -> None:
    claims = yuan(
        home_care="100.00", dibao="300.00", disability_living="70.00", disability_care="80.00", old_age="0.00"
    )
    assert {part.paid == part.full for part in settle(claims, DAY, TABLE).values()} == {True}


@pytest.mark.parametrize("child", sorted(CHILDREN))
@pytest.mark.parametrize("elder", sorted(ELDERS))
def test_a_child_who_is_an_old_person_is_a_mistake_in_the_data(child: str, elder: str) -> None:
    with pytest.raises(ImpossibleError, match="请核对出生日期"):
        settle({child: Decimal(1), elder: Decimal(1)}, DAY, TABLE)


def test_a_name_that_is_not_in_the_table_stops_loudly() -> None:
    for claims in (yuan(lottery="1.00"), yuan(dibao="1.00", lottery="1.00")):
        with pytest.raises(LookupError):
            settle(claims, DAY, TABLE)


def test_before_somebody_applies_they_hear_what_will_change() -> None:
    source = "民发〔2019〕62号三（一）"
    said = [
        together.advice("unsupported_child", pair, TABLE)
        for pair in together.against("unsupported_child", HELD, DAY, TABLE)
    ]
    assert [words.split("：")[0] for words in said] == [
        f"事实无人抚养儿童基本生活补贴只补超过最低生活保障的部分（{source}",
        f"事实无人抚养儿童基本生活补贴只补超过困难残疾人生活补贴的部分（{source}",
    ]
    other_way = together.against("dibao", {"unsupported_child"}, DAY, TABLE)
    assert together.advice("dibao", other_way[0], TABLE).startswith(
        "享受最低生活保障后，事实无人抚养儿童基本生活补贴改为补差"
    )
    assert together.against("temporary", set(NAMES), DAY, TABLE) == []


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_advice_is_a_sentence_with_its_source_from_both_sides(pair: tuple[str, str]) -> None:
    row = TABLE.pair(*pair, DAY)
    for name in pair:
        said = together.advice(name, row, TABLE)
        assert said.endswith(f"（{row.article}）。")
        assert "UNSURE" not in said
        assert TABLE.title(row.other(name)) in said


# -- properties


def _lawful(names: set[str]) -> bool:
    return not (names & CHILDREN and names & ELDERS)


CLAIMS = st.dictionaries(st.sampled_from(NAMES), YUAN, max_size=8).filter(lambda some: _lawful(set(some)))


@given(CLAIMS)
def test_nobody_gets_more_than_they_claim_and_nothing_is_negative(claims: dict[str, Decimal]) -> None:
    for name, part in settle(claims, DAY, TABLE).items():
        assert 0 <= part.paid <= part.full == claims[name]
        assert part.given or part.paid == 0
        assert (part.paid == part.full and part.given) or part.words


@given(CLAIMS)
def test_what_is_paid_breaks_no_row(claims: dict[str, Decimal]) -> None:
    parts = settle(claims, DAY, TABLE)
    for first, second in combinations(sorted(claims), 2):
        rule = TABLE.pair(first, second, DAY).rule
        assert rule not in ("excludes", "higher") or not (parts[first].given and parts[second].given)
        if rule == "top_up" and parts[first].given and parts[second].given:
            assert parts[first].paid + parts[second].paid <= max(claims[first], claims[second])


@given(CLAIMS.filter(lambda some: len(some) <= 4))
def test_the_order_of_the_claims_changes_nothing(claims: dict[str, Decimal]) -> None:
    assert {str(settle(dict(some), DAY, TABLE)) for some in permutations(claims.items())} == {
        str(settle(claims, DAY, TABLE))
    }


@given(CLAIMS)
def test_whoever_is_left_out_is_left_out_for_something_that_is_given(claims: dict[str, Decimal]) -> None:
    parts = settle(claims, DAY, TABLE)
    assert all(part.given or parts[part.pair.other(name)].given for name, part in parts.items() if part.pair)
