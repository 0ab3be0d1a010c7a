"""The real processes on private services: Mosquitto, Redis, a database, and ``python -m backend.cli`` beside them."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Select

from backend.app import create_app
from backend.core import migrate
from backend.core.clock import SystemClock
from backend.core.db import Work, db, reading, unit_of_work
from backend.core.ids import new_id
from backend.core.leases import Heartbeat
from backend.devices.models import Device
from backend.settings import load_settings
from tests.support import services
from tests.support.world import HOME, build

Process = subprocess.Popen[bytes]
PRIVATE = "127.0.0.1"
STOP_S = 15


@dataclass
class Rig:
    """An installation of its own in ``folder``; the harness looks into its database from outside."""

    folder: Path
    environment: dict[str, str]
    mqtt_port: int
    http_port: int
    redis_url: str
    processes: dict[str, Process]

    def start(self, name: str) -> Process:
        """Start a process of the house by its command: hub, scheduler, web."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "backend.cli", name], env=self.environment, stdout=log, stderr=log
            )
        self.processes[name] = process
        return process

    def start_broker(self) -> None:
        """Start Mosquitto again after it was killed or stopped."""
        self.processes["broker"] = services.start_mosquitto(self.folder / "broker", self.mqtt_port)

    def start_hub(self) -> Process:
        with unit_of_work() as work:
            beat = work.session.get(Heartbeat, "hub")
            if beat is not None:
                work.session.delete(beat)
        hub = self.start("hub")
        services.wait_until(lambda: self.hub_says().get("connected"))
        return hub

    def hub_says(self) -> Mapping[str, Any]:
        """The figures of the hub's last heartbeat, which comes every two seconds."""
        with reading() as work:
            beat = work.session.get(Heartbeat, "hub")
            return beat.detail if beat is not None else {}

    def start_web(self) -> None:
        self.start("web")
        services.wait_until(lambda: services.listens(self.http_port))

    def stop(self, *names: str) -> None:
        end(self.processes.pop(name) for name in names)

    def ask(self, statement: Select[Any]) -> Any:
        """One value out of the database, as it is committed now."""
        with reading() as work:
            return work.session.scalar(statement)

    def kill(self, name: str) -> None:
        """End a process as a power failure would."""
        process = self.processes.pop(name)
        process.kill()
        process.wait(STOP_S)


def register(work: Work, devices: Mapping[str, str]) -> None:
    """Put devices into service in the care home: MQTT topic of a Zigbee device, or DevEUI → model."""
    work.session.add_all(
        Device(
            id=new_id(), source="zigbee2mqtt" if "/" in key else "chirpstack", external_id=key,
            name=key.rpartition("/")[2], model=model, power="battery", state="in_service", site_code=HOME,
            capabilities=[], registered_at=work.now, in_service_at=work.now, last_seen_at=work.now,
        )
        for key, model in devices.items()
    )  # fmt: skip


def end(processes: Iterable[Process]) -> None:
    """SIGTERM, and SIGKILL for whoever stays."""
    ending = list(processes)
    for process in ending:
        process.terminate()
    for process in ending:
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_S)


@contextmanager
def rig(
    folder: Path,
    database_url: str | None = None,
    *,
    durable_broker: bool = True,
    devices: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> Iterator[Rig]:
    """Build everything and take it down again. ``devices``: see ``register``; ``variables``: of the processes."""
    folder.mkdir(parents=True, exist_ok=True)
    mqtt_port, http_port = services.free_port(), services.free_port()
    with services.redis() as redis_url:
        chosen = {
            "SHOUWANG_MODE": "test",
            "SHOUWANG_LOG_LEVEL": "WARNING",
            "SHOUWANG_DATA_DIR": str(folder / "data"),
            "SHOUWANG_HTTP_PORT": str(http_port),
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'bench.db'}",
            "REDIS_URL": redis_url,
            "MQTT_URL": f"mqtt://{PRIVATE}:{mqtt_port}",
            **(variables or {}),
        }
        migrate.upgrade(chosen["DATABASE_URL"])
        start = services.start_mosquitto if durable_broker else start_volatile
        broker = start(folder / "broker", mqtt_port)
        made = Rig(folder, {**os.environ, **chosen}, mqtt_port, http_port, redis_url, {"broker": broker})
        with create_app(load_settings(chosen), SystemClock()).app_context():
            with unit_of_work() as work:
                build(work)
                register(work, devices or {})
            try:
                yield made
            finally:
                end(made.processes.values())
                db.engine.dispose()


def start_volatile(folder: Path, port: int) -> Process:
    """A private Mosquitto that writes nothing to disk, so that its disk is not the limit of what is measured."""
    folder.mkdir(parents=True)
    config = folder / "volatile.conf"
    config.write_text(
        f"listener {port} {PRIVATE}\nallow_anonymous true\npersistence false\nmax_queued_messages 0\n"
        "max_inflight_messages 1000\n"
    )
    process = subprocess.Popen([services.program("mosquitto"), "-c", config], stderr=subprocess.DEVNULL)
    services.wait_until(lambda: services.listens(port))
    return process
