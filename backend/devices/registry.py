"""The register as the hub needs it: every device in memory, refreshed when something changed.

The hot path asks a dict. ``refresh`` is called at the start of each batch, before it writes anything, and costs one
tiny query unless a verb has stamped the register or the places since.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core import versions
from backend.core.db import Work
from backend.devices import changes, contact, service
from backend.devices.contact import Seen
from backend.devices.messages import DeviceFacts
from backend.devices.models import Device
from backend.devices.states import REGISTERED, RETIRED
from backend.eldercare import places

TOPIC = changes.TOPIC
bump = changes.bump
UNPLACED = "位置未登记"
WRITE_EVERY = timedelta(seconds=10)  # far below the shortest limit, far above the rate of a busy sensor


@dataclass(frozen=True, slots=True)
class Registered:
    """A device with everything an alarm needs to say about it; a moment's copy.

    ``elder_id`` is who wears it or sleeps in its bed. ``division_path`` is of the site that answers, of the county
    for a device that nobody has placed. ``offline``: its silence was news when this copy was made.
    """

    id: UUID
    kind: str
    source: str
    external_id: str
    name: str
    model: str | None
    power: str
    state: str
    capabilities: tuple[str, ...]
    options: Mapping[str, Any]
    gateway_id: UUID | None
    expected_interval_s: int
    test_until: datetime | None
    offline: bool
    site_code: str | None
    division_path: str
    place_text: str
    elder_id: UUID | None
    elder_name: str | None
    bed_id: UUID | None
    room_id: UUID | None
    facts: DeviceFacts = field(repr=False)

    def in_test(self, now: datetime) -> bool:
        """Whether a press at ``now`` is a test: test mode is on."""
        return self.test_until is not None and now < self.test_until


class Register:
    """All devices by (source, external id) and by id, for one process."""

    def __init__(self) -> None:
        self._stamps: dict[str, UUID] | None = None
        self._by_key: dict[tuple[str, str], Registered] = {}
        self._by_id: dict[UUID, Registered] = {}
        self._written: dict[UUID, Seen] = {}

    def refresh(self, work: Work) -> bool:
        """Load again if anything changed; whether it did."""
        stamps = versions.stamps(work, TOPIC, places.TOPIC)
        if stamps == self._stamps:
            return False
        self._by_key, self._by_id = {}, {}
        for one in load(work):
            self._by_key[one.source, one.external_id] = one
            self._by_id[one.id] = one
        self._stamps = stamps
        return True

    def find(self, source: str, external_id: str) -> Registered | None:
        return self._by_key.get((source, external_id))

    def get(self, device_id: UUID) -> Registered | None:
        return self._by_id.get(device_id)

    def lookup(self, source: str, external_id: str) -> DeviceFacts | None:
        """What a decoder needs: a ``messages.DeviceLookup``."""
        found = self._by_key.get((source, external_id))
        return found.facts if found is not None else None

    def touch(self, work: Work, seen: Sequence[Seen]) -> list[Registered]:
        """Note signs of life, thinned; return the devices (and gateways) whose silence this ended.

        A message through a gateway is a sign of life of the gateway too, and the proof that it works.
        """
        due = [one for one in contact.newest(self._with_gateways(seen)) if self._is_due(one)]
        if not due:
            return []
        returned = contact.touch(work, due)
        self._prove_gateways(work, due)
        work.after_commit(lambda: self._remember(due, returned))
        return [self._by_id[device_id] for device_id in returned if device_id in self._by_id]

    def _with_gateways(self, seen: Iterable[Seen]) -> Iterable[Seen]:
        for one in seen:
            yield one
            device = self._by_id.get(one.device_id)
            if device is not None and device.gateway_id is not None:
                yield Seen(device.gateway_id, one.at)

    def _is_due(self, one: Seen) -> bool:
        device, written = self._by_id.get(one.device_id), self._written.get(one.device_id)
        if written is None or (device is not None and device.offline) or one.at - written.at >= WRITE_EVERY:
            return True
        return one.battery is not None and one.battery != written.battery

    def _prove_gateways(self, work: Work, seen: Iterable[Seen]) -> None:
        for one in seen:
            device = self._by_id.get(one.device_id)
            if device is not None and device.kind == "gateway" and device.state == REGISTERED:
                service.prove(work, device.id)

    def _remember(self, written: Sequence[Seen], returned: Sequence[UUID]) -> None:
        self._written |= {one.device_id: one for one in written}
        for device_id in returned:
            self._put(device_id, offline=False)

    def _put(self, device_id: UUID, **changes: Any) -> None:
        device = self._by_id.get(device_id)
        if device is not None:
            device = replace(device, **changes)
            self._by_id[device_id] = self._by_key[device.source, device.external_id] = device


def load(work: Work) -> list[Registered]:
    """Every device that is not retired, placed."""
    where = places.whereabouts(work)
    rows = work.session.scalars(select(Device).where(Device.state != RETIRED))
    return [describe(row, where) for row in rows]


def describe(row: Device, where: places.Whereabouts) -> Registered:
    """A row with its place and its elder. The most precise place wins: bed, room, elder, site."""
    elder = _elder(row, where)
    place = _place(row, where, elder)
    return Registered(
        id=row.id,
        kind=row.kind,
        source=row.source,
        external_id=row.external_id,
        name=row.name,
        model=row.model,
        power=row.power,
        state=row.state,
        capabilities=tuple(row.capabilities),
        options=row.options,
        gateway_id=row.gateway_id,
        expected_interval_s=row.expected_interval_s,
        test_until=row.test_until,
        offline=row.offline_since is not None,
        site_code=place.site_code if place else row.site_code,
        division_path=place.division_path if place else where.root_path,
        place_text=place.text if place else UNPLACED,
        elder_id=elder.elder_id if elder else None,
        elder_name=elder.name if elder else None,
        bed_id=row.bed_id or (elder.bed_id if elder else None),
        room_id=row.room_id,
        facts=DeviceFacts(row.model, row.options),
    )


def _elder(row: Device, where: places.Whereabouts) -> places.Occupant | None:
    if row.elder_id is not None:
        return where.elders.get(row.elder_id)
    return where.occupants.get(row.bed_id) if row.bed_id is not None else None


def _place(row: Device, where: places.Whereabouts, elder: places.Occupant | None) -> places.Place | None:
    if row.bed_id is not None:
        return where.beds[row.bed_id]
    if row.room_id is not None:
        return where.rooms[row.room_id]
    if elder is not None:
        return elder.place
    return where.sites.get(row.site_code) if row.site_code is not None else None
