"""What people do with an alarm: accept, go, arrive, call, hand on, close. Each verb is one transaction.

The promise of the house stands here: whoever acts is written into the timeline, an accepted alarm decays if nobody
arrives, and an SOS is closed only by somebody who was there or spoke with the person.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select

from backend.alarms import engine, raising, telling, timeline
from backend.alarms.errors import (
    AlreadyAcknowledgedError,
    ClosedAlarmError,
    NeedsArrivalError,
    StaleAlarmError,
    UnknownAssigneeError,
    UnknownDispositionError,
)
from backend.alarms.models import Alarm
from backend.alarms.policies import book, disposition_code, kind_of
from backend.alarms.queries import state_of
from backend.alarms.rules import StepDue
from backend.alarms.states import MACHINE
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.core.locks import for_update
from backend.core.wakes import ALARMS, wake
from backend.devices import downlink
from backend.notices import service as notices
from backend.people.models import Staff
from backend.people.service import Viewer


def _locked(work: Work, who: Viewer, alarm_id: UUID) -> Alarm:
    """The alarm as it is now and stays until the commit, if this person may act on it."""
    visible = who.sees(Alarm.division_path, "alarm.handle")
    alarm = work.session.scalars(for_update(work, select(Alarm).where(Alarm.id == alarm_id, visible))).first()
    if alarm is None:
        raise NotFoundError
    return alarm


def _open(work: Work, who: Viewer, alarm_id: UUID, action: str, fence: int | None) -> Alarm:
    """The alarm, locked, if this person may act on it, it allows the action, and the picture is not stale."""
    work.actor = who.actor
    alarm = _locked(work, who, alarm_id)
    if alarm.closed_at is not None and action != "note":
        raise ClosedAlarmError(name=alarm.closed_by, at=alarm.closed_at)
    if fence is not None and fence != alarm.fence:
        raise StaleAlarmError
    MACHINE.next(state_of(alarm), action)
    return alarm


def _done(work: Work, alarm: Alarm, action: str) -> Alarm:
    wake(work, ALARMS)
    audit.record(work, f"alarm.{action}", f"alarm:{alarm.id}", fence=alarm.fence)
    return alarm


def _accept(work: Work, alarm: Alarm, who: Viewer) -> None:
    """Set the acknowledgement and its arrival timer; everything still waiting to be sent is called off."""
    alarm.acknowledged_at, alarm.acknowledged_by, alarm.acknowledged_name = work.now, who.staff_id, who.name
    alarm.first_answered_at = alarm.first_answered_at or work.now
    alarm.fence += 1
    _await_arrival(work, alarm)
    notices.cancel(work, alarm.id, why="acknowledged")
    telling.reassure_contacts(work, alarm, who.name)
    if alarm.device_id is not None:
        downlink.queue(work, alarm.device_id, "coming")


def _await_arrival(work: Work, alarm: Alarm) -> None:
    alarm.next_action = "remind"
    alarm.next_step_at = work.now + timedelta(seconds=alarm.plan["arrival_s"])


def acknowledge(work: Work, who: Viewer, alarm_id: UUID, fence: int | None = None) -> Alarm:
    """接警: this person answers for it now. The second of two people is told who was first."""
    alarm = _answered_by(work, who, alarm_id)
    if alarm is not None:
        return alarm
    alarm = _open(work, who, alarm_id, "acknowledge", fence)
    _accept(work, alarm, who)
    timeline.write(work, alarm, "acknowledged", f"{who.name} 已接警")
    return _done(work, alarm, "acknowledge")


def _answered_by(work: Work, who: Viewer, alarm_id: UUID) -> Alarm | None:
    """The alarm if this very person has already accepted it (a double tap is harmless).

    Looked at under the lock: of two who accept at the same moment the second must hear who was first.
    """
    alarm = _locked(work, who, alarm_id)
    if alarm.closed_at is None and alarm.acknowledged_by is not None:
        if alarm.acknowledged_by != who.staff_id:
            raise AlreadyAcknowledgedError(name=alarm.acknowledged_name)
        return alarm
    return None


def on_my_way(work: Work, who: Viewer, alarm_id: UUID, fence: int | None = None) -> Alarm:
    """正在赶往: accepts if nobody has, and starts the arrival timer anew."""
    alarm = _open(work, who, alarm_id, "on_my_way", fence)
    if alarm.acknowledged_by != who.staff_id:
        _accept(work, alarm, who)
    alarm.on_my_way_at = work.now
    _await_arrival(work, alarm)
    timeline.write(work, alarm, "on_my_way", f"{who.name} 正在赶往")
    return _done(work, alarm, "on_my_way")


def arrive(work: Work, who: Viewer, alarm_id: UUID, fence: int | None = None) -> Alarm:
    """已到场: the arrival timer ends; from now on only the record is chased."""
    alarm = _open(work, who, alarm_id, "arrive", fence)
    if alarm.arrived_at is not None and alarm.acknowledged_by == who.staff_id:
        return alarm
    if alarm.acknowledged_by is None:
        _accept(work, alarm, who)
    alarm.arrived_at = work.now
    _chase_later(work, alarm)
    timeline.write(work, alarm, "arrived", f"{who.name} 已到场")
    return _done(work, alarm, "arrive")


def _chase_later(work: Work, alarm: Alarm) -> None:
    alarm.next_action = "chase"
    alarm.next_step_at = work.now + timedelta(seconds=alarm.plan["chase_s"])


def complete_call(work: Work, who: Viewer, alarm_id: UUID, note: str = "", fence: int | None = None) -> Alarm:
    """通话完成: a real two-way call with the person; it counts as being there for closing."""
    alarm = _open(work, who, alarm_id, "call", fence)
    if alarm.acknowledged_by is None:
        _accept(work, alarm, who)
    alarm.call_completed_at = work.now
    _chase_later(work, alarm)
    timeline.write(work, alarm, "call_completed", f"{who.name} 已与本人双向通话" + (f"：{note}" if note else ""))
    return _done(work, alarm, "call")


def close(work: Work, who: Viewer, alarm_id: UUID, disposition: str, note: str = "", fence: int | None = None) -> Alarm:
    """结案, with a disposition. An SOS or a fall needs an arrival mark or a completed call first."""
    code = disposition_code(disposition)
    if code is None or code == "recovered":
        raise UnknownDispositionError(given=disposition)
    alarm = _open(work, who, alarm_id, "close", fence)
    who.require("alarm.close", alarm.division_path)
    if kind_of(alarm.kind).on_site and alarm.arrived_at is None and alarm.call_completed_at is None:
        raise NeedsArrivalError
    alarm.first_answered_at = alarm.first_answered_at or work.now
    raising.close(work, alarm, code, note)
    name = book().dispositions[code]
    timeline.write(work, alarm, "closed", f"{who.name} 结案：{name}" + (f"。{note}" if note else ""), disposition=code)
    return _done(work, alarm, "close")


def escalate(work: Work, who: Viewer, alarm_id: UUID, fence: int | None = None) -> Alarm:
    """上报: tell the people of the next step now, whatever the timers say."""
    alarm = _open(work, who, alarm_id, "escalate", fence)
    timeline.write(work, alarm, "escalated", f"{who.name} 上报，请求支援")
    last = len(alarm.plan["steps"]) - 1
    action, timer = alarm.next_action, alarm.next_step_at
    alarm.fence += 1
    engine.run_step(work, alarm, StepDue(min(alarm.plan_step, last), f"s{alarm.plan_step + 1}", work.now, 0))
    if action != "escalate":  # asking for help does not take the acknowledgement or its timer away
        alarm.next_action, alarm.next_step_at = action, timer
    else:
        engine.restart_clock(work, alarm)
    return _done(work, alarm, "escalate")


def assign(work: Work, who: Viewer, alarm_id: UUID, staff: str, fence: int | None = None) -> Alarm:
    """指派 to a member of staff (id or user name) who works in this part of the county."""
    alarm = _open(work, who, alarm_id, "assign", fence)
    who.require("alarm.assign", alarm.division_path)
    chosen = _colleague(work, alarm, staff)
    alarm.assigned_to, alarm.assigned_name = chosen.id, chosen.name
    alarm.fence += 1
    timeline.write(work, alarm, "assigned", f"{who.name} 指派给 {chosen.name}", to=str(chosen.id))
    telling.tell_staff(work, alarm, chosen.id, f"assign{alarm.fence}", "alarm")
    return _done(work, alarm, "assign")


def _colleague(work: Work, alarm: Alarm, staff: str) -> Staff:
    found = work.session.scalars(
        select(Staff).where(or_(Staff.username == staff, Staff.id == _as_uuid(staff)), Staff.active)
    ).first()
    if found is None or not any(alarm.division_path.startswith(role.division.path) for role in found.roles):
        raise UnknownAssigneeError
    return found


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def add_note(work: Work, who: Viewer, alarm_id: UUID, text: str, fence: int | None = None) -> Alarm:
    """备注: anybody who sees the alarm may add to its record, also after it was closed."""
    alarm = _open(work, who, alarm_id, "note", fence)
    timeline.write(work, alarm, "note", f"{who.name}：{text}")
    return _done(work, alarm, "note")
