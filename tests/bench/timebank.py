"""Transfers of time by 50 clients at once beside the bare SQL of the same transfers, and a million entries re-added.

Adding up is measured in processes of their own (``python -m tests.bench.timebank URL``): their memory is theirs alone.
"""

import json
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from backend.app import create_app
from backend.core import migrate
from backend.core.clock import SystemClock, monotonic
from backend.core.db import reading, unit_of_work
from backend.settings import load_settings
from backend.timebank import ledger
from backend.timebank.ledger import BUREAU, AccountRef, Leg, Movement
from backend.timebank.models import TimeAccount, TimeEntry, TimeTransfer
from backend.timebank.verifying import verify
from tests.bench import timebank_bare
from tests.bench.figures import Figure, figure, percentile
from tests.support import services

CLIENTS, TRANSFERS, ACCOUNTS = 50, 4_000, 200
PLENTY, MINUTES = 1_000_000, 30
ENTRIES, PORTION = 1_000_000, 10_000
MOST_S, GROWTH_MB = 60.0, 50.0
DAY = date(2026, 11, 22)
Act = Callable[[int], None]


def sqlite(folder: Path, scale: float) -> list[Figure]:
    """Transfers on SQLite, as durable as a county runs it."""
    return _transfers("timebank.transfer_sqlite", f"sqlite:///{folder / 'bank.db'}", folder, scale)


def postgresql(folder: Path, scale: float) -> list[Figure]:
    """Transfers on a durable PostgreSQL."""
    with services.postgres(durable=True) as server:
        services.create_database(server, "bench")
        return _transfers("timebank.transfer_postgresql", f"{server}/bench", folder, scale)


@contextmanager
def bank(url: str, folder: Path) -> Iterator[Callable[[], None]]:
    """The application on this database; yields what a new thread must call."""
    app = create_app(
        load_settings(
            {
                "SHOUWANG_MODE": "test",
                "SHOUWANG_DATA_DIR": str(folder),
                "DATABASE_URL": url,
                "SHOUWANG_LOG_LEVEL": "ERROR",
            }
        ),
        SystemClock(),
    )
    with app.app_context():
        yield lambda: app.app_context().push()


def owner(number: int) -> AccountRef:
    return AccountRef("personal", f"owner-{number % ACCOUNTS}")


def pair(number: int) -> tuple[AccountRef, AccountRef]:
    """From whom to whom: every way round, so that many meet in opposite directions."""
    return owner(number), owner(number * 7 + 1 + number // ACCOUNTS)


def _transfers(name: str, url: str, folder: Path, scale: float) -> list[Figure]:
    migrate.upgrade(url)
    count = int(TRANSFERS * scale)
    with bank(url, folder) as enter:
        _fill()
        pairs = [one for one in map(pair, range(count + ACCOUNTS)) if one[0] != one[1]][:count]

        def ours(number: int) -> None:
            giver, receiver = pairs[number]
            with unit_of_work() as work:
                ledger.post(work, Movement(
                    f"bench:{number}", "gift", (Leg(giver, -MINUTES), Leg(receiver, MINUTES)), DAY, "gift", "bench",
                ))  # fmt: skip

        mine, waits = at_once(count, lambda: (enter(), ours)[1])
        bare, bare_waits = at_once(count, timebank_bare.client(url, pairs, MINUTES, DAY))
        with reading() as work:
            wrong = [one for one in verify(work) if one.why != timebank_bare.UNSEALED]
        if wrong:
            raise AssertionError(wrong[:3])
    return [
        figure(name, "transfers/s", count / mine, count / bare),
        figure(f"{name}_p99", "ms", percentile(waits, 0.99) * 1000, percentile(bare_waits, 0.99) * 1000),
    ]


def _fill() -> None:
    with unit_of_work() as work:
        for number in range(ACCOUNTS):
            legs = (Leg(BUREAU, -PLENTY), Leg(owner(number), PLENTY))
            ledger.post(work, Movement(f"fill:{number}", "served", legs, DAY, "bench", "fill"))


def at_once(count: int, client: Callable[[], Act]) -> tuple[float, list[float]]:
    """How long ``count`` transfers took by all clients together, and each of them."""
    gate, waits = threading.Barrier(CLIENTS + 1), [0.0] * count

    def run(first: int) -> None:
        act = client()
        gate.wait()
        for number in range(first, count, CLIENTS):
            began = monotonic()
            act(number)
            waits[number] = monotonic() - began

    threads = [threading.Thread(target=run, args=(first,)) for first in range(CLIENTS)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = monotonic()
    for thread in threads:
        thread.join()
    return monotonic() - began, waits


# -- a million entries


def verified(folder: Path, scale: float) -> list[Figure]:
    """Seconds and memory of adding up a million entries, beside the memory of a tenth of them."""
    found = {}
    for part in (0.1, 1.0):
        url = f"sqlite:///{folder / f'entries-{part}.db'}"
        migrate.upgrade(url)
        said = _child("fill", url, folder, int(ENTRIES * scale * part))
        said = _child("verify", url, folder, 0)
        found[part] = said
    return [
        figure("timebank.verify_1000000", "s", found[1.0]["seconds"], MOST_S),
        figure("timebank.verify_memory_growth", "MB", found[1.0]["mb"] - found[0.1]["mb"], GROWTH_MB),
    ]


def _child(what: str, url: str, folder: Path, entries: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.timebank", what, url, str(folder), str(entries)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    said: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return said


def main() -> None:
    what, url, folder, entries = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    with bank(url, folder):
        began = monotonic()
        if what == "fill":
            _write(entries // 2)
        else:
            with reading() as work:
                if verify(work):
                    raise AssertionError
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": monotonic() - began, "mb": mb}))  # noqa: T201 - the answer to whoever started us


def _write(transfers: int) -> None:
    """Rows as the ledger would have written them, sealed, ten thousand transfers at a time."""
    accounts = [owner(number) for number in range(ACCOUNTS)] + [BUREAU]
    with unit_of_work() as work:
        ids = {one: row.id for one, row in ledger.lock(work, accounts).items()}
    balances, entries = dict.fromkeys(accounts, 0), dict.fromkeys(accounts, 0)

    def entry(leg: Leg, transfer: dict[str, Any]) -> dict[str, Any]:
        balances[leg.account] += leg.amount
        entries[leg.account] += 1
        return {
            "account_id": ids[leg.account], "seq": entries[leg.account], "transfer_id": transfer["id"],
            "amount": leg.amount, "balance_after": balances[leg.account],
        }  # fmt: skip

    for first in range(0, transfers, PORTION):
        with unit_of_work() as work:
            moves = [(one, ledger.row_of(work, one)) for one in _moves(first, min(first + PORTION, transfers))]
            work.session.execute(insert(TimeTransfer), [row for _one, row in moves])
            work.session.execute(insert(TimeEntry), [entry(leg, row) for one, row in moves for leg in one.legs])
    with unit_of_work() as work:
        for account in accounts:
            row = work.session.get_one(TimeAccount, ids[account])
            row.balance, row.entries = balances[account], entries[account]


def _moves(first: int, end: int) -> Iterator[Movement]:
    for number in range(first, end):
        legs = (Leg(BUREAU, -MINUTES), Leg(owner(number), MINUTES))
        yield Movement(f"n:{number}", "served", legs, DAY, "desk", "n")


if __name__ == "__main__":
    main()
