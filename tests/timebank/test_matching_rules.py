"""Who is asked first and why: kind, skills and nearness must fit; the rest moves somebody up, in words."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.core.clock import CHINA
from backend.timebank.matching_rules import Candidate, Need, match
from backend.timebank.order_rules import distance_m

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)
HERE = (105.93, 29.36)
WEIGHTS = {"near": 30, "before": 25, "hours": 20, "language": 15, "fair": 20}
DIVISIONS = ["500118", "500118101", "500118101001"]
NEED = Need(
    kind="meals", skills=frozenset(), language=None, language_zh="本地方言", sex=None, starts=MONDAY,
    ends=MONDAY + timedelta(hours=2), minutes=60, place=HERE, divisions=DIVISIONS,
)  # fmt: skip
ONE = Candidate(
    services=frozenset({"meals"}), skills=frozenset({"cooking"}), languages=frozenset({"local"}), areas=frozenset(),
    hours=[], sex="female", place=HERE, divisions=DIVISIONS,
)  # fmt: skip


def score(need: Need = NEED, one: Candidate = ONE, radius_m: int = 10_000) -> float:
    found = match(need, one, WEIGHTS, radius_m)
    assert found is not None
    return found.score


@pytest.mark.parametrize(
    ("need", "one"),
    [
        ({"kind": "bathing"}, {}),
        ({"skills": frozenset({"driving"})}, {}),
        ({"sex": "male"}, {}),
        ({}, {"disliked": True}),
        ({}, {"place": (105.93, 29.46)}),
        ({"place": None}, {"divisions": ["500118", "500118102"]}),
    ],
)
def test_who_cannot_do_it_is_not_asked(need: dict[str, Any], one: dict[str, Any]) -> None:
    assert match(replace(NEED, **need), replace(ONE, **one), WEIGHTS, 10_000) is None


def test_as_far_as_the_radius_and_not_a_metre_further() -> None:
    away = (105.93, 29.40)
    metres = distance_m(HERE, away)
    there = replace(ONE, place=away)
    assert match(NEED, there, WEIGHTS, metres) is not None
    assert match(NEED, there, WEIGHTS, metres - 1) is None


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({}, {"place": (105.94, 29.36)}),
        ({"before": 1}, {}),
        ({"before": 3}, {"before": 2}),
        ({"lately": 0}, {"lately": 1}),
        ({"hours": [[0, 540, 720]]}, {}),
        ({}, {"hours": [[1, 540, 720]]}),
    ],
)
def test_what_moves_somebody_up(better: dict[str, Any], worse: dict[str, Any]) -> None:
    assert score(one=replace(ONE, **better)) > score(one=replace(ONE, **worse))


def test_the_language_counts_only_where_one_is_wished_for() -> None:
    silent = replace(ONE, languages=frozenset())
    assert score(one=silent) == score()
    assert score(replace(NEED, language="local")) == score(replace(NEED, language="local"), silent) + 15


@pytest.mark.parametrize(
    ("hours", "fits"),
    [([[0, 600, 660]], True), ([[0, 600, 659]], False), ([[0, 0, 1440]], True), ([[6, 600, 720]], False)],
)
def test_the_weekly_hours_must_hold_the_minutes(hours: list[list[int]], fits: bool) -> None:
    found = match(NEED, replace(ONE, hours=hours), WEIGHTS, 10_000)
    assert found is not None
    assert ("是您方便的时间" in found.reasons) == fits


def test_a_window_over_midnight_is_looked_at_on_both_days() -> None:
    night = replace(NEED, starts=MONDAY.replace(hour=23), ends=MONDAY.replace(hour=23) + timedelta(hours=2))
    for hours, fits in (([[0, 1380, 1440]], True), ([[1, 0, 60]], True), ([[1, 0, 59]], False)):
        found = match(night, replace(ONE, hours=hours), WEIGHTS, 10_000)
        assert found is not None
        assert ("是您方便的时间" in found.reasons) == fits


def test_the_reasons_are_words_and_tell_nobodys_door() -> None:
    known = replace(ONE, place=(105.93, 29.3674), before=2, hours=[[0, 540, 720]])
    found = match(replace(NEED, language="local"), known, WEIGHTS, 10_000)
    assert found is not None
    assert found.reasons == [
        "离您约800米", "以前也是您去的", "是您方便的时间", "您会说本地方言", "最近还没有请您帮过忙",
    ]  # fmt: skip
    nowhere = match(NEED, replace(ONE, place=None), WEIGHTS, 10_000)
    assert nowhere is not None
    assert nowhere.reasons[0] == "和您同一个村（社区）"
