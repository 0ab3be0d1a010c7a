"""The ledger's statements, built once for each number of legs: building them takes longer than running them."""

from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.sql.dml import ReturningInsert

from backend.timebank.models import TimeAccount, TimeEntry, TimeTransfer

ACCOUNT, ENTRY = cast("Table", TimeAccount.__table__), cast("Table", TimeEntry.__table__)
NAMES = ("account_id", "seq", "transfer_id", "amount", "balance_after")


@cache
def found(count: int) -> Select[Any]:
    """All of them or none: who holds some and waits for somebody else to open another could wait in a circle."""
    row, other = ACCOUNT.c, ACCOUNT.alias().c
    there = select(func.count()).where(_named(other, count)).scalar_subquery()
    return (
        select(row.id, row.kind, row.owner, row.balance, row.floor, row.closed_at)
        .where(_named(row, count), there == literal(count))
        .order_by(row.id)
    )


@cache
def held(count: int) -> Select[Any]:
    """``found``, locked until the commit: for PostgreSQL, where a new copy each time would be worked out each time."""
    return found(count).with_for_update()


def _named(columns: Any, count: int) -> ColumnElement[bool]:
    each = [
        and_(columns.kind == bindparam(f"k{at}"), columns.owner == bindparam(f"o{at}")) for at in range(count)
    ]  # fmt: skip
    return or_(*each)


def _which(count: int) -> ColumnElement[bool]:
    row = ACCOUNT.c
    return row.id.in_([bindparam(f"a{at}", type_=row.id.type) for at in range(count)])


def _amount(row_id: ColumnElement[UUID], count: int) -> ColumnElement[int]:
    row = ACCOUNT.c
    by_id = {bindparam(f"a{at}", type_=row.id.type): bindparam(f"m{at}", type_=row.balance.type) for at in range(count)}
    return case(by_id, value=row_id)


def _balances(count: int) -> Update:
    row = ACCOUNT.c
    moved = {"balance": row.balance + _amount(row.id, count), "entries": row.entries + 1}
    return update(ACCOUNT).where(_which(count)).values(moved)


@cache
def moving(count: int) -> tuple[Update, Insert]:
    """Balances first (``a0``, ``m0`` …: account and amount), then ``transfer``'s entries from what they became."""
    row = ACCOUNT.c
    transfer = bindparam("transfer", type_=row.id.type)
    copied = select(row.id, row.entries, transfer, _amount(row.id, count), row.balance).where(_which(count))
    return _balances(count), insert(ENTRY).from_select(NAMES, copied)


@cache
def at_once(count: int) -> ReturningInsert[Any]:
    """The same as one statement: each way to a server and back costs more than what it does there."""
    table = cast("Table", TimeTransfer.__table__)
    given = {one.name: bindparam(f"t_{one.name}", type_=one.type) for one in table.c}
    new = pg_insert(table).values(given).on_conflict_do_nothing(index_elements=["key"]).returning(table.c.id).cte("new")
    moved = _balances(count).where(exists().where(new.c.id.is_not(None)))
    now = moved.returning(ACCOUNT.c.id, ACCOUNT.c.entries, ACCOUNT.c.balance).cte("now")
    copied = select(now.c.id, now.c.entries, new.c.id, _amount(now.c.id, count), now.c.balance)
    copied = copied.select_from(now.join(new, true()))
    return insert(ENTRY).from_select(NAMES, copied).returning(ENTRY.c.transfer_id)
