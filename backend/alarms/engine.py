"""The escalation engine: timers are rows, people are found when the step runs, and a chain never ends in silence."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from backend.alarms import telling, timeline
from backend.alarms.models import Alarm
from backend.alarms.policies import SEVERITY_ZH
from backend.alarms.rules import StepDue, at_of, done_after, step_due
from backend.alarms.telling import Told
from backend.core.db import Work, unit_of_work
from backend.core.locks import claim, for_update
from backend.core.wakes import ALARMS, wake
from backend.notices import service as notices

BATCH = 20
ROLE_ZH = {
    "duty": "当班人员", "lead": "班组长", "officer": "民政局值班员", "admin": "管理员", "contact": "家属",
    "all_duty": "各站点当班人员", "board": "值守大屏", "group": "工作群",
}  # fmt: skip


def run_due(limit: int = 200) -> int:
    """Run every step that is due now, worst first; return how many. Two engines at once share the work."""
    total = 0
    while total < limit:
        with unit_of_work() as work:
            due = (
                select(Alarm)
                .where(Alarm.closed_at.is_(None), Alarm.next_step_at <= work.now)
                .order_by(Alarm.severity.desc(), Alarm.next_step_at)
                .limit(BATCH)
            )
            alarms = work.session.scalars(claim(work, due)).all()
            for alarm in alarms:
                run_action(work, alarm)
        total += len(alarms)
        if len(alarms) < BATCH:
            break
    return total


def run_action(work: Work, alarm: Alarm) -> None:
    """Do what the alarm's timer says; the row is locked and open."""
    _ACTIONS[alarm.next_action](work, alarm)
    wake(work, ALARMS)


def start_round(work: Work, alarm: Alarm) -> None:
    """Begin the plan anew (a new alarm, a re-press, a decayed acknowledgement) and run its first step now."""
    alarm.plan_started_at, alarm.plan_step = work.now, 0
    alarm.next_action, alarm.next_step_at = "escalate", work.now
    escalate(work, alarm)


def escalate(work: Work, alarm: Alarm) -> None:
    """Run the step due now. If it reaches nobody on duty, run the next one at once, and write that down."""
    due = step_due(alarm.plan, alarm.plan_started_at, alarm.plan_step, work.now)
    if due is None:  # a timer that fired early: nothing to do but to wait for its step
        alarm.next_step_at = _planned(alarm, alarm.plan_step)
        return
    run_step(work, alarm, due)


def run_step(work: Work, alarm: Alarm, due: StepDue) -> None:
    last = len(alarm.plan["steps"]) - 1
    while True:
        told = _tell(work, alarm, due)
        alarm.plan_step = done_after(due.label)
        alarm.next_step_at = max(_planned(alarm, alarm.plan_step), work.now + timedelta(seconds=1))
        if told.names or due.index >= last:
            return
        due = StepDue(due.index + 1, f"s{alarm.plan_step + 1}", due.next_at, 0)


def restart_clock(work: Work, alarm: Alarm) -> None:
    """After a step was run by hand: the following ones are counted from now."""
    done = alarm.plan_step
    offset = at_of(alarm.plan, alarm.plan_started_at, done - 1) - alarm.plan_started_at
    alarm.plan_started_at = work.now - offset
    alarm.next_action, alarm.next_step_at = "escalate", _planned(alarm, done)


def _planned(alarm: Alarm, number: int) -> datetime:
    return at_of(alarm.plan, alarm.plan_started_at, number)


def _tell(work: Work, alarm: Alarm, due: StepDue) -> Told:
    step = alarm.plan["steps"][due.index]
    told = telling.tell_step(work, alarm, step, due.label, "alarm" if due.label == "s1" else "alarm_repeat")
    if due.skipped:
        timeline.write(
            work, alarm, "steps_skipped", f"系统中断期间错过 {due.skipped} 步，从现在这一步继续", count=due.skipped
        )
    if told.names or told.groups:
        names = [*told.names, *told.groups]
        timeline.write(work, alarm, "notified", f"已通知：{'、'.join(names)}", step=due.label, names=names)
    for name in told.unreachable:
        timeline.write(work, alarm, "no_contact_method", f"{name} 没有可用的联系方式", name=name)
    for role in told.empty:
        timeline.write(work, alarm, "nobody", f"{ROLE_ZH[role]}此刻无人可通知", role=role)
    return told


def _remind(work: Work, alarm: Alarm) -> None:
    """Accepted, but no arrival on record: remind whoever accepted, once."""
    grace = alarm.plan["remind_grace_s"]
    if alarm.acknowledged_by is not None:
        telling.tell_staff(
            work, alarm, alarm.acknowledged_by, f"remind{alarm.fence}", "ack_decay_remind",
            minutes=max(1, round((work.now - (alarm.acknowledged_at or work.now)).total_seconds() / 60)),
        )  # fmt: skip
    timeline.write(work, alarm, "reminded", f"接警后还没有到场记录，已提醒 {alarm.acknowledged_name}")
    alarm.next_action, alarm.next_step_at = "unacknowledge", work.now + timedelta(seconds=grace)


def _decay(work: Work, alarm: Alarm) -> None:
    """Still nobody there: the acknowledgement lapses and the chain starts again."""
    timeline.write(work, alarm, "acknowledgement_lapsed", f"{alarm.acknowledged_name} 接警后未到场，接警失效，重新呼叫")
    reset_acknowledgement(alarm)
    alarm.round, alarm.fence = alarm.round + 1, alarm.fence + 1
    start_round(work, alarm)


def reset_acknowledgement(alarm: Alarm) -> None:
    alarm.acknowledged_at = alarm.acknowledged_by = alarm.acknowledged_name = None
    alarm.on_my_way_at = alarm.arrived_at = None


def _chase(work: Work, alarm: Alarm) -> None:
    """Somebody was there, but the alarm was never closed: ask for the record."""
    label = f"chase{int(work.now.timestamp())}"
    if alarm.acknowledged_by is not None:
        telling.tell_staff(work, alarm, alarm.acknowledged_by, label, "chase")
    timeline.write(work, alarm, "chased", f"到场后尚未结案，已提醒 {alarm.acknowledged_name or '当班人员'}")
    alarm.next_step_at = work.now + timedelta(seconds=alarm.plan["chase_s"])


def raise_severity(work: Work, alarm: Alarm, severity: int | None) -> None:
    """Severity rises in place and is never lowered here."""
    if severity is not None and severity > alarm.severity:
        before, alarm.severity = alarm.severity, severity
        timeline.write(
            work,
            alarm,
            "severity_raised",
            f"紧急程度由“{SEVERITY_ZH[before]}”升为“{SEVERITY_ZH[severity]}”",
            to=severity,
        )


def undeliverable(work: Work, alarm_id: UUID, name: str, reason: str) -> None:
    """A notice reached nobody by any way: say so on the alarm; if nobody at all was reached, go on at once.

    Only planned steps are brought forward: with every provider down, the repeats would otherwise run hot.
    """
    alarm = work.session.scalars(for_update(work, select(Alarm).where(Alarm.id == alarm_id))).first()
    if alarm is None or alarm.closed_at is not None:
        return
    timeline.write(work, alarm, "notice_failed", f"没能通知到 {name}（{reason}）", name=name, reason=reason)
    steps_left = alarm.plan_step < len(alarm.plan["steps"])
    if alarm.next_action == "escalate" and steps_left and not _anybody_reached(work, alarm):
        alarm.plan_started_at -= max(timedelta(), (alarm.next_step_at or work.now) - work.now)
        alarm.next_step_at = work.now
    wake(work, ALARMS)


def _anybody_reached(work: Work, alarm: Alarm) -> bool:
    """Whether a person (a screen is none) was told, or may still be told, since the last change of course."""
    return any(
        notice.status not in ("failed", "expired", "cancelled")
        for notice in notices.notices_of(work, alarm.id)
        if notice.alarm_fence == alarm.fence and notice.recipient_kind != "board"
    )


_ACTIONS: Mapping[str, Callable[[Work, Alarm], None]] = {
    "escalate": escalate,
    "remind": _remind,
    "unacknowledge": _decay,
    "chase": _chase,
}
