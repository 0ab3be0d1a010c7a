"""The database: column types, the unit of work, and what SQLite needs to behave like a server.

Every verb of every domain runs inside one ``unit_of_work``: it commits as a whole or leaves nothing behind.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, cast
from uuid import UUID

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    String,
    Text,
    TypeDecorator,
    Uuid,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry

from backend.core.clock import Clock, monotonic
from backend.core.ids import new_id
from backend.core.write_turns import WriteTurns

READ_ONLY = "shouwang_read_only"
TURNS = "shouwang_write_turns"
RESTS = "shouwang_rests_since"
IDLE_S = 1.0


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. Naive values are refused: they are how alarms get lost at midnight."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(value)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


JsonColumn = JSON().with_variant(JSONB(), "postgresql")

Id = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
Code = Annotated[str, mapped_column(String(64))]
Name = Annotated[str, mapped_column(String(128))]


class Base(DeclarativeBase):
    """Typed models. Constraint names are spelled out by the convention so that migrations can name them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_N_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UtcDateTime(),
            str: Text(),
            dict[str, Any]: JsonColumn,
            list[Any]: JsonColumn,
        },
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: ``kind`` is staff, device, system, resident or contact; ``id`` is theirs."""

    kind: str
    id: str
    name: str


SYSTEM = Actor("system", "system", "系统")


@dataclass(slots=True)
class Work:
    """One transaction: its session, its moment (the same for every row it writes) and who acts."""

    session: Session
    now: datetime
    actor: Actor
    hooks: list[Callable[[], None]] = field(default_factory=list)

    def after_commit(self, hook: Callable[[], None]) -> None:
        """Run ``hook`` once the commit has succeeded; only for wake-ups that may be lost."""
        if hook not in self.hooks:
            self.hooks.append(hook)

    def execute_dml(self, statement: Executable) -> int:
        """Execute an UPDATE or DELETE and return how many rows it touched (an INSERT must ask for RETURNING)."""
        return cast("CursorResult[Any]", self.session.execute(statement)).rowcount


def app_clock() -> Clock:
    return cast("Clock", current_app.extensions["shouwang_clock"])


@contextmanager
def unit_of_work(actor: Actor = SYSTEM) -> Iterator[Work]:
    """Open one writing transaction; commit at the end, roll back on any error."""
    with _turn(), Session(db.engine, expire_on_commit=False) as session:
        work = Work(session, app_clock().now(), actor)
        with session.begin():
            yield work
    for hook in work.hooks:
        hook()


def _turn() -> AbstractContextManager[None]:
    turns: WriteTurns | None = current_app.extensions.get(TURNS)
    return nullcontext() if turns is None else turns.turn()


@contextmanager
def reading(actor: Actor = SYSTEM) -> Iterator[Work]:
    """Open one read-only look at the data; on SQLite it never waits for a writer."""
    with Session(db.engine, expire_on_commit=False) as session:
        session.connection(execution_options={READ_ONLY: True})
        yield Work(session, app_clock().now(), actor)


@contextmanager
def looking(actor: Actor = SYSTEM) -> Iterator[Work]:
    """``reading`` for who asks thousands of times a second: on PostgreSQL no BEGIN and no ROLLBACK around the looks.

    So nothing is rolled back either: whoever uses it only selects.
    """
    with Session(db.engine, expire_on_commit=False, autoflush=False) as session:
        session.connection(execution_options=_looking())
        yield Work(session, app_clock().now(), actor)


@contextmanager
def glance() -> Iterator[Connection]:
    """One statement's look, without a session."""
    with db.engine.connect() as connection:
        yield connection.execution_options(**_looking())


def _looking() -> dict[str, Any]:
    return {READ_ONLY: True} if one_writer() else {"isolation_level": "AUTOCOMMIT"}


def one_writer() -> bool:
    """Whether writers stand in a line (SQLite): then whatever can be looked at before is looked at before."""
    return TURNS in current_app.extensions


def is_sqlite(work: Work) -> bool:
    return work.session.get_bind().dialect.name == "sqlite"


def prepare_engine(engine: Engine) -> None:
    """Give SQLite the habits of a server: WAL, foreign keys, a patient lock, and BEGIN IMMEDIATE for writers.

    pysqlite opens no transaction at a SELECT, so a look followed by a write would race; taking the write lock
    at BEGIN makes each writing unit of work serial.
    """
    if engine.dialect.name != "sqlite":
        _ask_the_idle(engine)
        return
    if engine.url.database:
        current_app.extensions[TURNS] = WriteTurns(Path(engine.url.database))

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        # A checkpoint every 32 MB instead of 4: a busy batch touches 1,000 pages, and each would be copied every time.
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000",
            "wal_autocheckpoint=8000",
        ):  # fmt: skip
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        read_only = connection.get_execution_options().get(READ_ONLY)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _ask_the_idle(engine: Engine) -> None:
    """Ask a connection that lay idle whether it is still there; one used a moment ago is not asked again."""

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[RESTS] = monotonic()

    @event.listens_for(engine, "checkout")
    def _wake(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if monotonic() - record.info.get(RESTS, monotonic()) < IDLE_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool makes a new one
