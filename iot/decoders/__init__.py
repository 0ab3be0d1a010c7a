"""Decoders: from each device family's own words into the one vocabulary. Pure; transport stays outside.

`registry()` holds the built-in families and the shipped profiles. A deployment with more Zigbee2MQTT bases or its own
profiles builds its own with `load_registry(...)`.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from backend.devices.messages import DecodeError, Reply
from iot.decoders import downlink
from iot.decoders.alink import Alink
from iot.decoders.base import Decoder, topic_matches
from iot.decoders.chirpstack import ChirpStack
from iot.decoders.mapper import Mapper, load_profile
from iot.decoders.native import Native
from iot.decoders.onenet import OneNet
from iot.decoders.strict_yaml import ProfileError
from iot.decoders.zigbee2mqtt import Zigbee2Mqtt

__all__ = [
    "Decoder",
    "ProfileError",
    "Registry",
    "by_source",
    "decoder_for",
    "load_registry",
    "registry",
    "subscriptions",
]

_PROFILES = Path(__file__).parent.parent / "profiles"
_NOT_A_PROFILE = "thing_model.yaml"
_TOPICS_REMEMBERED = 65_536


class Registry:
    """The decoders in order; the first whose filter matches a topic reads it."""

    def __init__(self, decoders: Sequence[Decoder]) -> None:
        self.decoders = tuple(decoders)
        self._by_source = {decoder.source: decoder for decoder in decoders}
        if len(self._by_source) != len(self.decoders):
            names = [decoder.source for decoder in decoders]
            raise ProfileError(f"two profiles for {', '.join(sorted({n for n in names if names.count(n) > 1}))}")
        self._find = lru_cache(maxsize=_TOPICS_REMEMBERED)(self._search)

    def decoder_for(self, topic: str) -> Decoder:
        """Raises DecodeError unknown_topic."""
        found = self._find(topic)
        if found is None:
            raise DecodeError("unknown_topic", topic[:200])
        return found

    def by_source(self, source: str) -> Decoder:
        """Raises DecodeError unknown_source."""
        try:
            return self._by_source[source]
        except KeyError:
            raise DecodeError("unknown_source", source[:60]) from None

    def subscriptions(self) -> list[str]:
        """Every filter, each once. Filters that start with `$` are named in full, since `#` does not cover them."""
        return list(dict.fromkeys(wanted for decoder in self.decoders for wanted in decoder.filters))

    def downlink(self, source: str, external_id: str, options: Mapping[str, Any], kind: downlink.Kind) -> Reply | None:
        """The message that tells a device `kind`, or None if it has no way to be told."""
        decoder = self._by_source.get(source)
        if isinstance(decoder, Mapper):
            return decoder.downlink(external_id, kind)
        return downlink.build(source, external_id, options, kind)

    def _search(self, topic: str) -> Decoder | None:
        matching = (d for d in self.decoders if any(topic_matches(wanted, topic) for wanted in d.filters))
        return next(matching, None)


def load_registry(*, profiles_dir: Path | None = None, zigbee2mqtt_bases: Sequence[str] = ("zigbee2mqtt",)) -> Registry:
    """All families, the shipped profiles, and those of `profiles_dir`. Raises ProfileError at the first bad file."""
    folders = [_PROFILES] if profiles_dir is None else [_PROFILES, profiles_dir]
    files = [file for folder in folders for file in sorted(folder.glob("*.yaml")) if file.name != _NOT_A_PROFILE]
    mappers = [load_profile(file) for file in files]
    return Registry([Zigbee2Mqtt(zigbee2mqtt_bases), ChirpStack(), Alink(), OneNet(), Native(), *mappers])


@cache
def registry() -> Registry:
    """The built-in families and shipped profiles, loaded once."""
    return load_registry()


def decoder_for(topic: str) -> Decoder:
    return registry().decoder_for(topic)


def by_source(source: str) -> Decoder:
    return registry().by_source(source)


def subscriptions() -> list[str]:
    return registry().subscriptions()
