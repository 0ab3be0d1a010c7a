"""What the register cannot use: devices nobody entered, and messages nobody could read. Kept, capped, counted."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from prometheus_client import Counter
from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core.clock import local
from backend.core.db import Work, is_sqlite
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.devices.models import Quarantine, UnknownDevice

HEAD_BYTES = 512
KEPT_A_DAY = 1000
STRANGERS_KEPT = 5000
QUARANTINED = Counter("shouwang_quarantined_messages", "Messages that could not be used", ["source", "reason"])
UNKNOWN = Counter("shouwang_unknown_device_messages", "Messages of devices nobody registered", ["source"])


def unknown(work: Work, source: str, external_id: str) -> None:
    """Note a device that speaks and is not in the register; ``work.now`` is when.

    The list ends at ``STRANGERS_KEPT``: somebody who makes up ids must not fill the disk.
    """
    UNKNOWN.labels(source[:64]).inc()
    key = {"source": _text(source, 64), "external_id": _text(external_id, 256)}
    again = update(UnknownDevice).filter_by(**key)
    if work.execute_dml(again.values(last_seen_at=work.now, messages=UnknownDevice.messages + 1)):
        return
    if _at_least(work, STRANGERS_KEPT, select(UnknownDevice.id)):
        return
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    work.session.execute(
        insert(UnknownDevice)
        .values(id=new_id(), first_seen_at=work.now, last_seen_at=work.now, messages=1, **key)
        .on_conflict_do_nothing()
    )


def quarantine(work: Work, source: str, topic: str, reason: str, detail: str, payload: bytes) -> bool:
    """Keep the beginning of a message that could not be used; False if today's share of its kind is full.

    ``source`` and ``reason`` are from closed lists: they label a counter.
    """
    QUARANTINED.labels(source[:64], reason[:64]).inc()
    today = local(work.now).replace(hour=0, minute=0, second=0, microsecond=0)
    same = (Quarantine.source == source[:64], Quarantine.reason == reason[:64], Quarantine.at >= today)
    if _at_least(work, KEPT_A_DAY, select(Quarantine.at).where(*same)):
        return False
    work.session.add(
        Quarantine(
            at=work.now,
            source=source[:64],
            topic=_text(topic, 512),
            reason=reason[:64],
            detail=_text(detail, 512),
            size=len(payload),
            head=payload[:HEAD_BYTES],
        )
    )
    work.session.flush()
    return True


def _at_least(work: Work, count: int, statement: Select[Any]) -> bool:
    few = statement.limit(count).subquery()
    return (work.session.scalar(select(func.count()).select_from(few)) or 0) >= count


def _text(text: str, length: int) -> str:
    """What both databases can store: no NUL, no half of a surrogate pair."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()[:length]


def mark_looked_at(work: Work, quarantine_id: UUID) -> None:
    """Somebody has looked. Raises ``NotFoundError``."""
    done = work.execute_dml(update(Quarantine).where(Quarantine.id == quarantine_id).values(looked_at=work.now))
    if not done:
        raise NotFoundError(quarantine=quarantine_id)


def forget_stranger(work: Work, source: str, external_id: str) -> None:
    """Take a device off the list, because it is registered now."""
    work.execute_dml(delete(UnknownDevice).filter_by(source=source, external_id=external_id))


def purge(work: Work, keep: timedelta = timedelta(days=30)) -> int:
    """Forget quarantined messages and strangers not heard of for so long; how many rows."""
    before = work.now - keep
    messages = work.execute_dml(delete(Quarantine).where(Quarantine.at < before))
    return messages + work.execute_dml(delete(UnknownDevice).where(UnknownDevice.last_seen_at < before))
