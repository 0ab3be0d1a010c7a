"""The baseline of ingest: a bare paho subscriber that only counts, with the hub's own MQTT settings.

``python -m tests.bench.counter PORT FILTER 0`` opens its persistent session and leaves; with a number it takes that
many messages and prints how many seconds passed between the first and the last.
"""

import sys
import threading
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from backend.core.clock import monotonic
from iot.link import IN_FLIGHT, KEEPALIVE_S


def main() -> None:
    port, wanted = int(sys.argv[1]), int(sys.argv[3])
    times: list[float] = []
    subscribed, done = threading.Event(), threading.Event()
    counted = 0

    def on_message(_client: mqtt.Client, _data: Any, _message: mqtt.MQTTMessage) -> None:
        nonlocal counted
        counted += 1
        if counted in (1, wanted):
            times.append(monotonic())
        if counted == wanted:
            done.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench-counter", protocol=mqtt.MQTTv5)
    client.on_message = on_message
    client.on_subscribe = lambda *_: subscribed.set()
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho ships it untyped
    properties.SessionExpiryInterval, properties.ReceiveMaximum = 3600, IN_FLIGHT
    client.connect("127.0.0.1", port, KEEPALIVE_S, clean_start=False, properties=properties)
    client.loop_start()
    client.subscribe([(sys.argv[2], SubscribeOptions(qos=1, retainHandling=1))])
    subscribed.wait(20)
    if wanted:
        done.wait(300)
        print(times[1] - times[0])  # noqa: T201 - the answer to whoever started us
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    main()
