"""Alink JSON (Aliyun IoT): property and event reports of devices, and what the cloud forwards of them.

Device topics `/sys/{productKey}/{deviceName}/thing/event/{property|<event>}/post`, several devices of a gateway in
`…/property/pack/post`. Forwarded by the cloud: the parsed form with `items`. A device with `sys.ack` 1 waits for an
answer and repeats itself without one.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from backend.devices.messages import Decoded, DecodeError, DeviceLookup, Envelope, Inbound, Reply
from backend.devices.vocabulary import Capability as Cap
from iot.decoders.base import clean_key, parse_object, split_topic, unwrap_push
from iot.decoders.collect import Collector
from iot.decoders.thing_model import ThingModel, default_thing_model, latest, message_key
from iot.decoders.times import from_epoch

SOURCE = "alink"


class Alink:
    """external_id is `<productKey>/<deviceName>`."""

    source = SOURCE
    filters: tuple[str, ...] = ("/sys/+/+/thing/event/+/post", "/sys/+/+/thing/event/property/pack/post")

    def __init__(self, model: ThingModel | None = None) -> None:
        self._model = model or default_thing_model()

    def decode(self, message: Inbound, lookup: DeviceLookup) -> list[Decoded]:
        device, event = _address(message.topic)
        body = parse_object(message.payload)
        method = f"thing.event.{event}.post"
        reply = _reply(message.topic, body, method)
        envelopes = [
            self._envelope(who, out, clean_key(body.get("id")), method, message.received_at, lookup, reply)
            for who, out in self._parts(device, event, body)
        ]
        return list(envelopes)

    def decode_push(self, body: bytes, lookup: DeviceLookup, received_at: datetime, hint: str = "") -> list[Decoded]:
        """A forwarded message: the device's own body with its topic, or the cloud's parsed form."""
        content = {} if hint else parse_object(body)
        if "productKey" not in content:
            topic, payload = unwrap_push(body, hint)
            return self.decode(Inbound(topic, payload, received_at), lookup)
        return [self._forwarded(content, lookup, received_at)]

    def _parts(self, device: str, event: str, body: dict[str, Any]) -> Iterator[tuple[str, Collector]]:
        params = body.get("params")
        if not isinstance(params, dict):
            raise DecodeError("bad_shape", "params is not an object")
        if event == "property.pack":
            yield from self._pack(device, params)
            return
        out = Collector()
        if event == "property":
            self._model.read_properties(params, out)
        else:
            self._model.read_event(event, params, out)
        yield device, out

    def _pack(self, device: str, params: dict[str, Any]) -> Iterator[tuple[str, Collector]]:
        yield device, self._packed(params)
        children = params.get("subDevices")
        for child in children if isinstance(children, list) else ():
            identity = child.get("identity") if isinstance(child, dict) else None
            if isinstance(identity, dict):
                yield _device(identity.get("productKey"), identity.get("deviceName")), self._packed(child)

    def _packed(self, part: dict[str, Any]) -> Collector:
        out = Collector()
        self._model.read_properties(part.get("properties"), out)
        events = part.get("events")
        for name, entry in events.items() if isinstance(events, dict) else ():
            for item in entry if isinstance(entry, list) else [entry]:
                self._model.read_event(name, item, out)
        return out

    def _forwarded(self, body: dict[str, Any], lookup: DeviceLookup, received_at: datetime) -> Envelope:
        """`{productKey, deviceName, items}`, `{…, identifier, value}` for an event, `{…, status}` for presence."""
        device, out, method = _device(body.get("productKey"), body.get("deviceName")), Collector(), "property"
        if isinstance(body.get("items"), dict):
            self._model.read_properties(body["items"], out)
        elif isinstance(body.get("identifier"), str):
            method = body["identifier"]
            self._model.read_event(method, body, out)
        elif body.get("status") in ("online", "offline"):
            out.level(Cap.ONLINE, body["status"] == "online")
        else:
            raise DecodeError("bad_shape", "neither items nor identifier nor status")
        out_id = clean_key(body.get("requestId")) or clean_key(body.get("messageId"))
        return self._envelope(device, out, out_id, method, received_at, lookup, None, from_epoch(body.get("gmtCreate")))

    def _envelope(
        self,
        device: str,
        out: Collector,
        message_id: str | None,
        method: str,
        received_at: datetime,
        lookup: DeviceLookup,
        reply: Reply | None,
        sent_at: datetime | None = None,
    ) -> Envelope:
        facts = lookup(SOURCE, device)
        device_time = latest(out.records) or sent_at
        return Envelope(
            SOURCE,
            device,
            tuple(out.records),
            dedup=message_key(message_id, method, device_time, received_at),
            device_time=device_time,
            model=facts.model if facts else None,
            reply=reply,
            faults=tuple(out.faults),
        )


def _address(topic: str) -> tuple[str, str]:
    """(external id, event name) of `/sys/{pk}/{dn}/thing/event/{event}/post`."""
    if topic.endswith("/property/pack/post"):
        parts = split_topic(topic[1:], 8)
        return _device(parts[1], parts[2]), "property.pack"
    parts = split_topic(topic[1:], 7)
    return _device(parts[1], parts[2]), parts[5]


def _device(product_key: Any, device_name: Any) -> str:
    key, name = clean_key(product_key), clean_key(device_name)
    device = clean_key(f"{key}/{name}")
    if key is None or name is None or device is None:
        raise DecodeError("bad_shape", "productKey or deviceName is missing or too long")
    return device


def _reply(topic: str, body: dict[str, Any], method: str) -> Reply | None:
    system = body.get("sys")
    message_id = clean_key(body.get("id"))
    if not isinstance(system, dict) or system.get("ack") != 1 or message_id is None:
        return None
    answer = {
        "code": 200,
        "data": {},
        "id": message_id,
        "message": "success",
        "method": method,
        "version": "1.0",
    }
    return Reply(f"{topic}_reply", orjson.dumps(answer))
