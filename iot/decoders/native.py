"""Our own firmware: SenML (RFC 8428, JSON) on `care/v1/<device id>/up/<channel>`, presence on `…/status`.

The device id is taken from the topic, which the broker's ACL vouches for; a `bn` in the body cannot change it.
Channel `history` is a back-fill from the device's memory, channel `test` a test by the installer.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from backend.devices.messages import Decoded, DecodeError, DeviceLookup, Envelope, Inbound, Record
from backend.devices.vocabulary import SPECS, Capability
from iot.decoders.base import parse_json, parse_object, split_topic, unwrap_push
from iot.decoders.collect import Collector, as_number
from iot.decoders.times import from_epoch

SOURCE = "care"
_RELATIVE_BELOW = 2**28  # RFC 8428, 4.5.3: smaller times are seconds relative to now
_MAX_RECORDS = 5_000
# unit of the sender -> (unit of the vocabulary, factor)
_CONVERSIONS = {
    "mV": ("V", 0.001),
    "%": ("%RH", 1.0),
    "ms": ("s", 0.001),
    "1/s": ("1/min", 60.0),
    "/": ("%", 100.0),
}


class Native:
    """external_id is the device id, which is also its MQTT user name and client id."""

    source = SOURCE
    filters: tuple[str, ...] = ("care/v1/+/up/+", "care/v1/+/status")

    def decode(self, message: Inbound, lookup: DeviceLookup) -> list[Decoded]:
        device, channel = _address(message.topic)
        facts = lookup(SOURCE, device)
        model = facts.model if facts else None
        if channel is None:
            return [Envelope(SOURCE, device, (_status(message.payload),), model=model)]
        out = _Pack(message.received_at, history=channel == "history")
        out.read(parse_json(message.payload))
        return [
            Envelope(
                SOURCE,
                device,
                tuple(out.records),
                device_time=max((record.t for record in out.records if record.t), default=None),
                model=model,
                test=channel == "test",
                faults=tuple(out.faults),
            )
        ]

    def decode_push(self, body: bytes, lookup: DeviceLookup, received_at: datetime, hint: str = "") -> list[Decoded]:
        topic, payload = unwrap_push(body, hint)
        return self.decode(Inbound(topic, payload, received_at), lookup)


def _address(topic: str) -> tuple[str, str | None]:
    """(device id, channel); the channel is None for the status topic."""
    if topic.endswith("/status"):
        return split_topic(topic, 4)[2], None
    parts = split_topic(topic, 5)
    return parts[2], parts[4]


def _status(payload: bytes) -> Record:
    state = parse_object(payload).get("state")
    if state not in ("online", "offline"):
        raise DecodeError("bad_shape", "state is neither online nor offline")
    return Record(Capability.ONLINE, vb=state == "online")


class _Pack(Collector):
    """One SenML pack: base fields hold for the records after them until they are given again."""

    __slots__ = ("_base_name", "_base_time", "_base_unit", "_received_at")

    def __init__(self, received_at: datetime, *, history: bool) -> None:
        super().__init__(history=history)
        self._received_at = received_at
        self._base_name = ""
        self._base_time = 0.0
        self._base_unit: Any = None

    def read(self, pack: Any) -> None:
        if type(pack) is not list or len(pack) > _MAX_RECORDS:
            raise DecodeError("bad_shape", f"a SenML pack is a list of at most {_MAX_RECORDS} records")
        for item in pack:
            if type(item) is not dict:
                raise DecodeError("bad_shape", "a SenML record is an object")
            self._take_base(item)
            self._take_value(item)

    def _take_base(self, item: dict[str, Any]) -> None:
        if isinstance(item.get("bn"), str):
            self._base_name = item["bn"]
        if type(item.get("bt")) in (int, float):
            self._base_time = as_number(item["bt"]) or 0.0
        self._base_unit = item.get("bu", self._base_unit)

    def _take_value(self, item: dict[str, Any]) -> None:
        name = item.get("n", "")
        if not isinstance(name, str) or not {"v", "vb", "vs"} & item.keys():
            return  # a record of base fields only, or a type this house does not use (vd)
        capability = _capability(self._base_name + name)
        if capability is None:
            self.faults.append(f"{name[:60]}:unknown_name")
            return
        self.t = self._time(item.get("t", 0))
        self._keep(capability, item)

    def _time(self, value: Any) -> datetime | None:
        """None means "now": the envelope's receive time is the best there is."""
        if type(value) not in (int, float):
            self.faults.append("t:not_a_number")
            return None
        try:
            moment = float(value) + self._base_time
            if moment >= _RELATIVE_BELOW:
                return from_epoch(moment)
            if moment == 0:
                return None
            return (self._received_at + timedelta(seconds=moment)).astimezone(UTC)
        except (OverflowError, ValueError):
            self.faults.append("t:out_of_range")
            return None

    def _keep(self, capability: Capability, item: dict[str, Any]) -> None:
        spec = SPECS[capability]
        if spec.type == "number":
            factor = _factor(item.get("u", self._base_unit), spec.unit)
            if factor is None:
                self.faults.append(f"{capability}:unknown_unit")
            else:
                self.number(capability, item.get("v"), capability, factor)
        elif spec.type == "text":
            self.text(capability, item.get("vs"), capability)
        elif type(item.get("vb")) is not bool:
            self.faults.append(f"{capability}:not_a_boolean")
        elif spec.level:
            self.level(capability, item["vb"])
        else:
            self.press(capability, item["vb"])


def _capability(name: str) -> Capability | None:
    """The last part of a SenML name: `urn:dev:mac:0024befffe804ff1:sos` and `sos` are both `sos`."""
    try:
        return Capability(name.rsplit(":", 1)[-1].rsplit("/", 1)[-1])
    except ValueError:
        return None


def _factor(given: Any, wanted: str | None) -> float | None:
    if given is None or given == wanted or wanted is None:
        return 1.0
    unit, factor = _CONVERSIONS.get(given, ("", 0.0)) if isinstance(given, str) else ("", 0.0)
    return factor if unit == wanted else None
