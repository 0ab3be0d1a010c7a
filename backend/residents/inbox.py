"""The inbox of the mini-program: what a person was told, newest first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_, update

from backend.core import paging
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.residents.models import InboxItem


def page(work: Work, person_id: UUID, cursor: str | None, limit: int) -> tuple[Sequence[InboxItem], str | None]:
    """Up to ``limit`` items and the cursor of the next page. Raises ``BadInputError`` for a cursor that is none."""
    place = tuple_(InboxItem.created_at, InboxItem.id)
    wanted = select(InboxItem).where(InboxItem.person_id == person_id)
    if cursor is not None:
        wanted = wanted.where(place < tuple_(*paging.decode(cursor, datetime, UUID)))
    newest_first = wanted.order_by(InboxItem.created_at.desc(), InboxItem.id.desc()).limit(limit + 1)
    rows = work.session.scalars(newest_first).all()
    items, more = rows[:limit], len(rows) > limit
    return items, paging.encode(items[-1].created_at, items[-1].id) if more else None


def unread(work: Work, person_id: UUID) -> int:
    counted = select(func.count()).where(InboxItem.person_id == person_id, InboxItem.read_at.is_(None))
    return int(work.session.execute(counted).scalar_one())


def read(work: Work, person_id: UUID, item_id: UUID) -> None:
    """Mark one's own message as read; again is harmless. Raises ``NotFoundError``, also for somebody else's."""
    mine = (InboxItem.id == item_id, InboxItem.person_id == person_id)
    moment = func.coalesce(InboxItem.read_at, work.now)
    if not work.execute_dml(update(InboxItem).where(*mine).values(read_at=moment)):
        raise NotFoundError
