"""How fast messages become committed rows, beside a bare subscriber that only counts the same messages.

Twice: a backlog that both drain from a broker that writes nothing to disk, where only the software is the limit; and
a stream from the broker as a county runs it, which saves every message before it confirms it.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from backend.core.clock import wall
from backend.devices.models import Device
from backend.sensing.models import Latest, Reading
from tests.bench import telemetry
from tests.bench.figures import Figure, figure
from tests.support import services
from tests.support.rig import Rig, rig
from tests.support.wire import Wire

MESSAGES = 20_000
ROUNDS = 3
STREAMED, STREAMS = 6_000, 3
MARK = f"{telemetry.BASE}/bench-mark"
ASIDE = "elsewhere00"  # as long as the base of the hub's topics, and not heard by it
Pair = tuple[float, float]


def sqlite(folder: Path, scale: float) -> list[Figure]:
    """The backlog, on SQLite."""
    return [_drained("alarm.ingest_backlog", folder, None, scale)]


def postgresql(folder: Path, scale: float) -> list[Figure]:
    """The backlog, on PostgreSQL."""
    with services.postgres() as server:
        services.create_database(server, "bench")
        return [_drained("alarm.ingest_backlog_postgresql", folder, f"{server}/bench", scale)]


def live(folder: Path, scale: float) -> list[Figure]:
    """The stream, on SQLite: published as fast as the broker confirms, to one subscriber at a time."""
    count = int(STREAMED * scale)
    with rig(folder, devices=telemetry.devices() | {MARK: "TS0201"}) as ours:
        ours.start_hub()
        rounds = [
            (_streamed(ours, number, count), _counted_live(ours, number, count)) for number in range(1, STREAMS + 1)
        ]
    return [_median("alarm.ingest", rounds)]


def _drained(name: str, folder: Path, database_url: str | None, scale: float) -> Figure:
    count = int(MESSAGES * scale)
    with rig(folder, database_url, durable_broker=False, devices=telemetry.devices() | {MARK: "TS0201"}) as ours:
        _count(ours, telemetry.BASE, 0).wait()
        ours.start_hub()
        ours.stop("hub")
        rounds = [_round(ours, number, count) for number in range(1, ROUNDS + 1)]
    return _median(name, rounds)


def _median(name: str, rounds: list[Pair]) -> Figure:
    """The round with the median ratio: both sides of a round met the same disturbances of the machine."""
    shown = ", ".join(f"{stored:.0f}/{counted:.0f}" for stored, counted in rounds)
    print(f"{name}: {shown} msg/s", file=sys.stderr)  # noqa: T201 - progress
    stored, counted = sorted(rounds, key=lambda pair: pair[0] / pair[1])[(len(rounds) - 1) // 2]
    return figure(name, "msg/s", stored, counted)


def _load(number: int, count: int) -> Iterator[tuple[str, bytes]]:
    yield from telemetry.messages(count - 1, seed=number)
    yield MARK, b'{"temperature":%d}' % number


def _round(ours: Rig, number: int, count: int) -> Pair:
    """Messages a second: stored by the hub, counted by the bare subscriber."""
    with Wire(ours.mqtt_port) as wire:
        wire.publish(_load(number, count))
    if number % 2:
        return _store(ours, number, count), _rate(_count(ours, telemetry.BASE, count), count)
    counted = _rate(_count(ours, telemetry.BASE, count), count)
    return _store(ours, number, count), counted


def _count(ours: Rig, base: str, count: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.bench.counter", str(ours.mqtt_port), f"{base}/#", str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _rate(counter: "subprocess.Popen[str]", count: int) -> float:
    return count / float(counter.communicate(timeout=300)[0])


def _store(ours: Rig, number: int, count: int) -> float:
    before = _last(ours)
    ours.start("hub")
    rate = _stored(ours, before, number, count)
    ours.stop("hub")
    return rate


def _last(ours: Rig) -> int:
    return ours.ask(select(func.max(Reading.seq))) or 0


def _stored(ours: Rig, before: int, number: int, count: int) -> float:
    """From the beginning of the first transaction to the moment the last message's reading is seen committed."""
    mark = select(Latest.value).join(Device, Device.id == Latest.device_id).where(Device.external_id == MARK)
    services.wait_until(lambda: ours.ask(mark) == number, 300)
    finished = wall()
    began = ours.ask(select(func.min(Reading.stored_at)).where(Reading.seq > before))
    return count / float((finished - began).total_seconds())


def _streamed(ours: Rig, number: int, count: int) -> float:
    before = _last(ours)
    with Wire(ours.mqtt_port) as wire:
        wire.publish(_load(number, count))
    return _stored(ours, before, number, count)


def _counted_live(ours: Rig, number: int, count: int) -> float:
    _count(ours, ASIDE, 0).wait()
    counter = _count(ours, ASIDE, count)
    with Wire(ours.mqtt_port) as wire:
        wire.publish(telemetry.messages(count, seed=number, base=ASIDE))
    return _rate(counter, count)
