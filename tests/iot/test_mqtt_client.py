"""The hub's client reads in large pieces and acknowledges batches: nothing may be lost, doubled or disordered by it."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from iot.mqtt_client import BREATH, CHUNK, BusyClient
from tests.support import services
from tests.support.wire import Wire

TOPIC = "things/one"
READY = b"ready"
Arrivals = queue.Queue[mqtt.MQTTMessage]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with services.mosquitto(tmp_path / "broker") as port:
        yield port


def _connect(port: int, arrivals: Arrivals) -> BusyClient:
    client = BusyClient(CallbackAPIVersion.VERSION2, client_id="busy", protocol=mqtt.MQTTv5, manual_ack=True)
    client.on_message = lambda _client, _data, message: arrivals.put(message)
    client.on_connect = _subscribe
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho ships it untyped
    properties.SessionExpiryInterval, properties.ReceiveMaximum = 600, 1000
    client.connect("127.0.0.1", port, clean_start=False, properties=properties)
    client.loop_start()
    return client


def _subscribe(client: mqtt.Client, *_: Any) -> None:
    client.subscribe(TOPIC, 1)


def _end(client: BusyClient) -> None:
    client.disconnect()
    client.loop_stop()


def _wait_for_session(client: BusyClient, arrivals: Arrivals, port: int) -> None:
    _until_the_broker_has_read_it(client)
    with Wire(port, "first") as wire:
        wire.publish([(TOPIC, READY)])
    assert arrivals.get(timeout=20).payload == READY
    client.acknowledge([1])


def _until_the_broker_has_read_it(client: BusyClient) -> None:
    """Ask something: the broker answers in order. A client that takes the session over would cut off what is unread."""
    services.wait_until(client.is_connected)
    answered = threading.Event()
    client.on_subscribe = lambda *_: answered.set()
    client.subscribe("something/else", 1)
    assert answered.wait(20)


def _drain(arrivals: Arrivals, count: int) -> list[mqtt.MQTTMessage]:
    return [arrivals.get(timeout=20) for _ in range(count)]


@pytest.mark.parametrize("size", [1, 10, CHUNK - 50, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_messages_of_any_size_come_whole_and_in_order(port: int, size: int) -> None:
    arrivals: Arrivals = queue.Queue()
    client = _connect(port, arrivals)
    _wait_for_session(client, arrivals, port)
    sent = [bytes([number]) * size for number in range(20)]
    with Wire(port) as wire:
        wire.publish([(TOPIC, payload) for payload in sent])
    assert [message.payload for message in _drain(arrivals, len(sent))] == sent
    _end(client)


def test_what_was_acknowledged_in_one_batch_is_not_delivered_again_and_the_rest_is(port: int) -> None:
    arrivals: Arrivals = queue.Queue()
    client = _connect(port, arrivals)
    _wait_for_session(client, arrivals, port)
    count = 900  # below the receive maximum, above one breath of the reader
    assert count > BREATH
    with Wire(port) as wire:
        wire.publish([(TOPIC, str(number).encode()) for number in range(count)])
    messages = _drain(arrivals, count)
    client.acknowledge(one.mid for one in messages[:800])
    _until_the_broker_has_read_it(client)
    _end(client)
    again: Arrivals = queue.Queue()
    second = _connect(port, again)
    _until_the_broker_has_read_it(second)
    services.wait_until(lambda: any(one.payload == b"899" for one in list(again.queue)))
    redelivered = [one.payload for one in _drain(again, again.qsize())]
    assert redelivered == [str(number).encode() for number in range(800, 900)]
    _end(second)


def test_an_empty_batch_of_acknowledgements_sends_nothing(port: int) -> None:
    arrivals: Arrivals = queue.Queue()
    client = _connect(port, arrivals)
    _wait_for_session(client, arrivals, port)
    client.acknowledge([])
    assert client.is_connected()
    _end(client)
