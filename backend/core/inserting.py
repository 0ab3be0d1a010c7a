"""INSERT … ON CONFLICT DO NOTHING, built once for each table: building the statement takes longer than running it."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert as PgInsert
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.elements import TextClause

from backend.core.db import Base, Work, is_sqlite


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
