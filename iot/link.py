"""The connection to the broker: QoS 1, acknowledged by hand, a session that outlives us, a queue with an end.

paho's defaults lose messages in a dozen ways; each setting here that looks odd closes one of them.
"""

import queue
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from backend.core.clock import Clock, monotonic
from backend.devices.messages import Inbound
from backend.settings_values import MqttEndpoint
from iot.mqtt_client import BusyClient

log = structlog.get_logger(__name__)

QUEUE_SIZE = 5_000
IN_FLIGHT = 1_000
SESSION_LASTS_S = 7 * 86_400
KEEPALIVE_S = 20
QUEUE_PATIENCE_S = 0.5


@dataclass(frozen=True, slots=True)
class Received:
    """A message and the delivery it came by: an acknowledgement is good for that connection only."""

    generation: int
    mid: int
    inbound: Inbound


class Link:
    """A broker connection that hands messages to a bounded queue and acknowledges what the caller has stored."""

    def __init__(
        self, endpoint: MqttEndpoint, client_id: str, filters: Sequence[str], clock: Clock, ca_file: Any = None
    ) -> None:
        self.queue: queue.Queue[Received] = queue.Queue(maxsize=QUEUE_SIZE)
        self.lost_at: float | None = monotonic()
        self._endpoint, self._filters, self._clock = endpoint, filters, clock
        self._generation = 0
        self._stopping = threading.Event()
        self._client = self._make(client_id, ca_file)

    def _make(self, client_id: str, ca_file: Any) -> BusyClient:
        client = BusyClient(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5, manual_ack=True)
        client.suppress_exceptions = True  # an exception in a callback would kill the network thread in silence
        client.reconnect_delay_set(1, 10)
        client.max_inflight_messages_set(IN_FLIGHT)
        if self._endpoint.username:
            client.username_pw_set(self._endpoint.username, self._endpoint.password)
        if self._endpoint.tls:
            client.tls_set(ca_certs=str(ca_file) if ca_file else None)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def start(self) -> None:
        """Connect in the background; a broker that is down now is tried again."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho ships it untyped
        properties.SessionExpiryInterval = SESSION_LASTS_S
        properties.ReceiveMaximum = IN_FLIGHT
        # clean_start=False: paho's own default throws the backlog away at every start of the process.
        self._client.connect_async(
            self._endpoint.host, self._endpoint.port, keepalive=KEEPALIVE_S, clean_start=False, properties=properties
        )
        self._client.loop_start()

    def stop(self) -> None:
        self._stopping.set()
        self._client.disconnect()
        self._client.loop_stop()

    def acknowledge(self, batch: Iterable[Received]) -> None:
        """Tell the broker that these are safe. Those of an older connection will come again by themselves."""
        generation = self._generation
        self._client.acknowledge(one.mid for one in batch if one.generation == generation and one.inbound.qos == 1)

    def listen_also(self, filters: Sequence[str]) -> None:
        """Subscribe to more: a gateway with a topic of its own was registered."""
        new = [one for one in filters if one not in self._filters]
        self._filters = [*self._filters, *new]
        if new and self.connected:
            self._client.subscribe([(one, SubscribeOptions(qos=1, retainHandling=1)) for one in new])

    def publish(self, topic: str, payload: bytes) -> None:
        self._client.publish(topic, payload, qos=1)

    @property
    def connected(self) -> bool:
        return self.lost_at is None

    def _on_connect(self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.warning("broker refused the hub", reason=str(reason))
            return
        self._generation += 1
        self.lost_at = None
        # retainHandling=1: retained state is told once per session, not again at every reconnect.
        options = SubscribeOptions(qos=1, retainHandling=1)
        client.subscribe([(one, options) for one in self._filters])
        log.info("connected to the broker", generation=self._generation)

    def _on_disconnect(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self.lost_at = monotonic()
        if not self._stopping.is_set():
            log.warning("connection to the broker lost", reason=str(reason))

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "(not utf-8)"
        received = Received(
            self._generation,
            message.mid,
            Inbound(topic, bytes(message.payload), self._clock.now(), message.retain, message.dup, message.qos),
        )
        # A full queue holds the network thread: the broker keeps the rest, which is where it is safe.
        while not self._stopping.is_set():
            try:
                self.queue.put(received, timeout=QUEUE_PATIENCE_S)
            except queue.Full:
                continue
            return
