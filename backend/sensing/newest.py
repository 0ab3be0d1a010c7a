"""The newest value of every series in a batch: read once, carried forward in memory, written once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, Uuid, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from backend.core.db import Work, is_sqlite
from backend.core.locks import for_update
from backend.sensing.bulk import Shape
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


_shape = Shape(Latest, tuple(Newest.__dataclass_fields__))
_values = attrgetter(*_shape.names)


def _pairs(work: Work, keys: Sequence[Key]) -> Select[*tuple[Any, ...]]:
    """The keys as a little table: as a list of row values SQLite would scan all of ``latest`` for them."""
    if is_sqlite(work):
        value = func.json_each(json.dumps([(device.hex, name) for device, name in keys])).table_valued("value").c.value
        return select(func.json_extract(value, "$[0]"), func.json_extract(value, "$[1]"))
    devices, names = [key[0] for key in keys], [key[1] for key in keys]
    both = func.unnest(cast(devices, ARRAY(Uuid)), cast(names, ARRAY(String)))
    pair = both.table_valued("device_id", "capability").render_derived()
    return select(pair.c.device_id, pair.c.capability)


def _order(key: Key) -> tuple[int, str]:
    """The order of ids, without asking each pair of them in Python which comes first."""
    return key[0].int, key[1]


def read(work: Work, keys: Sequence[Key]) -> dict[Key, Newest]:
    """The stored rows, locked in the order of their keys so that two hubs cannot wait for each other."""
    columns = _shape.table.c
    found = select(*columns).where(tuple_(columns.device_id, columns.capability).in_(_pairs(work, keys)))
    rows = work.session.execute(for_update(work, found.order_by(columns.device_id, columns.capability))).all()
    return {(row[0], row[1]): Newest(*row) for row in _shape.unpack(work, rows)}


class Board:
    """The newest values of the series in a batch."""

    def __init__(self, rows: dict[Key, Newest]) -> None:
        self._rows = rows
        self._touched: set[Key] = set()

    @classmethod
    def load(cls, work: Work, samples: Sequence[Sample]) -> "Board":
        return cls(read(work, sorted({(sample.device_id, sample.capability) for sample in samples}, key=_order)))

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
        rows = (list(_values(self._rows[key])) for key in sorted(self._touched, key=_order))
        _shape.upsert(work, rows, ("device_id", "capability"), newer="at")
