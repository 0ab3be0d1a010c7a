"""Accepting each message once: natural keys where a format has them, counted redeliveries where it has none."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core.db import Work, is_sqlite
from backend.devices.models import Observation
from backend.intake.arrivals import Redelivery

MAX_KEY = 200


def natural_key(source: str, external_id: str, dedup: str | None) -> str | None:
    """The format's own key, made unique across sources."""
    if dedup is None:
        return None
    key = f"{source}/{external_id}/{dedup}"
    # Cut off, two messages of a device with a long id would become one, and the second call would be lost.
    return key if len(key) <= MAX_KEY else sha256(key.encode()).hexdigest()


def known_keys(work: Work, keys: Iterable[str]) -> set[str]:
    """Which of these natural keys have been accepted before."""
    wanted = list(keys)
    if not wanted:
        return set()
    return set(work.session.scalars(select(Observation.dedup_key).where(Observation.dedup_key.in_(wanted))))


def remember(work: Work, rows: Sequence[dict[str, Any]]) -> tuple[int, set[str]]:
    """Write the observations; return the highest ``seq`` and the natural keys that another intake wrote meanwhile."""
    if not rows:
        return 0, set()
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    statement = insert(Observation).on_conflict_do_nothing().returning(Observation.seq, Observation.dedup_key)
    written = work.session.execute(statement, list(rows)).all()
    got = {row.dedup_key for row in written}
    lost = {row["dedup_key"] for row in rows if row["dedup_key"] is not None} - got
    return max((row.seq for row in written), default=0), lost


def forget(work: Work, keep: timedelta, limit: int = 5000) -> int:
    """Delete up to ``limit`` accepted messages older than ``keep``; call again until 0."""
    old = select(Observation.seq).where(Observation.received_at < work.now - keep).limit(limit)
    return work.execute_dml(delete(Observation).where(Observation.seq.in_(old.scalar_subquery())))


def unacknowledged(work: Work, hub: str, acked_seq: int) -> Redelivery:
    """What this hub stored after its last known acknowledgement."""
    rows = work.session.execute(
        select(Observation.seq, Observation.content_hash)
        .where(Observation.hub == hub, Observation.seq > acked_seq)
        .order_by(Observation.seq)
    ).all()
    return Redelivery([bytes(row.content_hash) for row in rows], [row.seq for row in rows])
