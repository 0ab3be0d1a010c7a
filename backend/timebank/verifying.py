"""Re-adding the whole ledger: balances are a cache, the entries are the truth, and the seals say what was asked.

Two streams, an account's entries in their order and a transfer's entries together, so that a million entries need no
more memory than a thousand. Each stream is one statement: movements going on meanwhile are in it as a whole or not at
all. Finds, repairs nothing.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Result, Row, Text, exists, select, type_coerce
from sqlalchemy.orm import aliased

from backend.core.db import Work
from backend.timebank.ledger import UNITS, AccountRef, Leg, Movement, digest_of
from backend.timebank.models import TimeAccount, TimeEntry, TimeTransfer

PORTION = 2000
MOST = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that cannot be: ``what`` it is, ``which`` row, and ``why`` in words."""

    what: str
    which: str
    why: str


def verify(work: Work, *, portion: int = PORTION) -> list[Difference]:
    """What does not add up, at most 1,000 findings. ``portion``: rows in memory at a time."""
    with closing(_found(work, portion)) as found:
        return list(islice(found, MOST))


def _found(work: Work, portion: int) -> Generator[Difference, None, None]:
    with _streamed(work, _BY_ACCOUNT, portion) as rows:
        yield from _wrong_accounts(rows)
    with _streamed(work, _BY_TRANSFER, portion) as rows:
        yield from _wrong_transfers(rows)
    with _streamed(work, _WITHOUT_ENTRIES, portion) as rows:
        yield from (Difference("transfer", str(one.id), "没有分录") for one in rows)
    with _streamed(work, _WITHOUT_ACCOUNT, portion) as rows:
        yield from (Difference("entry", f"{one.account_id} 第{one.seq}笔", "没有账户") for one in rows)


@contextmanager
def _streamed(work: Work, statement: Executable, portion: int) -> Iterator[Result[Any]]:
    rows = work.session.execute(statement.execution_options(yield_per=portion))
    try:
        yield rows
    finally:
        rows.close()


# Ids as the driver gives them: making a million of them UUIDs would take as long as everything else.
_BY_ACCOUNT = (
    select(
        type_coerce(TimeAccount.id, Text).label("id"), TimeAccount.kind, TimeAccount.unit, TimeAccount.balance,
        TimeAccount.floor, TimeAccount.entries, TimeEntry.seq, TimeEntry.amount, TimeEntry.balance_after,
    )
    .join(TimeEntry, TimeEntry.account_id == TimeAccount.id, isouter=True)
    .order_by(TimeAccount.id, TimeEntry.seq)
)  # fmt: skip
_BY_TRANSFER = (
    select(
        type_coerce(TimeEntry.transfer_id, Text).label("transfer_id"), TimeEntry.amount,
        TimeAccount.kind.label("account"), TimeAccount.owner,
        TimeTransfer.key, TimeTransfer.digest, TimeTransfer.kind, TimeTransfer.unit, TimeTransfer.event_on,
        TimeTransfer.source, TimeTransfer.source_id, TimeTransfer.reverses,
    )
    .join(TimeAccount, TimeAccount.id == TimeEntry.account_id)
    .join(TimeTransfer, TimeTransfer.id == TimeEntry.transfer_id, isouter=True)
    .order_by(TimeEntry.transfer_id)
)  # fmt: skip
_WITHOUT_ENTRIES = select(TimeTransfer.id).where(~exists().where(TimeEntry.transfer_id == TimeTransfer.id))
_WITHOUT_ACCOUNT = select(TimeEntry.account_id, TimeEntry.seq).where(
    ~exists().where(aliased(TimeAccount).id == TimeEntry.account_id)
)


def _id(given: Any) -> str:
    return str(UUID(str(given)))


def _wrong_accounts(rows: Iterable[Row[Any]]) -> Iterator[Difference]:
    for account, entries in groupby(rows, attrgetter("id")):
        before, number = 0, 0
        for row in entries:
            if row.seq is not None:
                number += 1
                if row.seq != number:
                    yield Difference("entry", f"{_id(account)} 第{row.seq}笔", f"应是第{number}笔")
                if row.balance_after != before + row.amount:
                    yield Difference("entry", f"{_id(account)} 第{row.seq}笔", f"余额应为{before + row.amount}")
                before += row.amount
        yield from _wrong_account(row, before, number)


def _wrong_account(row: Row[Any], total: int, entries: int) -> Iterator[Difference]:
    if row.balance != total:
        yield Difference("account", _id(row.id), f"余额记为{row.balance}，分录合计{total}")
    if row.entries != entries:
        yield Difference("account", _id(row.id), f"记为{row.entries}笔，实有{entries}笔")
    if row.floor is not None and total < row.floor:
        yield Difference("account", _id(row.id), f"低于下限{row.floor}")
    if UNITS.get(row.kind) != row.unit:
        yield Difference("account", _id(row.id), "单位不对")


def _wrong_transfers(rows: Iterable[Row[Any]]) -> Iterator[Difference]:
    for transfer, entries in groupby(rows, attrgetter("transfer_id")):
        rows_of_it = list(entries)
        legs = tuple(Leg(AccountRef(row.account, row.owner), row.amount) for row in rows_of_it)
        for why in _faults(legs, rows_of_it[0]):
            yield Difference("transfer", _id(transfer), why)


def _faults(legs: tuple[Leg, ...], row: Row[Any]) -> Iterator[str]:
    if row.key is None:
        yield "没有这一笔，只有分录"
        return
    if sum(leg.amount for leg in legs) != 0:
        yield f"转出转入相差{sum(leg.amount for leg in legs)}"
    if {UNITS.get(leg.account.kind) for leg in legs} != {row.unit}:
        yield "单位不对"
    asked = Movement(row.key, row.kind, legs, row.event_on, row.source, row.source_id, reverses=row.reverses)
    if digest_of(asked) != row.digest:
        yield "内容与封存的不符"
