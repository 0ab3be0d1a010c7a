"""What crosses the border between a device's own format and the rest of the house.

A decoder takes an `Inbound` and gives back `Decoded` values; nothing behind this file knows a vendor's format.
Thousands of these are made every second, so they are plain frozen dataclasses of the standard library.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from backend.devices.vocabulary import Capability

Power = Literal["battery", "mains", "unknown"]
MAX_PAYLOAD_BYTES = 262_144


class DecodeError(Exception):
    """A message that cannot be read. `reason` is a stable code for counters; `detail` is for a person.

    Reasons: too_large, not_utf8, not_json, bad_shape, bad_topic, unknown_topic, unknown_source, unknown_model,
    truncated, attribute_mode.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message as it arrived. `received_at` is aware UTC; `retain` means the broker replayed old news."""

    topic: str
    payload: bytes
    received_at: datetime
    retain: bool = False
    dup: bool = False
    qos: int = 1


@dataclass(frozen=True, slots=True)
class Record:
    """One SenML-like statement: exactly one of `v` (number), `vb` (bool), `vs` (text) is set.

    `t` is the device's own time for this record (aware UTC) where it differs from the envelope's.
    `momentary` True: an event of its own (a press, twice means two); with `vb` False, the end a device reports for its
    own alarm. False: a level, compared with the stored one.
    `history` True: back-filled from the device's memory: kept at its own time, never pages.
    `event_id` pairs an alarm with its resolution where the device numbers its events.
    """

    n: Capability
    v: float | None = None
    vb: bool | None = None
    vs: str | None = None
    t: datetime | None = None
    momentary: bool = False
    history: bool = False
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An MQTT message owed to the device: a protocol answer, or a downlink such as "received"."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything one message said about one device.

    `external_id` is the device's id within `source`. `dedup` is the format's natural key within that
    device (None: it has none).
    `faults` names values that were dropped because they could not be true, as `<field>:<why>`.
    """

    source: str
    external_id: str
    records: tuple[Record, ...]
    dedup: str | None = None
    device_time: datetime | None = None
    model: str | None = None
    gateway_id: str | None = None
    test: bool = False
    reply: Reply | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InventoryEntry:
    """A device its gateway knows. `hardware_id` is the radio address (IEEE, DevEUI), stable across renaming."""

    external_id: str
    name: str
    model: str | None
    vendor: str | None
    capabilities: tuple[Capability, ...]
    power: Power
    hardware_id: str | None


@dataclass(frozen=True, slots=True)
class Inventory:
    """A gateway's full list of devices, for registering them without typing."""

    source: str
    gateway_id: str
    entries: tuple[InventoryEntry, ...]


@dataclass(frozen=True, slots=True)
class GatewayStatus:
    """A gateway came or went. Its devices are silent because of it, not each for itself."""

    source: str
    gateway_id: str
    online: bool


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What the registry knows that a decoder needs. Options e.g. button_means, firmware, zone, downlink."""

    model: str | None
    options: Mapping[str, Any] = field(default_factory=dict)


DeviceLookup = Callable[[str, str], DeviceFacts | None]
"""(source, external_id) -> facts, or None for a device nobody registered. Called on the hot path: keep it a dict."""

Decoded = Envelope | Inventory | GatewayStatus
