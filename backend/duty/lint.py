"""What is wrong with a roster before an alarm finds out: for the board and for a job."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from backend.core.clock import local
from backend.core.db import Work
from backend.duty import rules
from backend.duty.handover import pending_handovers
from backend.duty.models import DUTY_ROLES, ShiftPattern
from backend.duty.rules import Interval
from backend.duty.timetable import StaffOnDuty, load, needed, on_duty
from backend.people.models import Division, StaffAddress, StaffRole

ROLE_NAMES = {"duty": "护理值班", "lead": "班组长", "officer": "民政局值班员"}
AHEAD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Finding:
    """``code`` is nobody_on_duty, no_address, not_qualified, gap_ahead or handover_waiting; ``text`` is for people."""

    code: str
    role: str
    staff_id: UUID | None
    text: str


def lint(work: Work, division_code: str, at: datetime | None = None) -> list[Finding]:
    """Everything that would keep an alarm here from reaching somebody, the most urgent first."""
    at = at or work.now
    place = work.session.get_one(Division, division_code)
    found: list[Finding] = []
    for role in DUTY_ROLES:
        if needed(work, division_code, role):
            found += _lint_post(work, place, role, at)
    return [*found, *_waiting(work, division_code, at)]


def unanswered(work: Work) -> Iterator[tuple[Division, list[Finding]]]:
    """Every place in the county where no carer is on duty at this moment, or somebody on duty cannot be told.

    A lead or an officer may have hours; only the post of the carers is never empty.
    """
    for place in work.session.scalars(select(Division).where(_has_posts()).order_by(Division.path)):
        found: list[Finding] = []
        for role in DUTY_ROLES:
            if needed(work, place.code, role):
                present = on_duty(work, place.code, role, work.now)
                found += [] if present or role != "duty" else [_nobody(role)]
                found += _unreachable(work, role, present)
        if found:
            yield place, found


def _has_posts() -> ColumnElement[bool]:
    return or_(Division.level == "site", Division.code.in_(select(ShiftPattern.division_code)))


def _nobody(role: str) -> Finding:
    return Finding("nobody_on_duty", role, None, f"{ROLE_NAMES[role]}现在没有人在岗，警报会直接升级，请马上安排。")


def _lint_post(work: Work, place: Division, role: str, at: datetime) -> list[Finding]:
    present = on_duty(work, place.code, role, at)
    found = [] if present else [_nobody(role)]
    found += _unreachable(work, role, present)
    found += _unqualified(work, place, role, present)
    return [*found, *_gaps(work, place.code, role, at)]


def _unreachable(work: Work, role: str, present: list[StaffOnDuty]) -> list[Finding]:
    people = [who.staff_id for who in present]
    query = select(StaffAddress.staff_id).where(StaffAddress.staff_id.in_(people), StaffAddress.enabled)
    reachable = set(work.session.scalars(query))
    return [
        Finding("no_address", role, who.staff_id, f"{who.name}正在值班，但没有可用的通知方式，警报通知不到。")
        for who in present
        if who.staff_id not in reachable
    ]


def _unqualified(work: Work, place: Division, role: str, present: list[StaffOnDuty]) -> list[Finding]:
    query = select(StaffRole.staff_id, StaffRole.role, Division.path).join(StaffRole.division)
    rows = work.session.execute(query.where(StaffRole.staff_id.in_([who.staff_id for who in present]))).all()
    fit = {row.staff_id for row in rows if rules.qualifies([(row.role, row.path)], role, place.path)}
    return [
        Finding("not_qualified", role, who.staff_id, f"{who.name}在班表上，但已没有这个岗位的权限。")
        for who in present
        if who.staff_id not in fit
    ]


def _gaps(work: Work, division_code: str, role: str, at: datetime) -> list[Finding]:
    window = Interval(at, at + AHEAD)
    plan = load(work, division_code, role, window, handovers=False)
    return [
        Finding("gap_ahead", role, None, f"{_moment(gap.starts)}到{_moment(gap.ends)}没有排{ROLE_NAMES[role]}。")
        for gap in rules.gaps(plan.patterns, plan.overrides, window)
        if gap.starts > at
    ]


def _moment(moment: datetime) -> str:
    there = local(moment)
    return f"{there.month}月{there.day}日{there:%H:%M}"


def _waiting(work: Work, division_code: str, at: datetime) -> list[Finding]:
    return [
        Finding(
            "handover_waiting",
            view.role,
            view.from_id,
            f"{view.from_name}的交接班从{_moment(view.opened_at)}起没有人接。",
        )
        for view in pending_handovers(work, division_code)
        if at - view.opened_at >= rules.HANDOVER_REMIND
    ]
