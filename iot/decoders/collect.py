"""Gathers records out of a message, dropping what cannot be true instead of losing the whole message."""

from datetime import datetime
from math import isfinite
from typing import Any

from backend.devices.messages import Record
from backend.devices.vocabulary import SPECS, Capability

_TRUE_WORDS = frozenset({"true", "on", "yes", "1", "alarm"})
_FALSE_WORDS = frozenset({"false", "off", "no", "0", "normal", "none"})
_RANGES = {
    capability: (spec.low, spec.high)
    for capability, spec in SPECS.items()
    if spec.low is not None and spec.high is not None
}


class Collector:
    """Records and faults of one message. A fault reads `<field>:<why>`; the field is the vendor's name for it."""

    __slots__ = ("faults", "history", "records", "t")

    def __init__(self, *, t: datetime | None = None, history: bool = False) -> None:
        self.records: list[Record] = []
        self.faults: list[str] = []
        self.t = t
        self.history = history

    def number(self, capability: Capability, value: Any, field: str, factor: float = 1.0) -> None:
        """Keep a number in the capability's unit (`value * factor`) if it is one and physically possible."""
        kind = type(value)
        if kind is not float and kind is not int:
            self.faults.append(f"{field}:not_a_number")
            return
        low, high = _RANGES[capability]
        try:
            number = value * factor
            fits = low <= number <= high
        except OverflowError:  # an integer too large to be a float
            fits = False
        if not fits:  # NaN fits nowhere
            self.faults.append(f"{field}:out_of_range")
            return
        self.records.append(Record(capability, v=round(number, 6), t=self.t, history=self.history))

    def boolean(self, capability: Capability, value: Any, field: str) -> None:
        """Keep a level. Accepts true/false, 1/0 and the usual words for them."""
        state = as_bool(value)
        if state is None:
            self.faults.append(f"{field}:not_a_boolean")
        else:
            self.level(capability, state)

    def level(self, capability: Capability, state: bool, event_id: str | None = None) -> None:
        self.records.append(Record(capability, vb=state, t=self.t, history=self.history, event_id=event_id))

    def event(self, capability: Capability, event_id: str | None = None, *, state: bool = True) -> None:
        """Something happened, once: two of these are two, even if nothing was heard in between.

        `state` False is the end a device reports for its own alarm. Both are events: were they a level, a lost end
        would hide the next alarm behind a state that never changed.
        """
        self.records.append(
            Record(capability, vb=state, t=self.t, momentary=True, history=self.history, event_id=event_id)
        )

    def press(self, capability: Capability, state: bool, event_id: str | None = None) -> None:
        """A button given as a state: true is a press; false is only the rest position, not an end of anything."""
        if state:
            self.event(capability, event_id)
        else:
            self.level(capability, state=False)

    def text(self, capability: Capability, value: Any, field: str) -> None:
        if isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable():  # noqa: PLR2004 - a word, not a novel
            self.records.append(Record(capability, vs=value, t=self.t, history=self.history))
        else:
            self.faults.append(f"{field}:not_a_text")

    def position(self, lat: Any, lon: Any, accuracy: Any = None) -> None:
        """Latitude and longitude together or not at all. 0,0 is what a receiver without a fix sends."""
        if not (lat or lon):
            return
        mark = len(self.records)
        self.number(Capability.LAT, lat, "lat")
        self.number(Capability.LON, lon, "lon")
        if len(self.records) != mark + 2:
            del self.records[mark:]
        elif accuracy is not None:
            self.number(Capability.ACCURACY, accuracy, "accuracy")


def as_bool(value: Any) -> bool | None:
    """True/False of the ways devices write them, None if it is none of them."""
    if value is True or value is False:
        return bool(value)
    if isinstance(value, int | float):
        return bool(value) if value in (0, 1) else None
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE_WORDS else False if word in _FALSE_WORDS else None
    return None


def as_number(value: Any) -> float | None:
    """A finite number, also out of text such as "36.5". None otherwise."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None
