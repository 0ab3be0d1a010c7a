"""What rules remember of their subjects: rows of ``rule_state``, read once per batch and written once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core.db import Work, is_sqlite
from backend.core.locks import claim, for_update
from backend.sensing.models import RuleState
from backend.sensing.rules import Level, Memory, Side

Key = tuple[str, UUID]


@dataclass(slots=True)
class State:
    """A row of ``rule_state`` while it is being worked on; the fields are its columns."""

    rule: str
    subject_id: UUID
    device_id: UUID
    elder_id: UUID | None
    bed_id: UUID | None
    site_code: str | None
    since: datetime | None = None
    run: int = 0
    critical_run: int = 0
    calm: int = 0
    side: Side | None = None
    level: Level | None = None
    said_side: Side | None = None
    fire_at: datetime | None = None
    fired_at: datetime | None = None

    @property
    def memory(self) -> Memory:
        return Memory(self.run, self.critical_run, self.calm, self.side, self.level, self.said_side, self.since)

    def remember(self, memory: Memory) -> None:
        self.run, self.critical_run, self.calm = memory.run, memory.critical_run, memory.calm
        self.side, self.level, self.said_side = memory.side, memory.level, memory.said_side
        self.since = memory.since

    @property
    def told(self) -> bool:
        """Whether people were told, so that they must also hear of the end."""
        return self.fired_at is not None or self.level is not None


_table = RuleState.__table__
_names = tuple(State.__dataclass_fields__)
_columns = tuple(_table.c[name] for name in _names)


def _values(state: State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in _names}


class States:
    """The states a batch may need, and what became of them."""

    def __init__(self, states: Iterable[State]) -> None:
        self._states: dict[Key, State] = {(state.rule, state.subject_id): state for state in states}
        self._stored = set(self._states)
        self._kept: set[Key] = set()
        self._gone: set[Key] = set()

    @classmethod
    def load(cls, work: Work, subjects: Iterable[UUID]) -> "States":
        """Locked in the order of their keys: the timers' look and a new sample must not pass each other."""
        found = select(*_columns).where(_table.c.subject_id.in_(sorted(subjects)))
        rows = work.session.execute(for_update(work, found.order_by(_table.c.subject_id, _table.c.rule)))
        return cls(State(*row) for row in rows)

    @classmethod
    def claim_due(cls, work: Work, limit: int) -> "States":
        found = select(*_columns).where(_table.c.fire_at <= work.now).order_by(_table.c.fire_at).limit(limit)
        return cls(State(*row) for row in work.session.execute(claim(work, found)))

    def all(self) -> list[State]:
        return list(self._states.values())

    def get(self, rule: str, subject: UUID) -> State | None:
        return self._states.get((rule, subject))

    def keep(self, state: State) -> None:
        key = (state.rule, state.subject_id)
        self._states[key] = state
        self._kept.add(key)
        self._gone.discard(key)

    def drop(self, state: State) -> None:
        key = (state.rule, state.subject_id)
        self._states.pop(key, None)
        self._kept.discard(key)
        if key in self._stored:
            self._gone.add(key)

    def save(self, work: Work) -> None:
        connection = work.session.connection()
        if self._gone:
            keys = tuple_(_table.c.rule, _table.c.subject_id)
            connection.execute(delete(RuleState).where(keys.in_(sorted(self._gone))))
        if self._kept:
            insert = (sqlite_insert if is_sqlite(work) else pg_insert)(RuleState)
            fresh = {name: insert.excluded[name] for name in _names}
            statement = insert.on_conflict_do_update(index_elements=["rule", "subject_id"], set_=fresh)
            connection.execute(statement, [_values(self._states[key]) for key in sorted(self._kept)])
