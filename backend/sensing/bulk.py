"""Whole batches in the driver's own types: what ``observe`` does a thousand times a second.

SQLAlchemy's typed rows cost more here than the database itself (measured: 94 against 50 µs per sample), so ids and
moments are turned into what the driver wants directly, exactly as ``Uuid`` and ``UtcDateTime`` store them
(a test compares the two), and the text of a statement is compiled once per database.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Executable, TableClause, bindparam, cast, column, func, select, table
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.dialects.postgresql import Insert as PgInsert
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.types import Uuid

from backend.core.db import Base, UtcDateTime, Work, is_sqlite

Coder = Callable[[Any], Any]


# The same moments and ids come again and again within a batch: a look-up costs a tenth of the conversion.
@lru_cache(maxsize=8192)
def _moment_out(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


@lru_cache(maxsize=8192)
def _moment_in(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _id_out(value: UUID) -> str:
    return value.hex


_id_in = lru_cache(maxsize=8192)(UUID)


def _coders(model: type[Base], names: Sequence[str], kinds: dict[type[Any], Coder]) -> list[tuple[int, Coder]]:
    types = [type(model.__table__.c[name].type) for name in names]
    return [(number, kinds[kind]) for number, kind in enumerate(types) if kind in kinds]


def ids(work: Work, values: Iterable[UUID]) -> list[Any]:
    """Ids for the WHERE of an untyped statement."""
    return [value.hex for value in values] if is_sqlite(work) else list(values)


def moment(work: Work, value: datetime) -> Any:
    """A moment for the WHERE of an untyped statement."""
    return _moment_out(value) if is_sqlite(work) else value


class Shape:
    """Some columns of a table, in a fixed order, without types; SQLite needs ids and moments as text."""

    def __init__(self, model: type[Base], names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.table: TableClause = table(model.__tablename__, *(column(name) for name in names))
        self._out = _coders(model, names, {Uuid: _id_out, UtcDateTime: _moment_out})
        self._in = _coders(model, names, {Uuid: _id_in, UtcDateTime: _moment_in})
        self._types = [model.__table__.c[name].type for name in names]
        self._texts: dict[tuple[str, str], str] = {}

    def pack(self, work: Work, rows: Iterable[list[Any]]) -> list[tuple[Any, ...]]:
        """Rows as the driver wants them."""
        return [tuple(row) for row in (self._coded(rows, self._out) if is_sqlite(work) else rows)]

    def unpack(self, work: Work, rows: Iterable[Sequence[Any]]) -> Iterable[list[Any]]:
        """What the driver gave back, as UUIDs and aware moments."""
        lists = (list(row) for row in rows)
        return self._coded(lists, self._in) if is_sqlite(work) else lists

    @staticmethod
    def _coded(rows: Iterable[list[Any]], coders: list[tuple[int, Coder]]) -> Iterable[list[Any]]:
        for row in rows:
            for number, code in coders:
                if row[number] is not None:
                    row[number] = code(row[number])
            yield row

    def insert(self, work: Work, rows: Iterable[list[Any]]) -> None:
        self._run(work, "insert", lambda new: new, rows)

    def upsert(self, work: Work, rows: Iterable[list[Any]], keys: Sequence[str], *, newer: str | None = None) -> None:
        """Insert, or replace the row of the same keys; with ``newer`` only unless that column would go back."""

        def build(new: Any) -> Executable:
            fresh = {name: new.excluded[name] for name in self.names}
            where = new.excluded[newer] >= self.table.c[newer] if newer else None
            statement: Executable = new.on_conflict_do_update(index_elements=list(keys), set_=fresh, where=where)
            return statement

        self._run(work, "upsert", build, rows)

    def _run(self, work: Work, verb: str, build: Callable[[Any], Executable], rows: Iterable[list[Any]]) -> None:
        packed = self.pack(work, rows)
        if not packed:
            return
        connection = work.session.connection()
        dialect = connection.dialect
        text = self._texts.get((verb, dialect.name))
        if text is None:
            new = sqlite_insert(self.table) if is_sqlite(work) else self._from_document()
            text = str(build(new).compile(dialect=dialect, column_keys=list(self.names)))  # type: ignore[attr-defined] # every statement compiles
            self._texts[verb, dialect.name] = text
        connection.exec_driver_sql(text, packed if is_sqlite(work) else self._document(packed))

    def _from_document(self) -> PgInsert:
        """The batch as one JSON document: asked once per row, PostgreSQL's driver is the slowest part of a batch."""
        rows = func.json_to_recordset(cast(bindparam("rows"), JSON))
        columns = (column(name, kind) for name, kind in zip(self.names, self._types, strict=True))
        source = rows.table_valued(*columns, name="rows").render_derived(with_types=True)
        return pg_insert(self.table).from_select(list(self.names), select(*source.c))

    def _document(self, rows: list[tuple[Any, ...]]) -> dict[str, str]:
        return {"rows": orjson.dumps([dict(zip(self.names, row, strict=True)) for row in rows]).decode()}
