"""What WeChat has told us, and what follows from it: consents, verdicts about pictures, arrivals, revocations.

An event is a row, unique by its contents, so that WeChat's repeats are harmless; a job works on what is not handled.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core import locks
from backend.core.db import Work, is_sqlite
from backend.core.errors import DomainError
from backend.core.ids import new_id
from backend.notices import grants, media
from backend.notices.models import UNHANDLED, WeChatEvent
from backend.notices.outbox import Hook
from backend.notices.reports import record_wechat_report

log = structlog.get_logger(__name__)

KEPT = timedelta(days=30)
REVOCATIONS = ("user_authorization_revoke", "user_authorization_cancellation")
UNREADABLE_IF = (KeyError, TypeError, ValueError, AttributeError, DomainError)
DONE, UNREADABLE = "done", "unreadable"

Event = Mapping[str, Any]


def wanted(event: Event) -> bool:
    """Whether an event concerns us; what people write into the mini-program's chat is not even kept."""
    return _kind(event) in HANDLERS


def keep(work: Work, event: Event) -> bool:
    """Write an event down; False if it is here already."""
    payload = json.dumps(event, ensure_ascii=False, sort_keys=True)
    openid = event.get("OpenID") or event.get("FromUserName")
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    statement = insert(WeChatEvent).values(
        id=new_id(), dedup_key=hashlib.sha256(payload.encode()).hexdigest(), kind=_kind(event), payload=payload,
        openid_index=grants.index_of(str(openid)) if openid else None, received_at=work.now,
    )  # fmt: skip
    statement = statement.on_conflict_do_nothing(index_elements=["dedup_key"])
    return work.session.execute(statement.returning(WeChatEvent.id)).first() is not None


def _kind(event: Event) -> str:
    return str(event.get("Event", ""))


def waiting(work: Work, limit: int) -> Sequence[UUID]:
    """Events nobody has handled, oldest first."""
    found = select(WeChatEvent.id).where(UNHANDLED).order_by(WeChatEvent.received_at, WeChatEvent.id).limit(limit)
    return work.session.scalars(found).all()


def handle(work: Work, event_id: UUID, hook: Hook | None) -> bool:
    """Do what follows from an event, once; False if somebody else has it. ``hook`` as in ``Dispatcher``.

    An event that cannot be understood is put aside, so that those behind it get their turn.
    Raises ``outbox.MovedOnError`` if a notice changed under our hands: roll back and look again.
    """
    mine = locks.claim(work, select(WeChatEvent).where(WeChatEvent.id == event_id, UNHANDLED))
    row = work.session.scalars(mine).one_or_none()
    if row is None:
        return False
    try:
        with work.session.begin_nested():
            HANDLERS[row.kind](work, json.loads(row.payload), hook)
        row.outcome = DONE
    except UNREADABLE_IF as error:
        log.warning("a push of wechat cannot be understood", kind=row.kind, error=type(error).__name__)
        row.outcome = UNREADABLE
    row.handled_at = work.now
    return True


def revoked_at(work: Work, openid: str) -> datetime | None:
    """When the person last took back what the mini-program may know of them, if ever."""
    found = select(WeChatEvent.received_at).where(
        WeChatEvent.openid_index == grants.index_of(openid), WeChatEvent.kind.in_(REVOCATIONS)
    )
    return work.session.scalars(found.order_by(WeChatEvent.received_at.desc()).limit(1)).first()


def purge(work: Work) -> int:
    """Forget what was handled 30 days ago; a revocation stays, it is the mark of itself."""
    old = WeChatEvent.handled_at < work.now - KEPT
    return work.execute_dml(delete(WeChatEvent).where(old, WeChatEvent.kind.not_in(REVOCATIONS)))


def _popup(work: Work, event: Event, _hook: Hook | None) -> None:
    answers = {item["TemplateId"]: item["SubscribeStatusString"] for item in _items(event)}
    grants.report(work, event["FromUserName"], answers, source="push")


def _changed(work: Work, event: Event, _hook: Hook | None) -> None:
    """A switch in WeChat's settings. On again is a "yes" only where one is for good."""
    for item in _items(event):
        template = item["TemplateId"]
        if item["SubscribeStatusString"] == "reject":
            grants.take_back(work, event["FromUserName"], template)
        elif grants.is_long_term(template):
            grants.add(work, event["FromUserName"], template, source="push")


def _sent(work: Work, event: Event, hook: Hook | None) -> None:
    for item in _items(event):
        arrived = str(item["ErrorCode"]) == "0"
        if not arrived:
            grants.take_back(work, event["FromUserName"], item["TemplateId"])
        record_wechat_report(work, str(item["MsgID"]), hook, arrived=arrived)


def _judged(work: Work, event: Event, _hook: Hook | None) -> None:
    result = event.get("result") or {}
    verdict, label = result.get("suggest"), result.get("label")
    if verdict is None:  # version 1 says only whether it is risky
        verdict = "risky" if str(event.get("isrisky")) == "1" else "pass" if "isrisky" in event else "review"
    if str(event.get("errcode", 0)) != "0" or verdict not in media.VERDICTS:
        verdict = "review"
    media.decide(work, str(event["trace_id"]), verdict, int(label) if label is not None else None)


def _revoked(work: Work, event: Event, _hook: Hook | None) -> None:
    """The row itself is the mark. Whoever leaves altogether wants no more messages."""
    if _kind(event) == "user_authorization_cancellation":
        grants.forget(work, str(event["OpenID"]))


def _items(event: Event) -> Iterable[Event]:
    items = event["List"]
    if not isinstance(items, list):
        raise TypeError
    return items


HANDLERS: Mapping[str, Callable[[Work, Event, Hook | None], None]] = {
    "subscribe_msg_popup_event": _popup,
    "subscribe_msg_change_event": _changed,
    "subscribe_msg_sent_event": _sent,
    "wxa_media_check": _judged,
    **dict.fromkeys(REVOCATIONS, _revoked),
}
