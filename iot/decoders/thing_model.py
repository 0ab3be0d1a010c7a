"""The "thing model" of Chinese clouds: properties and events with a name, a value and sometimes a time.

Alink, OneNET and Huawei IoTDA share it. What a property name means stands in `iot/profiles/thing_model.yaml`, because
every firmware spells it its own way; spelling is compared without case, `_` and `-`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from backend.devices.messages import Record
from backend.devices.vocabulary import SPECS
from backend.devices.vocabulary import Capability as Cap
from iot.decoders.base import dedup_key
from iot.decoders.collect import Collector, as_bool, as_number
from iot.decoders.strict_yaml import ProfileError, load_yaml, validate
from iot.decoders.times import from_epoch

_TABLE = Path(__file__).parent.parent / "profiles" / "thing_model.yaml"
_MAX_VALUES = 500


class Meaning(BaseModel):
    """One row: which names mean this capability, and how to read the value.

    `map` lists the values that mean something; without it a boolean is true/false/1/0 and a number is itself.
    `kind` position reads `{Longitude, Latitude}`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: tuple[str, ...]
    capability: Cap
    kind: Literal["value", "position"] = "value"
    factor: float = 1.0
    map: dict[str | int | bool, bool] | None = None


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    properties: tuple[Meaning, ...]
    events: tuple[Meaning, ...]


class ThingModel:
    """The synonym table, ready for look-ups."""

    def __init__(self, path: Path = _TABLE) -> None:
        table = validate(_Table, load_yaml(path), path.name)
        self._properties = _index(table.properties, path.name)
        self._events = _index(table.events, path.name)

    def read_properties(self, params: Any, out: Collector) -> None:
        """`{name: value}` or `{name: {"value": …, "time": ms}}`, or a list of the latter; unknown names pass."""
        for name, entry in params.items() if isinstance(params, dict) else ():
            meaning = self._properties.get(_fold(name))
            if meaning is not None:
                for value, moment in _values(entry):
                    out.t = moment
                    _keep(meaning, value, name, out)
        out.t = None

    def read_event(self, name: str, params: Any, out: Collector) -> None:
        """An event happened: `{"value": {output parameters}, "time": ms}`. Its parameters are read as properties."""
        body = params if isinstance(params, dict) else {}
        values = body.get("value", body)
        meaning = self._events.get(_fold(name))
        if meaning is None:
            out.faults.append(f"{name[:60]}:unknown_event")
        else:
            out.t = from_epoch(body.get("time"))
            out.event(meaning.capability)
            values = self._without(meaning.capability, values)
        self.read_properties(values, out)

    def _without(self, capability: Cap, values: Any) -> Any:
        """The event itself already said it: `SOS {value: {SOS: 1}}` is one press, not two."""
        if not isinstance(values, dict):
            return values
        said = {name for name in values if (row := self._properties.get(_fold(name))) and row.capability is capability}
        return {name: value for name, value in values.items() if name not in said}


@cache
def default_thing_model() -> ThingModel:
    """The table shipped with the house, read once."""
    return ThingModel()


def message_key(message_id: str | None, method: str, t: datetime | None, received_at: datetime) -> str | None:
    """Natural key of a thing-model message within its device; None without an id.

    The clouds promise ids that are unique per device and day, yet small firmware sends a constant or starts at 1 after
    every wake-up, and a day-wide key would then swallow the second call for help of the day. So the moment is part of
    the key: the device's own time if its clock is believable, else the minute of arrival.
    """
    if message_id is None:
        return None
    believable = t is not None and abs(t - received_at) <= timedelta(days=1)
    moment = t.isoformat() if t is not None and believable else received_at.strftime("%Y-%m-%dT%H:%M")
    return dedup_key(message_id, method, moment)


def latest(records: list[Record]) -> datetime | None:
    """The newest time the records carry: the message's own time when it gives none."""
    return max((record.t for record in records if record.t is not None), default=None)


def _fold(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _index(rows: tuple[Meaning, ...], file: str) -> Mapping[str, Meaning]:
    index: dict[str, Meaning] = {}
    for row in rows:
        for name in row.names:
            if _fold(name) in index:
                raise ProfileError(f"{file}: the name {name} stands in two rows")
            index[_fold(name)] = row
    return index


def _values(entry: Any) -> list[tuple[Any, datetime | None]]:
    if isinstance(entry, list):
        return [pair for item in entry[:_MAX_VALUES] if isinstance(item, dict) for pair in _values(item)]
    if isinstance(entry, dict) and "value" in entry:
        return [(entry["value"], from_epoch(entry.get("time")))]
    return [(entry, None)]


def _keep(meaning: Meaning, value: Any, name: str, out: Collector) -> None:
    capability, spec = meaning.capability, SPECS[meaning.capability]
    if meaning.kind == "position":
        _keep_position(value, out)
    elif spec.type == "number":
        number = as_number(value)
        out.number(capability, value if number is None else number, name, meaning.factor)
    elif spec.type == "text":
        out.text(capability, value, name)
    else:
        state = as_bool(value) if meaning.map is None else mapped(meaning.map, value)
        if state is None and capability is Cap.SOS and isinstance(value, int | float):
            state = value > 0  # firmware that numbers its kinds of SOS; when in doubt somebody is calling
        if state is None:
            out.faults.append(f"{name[:60]}:not_a_boolean")
        elif spec.level:
            out.level(capability, state)
        else:
            out.press(capability, state)


def mapped(table: Mapping[Any, bool], value: Any) -> bool | None:
    """Look a value up in an enum map whose keys YAML may have read as numbers or as text."""
    if isinstance(value, dict | list):
        return None
    if value in table:
        return table[value]
    return next((state for key, state in table.items() if str(key) == str(value)[:60]), None)


def _keep_position(value: Any, out: Collector) -> None:
    if not isinstance(value, dict):
        out.faults.append("position:not_an_object")
        return
    folded = {_fold(key): entry for key, entry in value.items() if isinstance(key, str)}
    lat, lon = (folded.get(long, folded.get(short, 0)) for long, short in (("latitude", "lat"), ("longitude", "lon")))
    out.position(lat, lon, folded.get("accuracy"))
