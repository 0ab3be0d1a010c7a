"""Many connections from one cheap thread: prepared requests over kept-alive sockets, as a proxy in front sends them."""

import selectors
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from backend.core.clock import monotonic, pause

PATIENCE_S = 120.0
CONNECT_AHEAD_S = 0.5
CHUNK = 65_536
HEAD_ENDS = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Answer:
    """``ms`` from sending the request until its answer was whole; ``at`` when that was, by the monotonic clock."""

    status: int
    body: bytes
    ms: float
    at: float


@dataclass(slots=True)
class _Line:
    """One connection, the answer that is coming in, and what all connections together still have to send."""

    socket: socket.socket
    waiting: list[int]
    current: int = -1
    sent_at: float = 0.0
    received: bytes = b""


def send_all(port: int, requests: Sequence[bytes], connections: int, begins: float | None = None) -> list[Answer]:
    """Every request answered, in their order. Each connection has one request under way at a time and, once it is
    answered, takes the next that anybody has to send.

    ``begins``: the monotonic moment at which all connections send; they are open half a second before.
    """
    _wait_until((begins or 0.0) - CONNECT_AHEAD_S)
    waiting = list(range(len(requests)))[::-1]
    lines = [_open(port, waiting) for _ in range(connections)]
    answers: list[Answer | None] = [None] * len(requests)
    with ExitStack() as ends, selectors.DefaultSelector() as selector:
        for line in lines:
            ends.enter_context(line.socket)
            selector.register(line.socket, selectors.EVENT_READ, line)
        _wait_until(begins or 0.0)
        for line in lines:
            _next(line, requests, selector)
        while selector.get_map():
            ready = selector.select(PATIENCE_S)
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                _take_in(key.data, requests, answers, selector)
    return [one for one in answers if one is not None]


def _wait_until(moment: float) -> None:
    pause(max(0.0, moment - monotonic()))


def _open(port: int, waiting: list[int]) -> _Line:
    made = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _Line(made, waiting)


def _next(line: _Line, requests: Sequence[bytes], selector: selectors.BaseSelector) -> None:
    """Send the next request of this connection; close it when it has none."""
    if not line.waiting:
        selector.unregister(line.socket)
        line.socket.close()
        return
    line.current, line.received, line.sent_at = line.waiting.pop(), b"", monotonic()
    line.socket.sendall(requests[line.current])


def _take_in(
    line: _Line, requests: Sequence[bytes], answers: list[Answer | None], selector: selectors.BaseSelector
) -> None:
    chunk = line.socket.recv(CHUNK)
    if not chunk:
        raise ConnectionError(line.received)
    line.received += chunk
    answer = _whole(line)
    if answer is not None:
        answers[line.current] = answer
        _next(line, requests, selector)


def _whole(line: _Line) -> Answer | None:
    head, found, body = line.received.partition(HEAD_ENDS)
    if not found or len(body) < _length(head):
        return None
    now = monotonic()
    return Answer(int(head[9:12]), body, (now - line.sent_at) * 1000, now)


def _length(head: bytes) -> int:
    [text] = [one.partition(b":")[2] for one in head.split(b"\r\n") if one.lower().startswith(LENGTH)]
    return int(text)
