"""A bed with a mattress sensor, and a way to let it speak."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.ids import new_id
from backend.sensing import service
from backend.sensing.findings import Finding
from backend.sensing.models import RuleState
from backend.sensing.samples import Sample

WorkFactory = Callable[..., AbstractContextManager[Work]]


@dataclass
class Bed:
    """One device of one elder. Values are sent at the clock's time unless another is given."""

    work: WorkFactory
    clock: ManualClock
    device_id: UUID = field(default_factory=new_id)
    elder_id: UUID | None = field(default_factory=new_id)
    bed_id: UUID | None = field(default_factory=new_id)
    site_code: str | None = "330106001"

    def sample(
        self,
        capability: str,
        value: float | None,
        *,
        at: datetime | None = None,
        received_at: datetime | None = None,
        momentary: bool = False,
        live: bool = True,
        text: str | None = None,
    ) -> Sample:
        where = (self.device_id, self.elder_id, self.bed_id, self.site_code)
        received = received_at or max(self.clock.now(), at or self.clock.now())
        return Sample(*where, capability, at or self.clock.now(), value, text, received, momentary, live)

    def say(self, capability: str, value: float | None, **more: object) -> list[Finding]:
        return self.send([self.sample(capability, value, **more)])  # type: ignore[arg-type] # passed on as they came

    def send(self, samples: list[Sample]) -> list[Finding]:
        with self.work() as w:
            return service.observe(w, samples, rules=service.rule_book(w))

    def due(self) -> list[Finding]:
        with self.work() as w:
            return service.due(w)

    def states(self) -> list[str]:
        """The rules that remember something of this device or its elder."""
        with self.work() as w:
            mine = RuleState.subject_id.in_([self.device_id, self.elder_id])
            return sorted(w.session.scalars(select(RuleState.rule).where(mine)))

    def at_local(self, text: str) -> datetime:
        """Move the clock to ``2026-11-22 21:55`` on the wall of the county."""
        moment = local(text)
        self.clock.advance((moment - self.clock.now()).total_seconds())
        return moment


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.fixture
def bed(work: WorkFactory, clock: ManualClock) -> Bed:
    return Bed(work, clock)


@pytest.fixture
def another_bed(work: WorkFactory, clock: ManualClock) -> Callable[..., Bed]:
    return lambda **facts: Bed(work, clock, **facts)
