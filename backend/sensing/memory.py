"""What rules remember of their subjects: rows of ``rule_state``, read once per batch and written once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from sqlalchemy import bindparam, delete, select

from backend.core.db import Work
from backend.core.locks import claim, for_update
from backend.sensing.bulk import Shape, ids, moment
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


_shape = Shape(RuleState, tuple(State.__dataclass_fields__))
_table = _shape.table.c
_values = attrgetter(*_shape.names)


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
        found = select(*_table).where(_table.subject_id.in_(ids(work, sorted(subjects))))
        rows = work.session.execute(for_update(work, found.order_by(_table.subject_id, _table.rule))).all()
        return cls(State(*row) for row in _shape.unpack(work, rows))

    @classmethod
    def claim_due(cls, work: Work, limit: int) -> "States":
        due = select(*_table).where(_table.fire_at <= moment(work, work.now)).order_by(_table.fire_at).limit(limit)
        rows = work.session.execute(claim(work, due)).all()
        return cls(State(*row) for row in _shape.unpack(work, rows))

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
        if self._gone:
            where = (RuleState.rule == bindparam("rule_name"), RuleState.subject_id == bindparam("subject"))
            keys = [{"rule_name": rule, "subject": subject} for rule, subject in sorted(self._gone)]
            work.session.connection().execute(delete(RuleState).where(*where), keys)
        rows = (list(_values(self._states[key])) for key in sorted(self._kept))
        _shape.upsert(work, rows, ("rule", "subject_id"))
