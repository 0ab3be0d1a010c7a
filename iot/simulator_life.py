"""What the simulated people and rooms do: every value is a function of the device and the moment. Pure.

Nothing is remembered, so a simulator that was killed goes on where it would have been, and a clock that is moved
finds a life that fits the new hour. Values stay inside the limits of ``backend/sensing/rules.yaml``: what a rule
would call an alarm never happens by itself here.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from backend.core.clock import local
from backend.demo.data import DemoDevice, Habit

Values = dict[str, float | bool]
"""By vocabulary name."""

MINUTE, HOUR, DAY = 60, 3600, 86_400
SLEEPS_AT, WAKES_AT = 21 * 60 + 10, 6 * 60 + 10  # minutes of the day; the night rule watches from 22:00 to 06:00
NAP = range(12 * 60 + 50, 14 * 60 + 20)
CHAIR = range(15 * 60 + 20, 16 * 60 + 10)
OUTSIDE = (range(9 * 60 + 30, 10 * 60 + 20), range(16 * 60 + 30, 17 * 60 + 20))
AWAKE = range(7 * 60, 21 * 60)
TRIP_S = 240  # a walk to the bathroom, well inside the ten minutes of the night rule
DOOR_EVERY_S, DOOR_OPEN_S = 20 * MINUTE, 90
BATTERY_DAYS = 420


def values(device: DemoDevice, at: datetime) -> Values:
    """What the device would report at this moment."""
    found = HABITS[device.group.habit](f"{device.group.slug}-{device.spot}", device.spot, at)
    if device.group.power == "battery":
        found["battery"] = battery(device.address, at)
    return found


def chance(*key: object) -> float:
    """A number in [0, 1) that is always the same for the same key."""
    digest = hashlib.sha256("|".join(map(str, key)).encode()).digest()
    return int.from_bytes(digest[:6]) / (1 << 48)


def drift(key: str, at: datetime, period_s: float) -> float:
    """A slow wander in [-1, 1]: a new aim every ``period_s``, a straight line between two aims."""
    slot, part = divmod(at.timestamp() / period_s, 1.0)
    here, there = (2 * chance(key, int(slot) + step) - 1 for step in (0, 1))
    return here + (there - here) * part


def battery(key: str, at: datetime) -> float:
    """Percent: from 100 down to 50 in over a year, each device at its own age; then somebody has changed it."""
    age = (at.timestamp() / DAY / BATTERY_DAYS + chance(key, "age")) % 1.0
    return round(100 - 50 * age)


def minute_of_day(at: datetime) -> int:
    there = local(at)
    return there.hour * 60 + there.minute


def asleep(person: str, at: datetime) -> bool:
    """The night and the nap after lunch, each a little different per person, with one short trip in the night."""
    now = minute_of_day(at) - int(30 * chance(person, "early riser"))
    night = now >= SLEEPS_AT or now < WAKES_AT
    return (night or now in NAP) and not _on_a_trip(person, at)


def _on_a_trip(person: str, at: datetime) -> bool:
    there = local(at)
    starts = 2 * HOUR + 2 * HOUR * chance(person, there.date(), "trip")
    return 0 <= there.hour * HOUR + there.minute * MINUTE + there.second - starts < TRIP_S


def _vitals(person: str, at: datetime) -> Values:
    heart = 62 + 10 * chance(person, "heart") + 5 * drift(f"{person} heart", at, 600)
    breath = 14 + 2 * chance(person, "breath") + 1.5 * drift(f"{person} breath", at, 300)
    return {"heart_rate": round(heart), "breathing_rate": round(breath, 1)}


def _sleeper(_key: str, person: str, at: datetime) -> Values:
    in_bed = asleep(person, at)
    return {"bed_occupancy": in_bed, **(_vitals(person, at) if in_bed else {})}


def _bedridden(_key: str, person: str, at: datetime) -> Values:
    """In bed but for an hour in the chair after the nap."""
    in_bed = minute_of_day(at) not in CHAIR
    return {"bed_occupancy": in_bed, **(_vitals(person, at) if in_bed else {})}


def _radar(_key: str, person: str, at: datetime) -> Values:
    outside = any(minute_of_day(at) in hours for hours in OUTSIDE)
    in_bed = asleep(person, at)
    found: Values = {"presence": not outside, "bed_occupancy": in_bed and not outside}
    return found | {"breathing_rate": float(_vitals(person, at)["breathing_rate"])} if in_bed else found


def _motion(key: str, _person: str, at: datetime) -> Values:
    busy = 0.8 if minute_of_day(at) in AWAKE else 0.01
    return {"occupancy": chance(key, int(at.timestamp() // 300)) < busy}


def _door(key: str, _person: str, at: datetime) -> Values:
    """Opened now and then by day, for a minute and a half."""
    slot, second = divmod(at.timestamp(), DOOR_EVERY_S)
    opens = (DOOR_EVERY_S - DOOR_OPEN_S) * chance(key, int(slot), "when")
    used = minute_of_day(at) in AWAKE and chance(key, int(slot), "used") < 1 / 4
    return {"contact": not (used and opens <= second < opens + DOOR_OPEN_S)}


def _climate(key: str, _person: str, at: datetime) -> Values:
    temperature = 21.5 + 1.5 * drift(f"{key} warm", at, 2 * HOUR)
    return {"temperature": round(temperature, 1), "humidity": round(52 + 6 * drift(f"{key} damp", at, 3 * HOUR), 1)}


def _calm(name: str) -> Callable[[str, str, datetime], Values]:
    """A danger that the simulator never makes up."""
    return lambda _key, _person, _at: {name: False}


HABITS: Mapping[Habit, Callable[[str, str, datetime], Values]] = {
    "button": lambda _key, _person, _at: {},  # nobody is simulated calling for help
    "smoke": _calm("smoke"),
    "leak": _calm("water_leak"),
    "gas": _calm("gas"),
    "door": _door,
    "motion": _motion,
    "climate": _climate,
    "sleeper": _sleeper,
    "bedridden": _bedridden,
    "radar": _radar,
}
