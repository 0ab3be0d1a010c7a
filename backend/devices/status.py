"""How devices are doing, for people who look: last contact, battery, what is due."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from backend.core.db import Work
from backend.devices import rules
from backend.devices.models import Device
from backend.devices.registry import Registered, load
from backend.devices.states import IN_SERVICE, RETIRED


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """``battery`` is None when the last reading is too old to say anything about today."""

    id: UUID
    name: str
    state: str
    offline: bool
    last_seen_at: datetime | None
    battery: float | None


@dataclass(frozen=True, slots=True)
class OverdueTest:
    """A button that nobody has pressed for a test since it was due."""

    device_id: UUID
    name: str
    place: str
    site_code: str | None
    division_path: str
    due_at: datetime
    last_test_at: datetime | None


def of_elder(work: Work, elder_id: UUID, bed_id: UUID | None) -> list[DeviceStatus]:
    """The devices an elder wears and those of their bed, by name."""
    theirs = or_(Device.elder_id == elder_id, Device.bed_id == bed_id) if bed_id else Device.elder_id == elder_id
    rows = work.session.scalars(select(Device).where(theirs, Device.state != RETIRED).order_by(Device.name))
    return [_status(row, work.now) for row in rows]


def _status(row: Device, now: datetime) -> DeviceStatus:
    battery = rules.battery_now(row.battery, row.battery_at, now)
    return DeviceStatus(row.id, row.name, row.state, row.offline_since is not None, row.last_seen_at, battery)


def overdue_tests(work: Work) -> list[OverdueTest]:
    """Press tests that are due, the longest overdue first; for the board, each viewer cut to their subtree."""
    known = {one.id: one for one in load(work)}
    rows = work.session.execute(
        select(Device.id, Device.test_due_at, Device.last_test_at)
        .where(Device.state == IN_SERVICE, Device.test_due_at < work.now)
        .order_by(Device.test_due_at)
    )
    return [_overdue(known[key], due_at, last) for key, due_at, last in rows if due_at is not None]


def _overdue(device: Registered, due_at: datetime, last: datetime | None) -> OverdueTest:
    return OverdueTest(device.id, device.name, device.place_text, device.site_code, device.division_path, due_at, last)
