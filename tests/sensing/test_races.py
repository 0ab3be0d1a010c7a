"""Two processes at once: the timers' look and a new sample, and two who run the same job."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.sensing import service
from backend.sensing.models import Reading

pytestmark = pytest.mark.both_databases

ROUNDS = 8


def together(app: APIFlask, *actions: Callable[[], Any]) -> list[Any]:
    """Run the actions at the same moment, each in its own thread and application context."""
    start = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait(10)
            return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result(30) for future in [pool.submit(run, action) for action in actions]]


def test_a_timer_that_two_schedulers_find_is_told_once(app: APIFlask, bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 23:00")
    bed.say("bed_occupancy", 0.0)
    clock.advance(600)
    found = together(app, *[bed.due] * 4)
    assert sum(len(findings) for findings in found) == 1


def test_who_returns_while_the_timer_runs_out_leaves_no_open_finding(
    app: APIFlask, another_bed: Callable[..., Any], clock: ManualClock
) -> None:
    another_bed().at_local("2026-11-22 23:00")
    for _ in range(ROUNDS):
        bed = another_bed()
        bed.say("bed_occupancy", 0.0)
        clock.advance(600)
        told, returned = together(app, bed.due, lambda bed=bed: bed.say("bed_occupancy", 1.0))
        mine = [finding for finding in told if finding.device_id == bed.device_id]
        assert len(returned) == len(mine), "a raise without its clear, or a clear of nothing"
        assert "night_bed_exit" not in bed.states()


def test_first_values_of_one_device_from_two_entrances_are_both_kept(
    app: APIFlask, another_bed: Callable[..., Any], clock: ManualClock
) -> None:
    for _ in range(ROUNDS):
        bed = another_bed()
        pair = [bed.sample("bed_occupancy", 0.0), bed.sample("occupancy", 1.0), bed.sample("heart_rate", 140.0)]
        together(app, lambda bed=bed, pair=pair: bed.send(pair), lambda bed=bed, pair=pair: bed.send(pair[::-1]))
        assert bed.states() == ["daytime_inactivity", "heart_rate", "night_bed_exit", "vital_signs_silent"]
        with unit_of_work() as w:
            values = select(func.count()).where(Reading.device_id == bed.device_id)
            assert w.session.scalar(values) == 6


@pytest.mark.parametrize("jobs", [2, 4])
def test_two_roll_ups_at_once_count_every_reading_once(app: APIFlask, bed: Any, clock: ManualClock, jobs: int) -> None:
    bed.send([bed.sample("temperature", float(n)) for n in range(100)])
    clock.advance(60)

    def roll() -> int:
        with unit_of_work() as w:
            return service.roll_up(w, w.now).readings

    assert sum(together(app, *[roll] * jobs)) == 100


def test_overrides_changed_at_once_by_two_are_seen_by_everybody(app: APIFlask, bed: Any) -> None:
    def change(rule: str) -> Callable[[], None]:
        def run() -> None:
            with unit_of_work() as w:
                service.set_override(w, rule, "elder", str(bed.elder_id), values={"repeat": 1}, reason="医嘱")

        return run

    bed.say("temperature", 1.0)
    together(app, change("heart_rate"), change("breathing_rate"))
    raised = [*bed.say("heart_rate", 125.0), *bed.say("breathing_rate", 23.0)]
    assert [finding.kind for finding in raised] == ["heart_rate", "breathing_rate"]
