"""Figures of an office by day: booked, absent, waiting time. Reads only, without anybody's name."""

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import case, func, select

from backend.booking.models import Booking, Office, QueueTicket
from backend.booking.rules import day_of
from backend.core.db import Work


@dataclass(frozen=True, slots=True)
class DayFigures:
    """``booked``: appointments that were not cancelled; ``waited_min``: median from the number to the first call."""

    day: date
    booked: int
    missed: int
    walked_in: int
    waited_min: int | None


def by_day(work: Work, office: Office, days: int) -> list[DayFigures]:
    """The last ``days`` days up to today, also those on which nothing was."""
    last = day_of(work.now)
    first = last - timedelta(days=days - 1)
    booked = _booked(work, office, first, last)
    waited = _waited(work, office, first, last)
    span = (first + timedelta(days=number) for number in range(days))
    return [_of_day(day, booked.get(day, (0, 0)), waited.get(day, [])) for day in span]


def _of_day(day: date, booked: tuple[int, int], tickets: list[tuple[bool, float | None]]) -> DayFigures:
    waits = [seconds for _walk_in, seconds in tickets if seconds is not None]
    walked_in = sum(walk_in for walk_in, _seconds in tickets)
    return DayFigures(day, *booked, walked_in, round(median(waits) / 60) if waits else None)


def _booked(work: Work, office: Office, first: date, last: date) -> dict[date, tuple[int, int]]:
    missed = func.sum(case((Booking.state == "no_show", 1), else_=0))
    rows = work.session.execute(
        select(Booking.day, func.count(), missed)
        .where(Booking.office_id == office.id, Booking.day.between(first, last), Booking.state != "cancelled")
        .group_by(Booking.day)
    )
    return {day: (count, int(absent or 0)) for day, count, absent in rows}


def _waited(work: Work, office: Office, first: date, last: date) -> dict[date, list[tuple[bool, float | None]]]:
    """For each number: whether without appointment, and the seconds until it was served (from the booked time on)."""
    rows = work.session.execute(
        select(QueueTicket.day, QueueTicket.booking_id, QueueTicket.created_at, QueueTicket.queued_at,
               QueueTicket.served_at)
        .where(QueueTicket.office_id == office.id, QueueTicket.day.between(first, last))
    )  # fmt: skip
    found: dict[date, list[tuple[bool, float | None]]] = {}
    for day, booking_id, created_at, queued_at, served_at in rows:
        since = max(created_at, min(queued_at, served_at or queued_at))
        waited = max(0.0, (served_at - since).total_seconds()) if served_at else None
        found.setdefault(day, []).append((booking_id is None, waited))
    return found
