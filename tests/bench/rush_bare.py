"""The least a rush needs of a database: the compare-and-swap of a counter, a transaction for each try."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from uuid import UUID

import psycopg
from sqlalchemy import make_url, update

from backend.booking.models import Slot
from backend.core.clock import monotonic
from backend.core.db import unit_of_work

BUSY_S = 60
Try = Callable[[UUID], None]


def seconds(database_url: str, slots: Sequence[UUID], tries: int, clients: int) -> float:
    """Empty the slots, then try ``tries`` times to take a place, by ``clients`` connections at once."""
    with unit_of_work() as work:
        work.session.execute(update(Slot).values(taken=0))
    connect = _sqlite if database_url.startswith("sqlite") else _postgresql
    gate = threading.Barrier(clients + 1)
    threads = [
        threading.Thread(target=_client, args=(gate, connect, database_url, slots, range(at, tries, clients)))
        for at in range(clients)
    ]
    for thread in threads:
        thread.start()
    gate.wait()
    began = monotonic()
    for thread in threads:
        thread.join()
    return monotonic() - began


def _client(
    gate: threading.Barrier, connect: Callable[[str], tuple[Try, Callable[[], None]]], url: str,
    slots: Sequence[UUID], mine: range,
) -> None:  # fmt: skip
    attempt, close = connect(url)
    gate.wait()
    for number in mine:
        attempt(slots[number % len(slots)])
    close()


def _sqlite(url: str) -> tuple[Try, Callable[[], None]]:
    """With the pragmas of ``backend.core.db``."""
    made = sqlite3.connect(str(make_url(url).database), timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    made.execute("PRAGMA synchronous=FULL")

    def attempt(slot: UUID) -> None:
        made.execute("BEGIN IMMEDIATE")
        made.execute("UPDATE slot SET taken = taken + 1 WHERE id = ? AND taken < capacity", (slot.hex,))
        made.execute("COMMIT")

    return attempt, made.close


def _postgresql(url: str) -> tuple[Try, Callable[[], None]]:
    made = psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))

    def attempt(slot: UUID) -> None:
        made.execute("UPDATE slot SET taken = taken + 1 WHERE id = %s AND taken < capacity", (slot,))
        made.commit()

    return attempt, made.close
