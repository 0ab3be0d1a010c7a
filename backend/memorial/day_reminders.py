"""Reminders of the days of the dead: only for those who asked, for one hall and one kind of day, until they stop.

Due and not sent: a row holds the next day and when to tell of it, and is moved on in the transaction of the telling.
After days without the scheduler the day is still told of, as a day gone by, for a week.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, select

from backend.core.clock import CHINA, local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import claim
from backend.memorial import days, halls
from backend.memorial.days import DayRule, Kind
from backend.memorial.farewell_models import DayReminder
from backend.memorial.models import Hall
from backend.residents.telling import tell_resident

PORTION = 50
PAGE = "/pages/memorial/days"
ONE_DAY = timedelta(days=1)
REMIND_AT = time(9)
DAYTIME = (time(8), time(20))


@dataclass(frozen=True, slots=True)
class DayWish:
    """What somebody wants to be told of: ``lunar`` only means something for ``death`` and ``birth``."""

    hall_id: UUID
    kind: Kind
    lunar: bool
    days_before: int


def ask(work: Work, person_id: UUID, wish: DayWish) -> DayReminder:
    """Tell this person of such days from now on; asked again it is changed.

    Raises ``NotFoundError`` for a hall they may not see, ``BadInputError`` where no such day is known.
    """
    hall = halls.find(work, wish.hall_id)
    if not halls.may_see(work, hall, person_id):
        raise NotFoundError(hall=str(wish.hall_id))
    row = {
        "id": new_id(), "person_id": person_id, "hall_id": hall.id, "kind": wish.kind, "lunar": wish.lunar,
        "days_before": wish.days_before, **_coming(work, hall, wish), "created_at": work.now,
    }  # fmt: skip
    stop(work, person_id, hall_id=hall.id, kind=wish.kind)
    insert_new(work, DayReminder, row, unique=("person_id", "hall_id", "kind"))
    return work.session.scalars(
        _mine(person_id).where(DayReminder.hall_id == hall.id, DayReminder.kind == wish.kind)
    ).one()


def _coming(work: Work, hall: Hall, wish: DayWish) -> dict[str, date | datetime]:
    """The first day that can still be told of in time; a day that has begun its notice waits for nobody."""
    day = next_of(work, hall, wish.kind, lunar=wish.lunar, after=local(work.now).date() - ONE_DAY)
    if day is None:
        raise BadInputError(field="日子", why="还不知道是哪一天，请家人先补上日期")
    return {"day": day, "remind_at": remind_at(day, wish.days_before)}


@dataclass(frozen=True, slots=True)
class KnownDay:
    """A kind of day of one hall: ``who``: of whom; ``solar``, ``lunar``: when it comes next by each calendar, one of
    them alone where custom knows one; ``wish``: what this person asked for, None if nothing.
    """

    kind: Kind
    who: str
    solar: date | None
    lunar: date | None
    wish: DayReminder | None


def of_hall(work: Work, person_id: UUID, hall: Hall) -> list[KnownDay]:
    """Every kind of day that can be told of in a hall that this person may see."""
    yesterday, wishes = local(work.now).date() - ONE_DAY, {one.kind: one for one in _wishes(work, person_id, hall)}

    def known(kind: Kind) -> KnownDay:
        lunar = next_of(work, hall, kind, lunar=True, after=yesterday) if kind not in days.BY_THE_SUN else None
        solar = next_of(work, hall, kind, lunar=False, after=yesterday) if kind not in days.BY_THE_MOON else None
        return KnownDay(kind, _who(work, hall, kind), solar, lunar, wishes.get(kind))

    return [one for one in map(known, days.KINDS) if one.solar or one.lunar]


def _wishes(work: Work, person_id: UUID, hall: Hall) -> Sequence[DayReminder]:
    return work.session.scalars(_mine(person_id).where(DayReminder.hall_id == hall.id)).all()


def _who(work: Work, hall: Hall, kind: Kind) -> str:
    """Whose day it is; a feast is everybody's."""
    if kind not in days.OWN:
        return ""
    return "、".join(one.name for one in halls.remembered(work, hall) if kind == "death" or one.born)


def next_of(work: Work, hall: Hall, kind: str, *, lunar: bool, after: date) -> date | None:
    """The first such day of anybody remembered in the hall; None if the date is not known."""
    if kind not in days.OWN:
        return days.soonest([DayRule(kind)], after + ONE_DAY)
    dead = halls.remembered(work, hall)
    known = [one.died if kind == "death" else one.born for one in dead]
    return days.soonest([DayRule(kind, since, lunar) for since in known if since is not None], after + ONE_DAY)


def _mine(person_id: UUID) -> Select[DayReminder]:
    return select(DayReminder).where(DayReminder.person_id == person_id).execution_options(populate_existing=True)


def of_person(work: Work, person_id: UUID) -> Sequence[DayReminder]:
    """What somebody asked for, the nearest day first."""
    return work.session.scalars(_mine(person_id).order_by(DayReminder.day, DayReminder.id)).all()


def stop(work: Work, person_id: UUID, *, hall_id: UUID, kind: str) -> None:
    """No more of these; nothing is kept of it."""
    mine = (DayReminder.person_id == person_id, DayReminder.hall_id == hall_id, DayReminder.kind == kind)
    work.execute_dml(delete(DayReminder).where(*mine))


# -- telling


def remind_at(day: date, days_before: int) -> datetime:
    """In the morning, so many days before."""
    return datetime.combine(day - timedelta(days=days_before), REMIND_AT, CHINA)


def is_daytime(moment: datetime) -> bool:
    """Whether people may be told something sad: not before eight, not from eight in the evening on."""
    return DAYTIME[0] <= local(moment).time() < DAYTIME[1]


def remind(work: Work) -> int:
    """Tell a portion of what is due, in the daytime; how many were looked at."""
    if not is_daytime(work.now):
        return 0
    due = select(DayReminder).where(DayReminder.remind_at <= work.now).order_by(DayReminder.remind_at, DayReminder.id)
    rows = work.session.scalars(claim(work, due.limit(PORTION))).all()
    for row in rows:
        _remind(work, row)
    return len(rows)


def _remind(work: Work, row: DayReminder) -> None:
    """Somebody who may not see the hall any more is told nothing of it, and asked for nothing again."""
    hall, today = halls.find(work, row.hall_id), local(work.now).date()
    if not halls.may_see(work, hall, row.person_id):
        work.session.delete(row)
        return
    if row.day >= today - timedelta(days=days.LATE_DAYS):
        _tell(work, row, hall, today)
    _move_on(work, row, hall, max(row.day, today))


def _tell(work: Work, row: DayReminder, hall: Hall, today: date) -> None:
    template = "memorial_day" if row.day >= today else "memorial_day_late"
    facts = {"when": days.when_zh(row.day, today), "day": row.day, "what": days.KIND_ZH[row.kind], "hall": hall.title}
    tell_resident(
        work, row.person_id, key=f"memorial_day:{row.id}:{row.day}", template=template, facts=facts, page=PAGE
    )


def _move_on(work: Work, row: DayReminder, hall: Hall, after: date) -> None:
    following = next_of(work, hall, row.kind, lunar=row.lunar, after=after)
    if following is None:  # the date was taken away meanwhile
        work.session.delete(row)
        return
    row.day, row.remind_at = following, remind_at(following, row.days_before)


def count_again(work: Work, hall: Hall) -> None:
    """The day of birth or death was put right: those who asked hear of the right day."""
    mine = select(DayReminder).where(DayReminder.hall_id == hall.id, DayReminder.kind.in_(days.OWN))
    for row in work.session.scalars(mine).all():
        _move_on(work, row, hall, local(work.now).date() - ONE_DAY)
