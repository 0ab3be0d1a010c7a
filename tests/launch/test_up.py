"""``shouwang up`` from the outside, as a person meets it: start, press, crash, stop, start again."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support import services

pytestmark = pytest.mark.slow
START_WITHIN_S = 120


class Demonstration:
    """A running ``shouwang up`` and the address of its API."""

    def __init__(self, folder: Path, ports: dict[str, str]) -> None:
        self.log = folder / "terminal.log"
        self.env = os.environ | ports | {"SHOUWANG_DATA_DIR": str(folder / "data"), "SHOUWANG_SIMULATOR": "off"}
        self.base = f"http://127.0.0.1:{ports['SHOUWANG_HTTP_PORT']}"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(self.command("up"), env=self.env, stdout=output, stderr=output)
        services.wait_until(self.settled, START_WITHIN_S)

    @staticmethod
    def command(*words: str) -> list[str]:
        return [sys.executable, "-m", "backend.cli", *words]

    def settled(self) -> bool:
        return "守望 已就绪" in self.log.read_text(encoding="utf-8") or self.process.poll() is not None

    def press(self) -> None:
        subprocess.run(self.command("press", "demo-sos-1"), env=self.env, check=True, capture_output=True)

    def alarms(self) -> list[dict[str, Any]]:
        """The open SOS alarms of room 203's resident as the duty staff sees them."""
        credentials = {"username": "duty", "password": "shouwang-demo"}
        token = requests.post(f"{self.base}/api/v1/staff/session", json=credentials, timeout=30).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.get(f"{self.base}/api/v1/staff/alarms?status=open", headers=headers, timeout=30)
        return [item for item in answer.json()["items"] if item["kind"] == "sos" and "203" in item["subject"]["place"]]

    def presses(self) -> int:
        return sum(int(item["press_count"]) for item in self.alarms())

    def children(self) -> dict[str, int]:
        """The process ids of the supervised programs, by name."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        lines = {int(pid): Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in tasks}
        found = {pid: re.search(r"backend\.cli (\S+)|(gunicorn|mosquitto)", line) for pid, line in lines.items()}
        return {match[1] or match[2]: pid for pid, match in found.items() if match}

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20)


@pytest.fixture
def ports() -> dict[str, str]:
    names = ("SHOUWANG_HTTP_PORT", "SHOUWANG_MQTT_PORT", "SHOUWANG_REDIS_PORT", "SHOUWANG_WECHAT_SANDBOX_PORT")
    return {name: str(services.free_port()) for name in names}


@contextmanager
def demonstration(folder: Path, ports: dict[str, str]) -> Iterator[Demonstration]:
    running = Demonstration(folder, ports)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()


@pytest.mark.parametrize("broker", ["mosquitto", "demo"])
def test_a_press_becomes_an_alarm_survives_crashes_and_a_second_start(
    broker: str, tmp_path: Path, ports: dict[str, str]
) -> None:
    if broker == "mosquitto":
        services.program("mosquitto")
    chosen = ports | {"SHOUWANG_BROKER": broker}
    with demonstration(tmp_path, chosen) as first:
        terminal = first.log.read_text(encoding="utf-8")
        assert ("demo broker" in terminal) is (broker == "demo")
        first.press()
        services.wait_until(lambda: first.presses() == 1)

        old = first.children()
        for name in ("hub", "gunicorn", "scheduler"):
            os.kill(old[name], signal.SIGKILL)
        services.wait_until(lambda: {"hub", "gunicorn", "scheduler"} <= set(first.children()))
        services.wait_until(lambda: services.listens(int(ports["SHOUWANG_HTTP_PORT"])))
        first.press()
        services.wait_until(lambda: first.presses() == 2)

        everybody = list(first.children().values())
        assert first.stop() == 0
        assert [pid for pid in everybody if Path(f"/proc/{pid}").exists()] == []
    with demonstration(tmp_path, chosen) as second:
        assert second.presses() == 2
        assert second.stop() == 0


def test_a_second_supervisor_of_the_same_data_is_refused(tmp_path: Path, ports: dict[str, str]) -> None:
    others = {name: str(services.free_port()) for name in ports}
    with demonstration(tmp_path, ports) as running:
        result = subprocess.run(
            running.command("up"), env=running.env | others, capture_output=True, text=True, timeout=60, check=False
        )
        assert result.returncode == 2
        assert "already running" in result.stderr
        assert running.stop() == 0
