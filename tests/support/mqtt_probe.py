"""A small MQTT client for tests: connect, subscribe, publish, and see what the broker said."""

import queue
from pathlib import Path
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

TIMEOUT_S = 30.0


class Probe:
    """One connection; every answer is waited for. ``queue.Empty`` means the broker stayed silent."""

    def __init__(
        self,
        port: int,
        username: str | None = None,
        password: str | None = None,
        *,
        version: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5,
        session: str = "",
        ca_file: Path | None = None,
    ) -> None:
        """Connect; a ``session`` names a client whose subscriptions and queue outlive the connection."""
        self._five = version == MQTTProtocolVersion.MQTTv5
        clean = {} if self._five else {"clean_session": not session}
        self.client = Client(
            CallbackAPIVersion.VERSION2, client_id=session, protocol=version, reconnect_on_failure=False, **clean
        )
        self.answers: queue.Queue[ReasonCode] = queue.Queue()
        self.messages: queue.Queue[tuple[str, bytes]] = queue.Queue()
        if username:
            self.client.username_pw_set(username, password)
        if ca_file:
            self.client.tls_set(str(ca_file))
        self.client.on_connect = lambda _c, _u, _flags, code, _p: self.answers.put(code)
        self.client.on_subscribe = lambda _c, _u, _mid, codes, _p: self.answers.put(codes[0])
        self.client.on_publish = lambda _c, _u, _mid, code, _p: self.answers.put(code)
        self.client.on_message = self._on_message
        self.client.connect("localhost" if ca_file else "127.0.0.1", port, **self._session_options(session))
        self.client.loop_start()
        self.connected = self.answers.get(timeout=TIMEOUT_S)

    def _session_options(self, session: str) -> dict[str, Any]:
        if not self._five:
            return {}
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 3600 if session else 0
        return {"clean_start": not session, "properties": properties}

    def _on_message(self, _client: Client, _user: Any, message: MQTTMessage) -> None:
        self.messages.put((message.topic, message.payload))

    def subscribe(self, topic: str) -> ReasonCode:
        """The broker's answer; a refusal is a failure code."""
        if self._five:
            self.client.subscribe(topic, options=SubscribeOptions(qos=1))
        else:
            self.client.subscribe(topic, 1)
        return self.answers.get(timeout=TIMEOUT_S)

    def publish(self, topic: str, payload: bytes | str = b"x") -> ReasonCode:
        """The broker's answer to a QoS 1 message; MQTT 3.1.1 has no way to say a refusal."""
        self.client.publish(topic, payload, qos=1)
        return self.answers.get(timeout=TIMEOUT_S)

    def next_message(self) -> tuple[str, bytes]:
        """The next topic and payload."""
        return self.messages.get(timeout=TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()
        self.client._reset_sockets()  # otherwise left to the garbage collector, which warns of open sockets
