"""Finding answers: what people really type, and what must never be answered."""

from pathlib import Path
from typing import Any

import pytest

from backend.core import strict_yaml
from backend.guides.items import items
from backend.guides.knowledge import answers, index
from backend.guides.rules import SHOWN, Answer, Index, Wording, features

QUESTIONS: dict[str, list[dict[str, str]]] = strict_yaml.load(Path(__file__).with_name("questions.yaml"))
# What was measured when the words and the threshold were set; a change that answers worse must say so here.
# `held` was looked at once, afterwards.
RIGHT = {"tune": 0.98, "held": 0.80}


def top(text: str) -> str:
    found = index().search(text)
    return found[0].answer.guide if found else "none"


def rate(half: str) -> float:
    asked = QUESTIONS[half]
    return sum(top(one["ask"]) == one["guide"] for one in asked) / len(asked)


@pytest.mark.parametrize("half", sorted(RIGHT))
def test_the_first_answer_is_as_often_right_as_was_measured(half: str) -> None:
    assert len(QUESTIONS[half]) >= 40
    assert rate(half) >= RIGHT[half]


def test_no_question_stands_in_both_halves() -> None:
    tune, held = ({one["ask"] for one in QUESTIONS[half]} for half in ("tune", "held"))
    assert tune & held == set()


def test_every_expected_guide_exists() -> None:
    expected = {one["guide"] for half in QUESTIONS.values() for one in half}
    assert expected - {"none"} == set(items())


@pytest.mark.parametrize(
    "text",
    [
        "今天天气怎么样",
        "明天会下雨吗",
        "讲个笑话",
        "社保卡丢了怎么补办",
        "养老院一个月多少钱",
        "婚假有几天",
        "",
        "？？？",
        "abc",
        "😀",
    ],
)
def test_what_is_not_ours_is_handed_over(text: str) -> None:
    assert index().search(text) == []


def test_every_answer_stands_word_for_word_in_a_guide_item_with_its_article() -> None:
    said = {(one.guide, one.heading, one.text) for item in items().values() for one in answers(item)}
    for half in QUESTIONS.values():
        for one in half:
            for found in index().search(one["ask"]):
                assert (found.answer.guide, found.answer.heading, found.answer.text) in said
                assert found.answer.law


def test_there_are_never_more_than_three_answers_and_the_nearest_is_first() -> None:
    for one in QUESTIONS["tune"]:
        near = [found.nearness for found in index().search(one["ask"])]
        assert len(near) <= SHOWN
        assert near == sorted(near, reverse=True)


def test_a_guides_own_way_of_asking_finds_that_answer() -> None:
    lost = [
        (ask, found.answer.heading if found else None)
        for item in items().values()
        for own in item.answers
        for ask in own.ask
        if (found := next(iter(index().search(ask)), None)) is None or found.answer.guide != item.code
    ]
    assert len(lost) <= 10, lost


def test_the_longest_word_is_replaced_and_each_place_only_once() -> None:
    wording = Wording({"可以": ["能"], "智能手机": ["智能机"], "补领": ["补", "补办"]}, ["请问"])
    assert wording.of("请问，智能手机能补办补领吗？") == "智能手机可以补领补领吗"


@pytest.mark.parametrize(("text", "same"), [("ＡＢ１", "ab1"), ("结 婚\n登记！", "结婚登记"), ("", "")])
def test_width_spaces_and_signs_say_nothing(text: str, same: str) -> None:
    assert Wording({"甲": ["乙"]}, []).of(text) == same


def test_features_are_characters_and_neighbours() -> None:
    assert set(features("结婚证")) == {"结", "婚", "证", "结婚", "婚证"}


def small(**more: Any) -> Index:
    answer = Answer("a", "甲", "头", "答", ("法",), ("怎么结婚登记",), ("结婚",))
    return Index([answer], Wording({}, [], **more))


def test_without_a_word_of_the_matter_only_the_exact_question_is_answered() -> None:
    assert small().search("怎么结婚登记")[0].answer.guide == "a"
    assert small().search("怎么登记车辆") == []


def test_a_word_of_another_matter_ends_the_search() -> None:
    assert small(elsewhere=["车辆"]).search("怎么结婚登记车辆") == []


def test_nothing_to_search_finds_nothing() -> None:
    assert Index([], Wording({}, [])).search("结婚") == []
