"""From something noticed to an alarm: exactly one open alarm per subject and kind, and never none."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.alarms import engine, telling, timeline
from backend.alarms.models import OPEN, Alarm
from backend.alarms.policies import frozen_plan, kind_of, policy_for
from backend.alarms.telling import UNREGISTERED
from backend.core.clock import local
from backend.core.db import Work, is_sqlite
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.core.wakes import ALARMS, wake
from backend.devices import downlink
from backend.eldercare.models import Site
from backend.notices import service as notices

CANCELLED_SEVERITY = 2
DEFAULT_ARRIVAL_S = 300


@dataclass(frozen=True, slots=True)
class Trigger:
    """Something that somebody must look at.

    ``subject_key``: ``elder:<id>``, ``device:<id>``, ``unregistered:<source>/<id>``, ``volunteer:<id>`` or
    ``system:<name>``.
    ``division_path`` decides who is told; ``occurred_at`` is when it happened, as far as it is known.
    """

    kind: str
    subject_key: str
    subject_name: str
    place: str
    division_path: str
    occurred_at: datetime
    elder_id: UUID | None = None
    device_id: UUID | None = None
    device_name: str | None = None
    site_code: str | None = None
    severity: int | None = None
    delayed: bool = False
    clock_bad: bool = False
    detail: dict[str, Any] = field(default_factory=dict)


def raise_alarm(work: Work, trigger: Trigger) -> Alarm:
    """Open an alarm and tell the first people, or add this press to the alarm that is already open."""
    while True:
        alarm_id = _insert(work, trigger)
        if alarm_id is not None:
            alarm = work.session.get_one(Alarm, alarm_id)
            _begin(work, alarm, trigger)
            break
        found = open_alarm(work, trigger.subject_key, trigger.kind)
        if found is not None:
            alarm = found
            _press_again(work, alarm, trigger)
            break
        # Closed between our insert and our look: the next insert opens a new one.
    wake(work, ALARMS)
    return alarm


def open_alarm(work: Work, subject_key: str, kind: str) -> Alarm | None:
    """The open alarm of a subject and kind, locked."""
    statement = select(Alarm).where(Alarm.subject_key == subject_key, Alarm.kind == kind, Alarm.closed_at.is_(None))
    return work.session.scalars(for_update(work, statement)).first()


def keep_raised(work: Work, trigger: Trigger) -> bool:
    """Raise an alarm unless one that says the same is open already; for states that are looked at again and again."""
    found = open_alarm(work, trigger.subject_key, trigger.kind)
    if found is not None and found.cleared_at is None and found.detail == trigger.detail:
        return False
    raise_alarm(work, trigger)
    return True


def open_subjects(work: Work, kind: str) -> set[str]:
    """The subject keys of the open alarms of a kind."""
    return set(work.session.scalars(select(Alarm.subject_key).where(Alarm.kind == kind, Alarm.closed_at.is_(None))))


def _insert(work: Work, trigger: Trigger) -> UUID | None:
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    statement = insert(Alarm).values(id=new_id(), **_row(work, trigger))
    statement = statement.on_conflict_do_nothing(index_elements=["subject_key", "kind"], index_where=OPEN)
    return work.session.execute(statement.returning(Alarm.id)).scalar_one_or_none()


def _row(work: Work, trigger: Trigger) -> dict[str, Any]:
    return {
        "kind": trigger.kind,
        "severity": trigger.severity or kind_of(trigger.kind).severity,
        "subject_key": trigger.subject_key,
        "subject_name": trigger.subject_name,
        "place": trigger.place,
        "elder_id": trigger.elder_id,
        "device_id": trigger.device_id,
        "device_name": trigger.device_name,
        "site_code": trigger.site_code,
        "division_path": trigger.division_path,
        "detail": trigger.detail,
        "raised_at": work.now,
        "occurred_at": trigger.occurred_at,
        "last_press_at": trigger.occurred_at,
        "delayed": trigger.delayed,
        "clock_bad": trigger.clock_bad,
        "plan": _plan(work, trigger),
        "plan_started_at": work.now,
        "next_step_at": work.now,
    }


def _plan(work: Work, trigger: Trigger) -> dict[str, Any]:
    """The policy of the kind and the place, frozen into the alarm with the site's own time to arrive."""
    site = work.session.get(Site, trigger.site_code) if trigger.site_code else None
    if site is None and trigger.subject_key.startswith(UNREGISTERED):
        return frozen_plan("unregistered", arrival_s=DEFAULT_ARRIVAL_S)
    at_home = site is not None and site.kind == "home_service"
    return frozen_plan(
        policy_for(trigger.kind, at_home=at_home), arrival_s=site.arrival_s if site else DEFAULT_ARRIVAL_S
    )


def _begin(work: Work, alarm: Alarm, trigger: Trigger) -> None:
    timeline.write(
        work, alarm, "raised", _sentence(alarm, trigger), device=trigger.device_name,
        occurred_at=trigger.occurred_at.isoformat(), policy=alarm.plan["policy"],
    )  # fmt: skip
    telling.tell_board(work, alarm)
    engine.start_round(work, alarm)
    if alarm.device_id is not None:
        downlink.queue(work, alarm.device_id, "received")


def _sentence(alarm: Alarm, trigger: Trigger) -> str:
    said = f"{telling.kind_name(alarm)}：{trigger.subject_name}，{trigger.place}"
    if trigger.detail.get("text"):
        said += f"。{trigger.detail['text']}"
    if trigger.delayed:
        said += f"。延迟到达，发生于 {local(trigger.occurred_at):%m月%d日 %H:%M:%S}"
    if trigger.clock_bad:
        said += "。设备时钟不准，以收到的时间为准"
    return said


def _press_again(work: Work, alarm: Alarm, trigger: Trigger) -> None:
    alarm.press_count += 1
    alarm.last_press_at = max(alarm.last_press_at, trigger.occurred_at)
    alarm.detail = {**alarm.detail, **trigger.detail}
    timeline.write(
        work, alarm, "pressed", f"第 {alarm.press_count} 次：{_sentence(alarm, trigger)}", device=trigger.device_name
    )
    engine.raise_severity(work, alarm, trigger.severity)
    reopened = alarm.cleared_at is not None or alarm.device_cancelled_at is not None
    if alarm.device_cancelled_at is not None:
        _uncancel(work, alarm, trigger)
    alarm.cleared_at = None
    if alarm.acknowledged_at is not None or reopened:
        _call_again(work, alarm)
    if alarm.device_id is not None:
        downlink.queue(work, alarm.device_id, "received")


def _call_again(work: Work, alarm: Alarm) -> None:
    """A press after somebody had accepted: whoever accepted may have left. Everybody is told anew."""
    if alarm.acknowledged_name is not None:
        timeline.write(
            work, alarm, "acknowledgement_reset", f"再次按下，{alarm.acknowledged_name} 的接警作废，重新通知"
        )
    engine.reset_acknowledgement(alarm)
    alarm.round, alarm.fence = alarm.round + 1, alarm.fence + 1
    telling.tell_board(work, alarm)
    engine.start_round(work, alarm)


def _uncancel(work: Work, alarm: Alarm, trigger: Trigger) -> None:
    alarm.device_cancelled_at = None
    alarm.plan = _plan(work, trigger)
    engine.raise_severity(work, alarm, kind_of(alarm.kind).severity)


def device_cancel(work: Work, subject_key: str, kinds: tuple[str, ...], device_name: str | None) -> list[Alarm]:
    """The person cancelled at the device: less urgent, marked 用户取消·待核实, and still closed by a person only."""
    touched = []
    for kind in kinds:
        alarm = open_alarm(work, subject_key, kind)
        if alarm is None or alarm.device_cancelled_at is not None:
            continue
        alarm.device_cancelled_at = work.now
        alarm.severity = min(alarm.severity, CANCELLED_SEVERITY)
        timeline.write(work, alarm, "device_cancelled", "用户在设备上取消，待核实", device=device_name)
        if alarm.acknowledged_at is None:
            notices.cancel(work, alarm.id, why="device_cancelled")
            alarm.plan = frozen_plan("verify", arrival_s=alarm.plan["arrival_s"])
            alarm.round, alarm.fence = alarm.round + 1, alarm.fence + 1
            engine.start_round(work, alarm)
        touched.append(alarm)
    if touched:
        wake(work, ALARMS)
    return touched


def clear_alarm(work: Work, subject_key: str, kind: str, at: datetime, text: str = "") -> Alarm | None:
    """The cause has gone. Latching kinds only note it; others show 已恢复·未确认; upkeep kinds close themselves."""
    alarm = open_alarm(work, subject_key, kind)
    if alarm is None or at < alarm.last_press_at:
        return None  # a late "over" never ends a newer alarm
    known = kind_of(kind)
    if known.latching:
        timeline.write(work, alarm, "device_says_over", text or "设备报告已恢复，仍需人工核实")
    elif alarm.cleared_at is None:
        alarm.cleared_at = work.now
        timeline.write(work, alarm, "cleared", text or "已恢复正常")
        if known.auto_close:
            close(work, alarm, "recovered", "")
    wake(work, ALARMS)
    return alarm


def close(work: Work, alarm: Alarm, disposition: str, note: str) -> None:
    """End an alarm as the actor of this unit of work. Who may, and when, is the caller's to check."""
    alarm.closed_at, alarm.closed_by = work.now, work.actor.name
    alarm.disposition, alarm.close_note = disposition, note
    alarm.next_step_at = None
    alarm.fence += 1
    notices.cancel(work, alarm.id, why="closed")
