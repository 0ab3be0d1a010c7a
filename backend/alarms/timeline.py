"""The timeline of an alarm: lines in a hash chain that can be added to and never changed."""

import hashlib
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.alarms.models import Alarm, AlarmEvent
from backend.core.audit import GENESIS, ChainBrokenError, canonical, stamp, streamed
from backend.core.db import Work


def write(work: Work, alarm: Alarm, type_: str, text: str, **data: Any) -> AlarmEvent:
    """Add one line, as the actor of this unit of work. The alarm's row must be locked by the caller."""
    event = AlarmEvent(
        alarm_id=alarm.id,
        number=alarm.event_count + 1,
        at=work.now,
        type=type_,
        actor=f"{work.actor.kind}:{work.actor.id}",
        actor_name=work.actor.name,
        text=text,
        data=data,
        prev=alarm.event_hash,
        hash="",
    )
    event.hash = _digest(event)
    alarm.event_count, alarm.event_hash = event.number, event.hash
    work.session.add(event)
    return event


def _digest(event: AlarmEvent) -> str:
    parts = (
        event.prev, str(event.alarm_id), str(event.number), stamp(event.at), event.type, event.actor,
        event.actor_name, event.text, canonical(event.data),
    )  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def verify(session: Session) -> int:
    """Re-compute every alarm's chain; return how many lines hold, or raise ``ChainBrokenError``."""
    count, prev, number, alarm_id = 0, GENESIS, 0, None
    with streamed(session, select(AlarmEvent).order_by(AlarmEvent.alarm_id, AlarmEvent.number)) as events:
        for event in events:
            if event.alarm_id != alarm_id:
                prev, number, alarm_id = GENESIS, 0, event.alarm_id
            if event.number != number + 1 or event.prev != prev or event.hash != _digest(event):
                raise ChainBrokenError(event.seq)
            prev, number, count = event.hash, event.number, count + 1
    return count
