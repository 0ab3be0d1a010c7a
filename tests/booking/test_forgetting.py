"""What an appointment knows about people ends a year after its day, and not a day sooner."""

import pytest
from sqlalchemy import select

from backend.booking import forgetting, service
from backend.booking.models import Booking, BookingParty
from backend.core.clock import ManualClock
from backend.core.db import reading
from scheduler import booking_jobs
from tests.conftest import WorkFactory
from tests.support.bookings import MONDAY, Registry, book, moment, person

YEAR_ON = MONDAY.replace(year=2027)


def _made(work: WorkFactory, registry: Registry) -> Booking:
    with work() as w:
        me = person(w, 1)
        made = book(w, registry.slots(w)[0], by=me)
        service.cancel(w, made.id, by=me, reason="有事")
    return made


def _names(booking: Booking) -> set[str]:
    with reading() as w:
        return set(w.session.scalars(select(BookingParty.name).where(BookingParty.booking_id == booking.id)))


@pytest.mark.parametrize(("days", "gone"), [(-1, False), (0, True), (1, True)])
def test_names_go_when_the_year_is_over(
    work: WorkFactory, registry: Registry, clock: ManualClock, days: int, gone: bool
) -> None:
    made = _made(work, registry)
    known = _names(made)
    clock.advance((moment(YEAR_ON, 9) - clock.now()).total_seconds() + days * 86_400)
    assert (booking_jobs.forget_bookings() > 0) is gone
    assert _names(made) == ({forgetting.GONE} if gone else known)


def test_a_second_run_finds_nothing_and_the_appointment_still_counts(
    work: WorkFactory, registry: Registry, clock: ManualClock
) -> None:
    made = _made(work, registry)
    clock.advance((moment(YEAR_ON, 9) - clock.now()).total_seconds())
    assert booking_jobs.forget_bookings() > 0
    assert booking_jobs.forget_bookings() == 0
    with reading() as w:
        kept = w.session.get_one(Booking, made.id)
        assert (kept.state, kept.booked_by, kept.details) == ("cancelled", None, None)
