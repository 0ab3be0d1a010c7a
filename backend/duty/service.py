"""What people do with the roster: change it, take a shift over, hand it on. Callers ask it through here too."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update

from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.duty import posts, rules
from backend.duty.errors import (
    AlreadyOnDutyError,
    AlreadyOverError,
    NoDutyThenError,
    OverrideConflictError,
    OverrideTooLongError,
    ShiftOverlapError,
)
from backend.duty.handover import (
    HandoverView,
    accept_handover,
    cancel_handover,
    find_handover,
    handover_view,
    open_handover,
    pending_handovers,
    recent_handovers,
)
from backend.duty.lint import Finding, lint, unanswered
from backend.duty.models import RosterOverride, ShiftPattern
from backend.duty.posts import Post, candidates, place, places
from backend.duty.rules import Interval
from backend.duty.timetable import (
    Duty,
    RosterDay,
    StaffNext,
    StaffOnDuty,
    as_pattern,
    gaps_ahead,
    load,
    needed,
    next_on_duty,
    on_duty,
    override_rows,
    roster,
)

__all__ = [
    "Duty",
    "Finding",
    "HandoverView",
    "RosterDay",
    "StaffNext",
    "StaffOnDuty",
    "accept_handover",
    "add_override",
    "add_pattern",
    "cancel_handover",
    "cancel_override",
    "candidates",
    "end_pattern",
    "find_handover",
    "find_override",
    "gaps_ahead",
    "handover_view",
    "lint",
    "needed",
    "next_on_duty",
    "on_duty",
    "open_handover",
    "pending_handovers",
    "place",
    "places",
    "recent_handovers",
    "roster",
    "take_over_now",
    "unanswered",
]


def add_pattern(
    work: Work,
    division_code: str,
    role: str,
    staff_id: UUID,
    *,
    name: str,
    starts: int,
    ends: int,
    weekdays: Iterable[int],
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> ShiftPattern:
    """Give somebody a weekly shift from ``valid_from`` (at the earliest now) on.

    ``starts`` and ``ends`` are minutes of the local day (0 … 1439), ``weekdays`` 0 (Monday) … 6.
    """
    post = posts.lock(work, division_code, role)
    who = posts.qualified(work, post, staff_id)
    days = sorted(set(weekdays))
    begins = max(valid_from or work.now, work.now)
    _check_shift(starts, ends, days, begins, valid_to)
    row = ShiftPattern(
        division_code=division_code,
        role=role,
        staff_id=staff_id,
        name=name,
        starts=starts,
        ends=ends,
        weekdays=days,
        valid_from=begins,
        valid_to=valid_to,
    )
    _refuse_overlap(work, row, who.name)
    work.session.add(row)
    work.session.flush()
    posts.note(work, "duty.pattern_added", post, role=role, pattern=row.id, staff=staff_id)
    return row


def _check_shift(starts: int, ends: int, days: list[int], begins: datetime, stops: datetime | None) -> None:
    last = rules.DAY_MINUTES - 1
    if not (0 <= starts <= last and 0 <= ends <= last):
        raise BadInputError(field="班次时间", why="应在 00:00 到 23:59 之间")
    if not days or days[0] < 0 or days[-1] > 6:  # noqa: PLR2004 (Sunday)
        raise BadInputError(field="星期", why="请至少选择一天")
    if stops is not None and stops <= begins:
        raise BadInputError(field="结束日期", why="应晚于开始日期")


def _refuse_overlap(work: Work, new: ShiftPattern, name: str) -> None:
    same = select(ShiftPattern).where(
        ShiftPattern.division_code == new.division_code,
        ShiftPattern.role == new.role,
        ShiftPattern.staff_id == new.staff_id,
        or_(ShiftPattern.valid_to.is_(None), ShiftPattern.valid_to > new.valid_from),
    )
    for row in work.session.scalars(same):
        if rules.clash(as_pattern(row), as_pattern(new)):
            raise ShiftOverlapError(name=name, shift=row.name)


def end_pattern(work: Work, pattern_id: UUID, at: datetime | None = None) -> ShiftPattern:
    """End a weekly shift at ``at`` (at the earliest now); what has been worked stays as it was."""
    row = work.session.get(ShiftPattern, pattern_id)
    if row is None:
        raise NotFoundError(pattern=pattern_id)
    post = posts.lock(work, row.division_code, row.role)
    work.session.refresh(row)
    stops = max(at or work.now, work.now, row.valid_from)
    if row.valid_to is not None and row.valid_to <= stops:
        raise AlreadyOverError
    row.valid_to = stops
    posts.note(work, "duty.pattern_ended", post, role=row.role, pattern=row.id, at=stops)
    return row


def add_override(
    work: Work,
    division_code: str,
    role: str,
    *,
    kind: str,
    staff_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    reason: str = "",
    replaces_id: UUID | None = None,
) -> RosterOverride:
    """Change the roster once: ``add`` or ``remove`` somebody, or let ``staff_id`` ``replace`` ``replaces_id``.

    A start in the past begins now, because who was on duty is history.
    """
    post = posts.lock(work, division_code, role)
    window = _open_window(work, starts_at, ends_at)
    _check_people(work, post, kind, staff_id, replaces_id)
    if kind == "add":
        _refuse_needless(work, post, staff_id, window)
    else:
        _refuse_conflict(work, post, replaces_id or staff_id, window)
    return posts.write_override(work, post, kind, staff_id, window, reason, replaces_id)


def _open_window(work: Work, starts_at: datetime, ends_at: datetime) -> Interval:
    if ends_at <= starts_at:
        raise BadInputError(field="结束时间", why="应晚于开始时间")
    if ends_at <= work.now:
        raise AlreadyOverError
    window = Interval(max(starts_at, work.now), ends_at)
    if window.ends - window.starts > rules.LONGEST_OVERRIDE:
        raise OverrideTooLongError(days=rules.LONGEST_OVERRIDE.days)
    return window


def _check_people(work: Work, post: Post, kind: str, staff_id: UUID, replaces_id: UUID | None) -> None:
    if kind not in ("add", "remove", "replace"):
        raise BadInputError(field="变动", why="只能是加班、请假或顶班")
    if (kind == "replace") != (replaces_id is not None):
        raise BadInputError(field="被顶班的人", why="顶班要选一个人，其他变动不用选")
    if staff_id == replaces_id:
        raise BadInputError(field="顶班的人", why="不能是同一个人")
    if kind == "remove":
        posts.person(work, staff_id)
    else:
        posts.qualified(work, post, staff_id)


def _refuse_needless(work: Work, post: Post, staff_id: UUID, window: Interval) -> None:
    plan = load(work, post.division_code, post.role, window)
    if rules.covers(staff_id, rules.spans(plan.patterns, plan.overrides, window), window):
        raise AlreadyOnDutyError(name=plan.names[staff_id])


def _refuse_conflict(work: Work, post: Post, leaving: UUID, window: Interval) -> None:
    name = posts.person(work, leaving).name
    for row in override_rows(work, post.division_code, window, post.role):
        if row.cancelled_at is None and row.kind != "add" and (row.replaces_id or row.staff_id) == leaving:
            raise OverrideConflictError(name=name)
    plan = load(work, post.division_code, post.role, window)
    if not any(span.person == leaving for span in rules.spans(plan.patterns, plan.overrides, window)):
        raise NoDutyThenError(name=name)


def find_override(work: Work, override_id: UUID) -> RosterOverride:
    row = work.session.get(RosterOverride, override_id)
    if row is None:
        raise NotFoundError(override=override_id)
    return row


def cancel_override(work: Work, override_id: UUID) -> RosterOverride:
    """Take an override back from now on; the part already worked stays true."""
    row = find_override(work, override_id)
    live = update(RosterOverride).where(
        RosterOverride.id == override_id, RosterOverride.cancelled_at.is_(None), RosterOverride.ends_at > work.now
    )
    post = posts.lock(work, row.division_code, row.role)
    if work.execute_dml(live.values(cancelled_at=work.now)) == 0:
        raise AlreadyOverError
    work.session.refresh(row)
    posts.note(work, "duty.override_cancelled", post, role=row.role, override=row.id)
    return row


def take_over_now(
    work: Work,
    division_code: str,
    role: str,
    *,
    instead_of: UUID | None = None,
    until: datetime | None = None,
    reason: str = "",
) -> RosterOverride:
    """The acting member of staff takes the shift this moment, beside the others or ``instead_of`` one of them.

    Without ``until``: to the end of that person's duty, or to the next change of the roster.
    """
    plan = load(work, division_code, role, Interval(work.now, work.now + rules.UNTIL_AHEAD))
    present = {span.person: span.ends for span in rules.on_duty(plan.patterns, plan.overrides, work.now)}
    change = rules.next_change(plan.patterns, plan.overrides, work.now)
    return add_override(
        work,
        division_code,
        role,
        kind="replace" if instead_of else "add",
        staff_id=posts.me(work),
        starts_at=work.now,
        ends_at=until or (present.get(instead_of, change) if instead_of else change),
        reason=reason,
        replaces_id=instead_of,
    )
