"""The shape of a mapper profile: what a YAML file may say, checked when it is loaded and not when somebody falls."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from backend.devices.vocabulary import SPECS, Capability
from iot.decoders.times import zone_named

_TOPIC_PART = re.compile(r"\{[a-z_]+\}|[^{}+#/]*")
_SCOPES = ("$topic", "$root", "$parent", "$let")
_TYPES: Mapping[str, type | tuple[type, ...]] = {"bool": bool, "number": (int, float), "text": str}
EPOCH_FORMATS = ("s", "ms", "epoch")

Scalar = bool | int | float | str


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) or value is None else [value]


def _check_path(path: str) -> str:
    head, *rest = path.split(".")
    if not all([head, *rest]):
        raise ValueError(f"the path {path!r} has an empty part")
    if head.startswith("$") and (head not in _SCOPES or not rest):
        raise ValueError(f"{head!r} is none of {', '.join(_SCOPES)}, or names nothing behind it")
    return path


def _check_topic(topic: str) -> str:
    for part in topic.split("/"):
        if not _TOPIC_PART.fullmatch(part):
            raise ValueError(f"{part!r} is neither plain text nor one {{name}}; wildcards are not allowed")
    return topic


Path = Annotated[str, AfterValidator(_check_path)]
"""Dotted keys from the item: `device_info.time`; a `_` also finds a space. `$topic.x`, `$root.x`, `$parent.x` look into
the topic's named parts, the whole message, and the item one list further out; `$let.x` is a value named in `let`."""
Paths = Annotated[tuple[Path, ...], BeforeValidator(_as_list), Field(min_length=1)]
"""Alternatives: the first one that is there counts."""
Topic = Annotated[str, AfterValidator(_check_topic), Field(min_length=1)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Clock(Strict):
    """Where the time stands and how it is written: s, ms, epoch (either, by size), iso, compact, or a strptime layout.

    `zone` is needed where the text itself names none; a device's option `zone` goes before it.
    """

    path: Paths
    format: str
    zone: str | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.zone is not None and zone_named(self.zone) is None:
            raise ValueError(f"there is no time zone {self.zone!r}")
        if self.format in (*EPOCH_FORMATS, "iso", "compact"):
            return self
        if "%" not in self.format:
            raise ValueError(f"{self.format!r} is none of s, ms, epoch, iso, compact, and no strptime layout")
        if "%z" not in self.format and self.zone is None:
            raise ValueError("a local time needs a zone, e.g. Asia/Shanghai")
        return self


class Row(Strict):
    """One source value becomes one record.

    `when` lists other values that must be there ({path: value or [values]}). `map` translates words and codes; a value
    that is not in it says nothing. `momentary` overrides the vocabulary: true for a device that sends only alarms.
    """

    path: Paths
    capability: Capability
    when: dict[Path, Annotated[list[Scalar], BeforeValidator(_as_list)]] = {}
    map: dict[Scalar, bool | float | str] | None = None
    factor: float = 1.0
    offset: float = 0.0
    momentary: bool | None = None
    event_id: Paths | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        spec = SPECS[self.capability]
        wanted = _TYPES[spec.type]
        for key, value in (self.map or {}).items():
            if not isinstance(value, wanted) or (spec.type == "number" and isinstance(value, bool)):
                raise ValueError(f"map: {key!r} must become a {spec.type} for {self.capability}, not {value!r}")
        if spec.type != "number" and (self.factor, self.offset) != (1.0, 0.0):
            raise ValueError(f"factor and offset are for numbers; {self.capability} is a {spec.type}")
        if self.momentary and spec.type != "bool":
            raise ValueError(f"momentary is for events; {self.capability} is a {spec.type}")
        return self


class Downlink(Strict):
    """How to tell the device "received" and "somebody is coming". `{device}` in the topic is its id."""

    topic: Topic
    received: dict[str, Any] | str | None = None
    coming: dict[str, Any] | str | None = None


class Profile(Strict):
    """One vendor's message format. See docs/device-integration.md for a worked example.

    `dedup` lists what names a message besides its device; `dedup_content` adds a hash of the item, for clocks too
    coarse to tell two messages apart. A key with a missing part is no key.
    """

    source: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    title: str
    topic: Annotated[tuple[Topic, ...], BeforeValidator(_as_list), Field(min_length=1)]
    device: Paths
    items: Annotated[tuple[Path, ...], BeforeValidator(_as_list)] = ()
    time: Clock | None = None
    model: Paths | None = None
    gateway: Paths | None = None
    test: Paths | None = None
    let: dict[str, Paths] = {}
    dedup: tuple[Path, ...] = ()
    dedup_content: bool = False
    thing_model: Paths | None = None
    rows: tuple[Row, ...] = ()
    downlink: Downlink | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.rows and self.thing_model is None:
            raise ValueError("a profile needs rows or thing_model")
        named = {name for topic in self.topic for name in re.findall(r"\{([a-z_]+)\}", topic)}
        for path in self.device:
            if path.startswith("$topic.") and path[7:] not in named:
                raise ValueError(f"device: the topic has no part {{{path[7:]}}}")
        for path in self._paths():
            if path.startswith("$let.") and path[5:] not in self.let:
                raise ValueError(f"{path}: let names no {path[5:]!r}")
        if self.downlink and set(re.findall(r"\{([a-z_]+)\}", self.downlink.topic)) - {"device"}:
            raise ValueError("downlink: only {device} can be filled in")
        return self

    def _paths(self) -> Iterator[str]:
        yield from (*self.device, *self.dedup, *(self.model or ()), *(self.gateway or ()), *(self.test or ()))
        yield from self.time.path if self.time else ()
        for row in self.rows:
            yield from (*row.path, *row.when, *(row.event_id or ()))
