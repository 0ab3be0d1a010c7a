"""A county with one device of each kind, for jobs that look for what is due."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.alarms.models import Alarm
from backend.core.clock import ManualClock
from backend.core.db import reading
from backend.core.ids import new_id
from backend.devices import registry
from backend.devices.models import Device
from tests.conftest import WorkFactory
from tests.support.world import HOME, World, build


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return build(w)


@pytest.fixture
def place_device(work: WorkFactory, clock: ManualClock, county: World) -> Callable[..., UUID]:
    """Put a device in service; it was heard ``silent_for`` ago."""

    def place(name: str, silent_for: timedelta = timedelta(), **facts: Any) -> UUID:
        heard = clock.now() - silent_for
        row: dict[str, Any] = {
            "id": new_id(), "source": "zigbee2mqtt", "external_id": name, "name": name, "state": "in_service",
            "site_code": HOME, "expected_interval_s": 300, "registered_at": heard, "in_service_at": heard,
            "last_seen_at": heard, "elder_id": county.elder,
        } | facts  # fmt: skip
        with work() as w:
            w.session.add(Device(**row))
            w.session.flush()
            registry.bump(w)
        return UUID(str(row["id"]))

    return place


def alarms(kind: str) -> list[Alarm]:
    """Every alarm of a kind, oldest first."""
    with reading() as work:
        return list(work.session.scalars(select(Alarm).where(Alarm.kind == kind).order_by(Alarm.raised_at)))
