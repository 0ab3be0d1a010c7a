"""What every decoder is, and the two things all of them need: careful JSON and topic patterns."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

import orjson

from backend.devices.messages import MAX_PAYLOAD_BYTES, Decoded, DecodeError, DeviceLookup, Inbound

_MAX_KEY_CHARS = 200
_MAX_DEDUP_CHARS = 80
_UNSTORABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class Decoder(Protocol):
    """One device family. Pure: bytes in, `Decoded` values out; only `DecodeError` may come out besides.

    `filters` are MQTT topic filters to subscribe to. `decode_push` reads the same bodies when a cloud POSTs them;
    `hint` is what the URL adds (a topic, or ChirpStack's event name), "" if nothing.
    """

    source: str
    filters: tuple[str, ...]

    def decode(self, message: Inbound, lookup: DeviceLookup) -> list[Decoded]: ...

    def decode_push(
        self, body: bytes, lookup: DeviceLookup, received_at: datetime, hint: str = ""
    ) -> list[Decoded]: ...


def parse_json(payload: bytes) -> Any:
    """The JSON value of `payload`. Raises DecodeError too_large, not_utf8 or not_json."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise DecodeError("too_large", f"{len(payload)} bytes, at most {MAX_PAYLOAD_BYTES}")
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        return _parse_sloppy(payload)


def _parse_sloppy(payload: bytes) -> Any:
    """Second chance for NaN, 1e999 or a BOM: one absurd value must not cost the SOS that stands beside it."""
    try:
        text = payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DecodeError("not_utf8", f"byte {error.start}") from error
    if "\\ud" in text.lower():
        # The standard library lets lone surrogates through, and no database stores them.
        raise DecodeError("not_json", "lone surrogate")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DecodeError("not_json", type(error).__name__) from error


def parse_object(payload: bytes) -> dict[str, Any]:
    """Like `parse_json`, but anything else than an object is DecodeError bad_shape."""
    body = parse_json(payload)
    if type(body) is not dict:
        raise DecodeError("bad_shape", f"an object is expected, not {type(body).__name__}")
    return body


def clean_key(value: Any) -> str | None:
    """An id as text, or None if it cannot be one: wrong type, empty, over 200 characters, or with control characters.

    Not `str.isprintable`: that refuses the ideographic space, which people do type into a device's name.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        text = str(value)
    except ValueError:  # Python refuses to print integers of thousands of digits
        return None
    return text if 0 < len(text) <= _MAX_KEY_CHARS and not _UNSTORABLE.search(text) else None


def dedup_key(*parts: str) -> str:
    """A natural key, unique within its device. Long ones are hashed: cut off, two messages would become one."""
    key = ":".join(parts)
    return key if len(key) <= _MAX_DEDUP_CHARS else sha256(key.encode()).hexdigest()


def topic_matches(topic_filter: str, topic: str) -> bool:
    """MQTT filter matching with `+` and `#`. A wildcard in first place does not match `$…` (MQTT 5, 4.7.2)."""
    if topic.startswith("$") != topic_filter.startswith("$"):
        return False
    wanted, given = topic_filter.split("/"), topic.split("/")
    if wanted[-1] == "#":
        wanted, given = wanted[:-1], given[: len(wanted) - 1]
    return len(wanted) == len(given) and all(w in ("+", g) for w, g in zip(wanted, given, strict=True))


def unwrap_push(body: bytes, hint: str) -> tuple[str, bytes]:
    """(topic, payload) of a POSTed message.

    The topic is `hint`, or the body is the envelope that MQTT brokers' webhooks send
    (`{"topic": …, "payload": text or JSON}`, e.g. EMQX). Raises DecodeError bad_topic if there is none.
    """
    if hint:
        return hint, body
    outer = parse_object(body)
    topic, payload = outer.get("topic"), outer.get("payload")
    if not isinstance(topic, str) or payload is None:
        raise DecodeError("bad_topic", "no ?topic= and no topic in the body")
    return topic, payload.encode() if isinstance(payload, str) else _dump(payload)


def _dump(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError as error:
        raise DecodeError("bad_shape", "payload") from error


def split_topic(topic: str, count: int) -> Sequence[str]:
    """The levels of a topic: exactly `count`, each usable as an id. DecodeError bad_topic otherwise."""
    parts = topic.split("/")
    if len(parts) != count or any(clean_key(part) is None for part in parts):
        raise DecodeError("bad_topic", topic[:_MAX_KEY_CHARS])
    return parts
