"""Looking for viruses: clamd by INSTREAM over TCP, if one is set; without it nothing is said to be clean."""

import socket
import struct

import structlog
from flask import current_app

log = structlog.get_logger(__name__)

TIMEOUT_S = 10.0
CHUNK = 64 * 1024
CLEAN, INFECTED, WAITING, UNSCANNED = "clean", "infected", "waiting", "unscanned"


def scan(data: bytes) -> str:
    """``clean``, ``infected``, ``waiting`` (clamd does not answer: a job asks again) or ``unscanned`` (none is set)."""
    address = current_app.config["SHOUWANG"].clamd
    if not address:
        return UNSCANNED
    host, _, port = address.rpartition(":")
    try:
        answer = _ask((host, int(port)), data)
    except OSError as error:
        log.warning("clamd does not answer", error=type(error).__name__)
        return WAITING
    if answer.endswith(b"OK"):
        return CLEAN
    return INFECTED if answer.endswith(b"FOUND") else WAITING


def _ask(address: tuple[str, int], data: bytes) -> bytes:
    with socket.create_connection(address, TIMEOUT_S) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), CHUNK):
            part = data[start : start + CHUNK]
            connection.sendall(struct.pack("!I", len(part)) + part)
        connection.sendall(struct.pack("!I", 0))
        return _answer(connection)


def _answer(connection: socket.socket) -> bytes:
    said = b""
    while part := connection.recv(1024):
        said += part
        if said.endswith(b"\0"):
            break
    return said.rstrip(b"\0")
