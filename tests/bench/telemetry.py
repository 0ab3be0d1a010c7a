"""What 200 Zigbee devices of a care home say all day, in zigbee2mqtt's own words; and the devices that say it.

Run as a program it is the background of a measurement: ``python -m tests.bench.telemetry PORT RATE SECONDS``.
"""

import random
import sys
from collections.abc import Callable, Iterator, Mapping

import orjson

from tests.support.wire import Wire

DEVICES = 200
BASE = "zigbee2mqtt"
Body = dict[str, object]


def _climate(chance: random.Random) -> Body:
    temperature, humidity = round(chance.gauss(22, 1), 2), round(chance.gauss(50, 5), 2)
    return {"battery": 97, "humidity": humidity, "temperature": temperature, "voltage": 3000}


def _door(chance: random.Random) -> Body:
    return {"battery": 100, "battery_low": False, "contact": chance.random() < 0.8, "tamper": False, "voltage": 3100}


def _motion(chance: random.Random) -> Body:
    return {"battery": 88, "illuminance": chance.randrange(400), "occupancy": chance.random() < 0.5, "voltage": 2900}


def _smoke(_chance: random.Random) -> Body:
    return {"battery": 100, "battery_low": False, "smoke": False, "tamper": False, "voltage": 3000}


def _leak(_chance: random.Random) -> Body:
    return {"battery": 91, "battery_low": False, "tamper": False, "water_leak": False, "voltage": 2950}


# (model, share of the devices in per cent, what it says)
KINDS: Mapping[str, tuple[str, int, Callable[[random.Random], Body]]] = {
    "climate": ("TS0201", 40, _climate),
    "door": ("TS0203", 20, _door),
    "motion": ("RTCGQ14LM", 25, _motion),
    "smoke": ("TS0205", 5, _smoke),
    "leak": ("TS0207", 10, _leak),
}


def _names() -> list[tuple[str, str]]:
    """(friendly name, kind) of every device."""
    return [(f"{kind}-{n:03d}", kind) for kind, (_, share, _) in KINDS.items() for n in range(share * DEVICES // 100)]


def devices() -> dict[str, str]:
    """Topic → model."""
    return {f"{BASE}/{name}": KINDS[kind][0] for name, kind in _names()}


def messages(count: int | None = None, seed: int = 1, base: str = BASE) -> Iterator[tuple[str, bytes]]:
    """``count`` messages (without end if None), the same for the same seed."""
    chance, names = random.Random(seed), _names()  # noqa: S311 - a load, not a secret
    made = 0
    while count is None or made < count:
        name, kind = chance.choice(names)
        body = KINDS[kind][2](chance) | {"linkquality": chance.randrange(40, 255)}
        yield f"{base}/{name}", orjson.dumps(body)
        made += 1


def main() -> None:
    port, rate, seconds = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    with Wire(port, "bench-background") as wire:
        wire.pace(messages(), rate, seconds)


if __name__ == "__main__":
    main()
