"""The newest value of every series in a batch: read once, carried forward in memory, written once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core.db import Work, is_sqlite
from backend.core.locks import for_update
from backend.sensing.models import Latest
from backend.sensing.samples import Sample

Key = tuple[UUID, str]


@dataclass(slots=True)
class Newest:
    """A row of ``latest`` while a batch is being worked through; the fields are its columns."""

    device_id: UUID
    capability: str
    elder_id: UUID | None
    at: datetime
    value: float | None
    text: str | None
    changed_at: datetime
    live_at: datetime | None = None
    live_value: float | None = None
    live_changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one live sample changed in its series; ``previous_at`` is None for the first live value ever.

    ``changed_at``: since when the series has had the value that it has now.
    """

    at: datetime
    previous_at: datetime | None
    previous_value: float | None
    changed_at: datetime

    @property
    def changed(self) -> bool:
        return self.changed_at == self.at


_table = Latest.__table__
_names = tuple(Newest.__dataclass_fields__)
_columns = tuple(_table.c[name] for name in _names)


def _values(row: Newest) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _names}


def read(work: Work, keys: Sequence[Key]) -> dict[Key, Newest]:
    """The stored rows, locked in the order of their keys so that two hubs cannot wait for each other."""
    found = select(*_columns).where(tuple_(_table.c.device_id, _table.c.capability).in_(keys))
    rows = work.session.execute(for_update(work, found.order_by(_table.c.device_id, _table.c.capability)))
    return {(row[0], row[1]): Newest(*row) for row in rows}


class Board:
    """The newest values of the series in a batch."""

    def __init__(self, rows: dict[Key, Newest]) -> None:
        self._rows = rows
        self._touched: set[Key] = set()

    @classmethod
    def load(cls, work: Work, samples: Sequence[Sample]) -> "Board":
        return cls(read(work, sorted({(sample.device_id, sample.capability) for sample in samples})))

    def show(self, sample: Sample, at: datetime) -> None:
        """Keep the sample if it is the newest of its series; of two at the same moment the later arrival is."""
        key = (sample.device_id, sample.capability)
        row = self._rows.get(key)
        if row is None:
            self._rows[key] = Newest(
                sample.device_id, sample.capability, sample.elder_id, at, sample.value, sample.text, at
            )
        elif at >= row.at:
            if row.value != sample.value or row.text != sample.text:
                row.changed_at = at
            row.at, row.value, row.text, row.elder_id = at, sample.value, sample.text, sample.elder_id
        else:
            return
        self._touched.add(key)

    def step(self, sample: Sample, at: datetime) -> Step | None:
        """Move what the rules see forward; None if the sample is older than what they saw already."""
        key = (sample.device_id, sample.capability)
        row = self._rows[key]
        previous_at, previous = row.live_at, row.live_value
        if previous_at is not None and at < previous_at:
            return None
        if previous_at is None or row.live_changed_at is None or previous != sample.value:
            row.live_changed_at = at
        row.live_at, row.live_value = at, sample.value
        self._touched.add(key)
        return Step(at, previous_at, previous, row.live_changed_at)

    def save(self, work: Work) -> None:
        """Write what changed in one statement; a newer row that somebody else wrote meanwhile stays."""
        if not self._touched:
            return
        insert = sqlite_insert if is_sqlite(work) else pg_insert
        statement = insert(Latest)
        fresh = {name: statement.excluded[name] for name in _names}
        newer = statement.excluded.at >= _table.c.at
        work.session.connection().execute(
            statement.on_conflict_do_update(index_elements=["device_id", "capability"], set_=fresh, where=newer),
            [_values(self._rows[key]) for key in sorted(self._touched)],
        )
