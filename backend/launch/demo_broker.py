"""A broker for a machine without Mosquitto: the iotcore wheel behind one port.

iotcore listens for MQTT 3.1.1 and MQTT 5 on different ports. Devices and tools expect one, so a small front reads
the protocol level of each CONNECT packet and joins the connection to the right side. Demonstration only: anybody
may connect and read everything, and nothing survives a restart.
"""

import asyncio
import contextlib
import os
import socket
import tempfile
import threading
from pathlib import Path

PACKET_LIMIT = 262144
CONNECT = 0x10
CONNECT_TIMEOUT_S = 10.0
CHUNK = 65536
MQTT_5 = 5


def serve(host: str, port: int) -> None:
    """Run the broker on ``host:port`` until the process ends."""
    from iotcore import Broker

    inner = {4: _free_port(), MQTT_5: _free_port()}
    with tempfile.NamedTemporaryFile("w", suffix=".toml", delete=False) as handle:
        handle.write(_configuration(inner))
    broker = Broker(config_path=handle.name)
    front = threading.Thread(target=_run_front, args=(host, port, inner), daemon=True)
    front.start()
    try:
        broker.run_forever()
    finally:
        Path(handle.name).unlink()


def _run_front(host: str, port: int, inner: dict[int, int]) -> None:
    try:
        asyncio.run(_front(host, port, inner))
    finally:
        # Without its front the broker is deaf: end, and let the supervisor start both again.
        os._exit(1)


async def _front(host: str, port: int, inner: dict[int, int]) -> None:
    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError, TimeoutError):
            await _join(reader, writer, inner)
        writer.close()

    server = await asyncio.start_server(joined, host, port)
    async with server:
        await server.serve_forever()


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, inner: dict[int, int]) -> None:
    async with asyncio.timeout(CONNECT_TIMEOUT_S):
        head, level = await _read_level(reader)
    side = inner[MQTT_5] if level == MQTT_5 else inner[4]
    inner_reader, inner_writer = await _reach(side)
    inner_writer.write(head)
    pumps = [asyncio.create_task(_pump(reader, inner_writer)), asyncio.create_task(_pump(inner_reader, writer))]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        inner_writer.close()


async def _reach(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the broker behind; in its first moments it may not listen yet."""
    async with asyncio.timeout(CONNECT_TIMEOUT_S):
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)


async def _read_level(reader: asyncio.StreamReader) -> tuple[bytes, int]:
    """Read a CONNECT packet up to its protocol level (MQTT 5.0 section 3.1); returns the bytes read and the level."""
    head = await reader.readexactly(2)
    if head[0] != CONNECT:
        raise EOFError
    while head[-1] & 0x80 and len(head) < 5:  # noqa: PLR2004 - the remaining length has at most four bytes
        head += await reader.readexactly(1)
    size = await reader.readexactly(2)
    rest = await reader.readexactly(int.from_bytes(size) + 1)
    return head + size + rest, rest[-1]


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(CHUNK):
        target.write(data)
        await target.drain()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _configuration(inner: dict[int, int]) -> str:
    sides = "".join(_listener(version, port) for version, port in inner.items())
    return f"""\
id = 0
[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 200
max_segment_size = 104857600
max_segment_count = 10
{sides}"""


def _listener(version: int, port: int) -> str:
    return f"""
[v{version}.1]
name = "v{version}"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1
    [v{version}.1.connections]
    connection_timeout_ms = 60000
    max_payload_size = {PACKET_LIMIT}
    max_inflight_count = 500
    dynamic_filters = true
"""
