"""Looking at alarms: the list, one with its timeline, and what happens next in one sentence."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from backend.alarms import telling
from backend.alarms.engine import ROLE_ZH
from backend.alarms.models import Alarm, AlarmEvent
from backend.alarms.policies import SEVERITY_NAMES, SEVERITY_ZH, book, kind_of
from backend.alarms.schemas import ListQuery
from backend.alarms.states import ACCEPTED, ARRIVED, CLOSED, MACHINE, ON_THE_WAY, RINGING, STATE_ZH
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.notices import service as notices
from backend.notices.models import Notice
from backend.people.service import Viewer

# Actions a person can take, in the order of the buttons; the others belong to the system.
BY_HAND = ("acknowledge", "on_my_way", "arrive", "call", "close", "escalate", "assign", "note")


def state_of(alarm: Alarm) -> str:
    """The state the axes add up to."""
    if alarm.closed_at is not None:
        return CLOSED
    if alarm.acknowledged_at is None:
        return RINGING
    if alarm.arrived_at is not None or alarm.call_completed_at is not None:
        return ARRIVED
    return ON_THE_WAY if alarm.on_my_way_at is not None else ACCEPTED


def visible(work: Work, who: Viewer, alarm_id: UUID) -> Alarm:
    """The alarm, if it lies in this person's part of the county (else ``NotFoundError``)."""
    seen = who.sees(Alarm.division_path, "alarm.view")
    alarm = work.session.scalars(select(Alarm).where(Alarm.id == alarm_id, seen)).first()
    if alarm is None:
        raise NotFoundError
    return alarm


def page(work: Work, who: Viewer, query: ListQuery) -> tuple[list[Alarm], str | None]:
    """One page of alarms: the open ones most urgent first, the closed ones newest first."""
    statement = _filtered(select(Alarm).where(who.sees(Alarm.division_path, "alarm.view")), query)
    if query.status == "open":
        # An alarm nobody has accepted stands above one that somebody is already with.
        statement = statement.order_by(
            Alarm.severity.desc(), Alarm.acknowledged_at.is_not(None), Alarm.raised_at, Alarm.id
        )
        return list(work.session.scalars(statement.limit(query.limit))), None
    statement = statement.order_by(Alarm.raised_at.desc(), Alarm.id.desc())
    rows = list(work.session.scalars(_after(statement, query.cursor).limit(query.limit + 1)))
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    return rows, f"{rows[-1].raised_at.isoformat()}~{rows[-1].id}" if more else None


def _filtered(statement: Select[Any], query: ListQuery) -> Select[Any]:
    wanted = [
        Alarm.closed_at.is_(None) if query.status == "open" else None,
        Alarm.closed_at.is_not(None) if query.status == "closed" else None,
        Alarm.kind == query.kind if query.kind else None,
        Alarm.site_code == query.site if query.site else None,
        Alarm.elder_id == _uuid(query.elder, "elder") if query.elder else None,
        Alarm.raised_at >= query.since if query.since else None,
        Alarm.raised_at < query.until if query.until else None,
        _mentions(query.text) if query.text else None,
    ]
    return statement.where(*(condition for condition in wanted if condition is not None))


def _mentions(text: str) -> ColumnElement[bool]:
    places = (Alarm.subject_name, Alarm.place, Alarm.device_name)
    return or_(*(column.contains(text, autoescape=True) for column in places))


def _after(statement: Select[Any], cursor: str | None) -> Select[Any]:
    if cursor is None:
        return statement
    moment, _, last = cursor.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        raise BadInputError(field="cursor", why="翻页位置不对") from None
    return statement.where(or_(Alarm.raised_at < at, and_(Alarm.raised_at == at, Alarm.id < _uuid(last, "cursor"))))


def _uuid(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInputError(field=field, why="编号不对") from None


def as_dict(alarm: Alarm) -> dict[str, Any]:
    """An alarm as ``schemas.AlarmOut``."""
    state = state_of(alarm)
    subject_kind, _, subject_id = alarm.subject_key.partition(":")
    return {
        "id": str(alarm.id),
        "kind": alarm.kind,
        "kind_name": telling.kind_name(alarm),
        "severity": SEVERITY_NAMES[alarm.severity],
        "severity_name": SEVERITY_ZH[alarm.severity],
        "status": "open" if alarm.closed_at is None else "closed",
        "state": state,
        "state_name": STATE_ZH[state],
        **_progress(alarm),
        "press_count": alarm.press_count,
        "raised_at": alarm.raised_at,
        "occurred_at": alarm.occurred_at,
        "last_press_at": alarm.last_press_at,
        "delayed": alarm.delayed,
        "clock_bad": alarm.clock_bad,
        "device": {"id": str(alarm.device_id), "name": alarm.device_name} if alarm.device_id else None,
        "subject": {"id": subject_id, "kind": subject_kind, "name": alarm.subject_name, "place": alarm.place},
        "site_code": alarm.site_code,
        "detail": alarm.detail,
        "siren": kind_of(alarm.kind).siren and state == RINGING and alarm.device_cancelled_at is None,
        "fence": alarm.fence,
        "actions": [name for name in BY_HAND if name in MACHINE.actions(state)],
        **_ending(alarm),
    }


def _progress(alarm: Alarm) -> dict[str, Any]:
    return {
        "acknowledged": alarm.acknowledged_at is not None,
        "acknowledged_by": _person(alarm.acknowledged_by, alarm.acknowledged_name),
        "acknowledged_at": alarm.acknowledged_at,
        "on_my_way_at": alarm.on_my_way_at,
        "arrived_at": alarm.arrived_at,
        "assigned_to": _person(alarm.assigned_to, alarm.assigned_name),
        "cleared": alarm.cleared_at is not None,
        "cleared_at": alarm.cleared_at,
        "device_cancelled": alarm.device_cancelled_at is not None,
    }


def _ending(alarm: Alarm) -> dict[str, Any]:
    is_open = alarm.closed_at is None
    return {
        "next_step_at": alarm.next_step_at,
        "next_action": alarm.next_action if is_open else None,
        "next_text": next_text(alarm),
        "closed_at": alarm.closed_at,
        "disposition": alarm.disposition,
        "disposition_name": book().dispositions[alarm.disposition] if alarm.disposition else None,
        "close_note": alarm.close_note,
    }


def _person(staff_id: UUID | None, name: str | None) -> dict[str, str] | None:
    return {"id": str(staff_id), "name": name or ""} if staff_id else None


def next_text(alarm: Alarm) -> str | None:
    """What happens next and when, in one sentence; None for a closed alarm."""
    if alarm.next_step_at is None:
        return None
    when = local(alarm.next_step_at).strftime("%H:%M:%S")
    if alarm.next_action == "escalate":
        steps = alarm.plan["steps"]
        step = steps[min(alarm.plan_step, len(steps) - 1)]
        return f"{when} 通知{_roles(step['tell'])}"
    words = {
        "remind": "如无到场记录，提醒接警人",
        "unacknowledge": "如仍未到场，接警失效并重新呼叫",
        "chase": "提醒结案",
    }
    return f"{when} {words[alarm.next_action]}"


def _roles(roles: Iterable[str]) -> str:
    return "、".join(ROLE_ZH[role] for role in roles)


def detail(work: Work, who: Viewer, alarm_id: UUID) -> dict[str, Any]:
    """An alarm as ``schemas.AlarmDetail``: with its timeline and what became of its notices."""
    alarm = visible(work, who, alarm_id)
    events = work.session.scalars(select(AlarmEvent).where(AlarmEvent.alarm_id == alarm.id).order_by(AlarmEvent.number))
    timeline = [
        {
            "number": event.number,
            "at": event.at,
            "type": event.type,
            "actor": event.actor_name,
            "text": event.text,
            "data": event.data,
        }
        for event in events
    ]
    return {
        **as_dict(alarm),
        "timeline": timeline,
        "notices": [_delivery(one) for one in notices.notices_of(work, alarm.id)],
    }


def _delivery(notice: Notice) -> dict[str, Any]:
    return {
        "to": notice.recipient_name,
        "kind": notice.recipient_kind,
        "channel": notice.channel,
        "status": notice.status,
        "reason": notice.reason,
        "created_at": notice.created_at,
        "sent_at": notice.sent_at,
    }
