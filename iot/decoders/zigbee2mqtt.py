"""Zigbee2MQTT 1.x and 2.x: one format in front of some 4500 models of buttons and sensors.

Topics below `<base>/` (docs "MQTT topics and messages"): `<friendly name>`, `<friendly name>/availability`,
`bridge/state`, `bridge/devices`. A friendly name may contain `/` and spaces. It republishes cached states with every
battery report, so states are given as levels; only `action` is momentary, because only that is never cached.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from backend.devices.messages import (
    Decoded,
    DecodeError,
    DeviceFacts,
    DeviceLookup,
    Envelope,
    GatewayStatus,
    Inbound,
    Record,
)
from backend.devices.vocabulary import Capability as Cap
from iot.decoders import zigbee2mqtt_inventory
from iot.decoders.base import clean_key, parse_json, parse_object, unwrap_push
from iot.decoders.button import meaning_of_press
from iot.decoders.collect import Collector
from iot.decoders.times import from_epoch, from_iso
from iot.decoders.zigbee2mqtt_models import (
    ATTRIBUTE_NAMES,
    BOOLEANS,
    ENUMS,
    GENERIC_SOS_ACTIONS,
    MODEL_ACTIONS,
    NO_DWELL_WORDS,
    NUMBERS,
    STATUS_MODELS,
)

SOURCE = "zigbee2mqtt"
_NO_FACTS = DeviceFacts(None)
_MILLIVOLTS_FROM = 500  # battery devices report 3000 (mV), mains plugs 230 (V); nothing reports 500 V


class Zigbee2Mqtt:
    """external_id is `<base>/<friendly name>`; the gateway is `<base>`."""

    source = SOURCE

    def __init__(self, bases: Sequence[str] = ("zigbee2mqtt",)) -> None:
        # Longest first: a base may be the beginning of another ("home" and "home/attic").
        self._bases = tuple(sorted((base.strip("/") for base in bases), key=len, reverse=True))
        self.filters = tuple(f"{base}/#" for base in self._bases)

    def decode(self, message: Inbound, lookup: DeviceLookup) -> list[Decoded]:
        base, name = self._split(message.topic)
        if name.startswith("bridge/"):
            return _decode_bridge(base, name[7:], message.payload)
        if not message.payload or name.endswith(("/set", "/get")):
            return []  # a cleared retained topic, or somebody's command to the device
        if name.endswith("/availability"):
            device = f"{base}/{name[:-13]}"
            online = _is_online(message.payload)
            return [Envelope(SOURCE, device, (Record(Cap.ONLINE, vb=online),), gateway_id=base)]
        return [_decode_state(base, name, message.payload, lookup)]

    def decode_push(self, body: bytes, lookup: DeviceLookup, received_at: datetime, hint: str = "") -> list[Decoded]:
        """A bridge that forwards MQTT over HTTP; the topic is the hint or stands in the body."""
        topic, payload = unwrap_push(body, hint)
        return self.decode(Inbound(topic, payload, received_at), lookup)

    def _split(self, topic: str) -> tuple[str, str]:
        for base in self._bases:
            if topic.startswith(base) and topic[len(base) : len(base) + 1] == "/":
                name = topic[len(base) + 1 :]
                if clean_key(name) is None:
                    raise DecodeError("bad_topic", topic[:200])
                return base, name
        raise DecodeError("unknown_topic", topic[:200])


def _decode_bridge(base: str, topic: str, payload: bytes) -> list[Decoded]:
    if topic == "state":
        return [GatewayStatus(SOURCE, base, online=_is_online(payload))]
    if topic == "health":
        return [GatewayStatus(SOURCE, base, online=True)]  # every ten minutes, also when all its devices sleep
    if topic == "devices":
        return [zigbee2mqtt_inventory.read(SOURCE, base, parse_json(payload))]
    return []  # event, info, logging, request/response, ...: valid, and nothing to learn for an alarm chain


def _is_online(payload: bytes) -> bool:
    """1.x sends the bare word, 2.x an object with `state`."""
    word: Any = (
        payload.decode("utf-8", "replace").strip() if payload[:1] != b"{" else parse_object(payload).get("state")
    )
    if word not in ("online", "offline"):
        raise DecodeError("bad_shape", "state is neither online nor offline")
    return bool(word == "online")


def _decode_state(base: str, name: str, payload: bytes, lookup: DeviceLookup) -> Envelope:
    if payload[:1] != b"{":
        _refuse_attribute_mode(name)
    body = parse_object(payload)
    device = f"{base}/{name}"
    facts = lookup(SOURCE, device) or _NO_FACTS
    model = facts.model or _model_in(body)
    out = Collector()
    for key, value in body.items():
        if value is None:
            continue
        if key in BOOLEANS:
            _add_boolean(out, key, value)
        elif key in NUMBERS:
            _add_number(out, key, value, body)
        elif key in _SPECIAL:
            _SPECIAL[key](out, value, model, facts.options)
    return Envelope(
        SOURCE,
        device,
        tuple(out.records),
        device_time=_last_seen(body.get("last_seen")),
        model=model,
        gateway_id=base,
        test=body.get("test") is True,
        faults=tuple(out.faults),
    )


def _refuse_attribute_mode(name: str) -> None:
    device, _, attribute = name.rpartition("/")
    if device and attribute in ATTRIBUTE_NAMES:
        raise DecodeError("attribute_mode", f"zigbee2mqtt must run with `output: json`; {device} sent {attribute}")


def _model_in(body: Mapping[str, Any]) -> str | None:
    """`include_device_information: true` puts the device into every message."""
    device = body.get("device")
    model = device.get("model") if isinstance(device, dict) else None
    return model if isinstance(model, str) else None


def _add_boolean(out: Collector, key: str, value: Any) -> None:
    if value is True or value is False:
        out.records.append(Record(BOOLEANS[key], vb=value))
    else:
        out.boolean(BOOLEANS[key], value, key)


def _add_number(out: Collector, key: str, value: Any, body: Mapping[str, Any]) -> None:
    if key == "illuminance" and "illuminance_lux" in body:
        return  # 1.x: `illuminance` is then a raw logarithm, and lux stands beside it
    capability, factor = NUMBERS[key]
    out.number(capability, value, key, factor)


def _add_voltage(out: Collector, value: Any, _model: str | None, _options: Mapping[str, Any]) -> None:
    millivolts = isinstance(value, int | float) and value >= _MILLIVOLTS_FROM
    out.number(Cap.VOLTAGE, value, "voltage", 0.001 if millivolts else 1.0)


def _add_action(out: Collector, value: Any, model: str | None, options: Mapping[str, Any]) -> None:
    if value == "":
        return  # 1.x publishes an empty action after every real one
    if not isinstance(value, str):
        out.faults.append("action:not_a_text")
        return
    default = Cap.SOS if value in GENERIC_SOS_ACTIONS else MODEL_ACTIONS.get(model or "", {}).get(value)
    # A help word is help whatever the settings say; `button_means` explains only the ambiguous presses.
    meaning = default if value in GENERIC_SOS_ACTIONS else meaning_of_press(value, options, default)
    if meaning is not None:
        out.event(meaning)


def _add_test(out: Collector, value: Any, _model: str | None, _options: Mapping[str, Any]) -> None:
    if value is True:
        out.event(Cap.TEST)


def _add_dwell(out: Collector, value: Any, _model: str | None, _options: Mapping[str, Any]) -> None:
    """MIR-HE200-TY: "stayed too long in one place", as a text or a number by converter version."""
    out.level(Cap.INACTIVITY, str(value)[:20].lower() not in NO_DWELL_WORDS)


def _add_enum(key: str) -> "_Special":
    meanings = ENUMS[key]

    def add(out: Collector, value: Any, model: str | None, _options: Mapping[str, Any]) -> None:
        if key == "status" and model is not None and model not in STATUS_MODELS:
            return
        if isinstance(value, str):
            for capability, state in meanings.get(value, ()):
                out.level(capability, state)

    return add


_Special = Callable[[Collector, Any, str | None, Mapping[str, Any]], None]
_SPECIAL: Mapping[str, _Special] = {
    "action": _add_action,
    "voltage": _add_voltage,
    "test": _add_test,
    "static_dwell_alarm": _add_dwell,
    **{key: _add_enum(key) for key in ENUMS},
}


def _last_seen(value: Any) -> datetime | None:
    if value is None:
        return None
    return from_iso(value) if isinstance(value, str) else from_epoch(value)
