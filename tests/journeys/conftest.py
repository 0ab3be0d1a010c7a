"""A whole installation as its users meet it: ``shouwang up`` in a process of its own, HTTP and MQTT from outside."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from backend.devices.broker_credentials import DEMO_GATEWAY_PASSWORD, DEMO_GATEWAY_USER
from backend.people.sessions import COOKIE
from tests.support import services
from tests.support.mqtt_probe import Probe

START_WITHIN_S = 120
PORTS = ("SHOUWANG_HTTP_PORT", "SHOUWANG_MQTT_PORT", "SHOUWANG_REDIS_PORT", "SHOUWANG_WECHAT_SANDBOX_PORT")


class Installation:
    """A running ``up``: people by user name, a gateway, and the demonstration's own switches."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.base = f"http://127.0.0.1:{environment['SHOUWANG_HTTP_PORT']}"
        self.mqtt_port = int(environment["SHOUWANG_MQTT_PORT"])
        self.wechat_port = int(environment["SHOUWANG_WECHAT_SANDBOX_PORT"])
        self.terminal = folder / "terminal.log"
        self._tokens: dict[str, str] = {}
        with self.terminal.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "backend.cli", "up"],
                env=os.environ | environment | {"SHOUWANG_DATA_DIR": str(folder / "data")},
                stdout=output,
                stderr=output,
            )
        services.wait_until(self._settled, START_WITHIN_S)
        assert "守望 已就绪" in self.printed(), self.printed() + self.logs()

    def _settled(self) -> bool:
        return "守望 已就绪" in self.printed() or self.process.poll() is not None

    def printed(self) -> str:
        return self.terminal.read_text(encoding="utf-8")

    def logs(self) -> str:
        return "".join(path.read_text(encoding="utf-8") for path in sorted((self.folder / "data/logs").glob("*.log")))

    def token(self, username: str) -> str:
        if username not in self._tokens:
            credentials = {"username": username, "password": "shouwang-demo"}
            self._tokens[username] = self.ask("POST", "/staff/session", credentials)["token"]
        return self._tokens[username]

    def forget_tokens(self) -> None:
        """After the clock was moved by more than a shift, everybody signs in again."""
        self._tokens.clear()

    def page(self, path: str, who: str) -> str:
        """A page of the console as somebody of the staff sees it."""
        answer = requests.get(f"{self.base}{path}", cookies={COOKIE: self.token(who)}, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.text

    def child(self, name: str) -> int:
        """The process id of one of the programs, which the supervisor starts again when it ends."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        [found] = [
            one
            for one in children.split()
            if Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0")[3:4] == [name.encode()]
        ]
        return int(found)

    def ask(self, method: str, path: str, body: Any = None, *, who: str | None = None, status: int = 200) -> Any:
        """One call of the API; the answer must have ``status``."""
        headers = {"Authorization": f"Bearer {self.token(who)}"} if who else {}
        answer = requests.request(method, f"{self.base}/api/v1{path}", json=body, headers=headers, timeout=30)
        assert answer.status_code == status, answer.text
        return answer.json()

    def publish(self, topic: str, payload: dict[str, Any]) -> None:
        """As the demonstration's gateway."""
        with Probe(self.mqtt_port, DEMO_GATEWAY_USER, DEMO_GATEWAY_PASSWORD) as gateway:
            assert not gateway.publish(topic, json.dumps(payload)).is_failure

    def alarms(self, who: str = "duty", status: str = "open", kind: str = "sos") -> list[dict[str, Any]]:
        items = self.ask("GET", f"/staff/alarms?status={status}", who=who)["items"]
        return [one for one in items if one["kind"] == kind]

    def one_alarm(self, who: str = "duty") -> dict[str, Any]:
        """The only open SOS, waited for."""
        services.wait_until(lambda: self.alarms(who))
        [alarm] = self.alarms(who)
        return alarm

    def told(self, alarm: str) -> list[tuple[str, str]]:
        """Who was told by which channel, oldest first."""
        items = self.ask("GET", f"/demo/messages?alarm={alarm}", who="admin")["items"]
        return [(one["to"], one["channel"]) for one in reversed(items)]

    def people_told(self, alarm: str) -> set[str]:
        return {name for name, channel in self.told(alarm) if channel != "board"}

    def received(self) -> int:
        """How many messages the hub has taken in, as its metrics say."""
        text = requests.get(f"{self.base}/metrics", timeout=30).text
        found = re.search(r'shouwang_hub\{figure="received"\} (\S+)', text)
        return int(float(found[1])) if found else 0

    def move_clock(self, seconds: float) -> None:
        self.ask("POST", "/demo/clock", {"advance_s": seconds}, who="admin")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)


Starter = Callable[..., Any]


@pytest.fixture
def start(tmp_path: Path) -> Starter:
    """Start ``up`` with further variables, for a ``with`` block; a second start finds the same ports and data."""
    ports = {name: str(services.free_port()) for name in PORTS}

    @contextmanager
    def started(**more: str) -> Iterator[Installation]:
        running = Installation(tmp_path, ports | more)
        try:
            yield running
        finally:
            running.process.kill()
            running.process.wait()

    return started
