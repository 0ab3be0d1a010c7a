"""Thresholds at their limits, and rule files that are refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.alarms.policies import book
from backend.sensing.rulebook import load, shipped
from backend.sensing.rules import AT_REST, Memory, ThresholdRule, changed, threshold_text, weigh

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
HEART = shipped()["heart_rate"]
assert isinstance(HEART, ThresholdRule)


def verdicts(rule: ThresholdRule, *values: float) -> list[str | None]:
    memory, said = AT_REST, []
    for number, value in enumerate(values):
        memory, verdict = weigh(rule, memory, value, START + timedelta(minutes=number))
        said.append(verdict)
    return said


def once(**fields: Any) -> ThresholdRule:
    rule = changed(HEART, {"repeat": 1, **fields})
    assert isinstance(rule, ThresholdRule)
    return rule


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (40, "critical"), (41, "warning"), (42, "warning"), (49, "warning"), (50, None), (51, None),
        (119, None), (120, None), (120.1, "warning"), (130, "warning"), (130.1, "critical"), (131, "critical"),
    ],
)  # fmt: skip
def test_a_value_below_at_and_above_each_limit(value: float, verdict: str | None) -> None:
    assert verdicts(once(), value) == [verdict]


def test_one_value_less_than_the_repeat_count_says_nothing() -> None:
    assert verdicts(HEART, 125, 125) == [None, None]


def test_the_repeat_count_is_said_once_and_not_again() -> None:
    assert verdicts(HEART, 125, 125, 125, 125, 125) == [None, None, "warning", None, None]


def test_a_value_inside_begins_the_row_anew() -> None:
    assert verdicts(HEART, 125, 125, 120, 125, 125) == [None] * 5


def test_severity_rises_in_place_after_its_own_row() -> None:
    assert verdicts(HEART, 125, 125, 125, 135, 135, 135) == [None, None, "warning", None, None, "critical"]


def test_a_row_of_critical_values_is_critical_at_once() -> None:
    assert verdicts(HEART, 135, 135, 135) == [None, None, "critical"]


def test_severity_never_falls_silently() -> None:
    assert verdicts(HEART, *[135] * 3, *[125] * 4) == [None, None, "critical", None, None, None, None]


@pytest.mark.parametrize(("value", "verdict"), [(116, None), (115, "clear"), (114, "clear")])
def test_it_clears_only_beyond_the_hysteresis_from_above(value: float, verdict: str | None) -> None:
    assert verdicts(once(), 125, value) == ["warning", verdict]


@pytest.mark.parametrize(("value", "verdict"), [(54, None), (55, "clear"), (56, "clear")])
def test_it_clears_only_beyond_the_hysteresis_from_below(value: float, verdict: str | None) -> None:
    assert verdicts(once(), 45, value) == ["warning", verdict]


def test_clearing_takes_as_many_values_in_a_row_as_raising() -> None:
    assert verdicts(HEART, *[125] * 3, 80, 80, 118, 80, 80, 80)[3:] == [None, None, None, None, None, "clear"]


def test_wavering_around_the_limit_is_not_told_again() -> None:
    assert verdicts(once(), 125, 118, 125, 118, 125) == ["warning", None, None, None, None]


def test_the_other_side_is_news() -> None:
    assert verdicts(once(), 125, 45, 45, 125) == ["warning", "warning", None, "warning"]


def test_values_on_both_sides_are_not_a_row() -> None:
    assert verdicts(HEART, 125, 45, 125, 45, 125, 45) == [None] * 6


def test_a_rule_with_only_a_lower_limit_knows_no_upper_side() -> None:
    battery = shipped()["battery"]
    assert isinstance(battery, ThresholdRule)
    assert verdicts(battery, 10, 9.9, 14.9, 15, 100) == [None, "warning", None, "clear", None]


@given(st.lists(st.floats(20, 200), max_size=40))
def test_what_is_told_agrees_with_counting_by_hand(values: list[float]) -> None:
    told, level, rows = verdicts(HEART, *values), None, []
    for number, value in enumerate(values):
        rows.append("high" if value > 120 else "low" if value < 50 else "calm" if 55 <= value <= 115 else "between")
        last = rows[-3:]
        if told[number] == "clear":
            assert last == ["calm"] * 3
            assert level is not None
            level = None
        elif told[number] is not None:
            assert last in (["high"] * 3, ["low"] * 3)
            assert not (level == "critical" and told[number] == "warning")
            level = told[number]
        elif last in (["high"] * 3, ["low"] * 3):
            assert level is not None, "a full row was missed"


def test_the_sentence_says_value_limit_and_how_long() -> None:
    memory = Memory(run=3, critical_run=0, side="high", level="warning", since=START)
    text = threshold_text(HEART, "warning", 132, memory, START + timedelta(minutes=2))
    assert text == "心率 132 次/分，高于 120，已持续 2 分钟"


def test_a_short_row_is_counted_instead_of_timed() -> None:
    memory = Memory(run=3, critical_run=3, side="low", level="critical", since=START)
    text = threshold_text(HEART, "critical", 38, memory, START + timedelta(seconds=59))
    assert text == "心率 38 次/分，低于 41，连续 3 次"


def test_every_kind_a_rule_can_raise_is_a_kind_of_alarm() -> None:
    known = set(book().kinds)
    assert {rule.kind for rule in shipped().values()} <= known


GOOD = (
    "rules:\n  smoke: {type: event, capability: smoke, kind: smoke, severity: 4, says: a, clears: b, "
    "source: s, review_by: 2027-01-01}\n"
)


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the texts are compared by the tests
        load(path)
    return str(caught.value)


def test_a_good_file_loads(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert list(load(path)) == ["smoke"]


@pytest.mark.parametrize("missing", ["source: s, ", ", review_by: 2027-01-01"])
def test_a_rule_without_source_or_review_date_is_refused(tmp_path: Path, missing: str) -> None:
    assert "Field required" in refused(tmp_path, GOOD.replace(missing, ""))


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    assert "Extra inputs" in refused(tmp_path, GOOD.replace("severity", "severety"))


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    assert "severity" in refused(tmp_path, GOOD.replace("severity: 4", "severity: 4, severity: 1"))


def test_a_rule_given_twice_is_refused(tmp_path: Path) -> None:
    assert "smoke" in refused(tmp_path, GOOD + GOOD.split("\n", 1)[1])


def test_another_key_at_the_top_is_refused(tmp_path: Path) -> None:
    assert "rules" in refused(tmp_path, GOOD + "more: 1\n")


def test_a_capability_without_a_dangerous_side_is_no_event(tmp_path: Path) -> None:
    assert "does not speak of danger" in refused(tmp_path, GOOD.replace("capability: smoke", "capability: presence"))


@pytest.mark.parametrize(
    "values",
    [
        {"low": 121}, {"critical_low": 51}, {"critical_high": 119}, {"hysteresis": 36}, {"hysteresis": -1},
        {"repeat": 0}, {"severity": 5}, {"severity": 0}, {"high": float("nan")}, {"critical_severity": None},
        {"low": None, "high": None, "critical_low": None, "critical_high": None},
    ],
)  # fmt: skip
def test_numbers_that_contradict_each_other_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        changed(HEART, values)


@pytest.mark.parametrize(("seconds", "fits"), [(28_799, True), (28_800, True), (28_801, False)])
def test_a_duration_must_fit_into_its_hours(seconds: int, fits: bool) -> None:
    rule = shipped()["night_bed_exit"]
    if fits:
        assert changed(rule, {"for_s": seconds}).name == "night_bed_exit"
    else:
        with pytest.raises(ValidationError):
            changed(rule, {"for_s": seconds})
