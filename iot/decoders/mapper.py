"""One decoder for every vendor whose format fits on one page of YAML: iot/profiles/, docs/device-integration.md."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from functools import reduce
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from backend.devices.messages import (
    Decoded,
    DecodeError,
    DeviceFacts,
    DeviceLookup,
    Envelope,
    Inbound,
    Reply,
)
from backend.devices.vocabulary import SPECS
from iot.decoders.base import clean_key, dedup_key, parse_json, unwrap_push
from iot.decoders.collect import Collector, as_bool, as_number
from iot.decoders.profile import EPOCH_FORMATS, Clock, Profile, Row
from iot.decoders.strict_yaml import load_yaml, validate
from iot.decoders.thing_model import default_thing_model
from iot.decoders.times import from_epoch, from_format, from_iso, zone_named

_MAX_ITEMS = 2_000
_COMPACT = "%Y%m%dT%H%M%S%z"
_NO_FACTS = DeviceFacts(None)


class _Scope(NamedTuple):
    """Where paths look: the item itself, the item around it, the whole message, the topic's named parts, `let`."""

    item: Any
    parent: Any
    root: Any
    topic: Mapping[str, str]
    let: Mapping[str, Any]


_Getter = Callable[[_Scope], Any]


class Mapper:
    """A decoder made of one profile. external_id is what the profile's `device` finds."""

    def __init__(self, profile: Profile) -> None:
        self.source = profile.source
        self.profile = profile
        self.filters = tuple(re.sub(r"\{[a-z_]+\}", "+", topic) for topic in profile.topic)
        self._topics = [_topic_pattern(topic) for topic in profile.topic]
        self._items = [path.split(".") for path in profile.items]
        self._let = {name: _getter(paths) for name, paths in profile.let.items()}
        self._device = _getter(profile.device)
        self._dedup = [_getter((path,)) for path in profile.dedup]
        self._time = _clock(profile.time) if profile.time else None
        self._model = _getter(profile.model or ())
        self._gateway = _getter(profile.gateway or ())
        self._test = _getter(profile.test or ())
        self._thing_model = _getter(profile.thing_model or ())
        self._rows = [_row(row) for row in profile.rows]

    def decode(self, message: Inbound, lookup: DeviceLookup) -> list[Decoded]:
        for pattern in self._topics:
            found = pattern.fullmatch(message.topic)
            if found:
                return self._read(parse_json(message.payload), found.groupdict(), lookup)
        raise DecodeError("unknown_topic", message.topic[:200])

    def decode_push(self, body: bytes, lookup: DeviceLookup, received_at: datetime, hint: str = "") -> list[Decoded]:
        """The same body over HTTP. A profile that takes its device from the topic needs the topic as hint."""
        if hint:
            return self.decode(Inbound(hint, body, received_at), lookup)
        content = parse_json(body)
        if isinstance(content, dict) and any(pattern.fullmatch(str(content.get("topic"))) for pattern in self._topics):
            topic, payload = unwrap_push(body, "")
            return self.decode(Inbound(topic, payload, received_at), lookup)
        return self._read(content, {}, lookup)

    def downlink(self, external_id: str, kind: str) -> Reply | None:
        """The message that says `kind` (received, coming) to the device, if the profile has one."""
        section = self.profile.downlink
        content = getattr(section, kind, None)
        if section is None or content is None:
            return None
        topic = section.topic.replace("{device}", external_id)
        return Reply(topic, content.encode() if isinstance(content, str) else orjson.dumps(content))

    def _read(self, body: Any, topic: Mapping[str, str], lookup: DeviceLookup) -> list[Decoded]:
        scopes = [_Scope(body, None, body, topic, {})]
        for keys in self._items:
            scopes = [inner for scope in scopes for inner in _unfold(scope, keys)]
            if len(scopes) > _MAX_ITEMS:
                raise DecodeError("bad_shape", f"more than {_MAX_ITEMS} items")
        return [self._envelope(scope, lookup) for scope in scopes]

    def _envelope(self, scope: _Scope, lookup: DeviceLookup) -> Envelope:
        if not isinstance(scope.item, dict):
            raise DecodeError("bad_shape", "an object is expected")
        scope = scope._replace(let={name: get(scope) for name, get in self._let.items()})
        device = clean_key(self._device(scope))
        if device is None:
            raise DecodeError("bad_shape", f"no device id at {' or '.join(self.profile.device)}")
        facts = lookup(self.source, device) or _NO_FACTS
        out = Collector()
        default_thing_model().read_properties(self._thing_model(scope), out)
        for row in self._rows:
            row(scope, out)
        return Envelope(
            self.source,
            device,
            tuple(out.records),
            dedup=self._key(scope),
            device_time=self._time(scope, facts) if self._time else None,
            model=facts.model or clean_key(self._model(scope)),
            gateway_id=clean_key(self._gateway(scope)),
            test=as_bool(self._test(scope)) is True,
            faults=tuple(out.faults),
        )

    def _key(self, scope: _Scope) -> str | None:
        parts = [clean_key(get(scope)) for get in self._dedup]
        present = [part for part in parts if part is not None]
        if not parts or len(present) != len(parts):
            return None
        return dedup_key(*present, *([_digest(scope.item)] if self.profile.dedup_content else []))


def _digest(item: Any) -> str:
    return sha256(repr(item).encode("utf-8", "replace")).hexdigest()[:16]


def load_profile(path: Path) -> Mapper:
    """The mapper of one file. Raises ProfileError naming file, row and mistake."""
    return Mapper(validate(Profile, load_yaml(path), path.name))


def _topic_pattern(topic: str) -> re.Pattern[str]:
    parts = re.split(r"\{([a-z_]+)\}", topic)
    text = "".join(f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    return re.compile(text)


def _unfold(scope: _Scope, keys: list[str]) -> Iterator[_Scope]:
    found = reduce(_step, keys, scope.item)
    if not isinstance(found, list):
        raise DecodeError("bad_shape", f"{'.'.join(keys)} is not a list")
    return (scope._replace(item=item, parent=scope.item) for item in found)


def _step(value: Any, key: str) -> Any:
    """One key further in; where there is no `device_info`, "device info" will do: vendors print both."""
    if not isinstance(value, dict):
        return None
    found = value.get(key)
    return value.get(key.replace("_", " ")) if found is None and "_" in key else found


def _getter(paths: tuple[str, ...]) -> _Getter:
    """The value at the first of the paths that is there; None if none is."""
    compiled = [_single(path) for path in paths]

    def get(scope: _Scope) -> Any:
        found = (getter(scope) for getter in compiled)
        return next((value for value in found if value is not None), None)

    return get


def _single(path: str) -> _Getter:
    keys = path.split(".")
    field = "item"
    if keys[0].startswith("$"):
        field, keys = keys[0][1:], keys[1:]
    return lambda scope: reduce(_step, keys, getattr(scope, field))


def _clock(clock: Clock) -> Callable[[_Scope, DeviceFacts], datetime | None]:
    get = _getter(clock.path)
    default = zone_named(clock.zone or "UTC") or UTC

    def read(scope: _Scope, facts: DeviceFacts) -> datetime | None:
        zone = facts.options.get("zone")
        return _moment(get(scope), clock.format, (zone_named(zone) if isinstance(zone, str) else None) or default)

    return read


def _moment(value: Any, layout: str, zone: tzinfo) -> datetime | None:
    if layout in EPOCH_FORMATS:
        number = as_number(value)
        return None if number is None else from_epoch(number / 1000 if layout == "ms" else number)
    if layout == "iso":
        return from_iso(value, zone)
    if layout == "compact":
        return from_format(value, _COMPACT, zone) or from_iso(value, zone)
    return from_format(value, layout, zone)


def _row(row: Row) -> Callable[[_Scope, Collector], None]:
    get = _getter(row.path)
    event_id = _getter(row.event_id or ())
    conditions = [(_single(path), frozenset(map(_word, values))) for path, values in row.when.items()]
    words = None if row.map is None else {_word(key): value for key, value in row.map.items()}
    label = row.path[0]

    def apply(scope: _Scope, out: Collector) -> None:
        value = get(scope)
        if value is None or any(_word(condition(scope)) not in allowed for condition, allowed in conditions):
            return
        if words is not None:
            value = words.get(_word(value))
        if value is not None:
            _keep(row, value, label, clean_key(event_id(scope)), out)

    return apply


def _word(value: Any) -> str:
    """One spelling for what YAML and JSON may each have read as text, number or boolean."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)[:100].strip().lower() if isinstance(value, bool | int | float | str) else ""


def _keep(row: Row, value: Any, label: str, event_id: str | None, out: Collector) -> None:
    capability, spec = row.capability, SPECS[row.capability]
    if spec.type == "number":
        number = as_number(value)
        out.number(capability, value if number is None else number * row.factor + row.offset, label)
    elif spec.type == "text":
        out.text(capability, value, label)
    else:
        state = as_bool(value)
        if state is None:
            out.faults.append(f"{label}:not_a_boolean")
        elif row.momentary:
            out.event(capability, event_id, state=state)
        elif spec.level or row.momentary is False:
            out.level(capability, state, event_id)
        else:
            out.press(capability, state, event_id)
