"""Gives the demonstration's devices a life of their own: the messages of their gateways, at the demo clock's pace.

It publishes with the demo gateway's account, like any gateway would, and knows nothing of the database. It never
presses a button, and what it says never leaves the limits of the rules.
"""

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from backend.app import clock_of
from backend.core import logs
from backend.core.clock import Clock
from backend.demo.data import DemoDevice, Habit, devices
from backend.devices.broker_credentials import DEMO_GATEWAY_PASSWORD, DEMO_GATEWAY_USER
from backend.settings import Settings
from iot import simulator_words as words
from iot.simulator_life import chance, values
from iot.simulator_words import Message

log = structlog.get_logger(__name__)

TICK_S = 0.1  # when the clock is moved, the silence that was skipped should end before a rule finds it
FIRST_WITHIN_S = 20  # a board that was just opened shows life
PERIOD_S: Mapping[Habit, int] = {
    "sleeper": 10, "bedridden": 10, "radar": 10, "motion": 30, "door": 30, "climate": 60,
    "gas": 120, "smoke": 300, "leak": 300, "button": 600,
}  # fmt: skip


def main(settings: Settings) -> None:
    """Publish until SIGTERM or SIGINT; nothing at all where the simulator is switched off."""
    logs.configure(settings.log_level)
    if not settings.simulator:
        log.info("the simulator is switched off")
        return
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    run(settings, clock_of(settings), stopping)


def run(settings: Settings, clock: Clock, stopping: threading.Event) -> None:
    """Connect as the demo gateway and let time pass until ``stopping``."""
    life = Life(devices(), clock.now())
    client = _client(life)
    client.connect_async(settings.mqtt.host, settings.mqtt.port, keepalive=20)
    client.loop_start()
    try:
        while not stopping.wait(TICK_S):
            # While the broker is away time passes unheard: a queue of old readings would be worth nothing.
            if client.is_connected():
                _publish(client, life.due(clock.now()))
    finally:
        client.disconnect()
        client.loop_stop()


def _client(life: "Life") -> Client:
    client = Client(CallbackAPIVersion.VERSION2, client_id="shouwang-simulator")
    client.username_pw_set(DEMO_GATEWAY_USER, DEMO_GATEWAY_PASSWORD)
    client.reconnect_delay_set(1, 10)

    def on_connect(client: Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.warning("broker refused the simulator", reason=str(reason))
            return
        log.info("simulated devices are alive", devices=len(life.devices))
        _publish(client, life.hello())

    client.on_connect = on_connect
    return client


def _publish(client: Client, messages: Iterator[Message]) -> None:
    for one in messages:
        client.publish(one.topic, one.payload, qos=1, retain=one.retain)


class Life:
    """When each device speaks next."""

    def __init__(self, found: Sequence[DemoDevice], now: datetime) -> None:
        self.devices = found
        self._next = {one.external_id: now + timedelta(seconds=_first_after(one)) for one in found}

    def hello(self) -> Iterator[Message]:
        """What a Zigbee gateway says when it starts."""
        yield words.greeting()
        yield words.inventory(self.devices)
        yield from (words.availability(one) for one in self.devices if one.group.source == "zigbee2mqtt")

    def due(self, now: datetime) -> Iterator[Message]:
        """The messages of this moment; who was due several times speaks once."""
        for one in self.devices:
            if self._next[one.external_id] <= now:
                self._next[one.external_id] = now + timedelta(seconds=PERIOD_S[one.group.habit])
                yield words.message(one, values(one, now), now)


def _first_after(device: DemoDevice) -> float:
    return chance(device.external_id, "first") * min(FIRST_WITHIN_S, PERIOD_S[device.group.habit])
