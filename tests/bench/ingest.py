"""How fast messages become committed rows, beside a subscriber that only counts them. Both drain the same backlog."""

import subprocess
import sys
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
MARK = "zigbee2mqtt/bench-mark"


def sqlite(folder: Path, scale: float) -> list[Figure]:
    return [_measured("alarm.ingest", folder, None, scale)]


def postgresql(folder: Path, scale: float) -> list[Figure]:
    with services.postgres() as server:
        services.create_database(server, "bench")
        return [_measured("alarm.ingest_postgresql", folder, f"{server}/bench", scale)]


def _measured(name: str, folder: Path, database_url: str | None, scale: float) -> Figure:
    count = int(MESSAGES * scale)
    with rig(folder, database_url, durable_broker=False, devices=telemetry.devices() | {MARK: "TS0201"}) as ours:
        _count(ours, 0)
        ours.start_hub()
        ours.stop("hub")
        rounds = [_round(ours, number, count) for number in range(1, ROUNDS + 1)]
    # The median of the ratios: both sides of a round met the same disturbances of the machine.
    ordered = sorted(rounds, key=lambda pair: pair[0] / pair[1])
    stored, counted = ordered[len(ordered) // 2]
    print(f"{name}: {', '.join(f'{a:.0f}/{b:.0f}' for a, b in rounds)} msg/s", file=sys.stderr)  # noqa: T201 - progress
    return figure(name, "msg/s", stored, counted)


def _round(ours: Rig, number: int, count: int) -> tuple[float, float]:
    """Messages a second: stored by the hub, counted by the bare subscriber."""
    with Wire(ours.mqtt_port) as wire:
        wire.publish(telemetry.messages(count - 1, seed=number))
        wire.publish([(MARK, b'{"temperature":%d}' % number)])
    if number % 2:
        stored, counted = _store(ours, number, count), _count(ours, count)
    else:
        counted, stored = _count(ours, count), _store(ours, number, count)
    return stored, counted


def _count(ours: Rig, count: int) -> float:
    command = [sys.executable, "-m", "tests.bench.counter", str(ours.mqtt_port), str(count)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return count / float(answer) if count else 0.0


def _store(ours: Rig, number: int, count: int) -> float:
    """From the beginning of the first transaction to the moment the last message's reading is seen committed."""
    before = ours.ask(select(func.max(Reading.seq))) or 0
    mark = select(Latest.value).join(Device, Device.id == Latest.device_id).where(Device.external_id == MARK)
    ours.start("hub")
    services.wait_until(lambda: ours.ask(mark) == number, 300)
    finished = wall()
    began = ours.ask(select(func.min(Reading.stored_at)).where(Reading.seq > before))
    ours.stop("hub")
    return count / float((finished - began).total_seconds())
