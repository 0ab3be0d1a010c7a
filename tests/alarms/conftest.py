"""Alarm stories: a small county, a clock that is moved, and an outbox read in windows of time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.alarms import engine, raising
from backend.alarms.models import Alarm, AlarmEvent
from backend.alarms.raising import Trigger
from backend.core.clock import ManualClock
from backend.core.db import reading
from backend.notices.models import Notice
from tests.conftest import WorkFactory
from tests.support.world import HOME, HOME_PATH, World, build


@dataclass
class Story:
    """Runs the engine second by second and checks every notice: an unexpected one fails the test."""

    work: WorkFactory
    clock: ManualClock
    world: World
    start: datetime = field(init=False)
    expected: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.start = self.clock.now()

    def press(self, kind: str = "sos", **more: Any) -> UUID:
        facts: dict[str, Any] = {
            "kind": kind,
            "subject_key": f"elder:{self.world.elder}",
            "subject_name": "王秀英",
            "place": "安康养老院 2楼 203房 1床",
            "division_path": HOME_PATH,
            "occurred_at": self.clock.now(),
            "elder_id": self.world.elder,
            "site_code": HOME,
        }
        with self.work() as w:
            return raising.raise_alarm(w, Trigger(**{**facts, **more})).id

    def run(self, seconds: int, every: int = 1) -> None:
        """Let time pass, with the engine looking each second."""
        for _ in range(0, seconds, every):
            self.clock.advance(every)
            engine.run_due()

    def jump(self, seconds: int) -> None:
        """An outage: time passes and nobody looks; then the engine comes back."""
        self.clock.advance(seconds)
        engine.run_due()

    def between(self, a: float, b: float) -> list[str]:
        """Who was told in the window [a, b) after the start, sorted; these notices are now accounted for."""
        found = [one for one in self.notices() if a <= (one.created_at - self.start).total_seconds() < b]
        self.expected |= {one.id for one in found}
        return sorted(one.recipient_name for one in found if one.recipient_kind != "board")

    def notices(self) -> list[Notice]:
        with reading() as w:
            return list(w.session.scalars(select(Notice).order_by(Notice.created_at)))

    def alarm(self, alarm_id: UUID) -> Alarm:
        with reading() as w:
            return w.session.get_one(Alarm, alarm_id)

    def timeline(self, alarm_id: UUID) -> list[str]:
        with reading() as w:
            rows = w.session.scalars(
                select(AlarmEvent.type).where(AlarmEvent.alarm_id == alarm_id).order_by(AlarmEvent.number)
            )
            return list(rows)

    def nothing_else(self) -> None:
        stray = [
            one.recipient_name
            for one in self.notices()
            if one.id not in self.expected and one.recipient_kind != "board"
        ]
        assert stray == []


@pytest.fixture
def story(work: WorkFactory, clock: ManualClock) -> Story:
    with work() as w:
        world = build(w)
    return Story(work, clock, world)


@pytest.fixture
def empty_roster_story(work: WorkFactory, clock: ManualClock) -> Story:
    with work() as w:
        world = build(w, roster=False)
    return Story(work, clock, world)


StoryMaker = Callable[[], Story]
