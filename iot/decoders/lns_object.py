"""What a LoRaWAN network server's own codec made of an uplink (`object` in ChirpStack).

The words are those of Milesight's published codecs in their successive versions, and besides them any key that is
itself a name of the vocabulary, which is what an operator's own codec should use.
"""

from collections.abc import Mapping
from typing import Any

from backend.devices.vocabulary import SPECS
from backend.devices.vocabulary import Capability as Cap
from iot.decoders.base import clean_key
from iot.decoders.button import meaning_of_press
from iot.decoders.collect import Collector
from iot.decoders.milesight import add_alarm, add_levels
from iot.decoders.milesight_tables import (
    ALARM_STATUS_WORDS,
    ALARM_SYNONYMS,
    ALARMS,
    DETECTION,
    TARGET,
    Levels,
)
from iot.decoders.times import from_epoch

_DOOR: Mapping[str, Levels] = {
    "open": ((Cap.CONTACT, False),),
    "opened": ((Cap.CONTACT, False),),
    "close": ((Cap.CONTACT, True),),
    "closed": ((Cap.CONTACT, True),),
}
_GAS: Mapping[str, Levels] = {
    "normal": ((Cap.GAS, False),),
    "alarm": ((Cap.GAS, True),),
    "abnormal": ((Cap.GAS, True),),
}
_INSTALLED: Mapping[str, Levels] = {
    "yes": ((Cap.TAMPER, False),),
    "installed": ((Cap.TAMPER, False),),
    "no": ((Cap.TAMPER, True),),
    "uninstalled": ((Cap.TAMPER, True),),
}
_WORDS: Mapping[str, Mapping[str, Levels]] = {
    "door": _DOOR,
    "magnet": _DOOR,
    "magnet_status": _DOOR,
    "install": _INSTALLED,
    "tamper_status": _INSTALLED,
    "pir": {"trigger": ((Cap.OCCUPANCY, True),), "normal": ((Cap.OCCUPANCY, False),)},
    "leakage_status": {"leak": ((Cap.WATER_LEAK, True),), "normal": ((Cap.WATER_LEAK, False),)},
    "water_leak": {"leak": ((Cap.WATER_LEAK, True),), "normal": ((Cap.WATER_LEAK, False),)},
    "gas_status": _GAS,
    "gas": _GAS,
    "state": _GAS,
    "occupancy": {"occupied": ((Cap.PRESENCE, True),), "vacant": ((Cap.PRESENCE, False),)},
    "detection_status": DETECTION,
    "target_status": TARGET,
}
_BUTTON_KEYS = ("button", "press", "button_event")
_NUMBER_SYNONYMS: Mapping[str, Cap] = {"respiratory_rate": Cap.BREATHING_RATE}
_MAX_ALARMS = 200
_NAMES = frozenset(Cap)


def read(body: Mapping[str, Any], out: Collector, options: Mapping[str, Any]) -> None:
    """Add the records of a decoded object to `out`; keys without a meaning here are passed over."""
    for key, value in body.items():
        if isinstance(value, str) and value in _WORDS.get(key, {}):
            add_levels(out, _WORDS[key][value])
        elif key in _BUTTON_KEYS:
            _press(value, out, options)
        elif key in _NUMBER_SYNONYMS:
            out.number(_NUMBER_SYNONYMS[key], value, key)
        elif key in ("events", "history"):
            _list(value, out, options)
        elif ALARM_SYNONYMS.get(key, key) in ALARMS and isinstance(value, dict):
            _alarms(ALARM_SYNONYMS.get(key, key), value, out)
        else:
            _named(key, value, out)


def _press(value: Any, out: Collector, options: Mapping[str, Any]) -> None:
    """`"short"`, or the later codecs' `{"status": "short press"}`."""
    word = next(iter(value.values()), None) if isinstance(value, dict) else value
    if not isinstance(word, str) or not word:
        out.faults.append("button:not_a_text")
        return
    meaning = meaning_of_press(word.split()[0] if word.split() else word, options, Cap.SOS)
    if meaning is not None:
        out.event(meaning)


def _list(value: Any, out: Collector, options: Mapping[str, Any]) -> None:
    """Alarms of this moment (`events`) or stored records with their own `timestamp` (`history`)."""
    for item in value[:_MAX_ALARMS] if isinstance(value, list) else ():
        if not isinstance(item, dict):
            continue
        part = Collector(t=from_epoch(item.get("timestamp")), history="timestamp" in item)
        if isinstance(item.get("alarm_type"), str):
            _alarm(item["alarm_type"], item.get("alarm_status"), item.get("alarm_id"), part)
        else:
            read({key: entry for key, entry in item.items() if key not in ("events", "history")}, part, options)
        out.records += part.records
        out.faults += part.faults


def _alarms(kind: str, value: Mapping[str, Any], out: Collector) -> None:
    """The latest codec: `{"alarm_id": "1, 2", "alarm_status": "1, 2"}`, in order of arrival."""
    ids = str(value.get("alarm_id", ""))[:2_000].split(",")
    for index, status in enumerate(str(value.get("alarm_status", ""))[:2_000].split(",")[:_MAX_ALARMS]):
        code = status.strip()
        word = ALARM_STATUS_WORDS.get(int(code)) if code.isascii() and code.isdigit() else code
        _alarm(kind, word, ids[index].strip() if index < len(ids) else None, out)


def _alarm(kind: str, status: Any, alarm_id: Any, out: Collector) -> None:
    kind = ALARM_SYNONYMS.get(kind, kind)
    if kind not in ALARMS or status not in ALARM_STATUS_WORDS.values():
        out.faults.append("alarm:unknown_code")
    else:
        add_alarm(out, kind, status, clean_key(alarm_id))


def _named(key: str, value: Any, out: Collector) -> None:
    if key not in _NAMES:
        return
    capability = Cap(key)
    spec = SPECS[capability]
    if spec.type == "number":
        out.number(capability, value, key)
    elif spec.type == "text":
        out.text(capability, value, key)
    elif spec.level:
        out.boolean(capability, value, key)
    elif value is True:
        out.event(capability)
