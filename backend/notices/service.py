"""What anybody may do with notices: tell somebody, take it back, and ask what became of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import and_, case, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.dml import ReturningInsert

from backend.core.db import Work, is_sqlite
from backend.core.ids import new_id
from backend.core.wakes import NOTICES, wake
from backend.notices.channels.base import ChannelName
from backend.notices.models import WAITING, Notice
from backend.notices.states import NOTICE, from_which
from backend.notices.texts import word

NO_WAY = "no_way"
FORGOTTEN = "已注销"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to tell. ``ways`` are channel names in the order to try; ``addresses`` is channel → address."""

    kind: Literal["staff", "contact", "board", "group", "resident"]
    id: str
    name: str = field(repr=False)
    ways: tuple[str, ...]
    addresses: Mapping[str, str] = field(repr=False)

    def usable_ways(self) -> list[str]:
        """The ways that exist and have an address, each once."""
        known = set(ChannelName)
        return [way for way in dict.fromkeys(self.ways) if way in known and self.addresses.get(way)]


def tell(
    work: Work,
    recipient: Recipient,
    *,
    key: str,
    template: str,
    facts: Mapping[str, Any],
    priority: int,
    deadline_s: float,
    alarm_id: UUID | None = None,
    alarm_fence: int | None = None,
    not_before: datetime | None = None,
    page: str | None = None,
) -> Notice | None:
    """Write one notice into the outbox, in the caller's transaction; the dispatcher sends it after the commit.

    ``key`` makes it unique: a second notice with the same key is not written and None is returned. ``priority``
    0 is an SOS, 9 routine. ``deadline_s`` counts from ``not_before``, or from now. ``page`` is the page of the
    mini-program that it opens. If the recipient has no usable way, the notice is written as ``failed`` with the
    reason ``no_way``: look at ``.status`` and go on at once.
    Raises ``texts.MissingFactError`` if the template needs a fact that is not there.
    """
    start = max(work.now, not_before or work.now)
    row = _routed(recipient) | _worded(template, facts, work.now)
    row |= {
        "id": new_id(), "dedup_key": key, "alarm_id": alarm_id, "alarm_fence": alarm_fence, "priority": priority,
        "page": page, "created_at": work.now, "next_try_at": start,
        "deadline_at": start + timedelta(seconds=deadline_s),
    }  # fmt: skip
    notice = work.session.scalars(_writing(is_sqlite(work)), row).one_or_none()
    if notice is not None and notice.status == "pending":
        wake(work, NOTICES)
    return notice


@cache
def _writing(sqlite: bool) -> ReturningInsert[Notice]:
    """Built once: building it takes longer than running it."""
    statement = sqlite_insert(Notice) if sqlite else pg_insert(Notice)
    return statement.on_conflict_do_nothing(index_elements=["dedup_key"]).returning(Notice)


def _routed(recipient: Recipient) -> dict[str, Any]:
    ways = recipient.usable_ways()
    return {
        "recipient_kind": recipient.kind,
        "recipient_id": recipient.id,
        "recipient_name": recipient.name,
        "ways": ways,
        "addresses": json.dumps({way: recipient.addresses[way] for way in ways}),
        "way": 0,
        "channel": ways[0] if ways else None,
        "status": "pending" if ways else NOTICE.next("pending", "fail"),
        "reason": None if ways else NO_WAY,
    }


def _worded(template: str, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    words = word(template, facts, now)
    return {
        "template": template,
        "title": words.title,
        "body": words.body,
        "short": words.short,
        "fields": words.fields,
    }


def cancel(work: Work, alarm_id: UUID, *, why: str) -> None:
    """Take back what has not gone out about an alarm. Call it in the transaction that acknowledges or closes it.

    A send that is in flight cannot be called back, but it is the last: neither after it nor after a message that
    turns out not to have arrived is a further way tried. This is one UPDATE, so that a notice cannot slip from one
    state into the other between two.
    """
    waiting = Notice.status == "pending"
    work.execute_dml(
        update(Notice)
        .where(Notice.alarm_id == alarm_id, Notice.status.in_((*from_which("cancel"), "sent")))
        .where(Notice.cancelled_at.is_(None))
        .values(
            status=case((waiting, NOTICE.next("pending", "cancel")), else_=Notice.status),
            cancelled_at=work.now,
            reason=case((Notice.status == "sent", Notice.reason), else_=why),
        )
        .execution_options(synchronize_session=False)
    )


def notices_of(work: Work, alarm_id: UUID) -> Sequence[Notice]:
    """Everybody who was to be told about an alarm and what became of it, oldest first."""
    return work.session.scalars(
        select(Notice).where(Notice.alarm_id == alarm_id).order_by(Notice.created_at, Notice.id)
    ).all()


def stuck(work: Work, real_now: datetime, grace: timedelta) -> Sequence[UUID]:
    """Notices that the dispatcher should have ended or sent another way by now; none while it lives.

    ``real_now`` is the machine's clock, by which a sender has died.
    """
    late = and_(Notice.status == "pending", Notice.deadline_at < work.now - grace)
    orphaned = and_(Notice.status == "sending", Notice.claimed_until < real_now - grace)
    return work.session.scalars(select(Notice.id).where(WAITING, or_(late, orphaned)).order_by(Notice.id)).all()


def recipient_of(work: Work, notice_id: str) -> tuple[str, str]:
    """Kind and name of whom a notice is for."""
    found = select(Notice.recipient_kind, Notice.recipient_name).where(Notice.id == UUID(notice_id))
    return work.session.execute(found).one()


def forget(work: Work, kind: str, recipient_id: str) -> int:
    """Blank what notices say of somebody who asked to be forgotten, and stop what has not gone out; how many."""
    theirs = and_(Notice.recipient_kind == kind, Notice.recipient_id == recipient_id)
    stopped = {"status": NOTICE.next("pending", "cancel"), "cancelled_at": work.now, "reason": "erased"}
    for extra, which in ((stopped, Notice.status == "pending"), ({}, Notice.status != "sending")):
        count = work.execute_dml(
            update(Notice)
            .where(theirs, which)
            .values(recipient_name=FORGOTTEN, title="", body="", short="", fields={}, addresses="{}", **extra)
            .execution_options(synchronize_session=False)
        )
    return count
