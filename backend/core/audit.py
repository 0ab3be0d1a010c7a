"""Who did or read what: rows in a hash chain, appended under a locked head so that the chain cannot fork.

Bodies carry ids and reasons, never names, numbers or texts about a person. The day's head is written outside
the database (``write_head``): a chain alone proves nothing against someone who can rewrite all of it.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import BigInteger, CheckConstraint, Integer, ScalarResult, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.core.clock import local
from backend.core.db import Base, Work
from backend.core.locks import for_update

GENESIS = "0" * 64
T = TypeVar("T")


class AuditHead(Base):
    """The single row whose lock serialises appenders."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


class AuditEntry(Base):
    """One entry; the database refuses UPDATE and DELETE (triggers in the migrations)."""

    __tablename__ = "audit_entry"

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(128))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(128), index=True)
    body: Mapped[str]
    prev: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class ChainBrokenError(RuntimeError):
    """The audit chain does not verify; ``seq`` is the first bad entry."""

    def __init__(self, seq: int) -> None:
        self.seq = seq
        super().__init__(f"audit chain is broken at entry {seq}")


def canonical(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def stamp(moment: datetime) -> str:
    """A moment as text with exactly microseconds: what both databases give back unchanged."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(prev: str, seq: int, at: datetime, actor: str, action: str, subject: str, body: str) -> str:
    text = "\n".join((prev, str(seq), stamp(at), actor, action, subject, body))
    return hashlib.sha256(text.encode()).hexdigest()


def record(work: Work, action: str, subject: str, **body: Any) -> None:
    """Append one entry. Call it late in the unit of work: the head stays locked until the commit."""
    work.session.flush()
    head = work.session.scalars(for_update(work, select(AuditHead))).one()
    text, actor = canonical(body), f"{work.actor.kind}:{work.actor.id}"
    seq, prev = head.seq + 1, head.hash
    head.hash = digest(prev, seq, work.now, actor, action, subject, text)
    head.seq = seq
    work.session.add(
        AuditEntry(
            seq=seq,
            at=work.now,
            actor=actor,
            action=action,
            subject=subject,
            body=text,
            prev=prev,
            hash=head.hash,
        )
    )


def record_read(work: Work, person: object, *, why: str) -> None:
    """Log that somebody looked at a person's record."""
    record(work, "person.read", f"person:{person}", why=why)


@contextmanager
def streamed(session: Session, statement: Select[T]) -> Iterator[ScalarResult[T]]:
    """Rows a thousand at a time; the server's cursor is closed also when the reader stops half-way."""
    rows = session.scalars(statement.execution_options(yield_per=1000))
    try:
        yield rows
    finally:
        rows.close()


def verify(session: Session) -> int:
    """Re-compute the whole chain; return how many entries hold, or raise ``ChainBrokenError``."""
    prev, count = GENESIS, 0
    with streamed(session, select(AuditEntry).order_by(AuditEntry.seq)) as entries:
        for entry in entries:
            expected = digest(prev, count + 1, entry.at, entry.actor, entry.action, entry.subject, entry.body)
            if entry.seq != count + 1 or entry.prev != prev or entry.hash != expected:
                raise ChainBrokenError(entry.seq)
            prev, count = entry.hash, entry.seq
    head = session.scalars(select(AuditHead)).one()
    if (head.seq, head.hash) != (count, prev):
        raise ChainBrokenError(count + 1)
    return count


def head_file(folder: Path, day: date) -> Path:
    """Where the head of a day is kept."""
    return folder / f"audit-head-{day:%Y%m%d}.json"


def write_head(work: Work, folder: Path) -> Path:
    """Write the present head to a dated file outside the database, for the inspection office to keep."""
    head = work.session.scalars(select(AuditHead)).one()
    folder.mkdir(parents=True, exist_ok=True)
    target = head_file(folder, local(work.now).date())
    target.write_text(canonical({"seq": head.seq, "hash": head.hash, "at": stamp(work.now)}))
    return target
