"""From the press to the committed alarm, to the provider that is to tell somebody, and to a board; beside an echo."""

import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, select, update

from backend.alarms.models import Alarm
from backend.core.clock import monotonic, pause
from backend.core.db import unit_of_work
from backend.people.models import StaffAddress
from tests.bench import telemetry
from tests.bench.figures import Figure, figure, percentile
from tests.bench.watchers import Board, Echo, Provider
from tests.support.rig import Rig, end, rig
from tests.support.wire import Wire

RATES = (0, 200, 500)
PRESSES = 60
PATIENCE_S = 10.0
LOOK_S = 0.002
SOS = "TS0215A_sos"
PRESS = b'{"action":"emergency"}'
STAGES = ("press_to_commit", "first_notice", "board")
WARM_UP_S = 3.0
PHONE = "13900000001"


@dataclass
class House:
    """The running system and everything that watches it from outside."""

    rig: Rig
    provider: Provider
    board: Board
    echo: Echo
    wire: Wire
    times: Mapping[str, list[float]] = field(default_factory=lambda: defaultdict(list))


@contextmanager
def house(folder: Path, buttons: Mapping[str, str]) -> Iterator[House]:
    """The whole chain on SQLite, with one text-message provider."""
    with ExitStack() as stack:
        provider = stack.enter_context(Provider())
        ours = stack.enter_context(
            rig(folder, devices=telemetry.devices() | dict(buttons), variables=provider.variables)
        )
        with unit_of_work() as work:
            work.execute_dml(delete(StaffAddress).where(StaffAddress.channel != "sms"))
            work.execute_dml(update(StaffAddress).values(address=PHONE))
        ours.start("scheduler")
        ours.start_web()
        ours.start_hub()
        yield House(
            ours,
            provider,
            stack.enter_context(Board(ours)),
            stack.enter_context(Echo(ours.mqtt_port)),
            stack.enter_context(Wire(ours.mqtt_port, "bench-buttons")),
        )


def measure(folder: Path, scale: float) -> list[Figure]:
    presses = int(PRESSES * scale)
    topics = {rate: [f"zigbee2mqtt/sos-{rate}-{number}" for number in range(presses)] for rate in RATES}
    warm = [f"zigbee2mqtt/sos-warm-{number}" for number in range(5)]
    figures: list[Figure] = []
    with house(folder, {topic: SOS for group in (warm, *topics.values()) for topic in group}) as chain:
        _press_all(chain, warm)
        for rate in RATES:
            chain.times = defaultdict(list)
            with background(chain.rig, rate):
                _press_all(chain, topics[rate])
            chain.board.acknowledge()
            figures += _figures(chain.times, rate)
            print(f"latency at {rate} msg/s: done", file=sys.stderr)  # noqa: T201 - progress
    return figures


@contextmanager
def background(ours: Rig, rate: int) -> Iterator[None]:
    """``rate`` messages a second of telemetry, from a process of its own."""
    if rate == 0:
        yield
        return
    command = [sys.executable, "-m", "tests.bench.telemetry", str(ours.mqtt_port), str(rate), "600"]
    load = subprocess.Popen(command)
    pause(WARM_UP_S)
    try:
        yield
    finally:
        end([load])


def _press_all(chain: House, topics: list[str]) -> None:
    for topic in topics:
        chain.times["echo"].append(chain.echo.once())
        _press(chain, topic)
        # Not in step with anything that looks every so often.
        pause(random.uniform(0.0, 0.1))  # noqa: S311 - not a secret


def _press(chain: House, topic: str) -> None:
    began = monotonic()
    chain.wire.publish([(topic, PRESS)])
    alarm = _committed(chain.rig, topic.rpartition("/")[2], began)
    chain.times["press_to_commit"].append((monotonic() - began) * 1000)
    for stage, seen in (("first_notice", chain.provider.first), ("board", chain.board.first)):
        while str(alarm) not in seen and monotonic() - began < PATIENCE_S:
            pause(LOOK_S)
        # What was never seen counts as the whole patience: a loss must not look like a good time.
        chain.times[stage].append((seen.get(str(alarm), began + PATIENCE_S) - began) * 1000)


def _committed(ours: Rig, device: str, began: float) -> UUID | None:
    while monotonic() - began < PATIENCE_S:
        alarm: UUID | None = ours.ask(select(Alarm.id).where(Alarm.device_name == device))
        if alarm is not None:
            return alarm
        pause(LOOK_S)
    return None


def _figures(times: Mapping[str, list[float]], rate: int) -> list[Figure]:
    shares = (("p50", 0.5), ("p99", 0.99))
    return [
        figure(f"alarm.{stage}_{name}_{rate}", "ms", percentile(times[stage], share), percentile(times["echo"], share))
        for stage in STAGES
        for name, share in shares
    ]
