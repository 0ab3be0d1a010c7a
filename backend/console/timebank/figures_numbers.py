"""What is counted of volunteers and the time bank: twelve months, by township and by kind of help."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.sql.elements import SQLColumnExpression

from backend.assistance.profiles import months_later
from backend.core.clock import local, midnight
from backend.core.db import Work
from backend.people.models import Division
from backend.people.service import Viewer
from backend.timebank.models import TimeAccount
from backend.timebank.order_models import HelpOrder, OrderHelper
from backend.volunteers.activity_models import Activity, ActivityPlace, ServiceRecord
from backend.volunteers.models import Volunteer

VIEW = "volunteer.view"
MONTHS = 12
SOURCES = {"activity": "活动", "order": "上门帮忙", "import": "导入", "desk": "补录"}
DONE, LOST = ("confirmed",), ("expired", "cancelled")
HELD = {"personal": "个人", "pending": "待确认", "household": "家庭", "pool": "公益池", "escrow": "点单预留"}


@dataclass(frozen=True, slots=True)
class Township:
    """One line of the table: ``minutes`` and ``served`` (people) of the twelve months."""

    name: str
    volunteers: int
    served: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """``served``: minutes by month and source; ``orders``: by kind: done, lost, open; ``accepted``: median minutes
    until somebody accepted, None without any; ``held``: minutes by kind of account; ``stars``: 1–5 → orders.
    """

    months: Sequence[date]
    served: Mapping[str, Sequence[int]]
    townships: Sequence[Township]
    orders: Mapping[str, tuple[int, int, int]]
    accepted: float | None
    held: Mapping[str, int]
    stars: Mapping[int, int]
    came: int
    absent: int
    activities: int

    @property
    def minutes(self) -> int:
        return sum(map(sum, self.served.values()))

    @property
    def volunteers(self) -> int:
        return sum(one.volunteers for one in self.townships)


def numbers(work: Work, viewer: Viewer) -> Numbers:
    """Everything the viewer's part of the county did in the last twelve months; balances are the whole county's."""
    today = local(work.now).date()
    months = [months_later(today, count) for count in range(1 - MONTHS, 1)]
    since = midnight(months[0])
    came, absent = _attendance(work, viewer, since)
    return Numbers(
        months, _served(work, viewer, months), _townships(work, viewer, since), _orders(work, viewer, since),
        _accepted(work, viewer, since), _held(work), _stars(work, viewer, since), came, absent,
        _activities(work, viewer, since),
    )  # fmt: skip


def _served(work: Work, viewer: Viewer, months: Sequence[date]) -> dict[str, list[int]]:
    """One look at the records: a sum for each month, so that nothing depends on how a database cuts a moment."""
    sums = [
        func.sum(case((_within(ServiceRecord.started_at, month), ServiceRecord.minutes), else_=0)) for month in months
    ]
    found = (
        select(ServiceRecord.source, *sums)
        .where(_recorded(viewer), ServiceRecord.started_at >= midnight(months[0]))
        .group_by(ServiceRecord.source)
    )
    return {SOURCES[row[0]]: [int(one) for one in row[1:]] for row in work.session.execute(found)}


def _within(column: SQLColumnExpression[datetime], month: date) -> ColumnElement[bool]:
    return and_(column >= midnight(month), column < midnight(months_later(month, 1)))


def _recorded(viewer: Viewer) -> ColumnElement[bool]:
    return and_(ServiceRecord.state == "recorded", viewer.sees(ServiceRecord.division_path, VIEW))


def _townships(work: Work, viewer: Viewer, since: datetime) -> list[Township]:
    """By where a volunteer is registered; a village's volunteers belong to its township."""
    served = (
        select(ServiceRecord.volunteer_id, func.sum(ServiceRecord.minutes).label("minutes"))
        .where(ServiceRecord.state == "recorded", ServiceRecord.started_at >= since)
        .group_by(ServiceRecord.volunteer_id)
        .subquery()
    )
    each = (
        select(
            Volunteer.division_path, func.count(), func.count(served.c.minutes),
            func.coalesce(func.sum(served.c.minutes), 0),
        )
        .outerjoin(served, served.c.volunteer_id == Volunteer.id)
        .where(Volunteer.state == "active", viewer.sees(Volunteer.division_path, VIEW))
        .group_by(Volunteer.division_path)
    )  # fmt: skip
    towns = work.session.execute(select(Division.path, Division.name).where(Division.level == "town")).all()
    return _by_town(work.session.execute(each).all(), towns)


def _by_town(each: Sequence[tuple[str, int, int, int]], towns: Sequence[tuple[str, str]]) -> list[Township]:
    sums: dict[str, Counter[str]] = {}
    for path, people, served, minutes in each:
        name = next((name for town, name in towns if path.startswith(town)), "县直")
        sums.setdefault(name, Counter()).update(volunteers=people, served=served, minutes=int(minutes))
    lines = [Township(name, one["volunteers"], one["served"], one["minutes"]) for name, one in sums.items()]
    return sorted(lines, key=lambda one: (-one.minutes, one.name))


def _orders(work: Work, viewer: Viewer, since: datetime) -> dict[str, tuple[int, int, int]]:
    found = (
        select(HelpOrder.kind, HelpOrder.state, func.count())
        .where(viewer.sees(HelpOrder.division_path, VIEW), HelpOrder.created_at >= since)
        .group_by(HelpOrder.kind, HelpOrder.state)
    )
    sums: dict[str, Counter[str]] = {}
    for kind, state, count in work.session.execute(found):
        where = "done" if state in DONE else "lost" if state in LOST else "open"
        sums.setdefault(kind, Counter())[where] += count
    return {kind: (one["done"], one["lost"], one["open"]) for kind, one in sums.items()}


def _accepted(work: Work, viewer: Viewer, since: datetime) -> float | None:
    first = (
        select(HelpOrder.created_at, func.min(OrderHelper.accepted_at))
        .join(OrderHelper, OrderHelper.order_id == HelpOrder.id)
        .where(viewer.sees(HelpOrder.division_path, VIEW), HelpOrder.created_at >= since)
        .where(OrderHelper.accepted_at.is_not(None))
        .group_by(HelpOrder.id, HelpOrder.created_at)
    )
    waits = [(taken - asked).total_seconds() / 60 for asked, taken in work.session.execute(first) if taken]
    return median(waits) if waits else None


def _held(work: Work) -> dict[str, int]:
    sums: Any = (
        select(TimeAccount.kind, func.sum(TimeAccount.balance))
        .where(TimeAccount.kind.in_(HELD))
        .group_by(TimeAccount.kind)
    )
    found = dict(work.session.execute(sums).all())
    return {word: int(found.get(kind, 0)) for kind, word in HELD.items()}


def _stars(work: Work, viewer: Viewer, since: datetime) -> dict[int, int]:
    found = (
        select(HelpOrder.stars, func.count())
        .where(viewer.sees(HelpOrder.division_path, VIEW), HelpOrder.stars.is_not(None))
        .where(HelpOrder.created_at >= since)
        .group_by(HelpOrder.stars)
    )
    counts = {stars: count for stars, count in work.session.execute(found)}  # noqa: C416 - dict() does not know a Row
    return {stars: counts.get(stars, 0) for stars in range(5, 0, -1)}


def _attendance(work: Work, viewer: Viewer, since: datetime) -> tuple[int, int]:
    """How many came to activities, and how many had signed up and did not."""
    found = (
        select(ActivityPlace.state, func.count(ActivityPlace.id))
        .join(Activity, Activity.id == ActivityPlace.activity_id)
        .where(viewer.sees(Activity.division_path, VIEW), Activity.starts_at >= since)
        .group_by(ActivityPlace.state)
    )
    counts: Counter[str] = Counter()
    for state, count in work.session.execute(found):
        counts[state] += count
    return counts["confirmed"] + counts["left"] + counts["present"], counts["absent"]


def _activities(work: Work, viewer: Viewer, since: datetime) -> int:
    held = select(func.count(Activity.id)).where(
        viewer.sees(Activity.division_path, VIEW), Activity.state == "ended", Activity.starts_at >= since
    )
    return int(work.session.scalar(held) or 0)


def hours(minutes: int) -> str:
    """Hours and minutes in words: ``12小时30分``."""
    whole, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else ""
    return sign + (f"{whole}小时{rest}分" if whole and rest else f"{whole}小时" if whole else f"{rest}分钟")
