"""Samples in: what is kept, what is newest, and which edges are told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backend.core.clock import ManualClock
from backend.core.ids import new_id
from backend.devices.vocabulary import SPECS
from backend.sensing.models import Latest, Reading
from backend.sensing.rulebook import shipped
from backend.sensing.rules import EventRule

pytestmark = pytest.mark.both_databases

MINUTE = timedelta(minutes=1)
FEW = settings(max_examples=25, suppress_health_check=list(HealthCheck))


def told(findings: list[Any]) -> list[tuple[str, str]]:
    return [(finding.action, finding.kind) for finding in findings]


def latest(bed: Any, capability: str) -> Latest:
    with bed.work() as w:
        row = w.session.get(Latest, (bed.device_id, capability))
    assert row is not None
    return row


def test_readings_are_kept_exactly_as_the_models_read_them(bed: Any, clock: ManualClock) -> None:
    at = datetime(2026, 11, 22, 8, 30, 15, 123456, tzinfo=UTC)
    clock.advance(86_400)
    bed.say("temperature", 21.5, at=at)
    bed.say("geofence", None, text="院外", at=at.astimezone())
    with bed.work() as w:
        rows = w.session.scalars(select(Reading).order_by(Reading.seq)).all()
    assert [(row.device_id, row.elder_id, row.at) for row in rows] == [(bed.device_id, bed.elder_id, at)] * 2
    assert [(row.value, row.text, row.stored_at) for row in rows] == [
        (21.5, None, clock.now()),
        (None, "院外", clock.now()),
    ]


def test_an_empty_batch_is_nothing(bed: Any) -> None:
    assert bed.send([]) == []


def test_the_newest_value_wins_whatever_the_order(bed: Any, clock: ManualClock) -> None:
    start = clock.now()
    clock.advance(600)
    bed.send([bed.sample("temperature", value, at=start + value * MINUTE) for value in (2.0, 5.0, 3.0)])
    bed.say("temperature", 4.0, at=start + 4 * MINUTE)
    assert (latest(bed, "temperature").value, latest(bed, "temperature").at) == (5.0, start + 5 * MINUTE)


def test_of_two_values_at_one_moment_the_later_arrival_is_the_newest(bed: Any) -> None:
    bed.send([bed.sample("temperature", 1.0), bed.sample("temperature", 2.0)])
    assert latest(bed, "temperature").value == 2.0


def test_the_moment_of_change_stays_while_the_value_does(bed: Any, clock: ManualClock) -> None:
    bed.say("presence", 1.0)
    began = clock.now()
    for _ in range(3):
        clock.advance(60)
        bed.say("presence", 1.0)
    assert latest(bed, "presence").changed_at == began
    clock.advance(60)
    bed.say("presence", 0.0)
    assert latest(bed, "presence").changed_at == clock.now()


def test_a_clock_that_runs_ahead_does_not_make_the_next_value_old(bed: Any, clock: ManualClock) -> None:
    bed.say("smoke", 0.0, at=clock.now() + 5 * MINUTE, received_at=clock.now())
    clock.advance(1)
    assert told(bed.say("smoke", 1.0)) == [("raise", "smoke")]


EVENTS = [rule for rule in shipped().values() if isinstance(rule, EventRule)]


@pytest.mark.parametrize("rule", EVENTS, ids=lambda rule: rule.name)
def test_every_alarming_state_is_told_when_it_begins_and_when_it_ends(bed: Any, clock: ManualClock, rule: Any) -> None:
    capability = rule.capability.value
    [begun] = bed.say(capability, 1.0)
    assert (begun.action, begun.kind, begun.severity, begun.text) == ("raise", rule.kind, rule.severity, rule.says)
    clock.advance(1)
    assert bed.say(capability, 1.0) == []
    clock.advance(1)
    [ended] = bed.say(capability, 0.0)
    assert (ended.action, ended.kind, ended.severity, ended.text) == ("clear", rule.kind, None, rule.clears)
    assert (ended.device_id, ended.elder_id, ended.at) == (bed.device_id, bed.elder_id, clock.now())


def test_every_alarming_name_of_the_vocabulary_has_a_rule() -> None:
    watched = {capability for rule in shipped().values() for capability in getattr(rule, "events", ())}
    watched |= {rule.capability for rule in EVENTS}
    assert {name for name, spec in SPECS.items() if spec.alarming is True} == watched


def test_a_first_value_that_is_fine_is_no_news(bed: Any) -> None:
    assert bed.say("smoke", 0.0) == []


def test_each_press_is_told_even_at_the_same_moment(bed: Any) -> None:
    presses = [bed.sample("sos", 1.0, momentary=True) for _ in range(2)]
    assert told(bed.send(presses)) == [("raise", "sos")] * 2


def test_a_late_press_is_told(bed: Any, clock: ManualClock) -> None:
    bed.say("sos", 1.0, momentary=True)
    before = clock.now() - MINUTE
    assert told(bed.say("sos", 1.0, momentary=True, at=before)) == [("raise", "sos")]


def test_a_resolved_event_is_a_clear(bed: Any) -> None:
    assert told(bed.say("inactivity", 0.0, momentary=True)) == [("clear", "inactivity")]


def test_a_press_does_not_hide_the_next_level(bed: Any, clock: ManualClock) -> None:
    bed.say("sos", 1.0, momentary=True)
    clock.advance(1)
    assert told(bed.say("sos", 1.0)) == [("raise", "sos")]


def test_a_level_older_than_the_newest_changes_nothing(bed: Any, clock: ManualClock) -> None:
    bed.say("smoke", 0.0)
    assert bed.say("smoke", 1.0, at=clock.now() - MINUTE) == []
    clock.advance(1)
    assert told(bed.say("smoke", 1.0)) == [("raise", "smoke")]


def test_values_that_are_not_live_neither_raise_nor_hide_the_live_edge(bed: Any, clock: ManualClock) -> None:
    assert bed.say("smoke", 1.0, live=False) == []
    assert latest(bed, "smoke").value == 1.0
    clock.advance(1)
    assert told(bed.say("smoke", 1.0)) == [("raise", "smoke")]


def test_values_that_are_not_live_do_not_swallow_the_clear(bed: Any, clock: ManualClock) -> None:
    bed.say("smoke", 1.0)
    clock.advance(1)
    assert bed.say("smoke", 0.0, live=False) == []
    clock.advance(1)
    assert told(bed.say("smoke", 0.0)) == [("clear", "smoke")]


def test_a_press_that_is_not_live_is_kept_and_not_told(bed: Any) -> None:
    assert bed.say("sos", 1.0, momentary=True, live=False) == []
    assert latest(bed, "sos").value == 1.0


@FEW
@given(values=st.lists(st.booleans(), max_size=30), cuts=st.lists(st.integers(0, 30), max_size=6))
def test_no_edge_is_missed_however_the_samples_are_batched(
    another_bed: Callable[..., Any], clock: ManualClock, values: list[bool], cuts: list[int]
) -> None:
    bed, start = another_bed(), clock.now()
    clock.advance(len(values))
    samples = [bed.sample("gas", float(on), at=start + timedelta(seconds=n)) for n, on in enumerate(values)]
    borders = sorted({0, len(samples), *(cut for cut in cuts if cut < len(samples))})
    findings = [finding for a, b in pairwise(borders) for finding in bed.send(samples[a:b])]
    pairs = zip([False, *values], values, strict=False)
    assert [f.action for f in findings] == ["raise" if now else "clear" for was, now in pairs if was != now]


@FEW
@given(order=st.permutations(range(8)), values=st.lists(st.floats(0, 50), min_size=8, max_size=8))
def test_the_newest_value_is_the_same_for_any_order_of_arrival(
    another_bed: Callable[..., Any], clock: ManualClock, order: list[int], values: list[float]
) -> None:
    bed, start = another_bed(), clock.now()
    clock.advance(8)
    for number in order:
        bed.say("temperature", values[number], at=start + timedelta(seconds=number))
    assert (latest(bed, "temperature").value, latest(bed, "temperature").at) == (
        values[7],
        start + timedelta(seconds=7),
    )


def test_three_high_heart_rates_over_two_minutes_are_told_in_a_sentence(bed: Any, clock: ManualClock) -> None:
    found = []
    for _ in range(3):
        found = bed.say("heart_rate", 125.0)
        clock.advance(60)
    assert [finding.text for finding in found] == ["心率 125 次/分，高于 120，已持续 2 分钟"]
    assert (found[0].kind, found[0].severity) == ("heart_rate", 3)
    assert found[0].detail["limit"] == 120


def test_a_threshold_at_rest_leaves_no_row_behind(bed: Any, clock: ManualClock) -> None:
    for value in (125.0, 125.0, 80.0):
        bed.say("heart_rate", value)
        clock.advance(10)
    assert "heart_rate" not in bed.states()


def test_the_count_in_a_row_survives_from_batch_to_batch_and_rises_to_critical(bed: Any, clock: ManualClock) -> None:
    severities = []
    for value in (125.0, 125.0, 125.0, 140.0, 140.0, 140.0):
        severities += [finding.severity for finding in bed.say("heart_rate", value)]
        clock.advance(10)
    assert severities == [3, 4]


@pytest.mark.parametrize(("gap", "raised"), [(599, 1), (600, 1), (601, 0)])
def test_values_too_far_apart_are_not_in_a_row(bed: Any, clock: ManualClock, gap: int, raised: int) -> None:
    bed.say("heart_rate", 125.0)
    bed.say("heart_rate", 125.0)
    clock.advance(gap)
    assert len(bed.say("heart_rate", 125.0)) == raised


def test_zero_is_no_heart_rate(bed: Any) -> None:
    assert [bed.say("heart_rate", 0.0) for _ in range(4)] == [[]] * 4


def test_a_late_value_does_not_count_in_the_row(bed: Any, clock: ManualClock) -> None:
    bed.say("heart_rate", 125.0)
    bed.say("heart_rate", 125.0)
    assert bed.say("heart_rate", 125.0, at=clock.now() - MINUTE) == []
    assert len(bed.say("heart_rate", 125.0)) == 1


@pytest.mark.parametrize(("days", "raised"), [(2.99, 1), (3.0, 1), (3.01, 0)])
def test_a_stale_battery_value_says_nothing(bed: Any, clock: ManualClock, days: float, raised: int) -> None:
    assert len(bed.say("battery", 5.0, at=clock.now() - timedelta(days=days))) == raised


def test_a_low_battery_is_told_once_and_clears_at_fifteen_percent(bed: Any, clock: ManualClock) -> None:
    seen = []
    for value in (10.0, 9.0, 8.0, 12.0, 14.9, 15.0):
        clock.advance(60)
        seen += told(bed.say("battery", value))
    assert seen == [("raise", "battery_low"), ("clear", "battery_low")]


def test_a_device_that_went_to_another_elder_starts_afresh(bed: Any, clock: ManualClock) -> None:
    bed.say("heart_rate", 125.0)
    bed.say("heart_rate", 125.0)
    bed.elder_id = new_id()
    clock.advance(1)
    assert bed.say("heart_rate", 125.0) == []
