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
TAKE = "UPDATE slot SET taken = taken + {0} WHERE id = {0} AND taken + {0} <= capacity"
Try = Callable[[UUID, int], None]


def seconds(
    database_url: str, slots: Sequence[UUID], tries: int, clients: int, sizes: Sequence[int] = (1,)
) -> float:  # fmt: skip
    """Empty the slots, then try ``tries`` times to take a place, by ``clients`` connections at once.

    ``sizes``: how many places the tries take, in turn.
    """
    with unit_of_work() as work:
        work.session.execute(update(Slot).values(taken=0))
    connect = _sqlite if database_url.startswith("sqlite") else _postgresql
    gate = threading.Barrier(clients + 1)
    threads = [
        threading.Thread(target=_client, args=(gate, connect, database_url, slots, sizes, range(at, tries, clients)))
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
    slots: Sequence[UUID], sizes: Sequence[int], mine: range,
) -> None:  # fmt: skip
    attempt, close = connect(url)
    gate.wait()
    for number in mine:
        attempt(slots[number % len(slots)], sizes[number % len(sizes)])
    close()


def _sqlite(url: str) -> tuple[Try, Callable[[], None]]:
    """With the pragmas of ``backend.core.db``."""
    made = sqlite3.connect(str(make_url(url).database), timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    made.execute("PRAGMA synchronous=FULL")

    def attempt(slot: UUID, size: int) -> None:
        made.execute("BEGIN IMMEDIATE")
        made.execute(TAKE.format("?"), (size, slot.hex, size))
        made.execute("COMMIT")

    return attempt, made.close


def _postgresql(url: str) -> tuple[Try, Callable[[], None]]:
    made = psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))

    def attempt(slot: UUID, size: int) -> None:
        made.execute(TAKE.format("%s"), (size, slot, size))
        made.commit()

    return attempt, made.close
