"""One PostgreSQL database for test after test: emptying what a test touched costs a tenth of copying six hundred files.

What no test may leave behind (tables, triggers, constraints, settings, the revision) is compared with the template; a
database that differs is dropped and made anew.
"""

from typing import Any, LiteralString
from uuid import uuid4

import psycopg
from psycopg import Connection, sql

from tests.support import services

FINGERPRINT = """
    SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
        SELECT concat_ws(' ', relkind, relname, attname, atttypid, attnotnull, atthasdef) AS line
            FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
            WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', relname, tgname, tgtype, tgenabled)
            FROM pg_trigger JOIN pg_class ON tgrelid = pg_class.oid WHERE NOT tgisinternal
        UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, contype, convalidated) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT setconfig::text FROM pg_db_role_setting
        UNION ALL SELECT version_num FROM alembic_version
    ) AS everything
"""
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
TOUCHED = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
        AND pg_relation_size(oid) > 0
"""
COUNTED = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"


class ReusedDatabase:
    """A copy of the template that is given out again and again, each time as the template is."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._name: str | None = None
        with self._open(template) as connection:
            self._is = _value(connection, FINGERPRINT)
            self._rows = {table: _rows(connection, table) for table in _column(connection, TOUCHED)}

    def fresh(self) -> str:
        """The address of a database that looks freshly migrated; the one before is gone."""
        if self._name is None or not self._emptied(self._name):
            self.drop()
            self._name = f"t_{uuid4().hex[:12]}"
            services.create_database(self._server, self._name, self._template)
        return f"{self._server}/{self._name}"

    def drop(self) -> None:
        if self._name is not None:
            services.drop_database(self._server, self._name)

    def _open(self, name: str) -> Connection[Any]:
        return psycopg.connect(f"{self._server}/{name}".replace("+psycopg", ""), autocommit=True)

    def _emptied(self, name: str) -> bool:
        with self._open(name) as connection:
            connection.execute(OTHERS)
            if _value(connection, FINGERPRINT) != self._is:
                return False
            _empty(connection)
            for table, rows in self._rows.items():
                refill = sql.SQL("INSERT INTO {0} SELECT * FROM json_populate_recordset(NULL::{0}, %s)")
                connection.execute(refill.format(sql.Identifier(table)), [rows])
        return True


def _empty(connection: Connection[Any]) -> None:
    """Delete and sweep, which leaves files of no length; TRUNCATE would make every file of every table anew."""
    connection.execute("SET session_replication_role = replica")  # neither triggers nor foreign keys
    tables = [sql.Identifier(table) for table in _column(connection, TOUCHED)]
    for table in tables:
        connection.execute(sql.SQL("DELETE FROM {}").format(table))
    connection.execute(sql.SQL("VACUUM (INDEX_CLEANUP ON) {}").format(sql.SQL(", ").join(tables)))
    for sequence in _column(connection, COUNTED):
        connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(sequence)))


def _rows(connection: Connection[Any], table: str) -> Any:
    """All rows as one JSON text."""
    return _value(connection, sql.SQL("SELECT json_agg(t)::text FROM {} t").format(sql.Identifier(table)))


def _column(connection: Connection[Any], query: LiteralString) -> list[str]:
    return [str(row[0]) for row in connection.execute(query)]


def _value(connection: Connection[Any], query: LiteralString | sql.Composed) -> Any:
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]
