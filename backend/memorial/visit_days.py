"""清明 and other days of many visitors (R-120): opened with times and places of their own, closed when it storms.

The booking engine's days unlike the week do it all: here the cemetery's desk may, without planning every office.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from backend.booking import closures, desk_plan, places
from backend.booking import service as booking
from backend.booking.desk_errors import DayInUseError
from backend.booking.models import Booking, DayException, Office
from backend.booking.offices import terms
from backend.booking.queries import by_number
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.memorial import cemeteries
from backend.memorial.burial_models import CemeteryZone
from backend.memorial.grave_visits import MATTER, Visit, with_graves
from backend.people.service import Viewer

MOST_DAYS, MOST_PLACES, MOST_TIMES = 31, 20_000, 24
SHORTEST, LONGEST = 5, 480  # minutes of one time, as the database has it
LISTED = 100
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last day, both of them, and why: visitors read it."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class Times:
    """``count`` times of one length between two minutes of the day, each for so many people.

    ``places``: people who may book one time; ``kept``: people more who may just come.
    """

    starts: int
    ends: int
    count: int
    places: int
    kept: int


@dataclass(frozen=True, slots=True)
class VisitDay:
    """A day that is not as every week: ``kind`` is ``open`` or ``closed``; people booked, places, who must choose."""

    day: date
    kind: str
    reason: str
    taken: int
    places: int
    times: tuple[str, ...]
    displaced: int


def gate(work: Work, viewer: Viewer, code: str, office_code: str, action: str = cemeteries.HANDLE) -> Office:
    """An office at which visitors of this cemetery book. Raises ``NotFoundError``, ``NotAllowedError``."""
    here = cemeteries.find(work, viewer, code, action)
    found = [one for one in gates(work, here.id) if one.code == office_code]
    if not found:
        raise NotFoundError(office=office_code)
    return found[0]


def gates(work: Work, cemetery_id: UUID) -> Sequence[Office]:
    """The offices of a cemetery's zones, each once, by name."""
    mine = select(CemeteryZone.office_code).where(CemeteryZone.cemetery_id == cemetery_id)
    return work.session.scalars(select(Office).where(Office.code.in_(mine)).order_by(Office.name)).all()


# -- changing


def open_days(work: Work, office: Office, days: Days, times: Times) -> int:
    """Open every day of a range with these times, instead of those the day had; how many days.

    Whoever calls has come through ``gate``. Raises ``BadInputError``; also for a time already booked that the new ones
    leave out: nobody loses a place because more are opened.
    """
    pool = terms(work, office.code, MATTER).pool
    hours = _hours(times)
    wanted = list(_range(days))
    for day in wanted:
        desk_plan.open_day(work, office, pool, day, days.reason, [hours])
        work.session.flush()
        _keep_booked(work, office, pool, day)
    desk_plan.publish_now(work, office)
    return len(wanted)


def _hours(times: Times) -> dict[str, int]:
    if not 0 <= times.starts < times.ends <= desk_plan.DAY_MINUTES:
        raise BadInputError(field="时间", why="结束时间要晚于开始时间")
    if not 1 <= times.count <= MOST_TIMES:
        raise BadInputError(field="分几个时段", why=f"应在 1 到 {MOST_TIMES} 之间")
    minutes = (times.ends - times.starts) // times.count
    if not SHORTEST <= minutes <= LONGEST:
        raise BadInputError(field="分几个时段", why=f"每个时段应在 {SHORTEST} 到 {LONGEST} 分钟之间")
    if not 1 <= times.places <= MOST_PLACES or not 0 <= times.kept <= MOST_PLACES:
        raise BadInputError(field="人数", why=f"应在 1 到 {MOST_PLACES} 之间")
    return {
        "starts": times.starts, "ends": times.starts + minutes * times.count, "slot_minutes": minutes, "windows": 1,
        "per_window": times.places + times.kept, "on_site": times.kept,
    }  # fmt: skip


def _range(days: Days) -> Iterator[date]:
    count = (days.last - days.first).days + 1
    if not 1 <= count <= MOST_DAYS:
        raise BadInputError(field="日期", why=f"最后一天不能早于第一天，一次最多 {MOST_DAYS} 天")
    return (days.first + ahead * DAY for ahead in range(count))


def _keep_booked(work: Work, office: Office, pool: str, day: date) -> None:
    kept = {slot.starts_at for slot in desk_plan.preview(work, office, pool, day)}
    seats = places.seats_of_day(work, office.id, pool, day)
    if any(seat.taken + seat.on_site_taken and seat.starts_at not in kept for seat in seats):
        raise BadInputError(field="时间", why=f"{day.month}月{day.day}日已有人预约，新时段要包括原来的开始时间")


def close_days(work: Work, office: Office, days: Days) -> int:
    """Nobody can book these days any more; how many were open. After the commit call ``closures.displace_now``.

    Whoever calls has come through ``gate``. Raises ``DayInUseError`` where all are closed already, ``BadInputError``.
    """
    pool = terms(work, office.code, MATTER).pool
    shut = {one.day for one in closures.closed_days(work, office) if one.pool == pool}
    wanted = [day for day in _range(days) if day not in shut]
    if not wanted:
        raise DayInUseError(day=days.first.isoformat())
    for day in wanted:
        closures.close_day(work, office, pool, day, days.reason)
    return len(wanted)


def reopen(work: Work, office: Office, day: date, reason: str) -> int:
    """The day is held after all; how many have their old time again. Raises ``DayInUseError``, ``BadInputError``."""
    restored = closures.reopen(work, office, terms(work, office.code, MATTER).pool, day, reason)
    desk_plan.publish_now(work, office)
    return restored


def choose(work: Work, staff: Viewer, office: Office, number: str, slot_id: UUID) -> Booking:
    """Another time for somebody who comes or calls, by staff. Raises ``NotFoundError`` and as ``booking.move``."""
    found = booking.find(work, by_number(work, number).id, staff=staff)
    if found.matter != MATTER or found.office_id != office.id:
        raise NotFoundError(booking=number)
    return booking.move(work, found.id, slot_id, staff=staff)


# -- looking


def ahead(work: Work, office: Office, today: date) -> list[VisitDay]:
    """The days unlike the week, from today on."""
    pool = terms(work, office.code, MATTER).pool
    rows = work.session.scalars(
        select(DayException)
        .where(DayException.office_id == office.id, DayException.pool == pool, DayException.day >= today)
        .order_by(DayException.day)
        .limit(LISTED)
    ).all()
    waiting = {one.day: one.displaced for one in closures.closed_days(work, office) if one.pool == pool}
    return [_day(work, office, row, waiting.get(row.day, 0)) for row in rows]


def _day(work: Work, office: Office, row: DayException, displaced: int) -> VisitDay:
    planned = desk_plan.preview(work, office, row.pool, row.day)
    seats = places.seats_of_day(work, office.id, row.pool, row.day)
    return VisitDay(
        row.day, row.kind, row.reason, sum(one.taken + one.on_site_taken for one in seats),
        sum(one.capacity + one.on_site for one in planned),
        tuple(f"{local(one.starts_at):%H:%M}–{local(one.ends_at):%H:%M}" for one in planned), displaced,
    )  # fmt: skip


def to_choose(work: Work, office: Office) -> list[Visit]:
    """Who was booked on a closed day and has not chosen another time, the oldest first."""
    rows = work.session.scalars(
        select(Booking)
        .where(Booking.office_id == office.id, Booking.matter == MATTER, Booking.state == "displaced")
        .order_by(Booking.day, Booking.number)
        .limit(LISTED)
    ).all()
    return with_graves(work, rows)
