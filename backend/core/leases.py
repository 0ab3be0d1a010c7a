"""Leases (one process does a job) and heartbeats (its silence is an alarm).

Leases run on the machine's time: moving the demo's clock must not make two processes believe they lead.
"""

import os
import socket
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, String, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.clock import wall
from backend.core.db import Base, Work, is_sqlite
from backend.core.ids import new_id


class Lease(Base):
    """Which process does a job that only one may do. Time is the machine's, not the demo's.

    ``acked_seq`` is the hub's memory of the last observation it acknowledged to the broker.
    """

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(128))
    fence: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime]
    acked_seq: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))


class Heartbeat(Base):
    """The last sign of life of a process or a job; their silence is an alarm. ``limit_s`` is the longest pause."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
    wall_at: Mapped[datetime]
    limit_s: Mapped[int]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


def holder_name() -> str:
    """A name for this process that tells others on the same machine when it is dead."""
    return f"{socket.gethostname()}:{os.getpid()}:{new_id().hex[-8:]}"


def _is_dead(holder: str, me: str) -> bool:
    """Whether the holder was a process of this machine that no longer runs: its successor need not wait."""
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    if holder == me or host != socket.gethostname() or not rest.isdigit():
        return False
    if int(rest) == os.getpid():
        return True  # a former life with our number, as in a restarted container
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def take(work: Work, name: str, holder: str, ttl_s: float) -> int | None:
    """Take or renew a lease; return its fence (it grows with every new holder), or None if another holds it."""
    now, until = wall(), wall() + timedelta(seconds=ttl_s)
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    work.session.execute(
        insert(Lease).values(name=name, holder="", fence=0, expires_at=now, acked_seq=0).on_conflict_do_nothing()
    )
    mine = work.execute_dml(update(Lease).where(Lease.name == name, Lease.holder == holder).values(expires_at=until))
    if not mine:
        _take_over(work, name, holder, until)
    row = work.session.execute(select(Lease.fence).where(Lease.name == name, Lease.holder == holder)).first()
    return row.fence if row else None


def release(work: Work, name: str, holder: str) -> None:
    work.execute_dml(
        update(Lease).where(Lease.name == name, Lease.holder == holder).values(holder="", expires_at=wall())
    )


def beat(work: Work, name: str, limit_s: int, **detail: Any) -> None:
    """Say "alive". ``limit_s``: silence longer than this is an alarm."""
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    row = {"at": work.now, "wall_at": wall(), "limit_s": limit_s, "detail": detail}
    statement = insert(Heartbeat).values(name=name, **row)
    work.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))


def _take_over(work: Work, name: str, holder: str, until: datetime) -> None:
    """Become the holder if the lease has run out or its holder is known to be dead."""
    former = work.session.execute(select(Lease.holder).where(Lease.name == name)).scalar_one()
    free = Lease.expires_at <= wall()
    if _is_dead(former, holder):
        free = Lease.holder == former
    work.execute_dml(
        update(Lease).where(Lease.name == name, free).values(holder=holder, fence=Lease.fence + 1, expires_at=until)
    )


def forget_others(work: Work, prefix: str, names: Collection[str]) -> int:
    """Drop signs of life that begin with ``prefix`` and are none of ``names``: what no longer exists is not silent."""
    mine = Heartbeat.name.startswith(prefix, autoescape=True)
    return work.execute_dml(delete(Heartbeat).where(mine, Heartbeat.name.not_in(names)))


def renew(work: Work, name: str, holder: str, fence: int, ttl_s: float, acked_seq: int) -> bool:
    """Prolong the lease inside the transaction that relies on it; False if it has gone to somebody else."""
    values = {"expires_at": wall() + timedelta(seconds=ttl_s), "acked_seq": acked_seq}
    held = update(Lease).where(Lease.name == name, Lease.holder == holder, Lease.fence == fence)
    return work.execute_dml(held.values(**values)) == 1


def acked_seq(work: Work, name: str) -> int:
    """The hub's memory of the last observation it had acknowledged to the broker."""
    return work.session.execute(select(Lease.acked_seq).where(Lease.name == name)).scalar_one()
