"""`bridge/devices`: the retained list of everything paired, which registers devices without anybody typing."""

from collections.abc import Iterator
from typing import Any

from backend.devices.messages import DecodeError, Inventory, InventoryEntry, Power
from backend.devices.vocabulary import Capability as Cap
from iot.decoders.base import clean_key
from iot.decoders.zigbee2mqtt_models import BOOLEANS, ENUMS, GENERIC_SOS_ACTIONS, MODEL_ACTIONS, NUMBERS

_MAX_DEPTH = 4  # exposes nest once or twice (a switch with features); deeper is not a device


def read(source: str, base: str, body: Any) -> Inventory:
    """The devices of `body`, without the coordinator. Raises DecodeError bad_shape if it is no list."""
    if type(body) is not list:
        raise DecodeError("bad_shape", "bridge/devices is not a list")
    entries = (_entry(base, device) for device in body if isinstance(device, dict))
    return Inventory(source, base, tuple(entry for entry in entries if entry is not None))


def _entry(base: str, device: dict[str, Any]) -> InventoryEntry | None:
    name = clean_key(device.get("friendly_name"))
    if name is None or device.get("type") == "Coordinator":
        return None
    found = device.get("definition")
    definition = found if isinstance(found, dict) else {}
    model = clean_key(definition.get("model")) or clean_key(device.get("model_id"))
    return InventoryEntry(
        external_id=f"{base}/{name}",
        name=name,
        model=model,
        vendor=clean_key(definition.get("vendor")) or clean_key(device.get("manufacturer")),
        capabilities=_capabilities(model, definition.get("exposes")),
        power=_power(device.get("power_source")),
        hardware_id=clean_key(device.get("ieee_address")),
    )


def _power(power_source: Any) -> Power:
    word = power_source.lower() if isinstance(power_source, str) else ""
    if "battery" in word:
        return "battery"
    return "mains" if "mains" in word or "dc source" in word else "unknown"


def _capabilities(model: str | None, exposes: Any) -> tuple[Cap, ...]:
    found = {capability for feature in _features(exposes, 0) for capability in _meanings(model, feature)}
    return tuple(sorted(found))


def _features(exposes: Any, depth: int) -> Iterator[dict[str, Any]]:
    if not isinstance(exposes, list) or depth > _MAX_DEPTH:
        return
    for feature in exposes:
        if isinstance(feature, dict):
            yield feature
            yield from _features(feature.get("features"), depth + 1)


def _meanings(model: str | None, feature: dict[str, Any]) -> Iterator[Cap]:
    name = feature.get("property") or feature.get("name")
    if not isinstance(name, str):
        return
    if name in BOOLEANS:
        yield BOOLEANS[name]
    elif name in NUMBERS:
        yield NUMBERS[name][0]
    elif name == "voltage":
        yield Cap.VOLTAGE
    elif name in ENUMS:
        yield from (capability for levels in ENUMS[name].values() for capability, _ in levels)
    elif name == "action":
        yield from _actions(model, feature.get("values"))


def _actions(model: str | None, values: Any) -> Iterator[Cap]:
    by_model = MODEL_ACTIONS.get(model or "", {})
    for value in values if isinstance(values, list) else ():
        if isinstance(value, str):
            if value in GENERIC_SOS_ACTIONS:
                yield Cap.SOS
            elif value in by_model:
                yield by_model[value]
