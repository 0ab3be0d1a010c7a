"""OneNET (China Mobile) thing model, over MQTT and the platform's HTTP push.

Topics `$sys/{product id}/{device name}/thing/{property|event|pack}/post`. The platform answers every post, so devices
wait for `…/post/reply`; its `code 200` only ever meant "received".
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from backend.devices.messages import Decoded, DecodeError, DeviceLookup, Envelope, Inbound, Reply
from iot.decoders.base import clean_key, parse_json, parse_object, split_topic, unwrap_push
from iot.decoders.collect import Collector
from iot.decoders.thing_model import ThingModel, default_thing_model, latest, message_key

SOURCE = "onenet"
_MAX_DEVICES = 500


class OneNet:
    """external_id is `<product id>/<device name>`."""

    source = SOURCE
    filters: tuple[str, ...] = (
        "$sys/+/+/thing/property/post",
        "$sys/+/+/thing/event/post",
        "$sys/+/+/thing/pack/post",
    )

    def __init__(self, model: ThingModel | None = None) -> None:
        self._model = model or default_thing_model()

    def decode(self, message: Inbound, lookup: DeviceLookup) -> list[Decoded]:
        _, product, name, _, kind, _ = split_topic(message.topic, 6)
        body = parse_object(message.payload)
        message_id = clean_key(body.get("id"))
        reply = _reply(message.topic, message_id)
        return [
            self._envelope(device, out, message_id, kind, message.received_at, lookup, reply)
            for device, out in self._parts(
                _identity({"productId": product, "deviceName": name}, ""), kind, body.get("params")
            )
        ]

    def decode_push(self, body: bytes, lookup: DeviceLookup, received_at: datetime, hint: str = "") -> list[Decoded]:
        """The platform's push wraps a JSON text in `msg`; anything else is the device's body with its topic."""
        content = {} if hint else parse_object(body)
        if "msg" not in content:
            topic, payload = unwrap_push(body, hint)
            return self.decode(Inbound(topic, payload, received_at), lookup)
        inner = content["msg"]
        pushed = parse_json(inner.encode("utf-8", "replace")) if isinstance(inner, str) else inner
        return [self._pushed(pushed, clean_key(content.get("id")), lookup, received_at)]

    def _parts(self, device: str, kind: str, params: Any) -> Iterator[tuple[str, Collector]]:
        if kind == "pack":
            yield from self._pack(device, params)
            return
        if not isinstance(params, dict):
            raise DecodeError("bad_shape", "params is not an object")
        out = Collector()
        if kind == "property":
            self._model.read_properties(params, out)
        else:
            for name, entry in params.items():
                self._model.read_event(name, entry, out)
        yield device, out

    def _pack(self, gateway: str, params: Any) -> Iterator[tuple[str, Collector]]:
        """A gateway's batch: `[{identity: {productID, deviceName}, properties, events}]`."""
        if not isinstance(params, list) or len(params) > _MAX_DEVICES:
            raise DecodeError("bad_shape", f"params of a pack is a list of at most {_MAX_DEVICES}")
        for part in params:
            if not isinstance(part, dict):
                raise DecodeError("bad_shape", "a part of a pack is an object")
            out = Collector()
            self._model.read_properties(part.get("properties"), out)
            events = part.get("events")
            for name, entry in events.items() if isinstance(events, dict) else ():
                self._model.read_event(name, entry, out)
            yield _identity(part.get("identity"), gateway), out

    def _pushed(self, body: Any, message_id: str | None, lookup: DeviceLookup, received_at: datetime) -> Envelope:
        """`{productId, deviceName, notifyType: property|event, data: {id, params}}`."""
        data = body.get("data") if isinstance(body, dict) else None
        if not isinstance(data, dict) or body.get("notifyType") not in ("property", "event"):
            raise DecodeError("bad_shape", "msg carries no property or event data")
        device, kind = _identity(body, ""), body["notifyType"]
        (_, out), *_ = self._parts(device, kind, data.get("params"))
        return self._envelope(device, out, clean_key(data.get("id")) or message_id, kind, received_at, lookup, None)

    def _envelope(
        self,
        device: str,
        out: Collector,
        message_id: str | None,
        kind: str,
        received_at: datetime,
        lookup: DeviceLookup,
        reply: Reply | None,
    ) -> Envelope:
        facts = lookup(SOURCE, device)
        device_time = latest(out.records)
        return Envelope(
            SOURCE,
            device,
            tuple(out.records),
            dedup=message_key(message_id, kind, device_time, received_at),
            device_time=device_time,
            model=facts.model if facts else None,
            reply=reply,
            faults=tuple(out.faults),
        )


def _identity(identity: Any, otherwise: str) -> str:
    """The device of a part; a part without identity is the gateway itself."""
    named = identity if isinstance(identity, dict) else {}
    product = clean_key(named.get("productID")) or clean_key(named.get("productId"))
    name = clean_key(named.get("deviceName"))
    device = clean_key(f"{product}/{name}")
    if product and name and device:
        return device
    if named or not otherwise:
        raise DecodeError("bad_shape", "productId or deviceName is missing")
    return otherwise


def _reply(topic: str, message_id: str | None) -> Reply | None:
    if message_id is None:
        return None
    return Reply(f"{topic}/reply", orjson.dumps({"id": message_id, "code": 200, "msg": "success"}))
