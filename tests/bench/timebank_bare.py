"""The bare SQL of a transfer: the same rows and locks, by hand, on a connection for each client."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, date
from typing import Any

import psycopg
from sqlalchemy import make_url

from backend.core.clock import wall
from backend.core.ids import new_id
from backend.timebank.ledger import AccountRef

BUSY_S = 60
UNSEALED = "内容与封存的不符"  # what is written past the ledger carries no seal
FIND = "SELECT id, balance, entries, floor FROM time_account WHERE kind = {0} AND owner IN ({0}, {0}) ORDER BY id"
TRANSFER = (
    "INSERT INTO time_transfer (id, key, digest, kind, unit, event_on, at, by_kind, by_id, source, source_id, why, "
    "policy) VALUES ({0}, {0}, 'x', 'gift', 'minute', {0}, {0}, 'system', 'system', 'gift', 'bench', '', '{{}}')"
)
ENTRY = (
    "INSERT INTO time_entry (account_id, seq, transfer_id, amount, balance_after) "
    "SELECT id, entries, {0}, {0}, balance FROM time_account WHERE id = {0}"
)
BALANCE = "UPDATE time_account SET balance = balance + {0}, entries = entries + 1 WHERE id = {0}"
Pairs = Sequence[tuple[AccountRef, AccountRef]]
Act = Callable[[int], None]


def client(url: str, pairs: Pairs, minutes: int, day: date) -> Callable[[], Act]:
    """Makes a client, each with a connection of its own; what it makes moves the numbered transfer."""
    connect = _sqlite if url.startswith("sqlite") else _postgresql
    return lambda: _act(*connect(url), pairs, minutes, day)


def _act(
    run: Callable[..., Any], begin: str, mark: str, lock: str, plain: Callable[[Any], Any], pairs: Pairs, minutes: int,
    day: date,
) -> Act:  # fmt: skip
    find, transfer, entry, balance = (one.format(mark) for one in (FIND + lock, TRANSFER, ENTRY, BALANCE))

    def act(number: int) -> None:
        giver, receiver = pairs[number]
        run(begin)
        rows = run(find, (giver.kind, giver.owner, receiver.owner)).fetchall()
        if len(rows) != 2:
            raise AssertionError
        made = plain(new_id())
        run(transfer, (made, f"bare:{number}", day.isoformat(), wall().astimezone(UTC).replace(tzinfo=None)
                       .isoformat(" ")))  # fmt: skip
        for row, amount in zip(rows, (-minutes, minutes), strict=True):
            run(balance, (amount, row[0]))
            run(entry, (made, amount, row[0]))
        run("COMMIT")

    return act


def _sqlite(url: str) -> tuple[Callable[..., Any], str, str, str, Callable[[Any], Any]]:
    """With the pragmas of ``backend.core.db``."""
    made = sqlite3.connect(str(make_url(url).database), timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    made.execute("PRAGMA synchronous=FULL")
    made.execute("PRAGMA foreign_keys=ON")
    return made.execute, "BEGIN IMMEDIATE", "?", "", lambda row_id: row_id.hex


def _postgresql(url: str) -> tuple[Callable[..., Any], str, str, str, Callable[[Any], Any]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    made = psycopg.connect(plain, autocommit=True)
    return made.execute, "BEGIN", "%s", " FOR UPDATE", lambda row_id: row_id
