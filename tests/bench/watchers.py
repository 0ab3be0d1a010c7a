"""Where a press comes out, with the moment it was seen there: a provider, a board, a bare subscriber."""

import json
import threading
from typing import Any, Self

import paho.mqtt.client as mqtt
import requests
from paho.mqtt.enums import CallbackAPIVersion

from backend.core.clock import monotonic
from backend.people.sessions import COOKIE
from tests.notices.channels.stub import Reply, Request, Stub
from tests.support.rig import Rig

ECHO = "bench/echo"
ALARMS = "/api/v1/staff/alarms"
OPEN = {"status": "open", "limit": "1000"}
HTTP_TIMEOUT_S = 30


class Provider:
    """An SMS gateway on a loopback port: when did it first hear of each alarm?"""

    def __init__(self) -> None:
        self.first: dict[str, float] = {}
        self._stub = Stub(self._answer)
        self.variables = {"SHOUWANG_SMS_URL": f"{self._stub.url}/sms", "SHOUWANG_SMS_SECRET": "bench"}

    def _answer(self, request: Request) -> Reply:
        self.first.setdefault(request.json["alarm_id"], monotonic())
        return Reply({"status": "accepted"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stub.close()


class Board:
    """A signed-in board: hears the event stream, fetches the list, and remembers when each alarm was first on it."""

    def __init__(self, ours: Rig) -> None:
        self.first: dict[str, float] = {}
        self._url = f"http://127.0.0.1:{ours.http_port}"
        who = {"username": "duty", "password": "secret"}
        answer = requests.post(f"{self._url}/api/v1/staff/session", json=who, timeout=HTTP_TIMEOUT_S)
        token = answer.json()["token"]
        self._bearer, self._cookie = {"Authorization": f"Bearer {token}"}, {COOKIE: token}
        self._stopping, self._open = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def fetch(self) -> list[dict[str, Any]]:
        answer = requests.get(f"{self._url}{ALARMS}", OPEN, headers=self._bearer, timeout=HTTP_TIMEOUT_S)
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def acknowledge(self) -> None:
        """Accept everything that rings, so that no escalation of one measurement runs into the next."""
        for item in self.fetch():
            url = f"{self._url}{ALARMS}/{item['id']}/acknowledge"
            requests.post(url, json={}, headers=self._bearer, timeout=HTTP_TIMEOUT_S)

    def _listen(self) -> None:
        with requests.get(
            f"{self._url}/console/events", cookies=self._cookie, stream=True, timeout=HTTP_TIMEOUT_S
        ) as stream:
            for line in stream.iter_lines(chunk_size=1):
                if self._stopping.is_set():
                    return
                if line.startswith(b"data:"):
                    self._look(json.loads(line[5:])["open"])

    def _look(self, count: int) -> None:
        self._open.set()
        if count > len(self.first):
            for item in self.fetch():
                self.first.setdefault(item["id"], monotonic())

    def __enter__(self) -> Self:
        self._thread.start()
        self._open.wait(HTTP_TIMEOUT_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(HTTP_TIMEOUT_S)


class Echo:
    """A bare MQTT publisher and subscriber, QoS 1: the least that any system on this broker would need."""

    def __init__(self, port: int) -> None:
        self._heard, subscribed = threading.Event(), threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench-echo", protocol=mqtt.MQTTv5)
        self._client.on_message = lambda *_: self._heard.set()
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._client.subscribe(ECHO, 1)
        subscribed.wait(HTTP_TIMEOUT_S)

    def once(self) -> float:
        """Milliseconds from publish to subscriber."""
        self._heard.clear()
        began = monotonic()
        self._client.publish(ECHO, b"x", qos=1)
        self._heard.wait(HTTP_TIMEOUT_S)
        return (monotonic() - began) * 1000

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()
