"""The roster of one post (division and role) read from the database, and the questions asked of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from operator import itemgetter
from uuid import UUID

from sqlalchemy import or_, select

from backend.core.db import Work
from backend.duty import rules
from backend.duty.models import DUTY_ROLES, Handover, RosterOverride, ShiftPattern
from backend.duty.rules import Interval, Override, Pattern
from backend.people.models import Division, Staff


@dataclass(frozen=True, slots=True)
class StaffOnDuty:
    """``until`` is a UTC moment; a duty longer than 48 hours reads as 48 hours."""

    staff_id: UUID
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class StaffNext:
    staff_id: UUID
    name: str
    starts: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """One unbroken duty as a roster shows it, cut at the edges of the day."""

    role: str
    staff_id: UUID
    name: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class RosterDay:
    """A local day: duties of every role, and per role the stretches without anybody."""

    day: date
    window: Interval
    duties: list[Duty]
    gaps: dict[str, list[Interval]]
    overrides: list[RosterOverride]
    names: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the rules need to know about one post, and the names to say it with."""

    patterns: list[Pattern]
    overrides: list[Override]
    names: dict[UUID, str]


def on_duty(work: Work, division_code: str, role: str, at: datetime | None = None) -> list[StaffOnDuty]:
    """Who is on duty in exactly this division; empty when nobody is.

    Whoever has opened a handover stays on duty until it is accepted, for two hours at most.
    """
    at = at or work.now
    plan = load(work, division_code, role, Interval(at, at + rules.UNTIL_AHEAD))
    return [
        StaffOnDuty(span.person, plan.names[span.person], span.ends)
        for span in rules.on_duty(plan.patterns, plan.overrides, at)
    ]


def next_on_duty(work: Work, division_code: str, role: str, at: datetime | None = None) -> list[StaffNext]:
    """Whoever is the first to come on duty after ``at``, within eight days."""
    at = at or work.now
    plan = load(work, division_code, role, Interval(at, at + rules.NEXT_AHEAD))
    return [
        StaffNext(span.person, plan.names[span.person], span.starts)
        for span in rules.next_on_duty(plan.patterns, plan.overrides, at)
    ]


def roster(work: Work, division_code: str, day: date) -> RosterDay:
    """Everything about one local day: its duties, its gaps and the overrides that touch it."""
    window = rules.day_window(day)
    duties: list[Duty] = []
    gaps: dict[str, list[Interval]] = {}
    for role in DUTY_ROLES:
        plan = load(work, division_code, role, window)
        spans = rules.spans(plan.patterns, plan.overrides, window)
        duties += [Duty(role, s.person, plan.names[s.person], s.starts, s.ends) for s in spans]
        if needed(work, division_code, role):
            gaps[role] = rules.gaps(plan.patterns, plan.overrides, window)
    overrides = [o for o in override_rows(work, division_code, window) if o.cancelled_at is None]
    return RosterDay(day, window, duties, gaps, overrides, _names(work, _people_of(overrides)))


def gaps_ahead(work: Work, division_code: str, hours: float, role: str = "duty") -> list[Interval]:
    """Where nobody is rostered in the coming hours. A waiting handover does not hide a gap."""
    window = Interval(work.now, work.now + timedelta(hours=hours))
    plan = load(work, division_code, role, window, handovers=False)
    return rules.gaps(plan.patterns, plan.overrides, window)


def needed(work: Work, division_code: str, role: str) -> bool:
    """Must this post be filled? A site always needs a carer; any other post where it has a shift that has not ended."""
    if role == "duty" and work.session.get_one(Division, division_code).level == "site":
        return True
    query = select(ShiftPattern.id).where(
        ShiftPattern.division_code == division_code,
        ShiftPattern.role == role,
        or_(ShiftPattern.valid_to.is_(None), ShiftPattern.valid_to > work.now),
    )
    return work.session.scalars(query.limit(1)).first() is not None


def load(work: Work, division_code: str, role: str, window: Interval, *, handovers: bool = True) -> Plan:
    """The plan of one post for a window; people whose account is closed leave it from now on."""
    patterns = [as_pattern(row) for row in pattern_rows(work, division_code, role, window)]
    made = [(row.created_at, as_override(row)) for row in override_rows(work, division_code, window, role)]
    if handovers:
        made += [(row.opened_at, _staying(row)) for row in _handover_rows(work, division_code, role, window)]
    overrides = [override for _, override in sorted(made, key=itemgetter(0))]
    people = {p.person for p in patterns} | {o.person for o in overrides}
    rows = work.session.execute(select(Staff.id, Staff.name, Staff.active).where(Staff.id.in_(people))).all()
    gone = {row.id for row in rows if not row.active}
    return Plan(
        [_until_now(work, p) if p.person in gone else p for p in patterns],
        [_cut(o, work.now) if o.person in gone and o.kind != "remove" else o for o in overrides],
        {row.id: row.name for row in rows},
    )


def pattern_rows(work: Work, division_code: str, role: str, window: Interval) -> Sequence[ShiftPattern]:
    query = select(ShiftPattern).where(
        ShiftPattern.division_code == division_code,
        ShiftPattern.role == role,
        ShiftPattern.valid_from < window.ends,
        or_(ShiftPattern.valid_to.is_(None), ShiftPattern.valid_to > window.starts),
    )
    return work.session.scalars(query.order_by(ShiftPattern.starts, ShiftPattern.id)).all()


def override_rows(
    work: Work, division_code: str, window: Interval, role: str | None = None
) -> Sequence[RosterOverride]:
    """Overrides that touch the window, in the order in which they were made (ids sort by creation)."""
    query = select(RosterOverride).where(
        RosterOverride.division_code == division_code,
        RosterOverride.starts_at < window.ends,
        RosterOverride.ends_at > window.starts,
        or_(RosterOverride.cancelled_at.is_(None), RosterOverride.cancelled_at > window.starts),
    )
    if role:
        query = query.where(RosterOverride.role == role)
    return work.session.scalars(query.order_by(RosterOverride.created_at, RosterOverride.id)).all()


def _handover_rows(work: Work, division_code: str, role: str, window: Interval) -> Sequence[Handover]:
    query = select(Handover).where(
        Handover.division_code == division_code,
        Handover.role == role,
        Handover.opened_at < window.ends,
        Handover.opened_at > window.starts - rules.HANDOVER_GRACE,
    )
    return work.session.scalars(query.order_by(Handover.opened_at, Handover.id)).all()


def as_pattern(row: ShiftPattern) -> Pattern:
    days = frozenset(int(day) for day in row.weekdays)
    return Pattern(row.staff_id, row.starts, row.ends, days, row.valid_from, row.valid_to)


def as_override(row: RosterOverride) -> Override:
    """As it was in force: cancelling ends it from then on and does not rewrite who was on duty before."""
    override = Override(row.kind, row.staff_id, row.starts_at, row.ends_at, row.replaces_id)
    return override if row.cancelled_at is None else _cut(override, row.cancelled_at)


def _staying(row: Handover) -> Override:
    """Whoever hands over stays until somebody accepts: the alarm chain must not fall between two people."""
    settled = row.accepted_at or row.cancelled_at
    ends = row.opened_at + rules.HANDOVER_GRACE
    return Override("add", row.from_id, row.opened_at, min(ends, settled) if settled else ends)


def _cut(override: Override, at: datetime) -> Override:
    return replace(override, ends=max(override.starts, min(override.ends, at)))


def _until_now(work: Work, pattern: Pattern) -> Pattern:
    return replace(pattern, valid_to=min(pattern.valid_to or work.now, work.now))


def _people_of(overrides: Iterable[RosterOverride]) -> set[UUID]:
    return {person for o in overrides for person in (o.staff_id, o.replaces_id) if person}


def _names(work: Work, people: set[UUID]) -> dict[UUID, str]:
    rows = work.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(people)))
    return {row.id: row.name for row in rows}
