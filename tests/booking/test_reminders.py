"""Reminders: due and not yet sent, once, also after a day without the scheduler."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.booking import reminders, service
from backend.booking.matters import catalogue
from backend.booking.models import Booking
from backend.core.clock import ManualClock
from backend.notices.models import Notice
from scheduler import desk_jobs
from tests.conftest import WorkFactory
from tests.support.offices import OfficeWorld, booked, build_office, slot_at, somebody
from tests.support.residents import account, id_number, person
from tests.support.world import build

TUESDAY_NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # 18:00 in Shanghai, the day before
SOON = TUESDAY_NINE - timedelta(hours=2)
SECOND = timedelta(seconds=1)


@pytest.fixture
def place(work: WorkFactory) -> OfficeWorld:
    with work() as w:
        build(w)
        return build_office(w)


def make(work: WorkFactory, moment: datetime = TUESDAY_NINE) -> UUID:
    with work() as w:
        return booked(w, moment, somebody()).id


def run_at(clock: ManualClock, moment: datetime) -> None:
    clock.advance((moment - clock.now()).total_seconds())
    desk_jobs.remind()
    desk_jobs.remind()


def sent(work: WorkFactory) -> list[str]:
    with work() as w:
        found = select(Notice).where(Notice.template.in_(("booking_tomorrow", "booking_soon")))
        return [row.template for row in w.session.scalars(found.order_by(Notice.created_at))]


def test_they_are_reminded_the_evening_before_and_two_hours_before(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    make(work)
    run_at(clock, EVENING - SECOND)
    assert sent(work) == []
    run_at(clock, EVENING)
    assert sent(work) == ["booking_tomorrow"]
    run_at(clock, SOON - SECOND)
    assert sent(work) == ["booking_tomorrow"]
    run_at(clock, SOON)
    assert sent(work) == ["booking_tomorrow", "booking_soon"]
    run_at(clock, TUESDAY_NINE)
    assert sent(work) == ["booking_tomorrow", "booking_soon"]


def test_after_a_day_without_the_scheduler_only_what_still_helps_is_sent(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    make(work)
    run_at(clock, SOON + timedelta(minutes=30))
    assert sent(work) == ["booking_soon"]


def test_nothing_is_sent_once_the_visit_has_begun(work: WorkFactory, clock: ManualClock, place: OfficeWorld) -> None:
    booking = make(work)
    run_at(clock, TUESDAY_NINE)
    assert sent(work) == []
    with work() as w:
        assert w.session.get_one(Booking, booking).remind_at is None


def test_who_books_within_the_two_hours_is_not_reminded(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    clock.advance((SOON + SECOND - clock.now()).total_seconds())
    make(work)
    run_at(clock, TUESDAY_NINE - SECOND)
    assert sent(work) == []


def test_a_cancelled_visit_is_not_reminded_and_a_moved_one_at_its_new_time(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    booking = make(work)
    with work() as w:
        service.move(w, booking, slot_at(w, TUESDAY_NINE + timedelta(days=1)))
    run_at(clock, SOON)
    assert sent(work) == []
    run_at(clock, EVENING + timedelta(days=1))
    assert sent(work) == ["booking_tomorrow"]
    with work() as w:
        service.cancel(w, booking, reason="不来了")
    run_at(clock, SOON + timedelta(days=1))
    assert sent(work) == ["booking_tomorrow"]


@pytest.mark.parametrize(
    ("born", "ways"),
    [(date(1966, 11, 24), ["wechat", "sms"]), (date(1966, 11, 25), ["wechat"])],
    ids=["sixty", "fifty-nine"],
)
def test_from_sixty_on_an_sms_goes_too(
    born: date, ways: list[str], work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    with work() as w:
        me = person(w, born=born, phone="13800000009")
        account(w, me)
        party = service.Party("王秀英", "resident_id", id_number(born), None, me)
        booked(w, TUESDAY_NINE, party, by=me)
    run_at(clock, EVENING)
    with work() as w:
        notice = w.session.scalars(select(Notice).where(Notice.template == "booking_tomorrow")).one()
        assert notice.ways == ways
        assert "明天" in notice.title
        assert len(notice.short) <= 70
        assert "请带：本人身份证" in notice.body


def test_what_to_bring_is_said_for_every_matter_and_never_a_forbidden_paper() -> None:
    for matter in catalogue():
        words = reminders.bring(matter)
        assert 0 < len(words) <= reminders.LONGEST_LIST
        assert "户口" not in words
        assert "现场填写" not in words
