"""A publisher that costs next to nothing, so that on two cores the load is not what is measured: MQTT 3.1.1, QoS 1."""

import socket
import struct
from collections.abc import Iterable
from itertools import cycle
from typing import Self

from backend.core.clock import monotonic, pause

CONNECT, PUBLISH_QOS1, DISCONNECT = 0x10, 0x32, b"\xe0\x00"
CONNACK_BYTES, PUBACK_BYTES = 4, 4
WINDOW = 500  # unconfirmed messages at most
TICK_S = 0.02


class Wire:
    """One connection; counts what the broker has confirmed."""

    def __init__(self, port: int, client_id: str = "bench-load") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(_packet(CONNECT, b"\x00\x04MQTT\x04\x02\x00\x3c" + _text(client_id.encode())))
        self._take(CONNACK_BYTES)
        self._mids = cycle(range(1, 65_536))
        self._unconfirmed = 0

    def publish(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Hand messages over as fast as the broker confirms them; return when all are confirmed."""
        pending = bytearray()
        for number, (topic, payload) in enumerate(messages, 1):
            body = _text(topic.encode()) + struct.pack("!H", next(self._mids)) + payload
            pending += _packet(PUBLISH_QOS1, body)
            if number % 50 == 0:
                self._send(pending, 50)
                pending.clear()
                self._confirm(WINDOW)
        self._send(pending, number % 50 if pending else 0)
        self._confirm(0)

    def pace(self, messages: Iterable[tuple[str, bytes]], rate: float, seconds: float) -> None:
        """Publish ``rate`` messages a second, evenly in steps of 20 ms, for ``seconds``."""
        source, started, done = iter(messages), monotonic(), 0
        while (passed := monotonic() - started) < seconds:
            due = int(passed * rate) - done
            if due > 0:
                self.publish([next(source) for _ in range(due)])
                done += due
            pause(TICK_S)

    def _send(self, packets: bytearray, count: int) -> None:
        self._socket.sendall(packets)
        self._unconfirmed += count

    def _confirm(self, allowed: int) -> None:
        surplus = self._unconfirmed - allowed
        if surplus > 0:
            self._take(PUBACK_BYTES * surplus)
            self._unconfirmed -= surplus

    def _take(self, count: int) -> None:
        while count > 0:
            received = self._socket.recv(count)
            if not received:
                raise ConnectionError
            count -= len(received)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.sendall(DISCONNECT)
        self._socket.close()


def _text(text: bytes) -> bytes:
    return struct.pack("!H", len(text)) + text


def _packet(kind: int, body: bytes) -> bytes:
    length, digits = len(body), bytearray()
    while True:
        length, digit = divmod(length, 128)
        digits.append(digit | (0x80 if length else 0))
        if not length:
            return bytes([kind]) + bytes(digits) + body
