"""What people do with devices: register, place, test, take out of service; each verb stamps the register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select, update

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.devices import changes, rules
from backend.devices.errors import AlreadyRegisteredError, NotPlacedError, ReasonMissingError
from backend.devices.models import Device
from backend.devices.states import DISCOVERED, IN_SERVICE, MACHINE, REGISTERED
from backend.devices.vocabulary import Capability
from backend.eldercare import places

MIN_REASON = 2


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a device belongs: one of elder, bed or room; or only the site that answers for it."""

    elder_id: UUID | None = None
    bed_id: UUID | None = None
    room_id: UUID | None = None
    site_code: str | None = None


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What an installer knows. ``external_id`` is the device's id within ``source``, as its decoder reads it."""

    source: str
    external_id: str
    name: str
    spot: Spot = field(default_factory=Spot)
    kind: Literal["device", "gateway"] = "device"
    model: str | None = None
    vendor: str | None = None
    power: Literal["battery", "mains", "unknown"] = "unknown"
    capabilities: Sequence[str] = ()
    gateway_id: UUID | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    expected_interval_s: int | None = None


def get(work: Work, device_id: UUID) -> Device:
    """The device, locked against other verbs until the end of the transaction. Raises ``NotFoundError``."""
    found = for_update(work, select(Device).where(Device.id == device_id))
    # The row may have been read before it was locked: what counts is what the lock found.
    row = work.session.scalars(found.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFoundError(device=device_id)
    return row


def register(work: Work, new: NewDevice, *, device_id: UUID | None = None) -> Device:
    """Enter a device, or take over one that its gateway announced; it pages nobody until it is proven.

    ``device_id``: the id of a new row, where the caller has to know it before.
    Raises ``AlreadyRegisteredError``, ``NotPlacedError``, ``BadInputError``.
    """
    _check(new)
    row = work.session.scalars(
        for_update(work, select(Device).where(Device.source == new.source, Device.external_id == new.external_id))
    ).first()
    if row is None:
        row = Device(source=new.source, external_id=new.external_id, registered_at=work.now, state=DISCOVERED)
        row.id = device_id or new_id()
        work.session.add(row)
    elif "register" not in MACHINE.actions(row.state):
        raise AlreadyRegisteredError(name=row.name)
    _move(work, row, "register")
    row.registered_at, row.in_service_at, row.last_seen_at = work.now, None, None
    row.test_until = work.now + rules.INSTALL_WINDOW
    _describe(row, new)
    _put(work, row, new.spot)
    _changed(work, row, "device.registered", source=new.source)
    return row


def _check(new: NewDevice) -> None:
    if not rules.IDENTIFIER.fullmatch(new.external_id):
        raise BadInputError(field="设备编号", why="不能为空，不能有 + # 或控制字符，最长 200 字")
    if not new.name.strip():
        raise BadInputError(field="设备名称", why="不能为空")
    unknown = [name for name in new.capabilities if name not in set(Capability)]
    if unknown:
        raise BadInputError(field="设备能力", why=f"没有“{unknown[0]}”这一项")
    if new.expected_interval_s is not None and new.expected_interval_s not in rules.INTERVAL_S:
        raise BadInputError(field="上报间隔", why="应在 30 秒到 7 天之间")


def _move(work: Work, row: Device, action: str) -> None:
    target = MACHINE.next(row.state, action)
    if target != row.state:
        row.state_since, row.state_note = work.now, None
    row.state = target


def _describe(row: Device, new: NewDevice) -> None:
    row.kind, row.name = new.kind, new.name.strip()
    row.model, row.vendor = new.model or row.model, new.vendor or row.vendor
    row.power = new.power if new.power != "unknown" else row.power or "unknown"
    row.capabilities = sorted({*(row.capabilities or ()), *new.capabilities})
    row.gateway_id = new.gateway_id or row.gateway_id
    row.options = {**(row.options or {}), **new.options}
    asked = new.expected_interval_s or rules.default_interval_s(row.kind, row.power, row.capabilities)
    row.expected_interval_s = rules.cap_interval_s(asked, row.capabilities)


def _put(work: Work, row: Device, spot: Spot) -> None:
    where = places.whereabouts(work)
    found = _resolve(where, spot)
    row.elder_id, row.bed_id, row.room_id = spot.elder_id, spot.bed_id, spot.room_id
    row.site_code = found.site_code


def _resolve(where: places.Whereabouts, spot: Spot) -> places.Place:
    """The one place a spot names. Raises ``NotPlacedError`` for none or several, ``NotFoundError``."""
    named = [one for one in (spot.elder_id, spot.bed_id, spot.room_id) if one is not None]
    if len(named) > 1 or (not named and spot.site_code is None):
        raise NotPlacedError
    elder = where.elders.get(spot.elder_id) if spot.elder_id else None
    place = (
        (elder.place if elder else None)
        or (where.beds.get(spot.bed_id) if spot.bed_id else None)
        or (where.rooms.get(spot.room_id) if spot.room_id else None)
        or (where.sites.get(spot.site_code) if spot.site_code and not named else None)
    )
    if place is None:
        raise NotFoundError(place=spot)
    return place


def path_of(work: Work, spot: Spot) -> str:
    """The division path of the site that answers for a spot. Raises ``NotPlacedError``, ``NotFoundError``."""
    return _resolve(places.whereabouts(work), spot).division_path


def place_device(work: Work, device_id: UUID, spot: Spot) -> Device:
    """Say where a device belongs from now on. Raises ``WrongStateError``, ``NotPlacedError``, ``NotFoundError``."""
    row = get(work, device_id)
    _move(work, row, "place")
    _put(work, row, spot)
    _changed(work, row, "device.placed", bed=spot.bed_id, room=spot.room_id, elder=spot.elder_id)
    return row


def start_test(work: Work, device_id: UUID, minutes: int) -> Device:
    """Test mode: presses until then are logged and page nobody. It ends by itself; 0 minutes ends it now."""
    if minutes and minutes not in rules.TEST_MODE_MINUTES:
        raise BadInputError(field="测试时长", why="应在 1 到 120 分钟之间")
    row = get(work, device_id)
    _move(work, row, "start_test")
    row.test_until = work.now + timedelta(minutes=minutes) if minutes else None
    _changed(work, row, "device.test_mode", minutes=minutes)
    return row


def start_maintenance(work: Work, device_id: UUID, reason: str) -> Device:
    """Out of service: heard and recorded, pages nobody. The reason stands on the device list."""
    row = get(work, device_id)
    _move(work, row, "start_maintenance")
    row.state_note, row.test_until = _reason(reason), None
    _changed(work, row, "device.maintenance_started", reason=row.state_note)
    return row


def end_maintenance(work: Work, device_id: UUID) -> Device:
    """Back in service; its silence counts from now."""
    row = get(work, device_id)
    _move(work, row, "end_maintenance")
    row.in_service_at, row.offline_since = work.now, None
    _changed(work, row, "device.maintenance_ended")
    return row


def retire(work: Work, device_id: UUID, reason: str) -> Device:
    """Out of the register for good; its history stays. Its broker account is ended by ``provisioning``."""
    row = get(work, device_id)
    _move(work, row, "retire")
    row.state_note, row.offline_since = _reason(reason), None
    _changed(work, row, "device.retired", reason=row.state_note)
    return row


def _reason(text: str) -> str:
    if len(text.strip()) < MIN_REASON:
        raise ReasonMissingError
    return text.strip()[:200]


def prove(work: Work, device_id: UUID) -> bool:
    """A live test was seen: registered → in service. True for the one caller whose transaction did it."""
    won = work.execute_dml(
        update(Device)
        .where(Device.id == device_id, Device.state == REGISTERED)
        .values(state=IN_SERVICE, in_service_at=work.now, state_since=work.now, test_until=None)
        .execution_options(synchronize_session=False)
    )
    if won:
        _tested(work, device_id, "device.proven")
    return bool(won)


def record_test(work: Work, device_id: UUID) -> None:
    """A test press of a device in service or in maintenance: logged, and the next one is due later."""
    _tested(work, device_id, "device.tested")


def _tested(work: Work, device_id: UUID, action: str) -> None:
    row = work.session.get_one(Device, device_id, populate_existing=True)
    row.last_test_at = work.now
    row.test_due_at = rules.next_test(places.site_kind(work, row.site_code), work.now) if _is_button(row) else None
    _changed(work, row, action, due=row.test_due_at)


def _is_button(row: Device) -> bool:
    return Capability.SOS in row.capabilities


def _changed(work: Work, row: Device, action: str, **facts: Any) -> None:
    audit.record(work, action, f"device:{row.id}", **{name: value for name, value in facts.items() if value})
    changes.bump(work)
