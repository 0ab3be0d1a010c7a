"""The arithmetic of escalation. Pure: a frozen plan, when it started and what time it is, in; what is due, out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# A record older than this at arrival is late news; a device clock outside the window is not believed.
BACKLOG_AFTER = timedelta(minutes=10)
TRUST_PAST = timedelta(hours=24)
TRUST_FUTURE = timedelta(minutes=5)
ANSWER_TARGETS_S = (60, 180)


@dataclass(frozen=True, slots=True)
class StepDue:
    """The step to run now. ``label`` is unique within a round; ``skipped`` steps fell into an outage."""

    index: int
    label: str
    next_at: datetime
    skipped: int


def step_due(plan: Mapping[str, Any], started_at: datetime, done: int, now: datetime) -> StepDue | None:
    """The latest step that is due and not yet done, or None. ``done`` counts steps and repeats already run.

    After an outage only the step due *now* runs: the skipped ones would be a burst of old news.
    """
    steps, repeat = plan["steps"], plan["repeat_s"]
    elapsed = (now - started_at).total_seconds()
    last = len(steps) - 1
    reached = sum(1 for step in steps if step["after_s"] <= elapsed)
    if reached > last:
        reached += int((elapsed - steps[last]["after_s"]) // repeat)
    if reached <= done:
        return None
    index = min(reached - 1, last)
    return StepDue(index, f"s{reached}", at_of(plan, started_at, reached), reached - done - 1)


def at_of(plan: Mapping[str, Any], started_at: datetime, number: int) -> datetime:
    """When step ``number`` (0-based, repeats counted on) is due."""
    steps = plan["steps"]
    last = len(steps) - 1
    if number <= last:
        return started_at + timedelta(seconds=steps[number]["after_s"])
    return started_at + timedelta(seconds=steps[last]["after_s"] + (number - last) * plan["repeat_s"])


def done_after(label: str) -> int:
    """How many steps have been run once the step with this label has."""
    return int(label.removeprefix("s"))


@dataclass(frozen=True, slots=True)
class Timing:
    """When something happened, as far as the device's clock can be believed."""

    occurred_at: datetime
    delayed: bool
    clock_bad: bool


def timing(device_time: datetime | None, received_at: datetime) -> Timing:
    """Device time, receive time and backlog told apart (a press is never dropped for its time)."""
    if device_time is None:
        return Timing(received_at, delayed=False, clock_bad=False)
    if device_time > received_at + TRUST_FUTURE or device_time < received_at - TRUST_PAST:
        return Timing(received_at, delayed=False, clock_bad=True)
    late = received_at - device_time > BACKLOG_AFTER
    return Timing(min(device_time, received_at), delayed=late, clock_bad=False)


def answered_within(seconds: list[float | None], limit: float) -> float | None:
    """The share (0…1) of alarms answered within ``limit`` seconds; None where there was no alarm."""
    if not seconds:
        return None
    return sum(1 for value in seconds if value is not None and value <= limit) / len(seconds)
