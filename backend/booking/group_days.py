"""A day on which many come at once for one matter (a group wedding): open hours and places of its own."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import func, select

from backend.booking import planning
from backend.booking.day_plan import PlanRow
from backend.booking.models import DayException, Office, OfficeMatter, Slot
from backend.booking.offices import terms
from backend.booking.rules import day_of
from backend.core import audit, calendar_store
from backend.core.db import Work
from backend.core.errors import BadInputError

DAY_MINUTES = 1440
MOST_PLACES = 200
FARTHEST_DAYS = 366
LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Together:
    """From which to which minute of the day, for how many bookings."""

    starts: int
    ends: int
    places: int


@dataclass(frozen=True, slots=True)
class GroupDay:
    """A day that was opened. ``slots`` is False until it has been published."""

    day: date
    title: str
    places: int
    taken: int
    slots: bool


def open_for(work: Work, office: Office, matter: str, day: date, wanted: Together, title: str) -> None:
    """Open the day for this matter alone and publish it. Raises ``BadInputError``, ``UnknownMatterError``."""
    pool = terms(work, office.code, matter).pool
    _check(work, day, wanted, title)
    _require_own_pool(work, office, pool, matter)
    if _exception(work, office, pool, day) is not None:
        raise BadInputError(field="日期", why="这一天已经有安排，请先撤销原来的安排")
    minutes = wanted.ends - wanted.starts
    row = PlanRow(0, wanted.starts, wanted.ends, minutes, wanted.places)
    fields = {name: value for name, value in asdict(row).items() if name not in ("weekday", "valid_from", "valid_to")}
    work.session.add(
        DayException(
            office_id=office.id, pool=pool, day=day, kind="open", reason=title.strip(), hours=[fields],
            created_at=work.now, created_by=f"{work.actor.kind}:{work.actor.id}",
        )
    )  # fmt: skip
    work.session.flush()
    planning.publish_office(work, calendar_store.current(work), day_of(work.now), office)
    audit.record(work, "office.plan_changed", f"office:{office.code}", what="group_day", day=day.isoformat())


def _check(work: Work, day: date, wanted: Together, title: str) -> None:
    if not 0 < (day - day_of(work.now)).days <= FARTHEST_DAYS:
        raise BadInputError(field="日期", why="请选明天以后、一年以内的日子")
    if not 0 <= wanted.starts < wanted.ends <= DAY_MINUTES:
        raise BadInputError(field="时间", why="结束时间要晚于开始时间")
    if not 1 <= wanted.places <= MOST_PLACES:
        raise BadInputError(field="名额", why=f"请填 1 到 {MOST_PLACES} 对")
    if not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise BadInputError(field="名称", why=f"请填写活动名称，最多 {LONGEST_TITLE} 个字")


def _require_own_pool(work: Work, office: Office, pool: str, matter: str) -> None:
    """Places of a shared pool would be open to the other matters too."""
    shared = select(OfficeMatter.id).where(
        OfficeMatter.office_id == office.id, OfficeMatter.pool == pool, OfficeMatter.matter != matter
    )
    if work.session.scalar(shared.limit(1)) is not None:
        raise BadInputError(field="业务组", why="这里和别的事共用名额，请先在“办事地点”里为它单独设业务组")


def _exception(work: Work, office: Office, pool: str, day: date) -> DayException | None:
    there = DayException.office_id == office.id, DayException.pool == pool, DayException.day == day
    return work.session.scalars(select(DayException).where(*there)).first()


def ahead(work: Work, office: Office, matter: str) -> list[GroupDay]:
    """The days from today on, in their order."""
    pool = terms(work, office.code, matter).pool
    opened = select(DayException).where(
        DayException.office_id == office.id, DayException.pool == pool, DayException.kind == "open",
        DayException.day >= day_of(work.now),
    )  # fmt: skip
    return [_shown(work, row) for row in work.session.scalars(opened.order_by(DayException.day))]


def _shown(work: Work, row: DayException) -> GroupDay:
    counted = select(func.sum(Slot.capacity), func.sum(Slot.taken)).where(
        Slot.office_id == row.office_id, Slot.pool == row.pool, Slot.day == row.day
    )
    capacity, taken = work.session.execute(counted).one()
    planned = sum(int(one["windows"]) for one in row.hours)
    return GroupDay(row.day, row.reason, int(capacity or planned), int(taken or 0), capacity is not None)
