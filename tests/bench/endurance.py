"""Memory of the hub over 100,000 messages, and a thousand alarms at once."""

import sys
from pathlib import Path

import pytest

from backend.core.clock import monotonic
from tests.bench import telemetry
from tests.bench.figures import Figure, figure, percentile
from tests.bench.latency import PRESS, SOS, House, house
from tests.bench.watchers import Board
from tests.support import services
from tests.support.rig import Rig, rig
from tests.support.wire import Wire

MESSAGES, WARM_UP = 100_000, 20_000
GROWTH_ALLOWED = 10.0
STORM, STORM_SOS, PATIENCE_S = 1000, 100, 240
LOOKS = 5
LEAK = b'{"battery":91,"battery_low":false,"tamper":false,"water_leak":true,"linkquality":90}'


def memory(folder: Path, scale: float) -> list[Figure]:
    """RSS of the hub after everything beside its RSS after the warm-up, growth in per cent."""
    with rig(folder, durable_broker=False, devices=telemetry.devices()) as ours:
        ours.start_hub()
        with Wire(ours.mqtt_port) as wire:
            warm = _after(ours, wire, int(WARM_UP * scale), 0)
            full = _after(ours, wire, int(MESSAGES * scale), int(WARM_UP * scale))
    print(f"hub: {warm / 1024:.1f} MB, then {full / 1024:.1f} MB", file=sys.stderr)  # noqa: T201 - progress
    return [figure("alarm.memory_growth", "%", (full / warm - 1) * 100, GROWTH_ALLOWED)]


def _after(ours: Rig, wire: Wire, until: int, already: int) -> int:
    """Kilobytes resident once ``until`` messages have been stored."""
    wire.publish(telemetry.messages(until - already, seed=until))
    services.wait_until(lambda: ours.hub_says().get("received", 0) >= until, PATIENCE_S)
    status = Path(f"/proc/{ours.processes['hub'].pid}/status")
    if not status.exists():
        pytest.skip("this system has no /proc")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


def storm(folder: Path, scale: float) -> list[Figure]:
    """A thousand alarms in one breath, the SOS last: when was somebody told of each, and does the list still open?"""
    sos_count = int(STORM_SOS * scale)
    leaks = [f"zigbee2mqtt/leak-storm-{number}" for number in range(int(STORM * scale) - sos_count)]
    sos = [f"zigbee2mqtt/sos-storm-{number}" for number in range(sos_count)]
    with house(folder, dict.fromkeys(leaks, "TS0207") | dict.fromkeys(sos, SOS)) as chain:
        quiet = _list_ms(chain.board)
        began = monotonic()
        chain.wire.publish([(topic, LEAK) for topic in leaks] + [(topic, PRESS) for topic in sos])
        total = len(leaks) + len(sos)
        services.wait_until(lambda: len(chain.provider.first) >= total, PATIENCE_S)
        return _storm_figures(chain, began, quiet, sos_count)


def _storm_figures(chain: House, began: float, quiet: float, sos_count: int) -> list[Figure]:
    items = chain.board.fetch()
    urgent = {item["id"] for item in items if item["kind"] == "sos"}
    told = chain.provider.first
    last, last_sos = max(told.values()) - began, max(told[one] for one in urgent) - began
    first = [item["kind"] for item in items[:sos_count]]
    return [
        figure("alarm.storm_1000_list", "ms", _list_ms(chain.board), quiet),
        figure("alarm.storm_1000_last_notice", "ms", last * 1000, None),
        figure("alarm.storm_1000_last_sos_notice", "ms", last_sos * 1000, last * 1000),
        figure("alarm.storm_1000_sos_on_top", "count", first.count("sos"), sos_count),
    ]


def _list_ms(board: Board) -> float:
    times = []
    for _ in range(LOOKS):
        began = monotonic()
        board.fetch()
        times.append((monotonic() - began) * 1000)
    return percentile(times, 0.5)
