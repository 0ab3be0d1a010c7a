"""The messages real gateways would send for simulated values: zigbee2mqtt's JSON, ChirpStack's uplinks. Pure."""

import base64
import json
import struct
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.demo.data import DemoDevice, Group
from iot.simulator_life import Values, drift

APPLICATION = "17c82e96-be03-4f38-aef3-f83d48582d97"
NAMES = uuid.UUID("6f0f1a8e-52d5-4d6c-9a35-0d6c4a0c6d11")
FPORT = 85  # Milesight's


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    payload: str
    retain: bool = False


def message(device: DemoDevice, values: Values, at: datetime) -> Message:
    """What the device's gateway publishes for these values."""
    if device.group.source == "zigbee2mqtt":
        return _zigbee(device, values, at)
    return _uplink(device, values, at)


def greeting() -> Message:
    """Zigbee2MQTT 2.x says hello."""
    return Message("zigbee2mqtt/bridge/state", json.dumps({"state": "online"}), retain=True)


def inventory(devices: Sequence[DemoDevice]) -> Message:
    """``bridge/devices``: the coordinator and everything paired."""
    paired = [_paired(one) for one in devices if one.group.source == "zigbee2mqtt"]
    coordinator = {"ieee_address": "0x00124b0000000001", "type": "Coordinator", "friendly_name": "Coordinator"}
    return Message("zigbee2mqtt/bridge/devices", _json([coordinator, *paired]), retain=True)


def availability(device: DemoDevice) -> Message:
    return Message(f"{device.external_id}/availability", json.dumps({"state": "online"}), retain=True)


def _zigbee(device: DemoDevice, values: Values, at: datetime) -> Message:
    body: dict[str, Any] = {**values, "linkquality": _strength(device, at, 120, 40), "last_seen": at.isoformat()}
    if "voltage" in device.group.capabilities:
        body["voltage"] = 2400 + 6 * round(float(values.get("battery", 100)))
    if "battery_low" in device.group.capabilities:
        body["battery_low"] = False
    return Message(device.external_id, _json(body))


def _paired(device: DemoDevice) -> dict[str, Any]:
    group = device.group
    return {
        "ieee_address": device.hardware_id,
        "type": "EndDevice" if group.power == "battery" else "Router",
        "friendly_name": device.address,
        "power_source": "Battery" if group.power == "battery" else "Mains (single phase)",
        "supported": True,
        "interview_completed": True,
        "definition": {"model": group.model, "vendor": group.vendor, "exposes": _exposes(group)},
    }


def _exposes(group: Group) -> list[dict[str, Any]]:
    action = {"name": "action", "property": "action", "type": "enum", "values": ["emergency"]}
    return [action if name == "sos" else {"name": name, "property": name} for name in group.capabilities]


def _uplink(device: DemoDevice, values: Values, at: datetime) -> Message:
    body: dict[str, Any] = {
        "deduplicationId": str(uuid.uuid5(NAMES, f"{device.address} {at.isoformat()}")),
        "time": at.isoformat(),
        "deviceInfo": {
            "tenantName": "示范县",
            "applicationId": APPLICATION,
            "applicationName": "养老",
            "deviceProfileName": device.group.model,
            "deviceName": f"{device.group.slug or 'sos'}-{device.spot}",
            "devEui": device.address,
        },
        "adr": True,
        "dr": 5,
        "fCnt": int(at.timestamp()) % 65_536,
        "fPort": FPORT,
        "confirmed": False,
        "rxInfo": [{"gatewayId": device.group.gateway, "rssi": -_strength(device, at, 75, 20), "snr": 9.5}],
    }
    body |= _data(device.group.model, values)
    return Message(f"application/{APPLICATION}/device/{device.address}/event/up", _json(body))


def _data(model: str, values: Values) -> dict[str, Any]:
    """Milesight's bytes; the mattress has a codec of its own at the network server, which speaks the vocabulary."""
    if model == "SLEEP-MAT":
        return {"data": _base64(_mat(values)), "object": values}
    power = bytes([0x01, 0x75, round(values["battery"])]) if "battery" in values else b""
    return {"data": _base64(power + BYTES[model](values))}


def _mat(values: Values) -> bytes:
    numbers = (values.get(name, 0) for name in ("bed_occupancy", "heart_rate", "breathing_rate"))
    return bytes(round(number) for number in numbers)


def _climate(values: Values) -> bytes:
    temperature, humidity = round(values["temperature"] * 10), round(values["humidity"] * 2)
    return b"\x03\x67" + struct.pack("<h", temperature) + b"\x04\x68" + bytes([humidity])


def _radar(values: Values) -> bytes:
    """03F8: detection (0 normal, 1 vacant, 2 in bed), target 0 normal; 08B1: 2 = normal breathing, times 100."""
    detection = 2 if values["bed_occupancy"] else 0 if values["presence"] else 1
    room = bytes([0x03, 0xF8, detection, 0, 0, 0, 0, 0])
    if "breathing_rate" not in values:
        return room
    return room + b"\x08\xb1\x02" + struct.pack("<H", round(values["breathing_rate"] * 100))


BYTES: Mapping[str, Callable[[Values], bytes]] = {
    "WS101": lambda _values: b"",
    "WS202": lambda values: bytes([0x03, 0x00, bool(values["occupancy"]), 0x04, 0x00, 0x01]),
    "WS301": lambda values: bytes([0x03, 0x00, not values["contact"], 0x04, 0x00, 0x00]),
    "EM300-TH": _climate,
    "EM300-MLD": lambda values: bytes([0x05, 0x00, bool(values["water_leak"])]),
    "GS101": lambda values: bytes([0x05, 0x8E, bool(values["gas"]), 0x06, 0x01, 0x00, 0x07, 0x01, 0x00]),
    "VS373": _radar,
}


def _strength(device: DemoDevice, at: datetime, middle: int, swing: int) -> int:
    return round(middle + swing * drift(f"{device.address} radio", at, 900))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _json(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)
