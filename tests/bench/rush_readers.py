"""A thousand phones that look at the free times again every few seconds, through as many connections as a proxy keeps.

``python -m tests.bench.rush_readers PORT PATH`` runs until it is terminated and prints how many answers came.
"""

import heapq
import selectors
import signal
import socket
import sys

from backend.core.clock import monotonic

PHONES, EVERY_S, CONNECTIONS = 1_000, 3.0, 32
CHUNK = 65_536
FINE, HEAD_ENDS, LENGTH = b"HTTP/1.1 200", b"\r\n\r\n", b"Content-Length: "


class Readers:
    """``due``: when each phone looks again; ``free``: connections without a request under way."""

    def __init__(self, port: int, path: str) -> None:
        self.answers = 0
        self._port = port
        self._request = f"GET {path} HTTP/1.1\r\nHost: rush\r\n\r\n".encode()
        began = monotonic()
        self._due = [began + EVERY_S * number / PHONES for number in range(PHONES)]
        self._free: list[socket.socket] = [self._connect() for _ in range(CONNECTIONS)]
        self._incoming: dict[socket.socket, bytes] = {}
        self._selector = selectors.DefaultSelector()

    def _connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), 30)

    def run(self) -> None:
        while True:
            while self._free and self._due[0] <= monotonic():
                self._ask(self._free.pop())
            wait = max(0.0, self._due[0] - monotonic()) if self._free else None
            for key, _ in self._selector.select(wait) if self._incoming else []:
                self._hear(key.fileobj)  # type: ignore[arg-type] # only sockets are registered

    def _ask(self, line: socket.socket) -> None:
        """A server closes what lay idle: then a new connection asks."""
        heapq.heapreplace(self._due, monotonic() + EVERY_S)
        try:
            line.sendall(self._request)
        except OSError:
            line = self._connect()
            line.sendall(self._request)
        self._incoming[line] = b""
        self._selector.register(line, selectors.EVENT_READ)

    def _hear(self, line: socket.socket) -> None:
        try:
            chunk = line.recv(CHUNK)
        except ConnectionResetError:
            chunk = b""
        self._incoming[line] += chunk
        head, found, body = self._incoming[line].partition(HEAD_ENDS)
        whole = found and len(body) >= int(head.partition(LENGTH)[2].split(b"\r")[0])
        if not (whole or not chunk):
            return
        self.answers += bool(whole and head.startswith(FINE))
        self._selector.unregister(line)
        del self._incoming[line]
        self._free.append(line if whole else self._connect())


def main() -> None:
    readers = Readers(int(sys.argv[1]), sys.argv[2])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        readers.run()
    finally:
        print(readers.answers)  # noqa: T201 - the result


if __name__ == "__main__":
    main()
