"""INSERT … ON CONFLICT DO NOTHING, built once for each table: building the statement takes longer than running it."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert as PgInsert
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.elements import TextClause

from backend.core.clock import local
from backend.core.db import Base, Work, is_sqlite
from backend.core.numbers import number_for

NUMBER_DIGITS = (5, 5, 7, 9)  # one try each: short ones to read aloud, longer ones when they run out


class NumbersUsedUpError(RuntimeError):
    """Four random numbers in a row were taken: something is wrong with the table, not with the person."""


def insert_new(
    work: Work,
    model: type[Base],
    rows: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    *,
    unique: tuple[str, ...] = (),
    where: TextClause | None = None,
    returning: str = "id",
) -> Sequence[Any]:
    """Write the rows that meet no other one in ``unique``; the ``returning`` column of each that was written.

    ``unique``: the columns of one constraint or index; empty: a row of any of them counts. ``where``: the condition of
    a partial index.
    """
    statement = _built(is_sqlite(work), model, unique, where, returning)
    given = dict(rows) if isinstance(rows, Mapping) else [dict(row) for row in rows]
    return work.session.execute(statement, given).scalars().all()


@cache
def _built(
    sqlite: bool, model: type[Base], unique: tuple[str, ...], where: TextClause | None, returning: str
) -> SqliteInsert | PgInsert:
    table = cast("Table", model.__table__)
    statement = sqlite_insert(table) if sqlite else pg_insert(table)
    quiet = statement.on_conflict_do_nothing(index_elements=list(unique) or None, index_where=where)
    return cast("SqliteInsert | PgInsert", quiet.returning(table.c[returning]))


def insert_numbered(
    work: Work, model: type[Base], row: Mapping[str, Any], prefix: str, *, unique: tuple[str, ...] = ("number",),
    met: Callable[[], None] = lambda: None, returning: str = "id",
) -> Any:  # fmt: skip
    """Write a row with a ``number`` of its own; its ``returning`` column.

    Numbers are drawn, not counted: a counter's row would be a queue, and nobody can guess the next one. ``met``: called
    when a row of ``unique`` (empty: any) was met, to refuse if it was not for the number.
    """
    for digits in NUMBER_DIGITS:
        drawn = 10 ** (digits - 1) + secrets.randbelow(9 * 10 ** (digits - 1))
        number = number_for(prefix, local(work.now).date(), drawn)
        if made := insert_new(work, model, {**row, "number": number}, unique=unique, returning=returning):
            return made[0]
        met()
    raise NumbersUsedUpError(prefix)
