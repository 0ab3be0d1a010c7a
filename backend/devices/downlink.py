"""Words owed to a device: "your call was received", "somebody is coming".

The row is the promise, the wake-up only makes it quick: a hub that missed the wake-up finds the row. How a device
is told is the hub's business, which knows its format; here it is only said what.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core.db import Work, is_sqlite
from backend.core.ids import new_id
from backend.core.wakes import DOWNLINKS, wake
from backend.devices.models import WAITING, Device, Downlink

Kind = Literal["received", "coming"]
# A light that says "received" ten minutes after the press would comfort nobody and confuse everybody.
LASTS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DueDownlink:
    """What the hub needs to find the device's own way of being told."""

    id: UUID
    kind: Kind
    device_id: UUID
    source: str
    external_id: str
    options: Mapping[str, Any]


def queue(work: Work, device_id: UUID, kind: Kind) -> None:
    """Owe a device a word; one that still waits to be said is extended."""
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    until = {"created_at": work.now, "expires_at": work.now + LASTS}
    work.session.execute(
        insert(Downlink)
        .values(id=new_id(), device_id=device_id, kind=kind, **until)
        .on_conflict_do_update(index_elements=["device_id", "kind"], index_where=WAITING, set_=until)
    )
    wake(work, DOWNLINKS)


def due(work: Work, limit: int = 200) -> list[DueDownlink]:
    """What is still to be said, oldest first."""
    rows = work.session.execute(
        select(Downlink.id, Downlink.kind, Device.id, Device.source, Device.external_id, Device.options)
        .join(Device, Device.id == Downlink.device_id)
        .where(Downlink.sent_at.is_(None), Downlink.expires_at > work.now)
        .order_by(Downlink.created_at, Downlink.id)
        .limit(limit)
    )
    return [DueDownlink(*row) for row in rows]


def mark_sent(work: Work, ids: Iterable[UUID]) -> int:
    """Note what was handed to the broker (or what this device cannot be told); how many were still waiting."""
    return work.execute_dml(
        update(Downlink).where(Downlink.id.in_(list(ids)), Downlink.sent_at.is_(None)).values(sent_at=work.now)
    )


def purge(work: Work, keep: timedelta = timedelta(days=30)) -> int:
    """Forget what was said, or was never said, long ago."""
    return work.execute_dml(delete(Downlink).where(Downlink.expires_at < work.now - keep))
