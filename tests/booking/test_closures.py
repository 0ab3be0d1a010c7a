"""A day closed after people have booked it: nobody is forgotten, nobody is punished."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.booking import closures, service, verifying, waiting
from backend.booking.desk_errors import DayInUseError
from backend.booking.errors import NotOpenYetError, SlotClosedError
from backend.booking.models import Booking, DayException, Office, OfficeMatter, Slot, WaitEntry
from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.notices.models import Notice
from scheduler import desk_jobs
from tests.conftest import WorkFactory
from tests.support.offices import CODE, MATTER, POOL, OfficeWorld, booked, build_office, slot_at, somebody
from tests.support.residents import id_number, person
from tests.support.world import build

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, nine in Shanghai
MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)


@pytest.fixture
def place(work: WorkFactory) -> OfficeWorld:
    with work() as w:
        build(w)
        return build_office(w)


def office(w: Work) -> Office:
    return w.session.scalars(select(Office)).one()


def close(work: WorkFactory, day: date = MONDAY, reason: str = "停电") -> None:
    with work() as w:
        closures.close_day(w, office(w), POOL, day, reason)


def make(work: WorkFactory, moment: datetime = NINE, serial: int = 1) -> UUID:
    with work() as w:
        return booked(w, moment, somebody(serial)).id


def state(work: WorkFactory, booking_id: UUID) -> str:
    with work() as w:
        return w.session.get_one(Booking, booking_id).state


def told(work: WorkFactory, template: str) -> list[Notice]:
    with work() as w:
        return list(w.session.scalars(select(Notice).where(Notice.template == template)))


def test_a_closed_day_displaces_everybody_once_with_three_times_to_choose_from(
    work: WorkFactory, place: OfficeWorld
) -> None:
    mine, other_day = make(work), make(work, NINE + DAY + timedelta(hours=1), serial=2)
    close(work)
    assert desk_jobs.displace() == 1
    assert desk_jobs.displace() == 0
    assert (state(work, mine), state(work, other_day)) == ("displaced", "booked")
    (notice,) = told(work, "booking_displaced")
    assert "停电" in notice.body
    assert "11月24日09:00、11月25日09:00、11月26日09:00" in notice.body
    assert "12月6日" in notice.body  # fourteen days
    assert notice.channel == "sms"
    with work() as w:
        assert [(one.day, one.displaced) for one in closures.closed_days(w, office(w))] == [(MONDAY, 1)]


def test_nobody_can_book_a_closed_day(work: WorkFactory, place: OfficeWorld) -> None:
    close(work)
    with work() as w, pytest.raises(SlotClosedError):
        booked(w, NINE, somebody())


def test_the_displaced_choose_again_before_booking_opens_and_past_the_quota(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    booking = make(work)
    with work() as w:
        for row in w.session.scalars(select(OfficeMatter)):
            row.opens_days, row.quota = 2, 0
    close(work)
    desk_jobs.displace()
    later = NINE + 8 * DAY
    with work() as w, pytest.raises(NotOpenYetError):
        booked(w, later, somebody(5))
    with work() as w:
        service.move(w, booking, slot_at(w, later))
    assert state(work, booking) == "booked"
    with work() as w:
        assert verifying.differences(w) == []


def test_an_emergency_today_spares_what_is_over(work: WorkFactory, clock: ManualClock, place: OfficeWorld) -> None:
    over, now, later = (
        make(work, serial=1),
        make(work, NINE + timedelta(hours=1), 2),
        make(work, NINE + timedelta(hours=2), 3),
    )
    clock.advance((NINE + timedelta(hours=1, minutes=10) - clock.now()).total_seconds())
    close(work, reason="突发停电")
    desk_jobs.displace()
    clock.advance(5 * 3600)
    desk_jobs.end_missed()
    assert (state(work, over), state(work, now), state(work, later)) == ("no_show", "displaced", "displaced")


def test_a_reopened_day_gives_the_old_time_back_to_whoever_has_not_moved(work: WorkFactory, place: OfficeWorld) -> None:
    stayed, moved = make(work, serial=1), make(work, NINE + timedelta(minutes=30), 2)
    close(work)
    desk_jobs.displace()
    with work() as w:
        service.move(w, moved, slot_at(w, NINE + DAY))
        assert closures.reopen(w, office(w), POOL, MONDAY, "来电了") == 1
    assert state(work, stayed) == "booked"
    assert len(told(work, "booking_restored")) == 1
    with work() as w:
        assert w.session.scalars(select(DayException)).all() == []
        assert booked(w, NINE + timedelta(hours=1), somebody(7)).state == "booked"
        assert verifying.differences(w) == []


def test_an_exception_with_hours_of_its_own_is_back_after_reopening(work: WorkFactory, place: OfficeWorld) -> None:
    hours = [{"starts": 540, "ends": 600, "slot_minutes": 30, "windows": 1}]
    with work() as w:
        w.session.add(
            DayException(office_id=place.office, pool=POOL, day=MONDAY, kind="open", reason="加班", hours=hours,
                         created_at=w.now, created_by="staff:1")
        )  # fmt: skip
    close(work)
    with work() as w:
        closures.reopen(w, office(w), POOL, MONDAY, "恢复")
    with work() as w:
        row = w.session.scalars(select(DayException)).one()
        assert (row.kind, row.hours) == ("open", hours)


def test_those_on_the_waiting_list_are_told_that_it_is_over(work: WorkFactory, place: OfficeWorld) -> None:
    with work() as w:
        for row in w.session.scalars(select(Slot).where(Slot.day == MONDAY)):
            row.capacity = 0
        mother = person(w, serial=8, phone="13800000008")
        party = service.Party("王秀英", "resident_id", id_number(serial=8), None, mother)
        entry = waiting.join(w, office_code=CODE, matter=MATTER, day=MONDAY, parties=[party], by=mother).id
    close(work)
    assert desk_jobs.displace() == 1
    assert desk_jobs.displace() == 0
    with work() as w:
        assert w.session.get_one(WaitEntry, entry).state == "expired"
    assert len(told(work, "wait_over")) == 1


@pytest.mark.parametrize(
    ("after", "expected"),
    [(14 * DAY - timedelta(seconds=1), "displaced"), (14 * DAY, "cancelled")],
    ids=["before", "at"],
)
def test_who_has_not_chosen_within_fourteen_days_is_cancelled_without_penalty(
    after: timedelta, expected: str, work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    booking = make(work)
    close(work)
    desk_jobs.displace()
    clock.advance(after.total_seconds())
    desk_jobs.lapse()
    assert state(work, booking) == expected
    with work() as w:
        assert w.session.get_one(Booking, booking).late is False


def test_three_days_before_the_end_they_are_reminded_once(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    make(work)
    close(work)
    desk_jobs.displace()
    clock.advance((11 * DAY).total_seconds() - 1)
    desk_jobs.remind()
    assert told(work, "booking_choose_again") == []
    clock.advance(1)
    desk_jobs.remind()
    desk_jobs.remind()
    assert len(told(work, "booking_choose_again")) == 1


def test_closing_needs_a_day_that_is_not_over_a_reason_and_a_known_pool(work: WorkFactory, place: OfficeWorld) -> None:
    with work() as w:
        for day, pool, reason, error in (
            (MONDAY - 2 * DAY, POOL, "停电", BadInputError),
            (MONDAY, POOL, " ", BadInputError),
            (MONDAY, "nothing", "停电", NotFoundError),
        ):
            with pytest.raises(error):
                closures.close_day(w, office(w), pool, day, reason)
        closures.close_day(w, office(w), POOL, MONDAY, "停电")
        with pytest.raises(DayInUseError):
            closures.close_day(w, office(w), POOL, MONDAY, "停电")
        with pytest.raises(DayInUseError):
            closures.reopen(w, office(w), POOL, MONDAY + DAY, "没关过")
