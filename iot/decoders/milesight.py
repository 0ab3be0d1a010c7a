"""Milesight LoRaWAN bytes: channel, type, value, repeated. Pure; ChirpStack hands them over.

The same bytes mean a door on one model and a motion on another, so a registered model is needed. Numbers are little
endian. Answers to settings and device facts (channel FF/FE) are skipped by their length; an unknown channel ends the
reading with a fault, and what came before it is kept.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from backend.devices.vocabulary import Capability as Cap
from iot.decoders.button import meaning_of_press
from iot.decoders.collect import Collector
from iot.decoders.milesight_tables import (
    ALARM_STATUS_WORDS,
    ALARM_WORDS,
    ALARMS,
    BREATHING,
    BREATHING_WORDS,
    DETECTION,
    DETECTION_WORDS,
    NO_ALARM_ID,
    PRESSES,
    RESOLVED,
    SYSTEM_LENGTHS,
    TARGET,
    TARGET_WORDS,
    Levels,
)
from iot.decoders.times import from_epoch

Options = Mapping[str, Any]
Handler = Callable[[Collector, bytes, Options], None]
Channels = Mapping[int, tuple[int, Handler]]
"""(channel << 8 | type) -> (number of value bytes, what to do with them)."""

_SYSTEM_CHANNELS = (0xFF, 0xFE)


def decode(model: str, data: bytes, out: Collector, options: Options) -> None:
    """Add the records of one uplink to `out`. `model` must be one that `known_model` returned."""
    channels = _MODELS[model]
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            out.faults.append("data:truncated")
            return
        channel, kind = data[at], data[at + 1]
        length, handler = channels.get(channel << 8 | kind) or _system(channel, kind)
        if handler is None:
            out.faults.append(f"data:unknown_channel_{channel:02x}{kind:02x}")
            return
        at += 2
        if at + length > len(data):
            out.faults.append("data:truncated")
            return
        handler(out, data[at : at + length], options)
        at += length


def _system(channel: int, kind: int) -> tuple[int, Handler | None]:
    if channel in _SYSTEM_CHANNELS and kind in SYSTEM_LENGTHS:
        return SYSTEM_LENGTHS[kind], _skip
    return 0, None


@lru_cache(maxsize=4096)
def known_model(text: str) -> str | None:
    """The Milesight model named in a registered model or a device profile's title ("VS373-915M", "Milesight WS101")."""
    found = _MODEL_PATTERN.search(text.upper())
    return found.group(1) if found else None


def _uint(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _celsius(data: bytes) -> float:
    return int.from_bytes(data, "little", signed=True) / 10


def _skip(_out: Collector, _data: bytes, _options: Options) -> None:
    """A value this house has no use for; named so that its length is still known."""


def _battery(out: Collector, data: bytes, _options: Options) -> None:
    out.number(Cap.BATTERY, data[0], "battery")


def _temperature(out: Collector, data: bytes, _options: Options) -> None:
    out.number(Cap.TEMPERATURE, _celsius(data), "temperature")


def _humidity(out: Collector, data: bytes, _options: Options) -> None:
    out.number(Cap.HUMIDITY, data[0] / 2, "humidity")


def _flag(capability: Cap, when: int = 1) -> Handler:
    """A level that is true for the byte `when`."""

    def handle(out: Collector, data: bytes, _options: Options) -> None:
        out.level(capability, data[0] == when)

    return handle


def _button(out: Collector, data: bytes, options: Options) -> None:
    """An SOS button: every kind of press is a call, unless its registration says otherwise."""
    press = PRESSES.get(data[0])
    meaning = meaning_of_press(press, options, Cap.SOS) if press else None
    if press is None:
        out.faults.append("button:unknown_press")
    if meaning is not None:
        out.event(meaning)


def _gas_alarm(out: Collector, data: bytes, _options: Options) -> None:
    """GS101: 0 mains lost, 1 mains back, 2 sensor failed, 3 recovered, 4 soon worn out, 5 worn out."""
    if data[0] in (0, 1):
        out.level(Cap.POWER_LOST, data[0] == 0)
    elif data[0] in (2, 4, 5):
        out.faults.append("sensor:failing")


def _history(*parts: tuple[int, int, Handler]) -> tuple[int, Handler]:
    """EM300 stored record: timestamp, then (offset, length, handler) of the values behind it; 8 bytes in all."""

    def handle(out: Collector, data: bytes, options: Options) -> None:
        past = Collector(t=from_epoch(_uint(data[:4])), history=True)
        for offset, length, handler in parts:
            handler(past, data[4 + offset : 4 + offset + length], options)
        out.records += past.records
        out.faults += past.faults

    return 8, handle


def add_levels(out: Collector, levels: Levels) -> None:
    for capability, state in levels:
        out.level(capability, state)


def add_alarm(out: Collector, kind: str, status: str, alarm_id: str | None) -> None:
    """One VS373 alarm. "Ignored" by somebody at the device ends it like "resolved"."""
    capability, raised = ALARMS[kind]
    if capability is Cap.PRESENCE:
        out.level(capability, raised)
    else:
        out.event(capability, alarm_id, state=status not in RESOLVED)


def _word(words: tuple[str, ...], code: int) -> str:
    return words[code] if code < len(words) else ""


def _room(out: Collector, data: bytes, _options: Options) -> None:
    add_levels(out, DETECTION.get(_word(DETECTION_WORDS, data[0]), ()))
    add_levels(out, TARGET.get(_word(TARGET_WORDS, data[1]), ()))


def _regions_old(out: Collector, data: bytes, options: Options) -> None:
    """Channel 04F9. Firmware up to 1.0.1 sends 0 for occupied, later firmware 1: option `firmware` tells."""
    occupied = 1 if _firmware(options) > (1, 0, 1) else 0
    _bed(out, [byte == occupied for byte in data], options)


def _regions_new(out: Collector, data: bytes, options: Options) -> None:
    """Channel 0AB3 (firmware 1.0.2): a count, then one bit per region, 1 = occupied."""
    bits = _uint(data[1:])
    _bed(out, [bool(bits >> region & 1) for region in range(min(data[0], 32))], options)


def _bed(out: Collector, regions: list[bool], options: Options) -> None:
    """Regions are drawn by the installer; only option `bed_region` (1…) says which one is the bed."""
    bed = options.get("bed_region")
    if isinstance(bed, int) and 1 <= bed <= len(regions):
        out.level(Cap.BED_OCCUPANCY, regions[bed - 1])


def _firmware(options: Options) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d{1,4}", str(options.get("firmware", ""))[:20]))


def _alarm(out: Collector, data: bytes, _options: Options) -> None:
    kind = _word(ALARM_WORDS, data[2])
    status = ALARM_STATUS_WORDS.get(data[3])
    if not kind or status is None:
        out.faults.append("alarm:unknown_code")
        return
    alarm_id = _uint(data[:2])
    add_alarm(out, kind, status, None if alarm_id == NO_ALARM_ID else str(alarm_id))


def _alarm_history(out: Collector, data: bytes, options: Options) -> None:
    past = Collector(t=from_epoch(_uint(data[:4])), history=True)
    _alarm(past, data[4:], options)
    out.records += past.records
    out.faults += past.faults


def _breathing(out: Collector, data: bytes, _options: Options) -> None:
    word = _word(BREATHING_WORDS, data[0])
    if word in BREATHING:
        out.number(Cap.BREATHING_RATE, _uint(data[1:3]) / 100, "respiratory_rate")
        add_levels(out, BREATHING[word])


_LEAK = _flag(Cap.WATER_LEAK)
_CLOSED = _flag(Cap.CONTACT, when=0)
_POWERED: Channels = {0x0175: (1, _battery)}
_CLIMATE: Channels = {**_POWERED, 0x0367: (2, _temperature), 0x0468: (1, _humidity)}
_PAST_CLIMATE = ((0, 2, _temperature), (2, 1, _humidity))
_WS101: Channels = {**_POWERED, 0xFF2E: (1, _button)}
_SLD: Channels = {**_CLIMATE, 0x0500: (1, _LEAK), 0x20CE: _history(*_PAST_CLIMATE, (3, 1, _LEAK))}
_VS373: Channels = {
    0x03F8: (6, _room),
    0x07B0: (8, _room),
    0x04F9: (4, _regions_old),
    0x0AB3: (5, _regions_new),
    0x06FB: (5, _alarm),
    0x08B1: (3, _breathing),
    0x20CE: (9, _alarm_history),
    0x05FA: (8, _skip),  # seconds out of bed per region
    0x0BB4: (9, _skip),
    0x0CB4: (9, _skip),
    0x09B2: (6, _skip),  # region types
    # Answers to settings: F9 without, F8 with one result byte at the end.
    **{
        prefix << 8 | kind: (length + extra, _skip)
        for prefix, extra in ((0xF9, 0), (0xF8, 1))
        for kind, length in {
            0x48: 1, 0x49: 9, 0x4A: 5, 0x4C: 5, 0x4D: 1, 0x4E: 1, 0x4F: 12, 0x50: 2, 0x51: 6, 0x52: 3, 0x53: 3,
            0x56: 2, 0x85: 2, 0x86: 1, 0x87: 1, 0x91: 5, 0xB1: 7, 0xB2: 3, 0xB3: 1, 0xB4: 3, 0xB5: 6,
        }.items()
    },
}  # fmt: skip

_MODELS: Mapping[str, Channels] = {
    "WS101": _WS101,
    "WS102": _WS101,
    "WS202": {**_POWERED, 0x0300: (1, _flag(Cap.OCCUPANCY)), 0x0400: (1, _skip)},
    "WS301": {**_POWERED, 0x0300: (1, _CLOSED), 0x0400: (1, _flag(Cap.TAMPER))},
    "EM300-TH": {**_CLIMATE, 0x20CE: _history(*_PAST_CLIMATE)},
    "EM300-MLD": {**_POWERED, 0x0500: (1, _LEAK), 0x0600: (1, _LEAK), 0x20CE: _history((3, 1, _LEAK))},
    "EM300-SLD": _SLD,
    "EM300-ZLD": _SLD,
    "EM300-MCS": {**_CLIMATE, 0x0600: (1, _CLOSED), 0x20CE: _history(*_PAST_CLIMATE, (3, 1, _CLOSED))},
    "GS101": {
        0x058E: (1, _flag(Cap.GAS)),
        0x0601: (1, _skip),  # valve
        0x0701: (1, _skip),  # relay
        0x0890: (4, _skip),  # seconds of life left
        0xFF3F: (1, _gas_alarm),
    },
    "VS370": {**_POWERED, 0x0300: (1, _flag(Cap.PRESENCE)), 0x0400: (1, _skip)},
    "VS373": _VS373,
}
MODELS = tuple(_MODELS)
_MODEL_PATTERN = re.compile(rf"(?<![A-Z0-9])({'|'.join(map(re.escape, MODELS))})(?![0-9])")
