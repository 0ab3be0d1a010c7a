"""A gateway's own list of devices: registers what it knows without typing, and never undoes what a person set."""

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy import or_, select

from backend.core import audit
from backend.core.db import Work
from backend.core.locks import for_update
from backend.devices import changes, rules
from backend.devices.messages import Inventory, InventoryEntry
from backend.devices.models import Device
from backend.devices.states import DISCOVERED, IN_SERVICE, RETIRED

log = structlog.get_logger(__name__)
NAME_MAX, HARDWARE_MAX, FACT_MAX = 128, 64, 64


@dataclass(frozen=True, slots=True)
class InventoryNews:
    """How many rows an inventory added, renamed or found replaced; ``conflicts`` were left for a person."""

    added: int = 0
    renamed: int = 0
    replaced: int = 0
    conflicts: int = 0


def bases(work: Work, source: str) -> list[str]:
    """The external ids of a source's gateways: for Zigbee2MQTT, how their topics begin."""
    rows = select(Device.external_id).where(
        Device.kind == "gateway", Device.source == source, Device.state.not_in((DISCOVERED, RETIRED))
    )
    return list(work.session.scalars(rows.order_by(Device.external_id)))


def note_inventory(work: Work, inventory: Inventory) -> InventoryNews:
    """Bring the register up to a gateway's list. Idempotent; a device that left the list keeps its row."""
    gateway = _gateway(work, inventory)
    known = _known(work, inventory)
    renamed, conflicts = _rename(work, gateway, known, inventory.entries)
    by_name = {row.external_id: row for row in known}
    added = replaced = 0
    for entry in inventory.entries:
        row = by_name.get(entry.external_id)
        if row is None:
            by_name[entry.external_id] = _add(work, gateway, entry)
            added += 1
        else:
            replaced += _was_replaced(work, row, entry)
            _complete(row, gateway, entry)
    news = InventoryNews(added, renamed, replaced, conflicts)
    if news != InventoryNews() or any(work.session.is_modified(row) for row in known):
        work.session.flush()
        changes.bump(work)
    return news


def _gateway(work: Work, inventory: Inventory) -> Device:
    """The gateway's row; an unknown one is written down as discovered, for a person to place."""
    key = (Device.source == inventory.source, Device.external_id == inventory.gateway_id)
    row = work.session.scalars(for_update(work, select(Device).where(*key))).first()
    if row is None:
        row = Device(
            kind="gateway",
            source=inventory.source,
            external_id=inventory.gateway_id,
            name=inventory.gateway_id[:NAME_MAX],
            power="mains",
            state=DISCOVERED,
            registered_at=work.now,
            expected_interval_s=rules.GATEWAY_INTERVAL_S,
        )
        work.session.add(row)
        work.session.flush()
        changes.bump(work)
    return row


def _known(work: Work, inventory: Inventory) -> list[Device]:
    names = [entry.external_id for entry in inventory.entries]
    radios = [entry.hardware_id for entry in inventory.entries if entry.hardware_id]
    return list(
        work.session.scalars(
            for_update(
                work,
                select(Device)
                .where(
                    Device.source == inventory.source,
                    Device.kind == "device",
                    or_(Device.external_id.in_(names), Device.hardware_id.in_(radios)),
                )
                .order_by(Device.id),
            )
        )
    )


def _rename(work: Work, gateway: Device, known: list[Device], entries: Iterable[InventoryEntry]) -> tuple[int, int]:
    """Rows follow their radio to its new name; names swapped between two rows go through a temporary one."""
    by_radio = {row.hardware_id: row for row in known if row.hardware_id}
    moving = {
        row.id: entry
        for entry in entries
        if entry.hardware_id
        and (row := by_radio.get(entry.hardware_id)) is not None
        and row.external_id != entry.external_id
    }
    held = {row.external_id for row in known if row.id not in moving}
    movers = [row for row in known if row.id in moving and moving[row.id].external_id not in held]
    for row in movers:
        row.external_id = f"moving:{row.id}"
    work.session.flush()
    for row in movers:
        _take_name(work, gateway, row, moving[row.id])
    conflicts = len(moving) - len(movers)
    if conflicts:
        log.warning("a renamed device meets a name that is taken", gateway=str(gateway.id), count=conflicts)
    return len(movers), conflicts


def _take_name(work: Work, gateway: Device, row: Device, entry: InventoryEntry) -> None:
    row.external_id, row.gateway_id = entry.external_id, gateway.id
    if row.state == DISCOVERED:
        row.name = entry.name[:NAME_MAX]
    work.session.flush()
    audit.record(work, "device.renamed", f"device:{row.id}", external_id=entry.external_id)


def _add(work: Work, gateway: Device, entry: InventoryEntry) -> Device:
    capabilities = sorted(str(one) for one in entry.capabilities)
    row = Device(
        source=gateway.source,
        external_id=entry.external_id,
        hardware_id=_cut(entry.hardware_id, HARDWARE_MAX),
        name=entry.name[:NAME_MAX],
        model=_cut(entry.model, FACT_MAX),
        vendor=_cut(entry.vendor, FACT_MAX),
        power=entry.power,
        state=DISCOVERED,
        site_code=gateway.site_code,
        gateway_id=gateway.id,
        capabilities=capabilities,
        expected_interval_s=rules.default_interval_s("device", entry.power, capabilities),
        registered_at=work.now,
    )
    work.session.add(row)
    return row


def _was_replaced(work: Work, row: Device, entry: InventoryEntry) -> bool:
    """Another radio under the same name: a new device took the old one's place.

    It stays in service, because a press of it must page; but nobody has tried it, so its test is overdue.
    """
    if entry.hardware_id is None or row.hardware_id in (None, entry.hardware_id):
        return False
    row.hardware_id, row.model = _cut(entry.hardware_id, HARDWARE_MAX), _cut(entry.model, FACT_MAX)
    if row.state == IN_SERVICE:
        row.test_due_at = work.now
    audit.record(work, "device.replaced", f"device:{row.id}")
    return True


def _complete(row: Device, gateway: Device, entry: InventoryEntry) -> None:
    """Fill in what nobody has said; what a person set stays."""
    if row.state == RETIRED:
        return
    row.hardware_id = row.hardware_id or _cut(entry.hardware_id, HARDWARE_MAX)
    row.model = row.model or _cut(entry.model, FACT_MAX)
    row.vendor = row.vendor or _cut(entry.vendor, FACT_MAX)
    row.gateway_id = row.gateway_id or gateway.id
    row.power = entry.power if row.power == "unknown" else row.power
    capabilities = sorted({*row.capabilities, *(str(one) for one in entry.capabilities)})
    if capabilities != list(row.capabilities):
        row.capabilities = capabilities
        row.expected_interval_s = rules.cap_interval_s(row.expected_interval_s, capabilities)


def _cut(text: str | None, length: int) -> str | None:
    return text[:length] if text else None
