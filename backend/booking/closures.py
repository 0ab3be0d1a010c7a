"""Closing an office's day after people have booked it, and opening it again.

In two steps, each committed by itself: first nobody can book the day any more, then everybody who had is displaced
and told. A job repeats the second for whatever a crash left over. One step would hold the slots while it waits for
bookings, against the order of locks in ``places``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from backend.booking import desk_rules
from backend.booking.desk_errors import DayInUseError
from backend.booking.desk_telling import tell_everybody
from backend.booking.errors import BookingSettledError
from backend.booking.models import Booking, DayException, Office, OfficeMatter, Slot, WaitEntry
from backend.booking.offices import terms_at
from backend.booking.places import Seat, give_back, give_back_quota, seats
from backend.booking.planning import affected, affected_days
from backend.booking.promoting import end
from backend.booking.records import change, persons_of, slots_of
from backend.booking.rules import consecutive, day_of, say, say_day
from backend.booking.telling import tell_waiting
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, NotFoundError

PORTION = 50
OFFERED = 3
STILL_WAITING = ("waiting", "offered")
LONGEST_REASON = 60


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed day of a pool; ``displaced``: how many have not chosen another time yet."""

    pool: str
    day: date
    reason: str
    displaced: int


# -- closing


def close_day(work: Work, office: Office, pool: str, day: date, reason: str) -> None:
    """Nobody can book this day any more; call ``displace`` after the commit. Today too, for what cannot wait.

    Raises ``DayInUseError`` for a day closed already, ``BadInputError`` for a past day or no reason.
    """
    why = _reason(reason)
    if day < day_of(work.now):
        raise BadInputError(field="日期", why="这一天已经过去")
    _pool(work, office, pool)
    row = _exception(work, office, pool, day)
    if row is not None and row.kind == "closed":
        raise DayInUseError(day=day.isoformat())
    if row is None:
        row = DayException(office_id=office.id, pool=pool, day=day, hours=[], created_at=work.now, created_by="")
        work.session.add(row)
    row.kind, row.reason, row.created_by = "closed", why, f"{work.actor.kind}:{work.actor.id}"
    _shut(work, office, pool, day, closed=True)
    audit.record(work, "booking.day_closed", f"office:{office.code}", pool=pool, day=day.isoformat(), why=why)


def _reason(reason: str) -> str:
    why = reason.strip()[:LONGEST_REASON]
    if not why:
        raise BadInputError(field="原因", why="请写明为什么停办，群众会看到")
    return why


def _pool(work: Work, office: Office, pool: str) -> None:
    known = select(OfficeMatter.id).where(OfficeMatter.office_id == office.id, OfficeMatter.pool == pool).limit(1)
    if work.session.scalar(known) is None:
        raise NotFoundError(pool=pool)


def _exception(work: Work, office: Office, pool: str, day: date) -> DayException | None:
    return work.session.scalars(
        select(DayException).where(
            DayException.office_id == office.id, DayException.pool == pool, DayException.day == day
        )
    ).first()


def _shut(work: Work, office: Office, pool: str, day: date, *, closed: bool) -> None:
    work.execute_dml(
        update(Slot)
        .where(Slot.office_id == office.id, Slot.pool == pool, Slot.day == day, Slot.ends_at > work.now)
        .values(closed=closed)
        .execution_options(synchronize_session=False)
    )


# -- those who had booked


def to_displace(work: Work) -> list[UUID]:
    """A portion of the appointments whose time has been closed, the nearest day first."""
    found = (booking.id for day in affected_days(work, work.now) for booking in affected(work, *day))
    return list(islice(found, PORTION))


def displace_now() -> int:
    """Displace everybody who is still booked into closed time, each in a transaction of its own; how many."""
    total = 0
    while True:
        with reading() as work:
            found = to_displace(work)
        for booking_id in found:
            with unit_of_work() as work:
                displace(work, booking_id)
        total += len(found)
        if not found:
            return total


def displace(work: Work, booking_id: UUID) -> bool:
    """Tell the people of one appointment that the day is closed, with times they could have instead.

    False if it has ended meanwhile. They may choose again without opening rule and penalty (``service.move``).
    """
    last = desk_rules.rebook_until(work.now)
    try:
        booking = change(work, booking_id, "displace", remind_at=last - desk_rules.REBOOK_REMINDER)
    except BookingSettledError:
        return False
    times = "、".join(say(seat.starts_at) for seat in alternatives(work, booking))
    tell_everybody(
        work, booking, "booking_displaced", sms=True, reason=why_closed(work, booking), until=say(last),
        options=times or "以小程序里的时间为准",
    )  # fmt: skip
    return True


def waiting(work: Work) -> Sequence[UUID]:
    """A portion of the places on waiting lists of days that have been closed."""
    return work.session.scalars(
        select(WaitEntry.id)
        .join(DayException, _same_day(WaitEntry))
        .where(DayException.kind == "closed", WaitEntry.state.in_(STILL_WAITING))
        .order_by(WaitEntry.created_at)
        .limit(PORTION)
    ).all()


def end_wait(work: Work, entry_id: UUID) -> bool:
    """There will be no place on a closed day: give back what an offer holds, and say so."""
    entry = work.session.get_one(WaitEntry, entry_id, populate_existing=True)
    if entry.state not in STILL_WAITING or not end(work, entry_id, "lapse", from_state=entry.state):
        return False
    if entry.state == "offered":
        give_back(work, [UUID(one) for one in entry.offered_slot_ids])
        if entry.counted_quota:
            give_back_quota(work, entry.office_id, entry.matter, entry.day)
    facts = {"office": terms_at(work, entry.office_id, entry.matter).office_name, "day": say_day(entry.day)}
    tell_waiting(work, entry.person_id, entry.id, "wait_over", facts)
    return True


def lapsed(work: Work) -> Sequence[UUID]:
    """A portion of those who have not chosen another time within the fourteen days."""
    return work.session.scalars(
        select(Booking.id)
        .where(Booking.state == "displaced", Booking.changed_at <= work.now - desk_rules.REBOOK_WITHIN)
        .order_by(Booking.changed_at)
        .limit(PORTION)
    ).all()


def _same_day(row: type[Booking] | type[WaitEntry]) -> ColumnElement[bool]:
    return and_(DayException.office_id == row.office_id, DayException.pool == row.pool, DayException.day == row.day)


def is_closed(work: Work, booking: Booking) -> bool:
    """Whether any of its time has been closed."""
    shut = select(Slot.id).where(Slot.id.in_(slots_of(booking)), Slot.closed).limit(1)
    return work.session.scalar(shut) is not None


def why_closed(work: Work, booking: Booking) -> str:
    """Why the day of this appointment was closed, as staff wrote it."""
    row = _exception(work, booking.office, booking.pool, booking.day)
    return row.reason if row is not None else "安排有变"


def alternatives(work: Work, booking: Booking) -> list[Seat]:
    """Up to three free times on the next days, of each the one nearest to the time of day they had. Not held."""
    units = terms_at(work, booking.office_id, booking.matter).units
    later = seats(
        work, Slot.office_id == booking.office_id, Slot.pool == booking.pool, Slot.starts_at > work.now,
        Slot.day != booking.day, ~Slot.closed,
    )  # fmt: skip
    free = [seat for position, seat in enumerate(later) if _fits(later, position, units, booking)]
    by_day: dict[date, list[Seat]] = {}
    for seat in free:
        by_day.setdefault(seat.day, []).append(seat)
    return [min(found, key=lambda seat: _apart(seat, booking)) for _day, found in sorted(by_day.items())][:OFFERED]


def _fits(later: Sequence[Seat], position: int, units: int, booking: Booking) -> bool:
    found = consecutive(later, position, units)
    day = later[position].day
    early = booking.earliest is not None and day < booking.earliest
    late = booking.latest is not None and day > booking.latest
    return found is not None and all(seat.left >= persons_of(booking) for seat in found) and not early and not late


def _apart(seat: Seat, booking: Booking) -> float:
    """Seconds between the two times of day."""
    return abs(((seat.starts_at - booking.starts_at).total_seconds() + 43_200) % 86_400 - 43_200)


# -- opening again


def reopen(work: Work, office: Office, pool: str, day: date, reason: str) -> int:
    """The day is held after all: who has not chosen another time has the old one again; how many.

    Raises ``DayInUseError`` for a day that is not closed.
    """
    why, row = _reason(reason), _exception(work, office, pool, day)
    if row is None or row.kind != "closed":
        raise DayInUseError(day=day.isoformat())
    waiting = _displaced(work, office, pool, day)
    restored = sum(_restore(work, booking_id) for booking_id in waiting)
    if row.hours:
        row.kind = "open"
    else:
        work.session.execute(delete(DayException).where(DayException.id == row.id))
    _shut(work, office, pool, day, closed=False)
    audit.record(work, "booking.day_reopened", f"office:{office.code}", pool=pool, day=day.isoformat(), why=why)
    return restored


def _displaced(work: Work, office: Office, pool: str, day: date) -> Sequence[UUID]:
    return work.session.scalars(
        select(Booking.id)
        .where(
            Booking.office_id == office.id, Booking.pool == pool, Booking.day == day, Booking.state == "displaced",
            Booking.ends_at > work.now,
        )
        .order_by(Booking.id)
    ).all()  # fmt: skip


def _restore(work: Work, booking_id: UUID) -> bool:
    try:
        booking = change(work, booking_id, "restore")
    except BookingSettledError:
        return False
    tell_everybody(work, booking, "booking_restored", sms=True)
    return True


def closed_days(work: Work, office: Office) -> list[Closed]:
    """The closed days from today on, with how many people still have to choose another time."""
    rows = work.session.execute(
        select(DayException.pool, DayException.day, DayException.reason, func.count(Booking.id))
        .outerjoin(Booking, and_(_same_day(Booking), Booking.state == "displaced"))
        .where(DayException.office_id == office.id, DayException.kind == "closed")
        .where(DayException.day >= day_of(work.now))
        .group_by(DayException.pool, DayException.day, DayException.reason)
        .order_by(DayException.day, DayException.pool)
    )
    return [Closed(*row) for row in rows]
