"""ChirpStack v4: LoRaWAN uplinks as JSON, over MQTT or its HTTP integration.

Topic `application/<id>/device/<DevEUI>/event/<event>`; fields as in its "Events" page. Protobuf JSON leaves out
default values, so a missing number is 0 and a missing boolean false. `deduplicationId` is the natural key.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from backend.devices.messages import Decoded, DecodeError, DeviceFacts, DeviceLookup, Envelope, Inbound
from backend.devices.vocabulary import Capability as Cap
from iot.decoders import lns_object, milesight
from iot.decoders.base import clean_key, parse_object, split_topic
from iot.decoders.collect import Collector
from iot.decoders.times import from_iso

SOURCE = "chirpstack"
_NO_FACTS = DeviceFacts(None)
_DEV_EUI_DIGITS = 16
_REPORTED_LOG_LEVELS = ("ERROR", "WARNING")


class ChirpStack:
    """external_id is the DevEUI in lower case; the gateway is the one that heard the device best."""

    source = SOURCE
    filters: tuple[str, ...] = ("application/+/device/+/event/+",)

    def decode(self, message: Inbound, lookup: DeviceLookup) -> list[Decoded]:
        parts = split_topic(message.topic, 6)
        return _decode(parts[5], parts[3].lower(), parse_object(message.payload), lookup)

    def decode_push(
        self,
        body: bytes,
        lookup: DeviceLookup,
        received_at: datetime,  # noqa: ARG002 - the shared signature; an uplink brings its network's time
        hint: str = "",
    ) -> list[Decoded]:
        """The HTTP integration: the same body, POSTed to `…?event=up`; `hint` is that event name."""
        content = parse_object(body)
        return _decode(hint or "up", _dev_eui(content), content, lookup)


def _decode(event: str, dev_eui: str, body: Mapping[str, Any], lookup: DeviceLookup) -> list[Decoded]:
    if event in ("ack", "txack", "integration"):
        return []  # about our own downlinks
    reader = _EVENTS.get(event)
    if reader is None:
        raise DecodeError("unknown_topic", f"event {event[:40]}")
    facts = lookup(SOURCE, dev_eui) or _NO_FACTS
    out = Collector()
    reader(body, facts, out)
    return [
        Envelope(
            SOURCE,
            dev_eui,
            tuple(out.records),
            dedup=_dedup(event, body),
            device_time=from_iso(body.get("time")),
            model=facts.model or _profile_model(body),
            gateway_id=_best_gateway(body),
            faults=tuple(out.faults),
        )
    ]


def _dedup(event: str, body: Mapping[str, Any]) -> str | None:
    """The id of the radio frame. Other events of the same frame carry it too, and must not swallow the uplink."""
    found = clean_key(body.get("deduplicationId"))
    return found if found is None or event == "up" else f"{event}:{found}"


def _dev_eui(body: Mapping[str, Any]) -> str:
    found = clean_key(_object(body, "deviceInfo").get("devEui"))
    if found is None or len(found) != _DEV_EUI_DIGITS:
        raise DecodeError("bad_shape", "deviceInfo.devEui is missing")
    return found.lower()


def _object(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = body.get(key)
    return value if isinstance(value, dict) else {}


def _profile_model(body: Mapping[str, Any]) -> str | None:
    """A device nobody registered: its profile's title in ChirpStack often names the model."""
    title = _object(body, "deviceInfo").get("deviceProfileName")
    return milesight.known_model(title) if isinstance(title, str) and len(title) <= 200 else None  # noqa: PLR2004 - a title


def _read_up(body: Mapping[str, Any], facts: DeviceFacts, out: Collector) -> None:
    _read_radio(body, out)
    radio_only = len(out.records)
    data = _bytes(body.get("data"), out)
    decoded = _object(body, "object")
    model = (milesight.known_model(facts.model) if facts.model else None) or _profile_model(body)
    if not body.get("fPort"):
        return  # port 0 or none: MAC commands between the device and the network
    if data and model:
        milesight.decode(model, data, out, facts.options)
    elif decoded:
        lns_object.read(decoded, out, facts.options)
    elif data:
        if not radio_only:
            raise DecodeError("unknown_model", "register the device with its model, or set a codec in ChirpStack")
        out.faults.append("data:unknown_model")


def _bytes(data: Any, out: Collector) -> bytes:
    if not data:
        return b""
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError, TypeError):
        out.faults.append("data:not_base64")
        return b""


def _receptions(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    heard = body.get("rxInfo")
    return [item for item in heard if isinstance(item, dict)] if isinstance(heard, list) else []


def _rssi(reception: Mapping[str, Any]) -> int | float:
    rssi = reception.get("rssi", 0)
    return rssi if type(rssi) in (int, float) and -200 <= rssi <= 50 else -999  # noqa: PLR2004 - what a radio can hear


def _best_gateway(body: Mapping[str, Any]) -> str | None:
    heard = _receptions(body)
    return clean_key(max(heard, key=_rssi).get("gatewayId")) if heard else None


def _read_radio(body: Mapping[str, Any], out: Collector) -> None:
    """RSSI of the best gateway as 0…255, with -120 dBm (the edge of reach) as 0 and -35 dBm as full."""
    heard = _receptions(body)
    if heard:
        rssi = max(-120, min(-35, max(map(_rssi, heard))))
        out.number(Cap.LINKQUALITY, round((rssi + 120) * 3), "rssi")


def _read_status(body: Mapping[str, Any], _facts: DeviceFacts, out: Collector) -> None:
    """Device status answer. `batteryLevel` is percent; on mains, or when the device cannot tell, it says nothing."""
    if body.get("externalPowerSource") or body.get("batteryLevelUnavailable"):
        return
    if "batteryLevel" in body:
        out.number(Cap.BATTERY, body["batteryLevel"], "batteryLevel")


def _read_join(_body: Mapping[str, Any], _facts: DeviceFacts, out: Collector) -> None:
    out.level(Cap.ONLINE, state=True)


def _read_log(body: Mapping[str, Any], _facts: DeviceFacts, out: Collector) -> None:
    """UPLINK_CODEC, UPLINK_MIC and their like: a device that talks and is not understood."""
    code = clean_key(body.get("code"))
    if code and body.get("level", "ERROR") in _REPORTED_LOG_LEVELS:
        out.faults.append(f"log:{code[:60]}")


def _read_location(body: Mapping[str, Any], _facts: DeviceFacts, out: Collector) -> None:
    place = _object(body, "location")
    out.position(place.get("latitude", 0), place.get("longitude", 0), place.get("accuracy"))


_EVENTS: Mapping[str, Callable[[Mapping[str, Any], DeviceFacts, Collector], None]] = {
    "up": _read_up,
    "status": _read_status,
    "join": _read_join,
    "log": _read_log,
    "location": _read_location,
}
