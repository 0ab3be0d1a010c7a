"""A real broker, a real hub process, a real database; and a publisher that waits for every PUBACK."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from apiflask import APIFlask
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import func, select

from backend.alarms.models import Alarm
from backend.app import create_app
from backend.core.clock import SystemClock
from backend.core.db import db, reading, unit_of_work
from backend.core.ids import new_id
from backend.core.leases import Heartbeat
from backend.devices.models import Device, Observation, Quarantine
from backend.settings import Settings, load_settings
from tests.support import services
from tests.support.world import HOME, World, build


class Publisher:
    """Publishes at QoS 1 and can wait until the broker has taken everything."""

    def __init__(self, port: int, client_id: str = "") -> None:
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5)
        self.client.max_inflight_messages_set(200)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self._last: list[mqtt.MQTTMessageInfo] = []

    def press(self, topic: str, payload: bytes = b'{"action":"emergency"}', *, retain: bool = False) -> None:
        self._last.append(self.client.publish(topic, payload, qos=1, retain=retain))

    def flush(self) -> None:
        for info in self._last:
            info.wait_for_publish(60)
        self._last.clear()

    def close(self) -> None:
        self.flush()
        self.client.disconnect()
        self.client.loop_stop()


@dataclass
class Bench:
    """Everything a hub story needs: environment, broker folder and port, hub processes."""

    settings: Settings
    environment: dict[str, str]
    folder: Path
    port: int
    world: World
    broker: "subprocess.Popen[bytes]"
    hubs: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start_hub(self) -> "subprocess.Popen[bytes]":
        with (self.folder / f"hub-{len(self.hubs)}.log").open("wb") as log:
            hub = subprocess.Popen(
                [sys.executable, "-m", "backend.cli", "hub"], env=self.environment, stdout=log, stderr=log
            )
        self.hubs.append(hub)
        return hub

    def wait_connected(self) -> None:
        services.wait_until(self._connected)

    def _connected(self) -> bool:
        with reading() as w:
            beat = w.session.get(Heartbeat, "hub")
            return beat is not None and bool(beat.detail.get("connected"))

    def kill_hub(self, hub: "subprocess.Popen[bytes]") -> None:
        hub.send_signal(signal.SIGKILL)
        hub.wait(10)

    def kill_broker(self) -> None:
        self.broker.send_signal(signal.SIGKILL)
        self.broker.wait(10)

    def saved_by_broker(self, topics: list[str]) -> bool:
        saved = self.folder / "broker" / "mosquitto.db"
        content = saved.read_bytes() if saved.exists() else b""
        return all(topic.encode() in content for topic in topics)

    def restart_broker(self) -> None:
        self.broker = services.start_mosquitto(self.folder / "broker", self.port)

    def buttons(self, count: int) -> list[str]:
        """Register SOS buttons, each with an alarm of its own; return their topics."""
        topics = [f"zigbee2mqtt/sos-{number:04d}" for number in range(count)]
        with unit_of_work() as w:
            w.session.add_all(
                Device(
                    id=new_id(), source="zigbee2mqtt", external_id=topic, name=topic, model="TS0215A_sos",
                    power="battery", state="in_service", site_code=HOME, capabilities=["sos"],
                    registered_at=w.now, in_service_at=w.now, last_seen_at=w.now,
                )
                for topic in topics
            )  # fmt: skip
        return topics

    def count(self, model: type[Observation] | type[Alarm] | type[Quarantine]) -> int:
        with reading() as w:
            return w.session.scalar(select(func.count()).select_from(model)) or 0

    def presses(self) -> int:
        with reading() as w:
            return w.session.scalar(select(func.sum(Alarm.press_count)).where(Alarm.kind == "sos")) or 0

    def calls_for_help(self) -> int:
        """Without what the hub says of itself: a crowded one on a busy machine raises an alarm of its own."""
        with reading() as w:
            return w.session.scalar(select(func.count()).select_from(Alarm).where(Alarm.kind == "sos")) or 0

    def settle(self, expected: int, patience_s: float = 20) -> None:
        """Wait until so many presses are counted, or until nothing has moved for ``patience_s``."""
        seen, since = -1, time.monotonic()
        while seen < expected and time.monotonic() - since < patience_s:
            now = self.presses()
            if now != seen:
                seen, since = now, time.monotonic()
            time.sleep(0.1)

    def logs(self) -> str:
        return "".join(path.read_text() for path in sorted(self.folder.glob("hub-*.log")))


@pytest.fixture
def bench(database_url: str, tmp_path: Path) -> Iterator[Bench]:
    port = services.free_port()
    chosen = {
        "SHOUWANG_MODE": "test",
        "SHOUWANG_DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": database_url,
        "REDIS_URL": f"redis://127.0.0.1:{services.free_port()}/0",
        "MQTT_URL": f"mqtt://127.0.0.1:{port}",
    }
    settings = load_settings(chosen)
    application: APIFlask = create_app(settings, SystemClock())
    with application.app_context():
        with unit_of_work() as w:
            world = build(w)
        broker = services.start_mosquitto(tmp_path / "broker", port)
        made = Bench(settings, {**os.environ, **chosen}, tmp_path, port, world, broker)
        try:
            yield made
        finally:
            _end([*made.hubs, made.broker])
            db.engine.dispose()


def _end(processes: Iterable["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
