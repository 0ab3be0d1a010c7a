"""Calendar files as a calendar reads them: one UID, a SEQUENCE that grows, local times, a cancellation that cancels."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from backend.booking import ics, service
from backend.booking.models import Booking
from tests.conftest import WorkFactory
from tests.support.offices import OfficeWorld, booked, build_office, slot_at, somebody
from tests.support.world import build

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def place(work: WorkFactory) -> OfficeWorld:
    with work() as w:
        build(w)
        return build_office(w)


@pytest.fixture
def booking(work: WorkFactory, place: OfficeWorld) -> UUID:
    with work() as w:
        return booked(w, NINE, somebody()).id


def read(work: WorkFactory, booking: UUID) -> tuple[str, Event]:
    with work() as w:
        found = Calendar.from_ical(ics.calendar(w.session.get_one(Booking, booking)))
    return str(found["method"]), found.walk("VEVENT")[0]


def test_a_calendar_reads_time_place_and_alarm(work: WorkFactory, booking: UUID) -> None:
    method, event = read(work, booking)
    assert method == "PUBLISH"
    assert event.decoded("dtstart") == datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    assert "示范县人民路8号" in str(event["location"])
    assert "请带" in str(event["description"])
    assert event.walk("VALARM")[0].decoded("trigger") == timedelta(hours=-2)


def test_every_line_fits_and_ends_as_the_standard_says(work: WorkFactory, booking: UUID) -> None:
    with work() as w:
        text = ics.calendar(w.session.get_one(Booking, booking))
    assert text.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in text.split(b"\r\n")) <= 75


def test_a_moved_visit_keeps_its_uid_and_counts_up(work: WorkFactory, booking: UUID) -> None:
    _, before = read(work, booking)
    with work() as w:
        service.move(w, booking, slot_at(w, NINE + timedelta(days=1)))
    _, after = read(work, booking)
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after.decoded("dtstart") - before.decoded("dtstart") == timedelta(days=1)


def test_a_cancelled_visit_is_taken_out_of_the_calendar(work: WorkFactory, booking: UUID) -> None:
    _, before = read(work, booking)
    with work() as w:
        service.cancel(w, booking, reason="不来了")
    method, after = read(work, booking)
    assert (method, str(after["status"])) == ("CANCEL", "CANCELLED")
    assert after["sequence"] > before["sequence"]
    assert after.walk("VALARM") == []


def test_a_day_of_a_year_without_a_calendar_says_that_it_may_change(work: WorkFactory, booking: UUID) -> None:
    with work() as w:
        row = w.session.get_one(Booking, booking)
        assert "放假安排未公布" not in ics.calendar(row).decode()
        row.provisional, row.day = True, row.day.replace(year=2027)
        assert "2027年放假安排未公布，日期可能调整" in str(
            Calendar.from_ical(ics.calendar(row)).walk("VEVENT")[0]["description"]
        )
        w.session.expunge(row)
