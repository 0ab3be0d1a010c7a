"""Checking in by the poster and at the counter; who did not come, and who is believed that they did."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from backend.booking import desk, desk_finding, noshow, queue, service
from backend.booking.desk_errors import OtherDayError, TooEarlyError, TooLateError, WrongQrError
from backend.booking.desk_rules import check_in_verdict, priority_of, queued_at
from backend.booking.errors import BookingSettledError
from backend.booking.models import Booking, BookingBan, BookingParty, Office, OfficeMatter, QueueTicket
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.notices.models import Notice
from backend.ratings.models import RatingInvitation
from scheduler import desk_jobs
from tests.conftest import WorkFactory
from tests.support.offices import CODE, OfficeWorld, booked, build_office, somebody
from tests.support.residents import person
from tests.support.world import COUNTY, HOME_PATH, World, build

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, nine in Shanghai
HALF = timedelta(minutes=30)
SECOND = timedelta(seconds=1)


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return build(w)


@pytest.fixture
def place(county: World, work: WorkFactory) -> OfficeWorld:
    with work() as w:
        return build_office(w)


def poster(w: Work) -> str:
    return desk_finding.poster_text(w.session.scalars(select(Office)).one())


def make(work: WorkFactory, moment: datetime = NINE, serial: int = 1) -> UUID:
    with work() as w:
        return booked(w, moment, somebody(serial)).id


def go_to(clock: ManualClock, moment: datetime) -> None:
    clock.advance((moment - clock.now()).total_seconds())


def scan(work: WorkFactory, booking_id: UUID) -> str:
    with work() as w:
        return desk.check_in_by_code(w, w.session.get_one(Booking, booking_id), poster(w)).label


def state(work: WorkFactory, booking_id: UUID) -> str:
    with work() as w:
        return w.session.get_one(Booking, booking_id).state


# -- rules


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NINE - timedelta(hours=1) - SECOND, "early"),
        (NINE - timedelta(hours=1), "open"),
        (NINE + HALF - SECOND, "open"),
        (NINE + HALF, "late"),
    ],
)
def test_checking_in_is_open_from_an_hour_before_until_the_end_of_the_slot(at: datetime, expected: str) -> None:
    assert check_in_verdict(at, NINE, NINE + HALF) == expected


@pytest.mark.parametrize(
    ("ages", "tick", "expected"),
    [
        ([69, 30], None, (5, None)),
        ([70, 30], None, (1, "elder")),
        ([71], None, (1, "elder")),
        ([None], None, (5, None)),
        ([30], "pregnant", (1, "pregnant")),
        ([30], "vip", (5, None)),
    ],
)
def test_seventy_years_or_a_tick_of_the_clerk_come_first(
    ages: list[int | None], tick: str | None, expected: tuple[int, str | None]
) -> None:
    assert priority_of(ages, tick) == expected


def test_whoever_is_punctual_stands_at_their_own_time_and_the_late_at_the_end() -> None:
    assert queued_at(NINE - HALF, NINE, NINE + HALF) == NINE
    assert queued_at(NINE + HALF - SECOND, NINE, NINE + HALF) == NINE
    assert queued_at(NINE + HALF, NINE, NINE + HALF) == NINE + HALF
    assert queued_at(NINE, None, None) == NINE


# -- the poster


def test_the_code_in_the_hall_gives_a_number_and_both_partners_get_the_same(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    booking = make(work)
    go_to(clock, NINE - HALF)
    assert scan(work, booking) == "A001"
    assert scan(work, booking) == "A001"
    assert state(work, booking) == "checked_in"
    with work() as w:
        assert w.session.scalar(select(func.count()).select_from(QueueTicket)) == 1


def test_a_code_of_another_office_or_a_made_up_one_opens_nothing(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    booking = make(work)
    go_to(clock, NINE)
    with work() as w:
        row = w.session.get_one(Booking, booking)
        for wrong in ("", "shouwang:checkin:HY01:", poster(w).replace("HY01", "HY02"), poster(w)[:-1]):
            with pytest.raises(WrongQrError):
                desk.check_in_by_code(w, row, wrong)
    assert state(work, booking) == "booked"


def test_a_renewed_poster_closes_the_old_one(work: WorkFactory, clock: ManualClock, place: OfficeWorld) -> None:
    booking = make(work)
    go_to(clock, NINE)
    with work() as w:
        old = poster(w)
        desk_finding.renew_poster(w, w.session.get_one(Office, place.office))
    with work() as w, pytest.raises(WrongQrError):
        desk.check_in_by_code(w, w.session.get_one(Booking, booking), old)


@pytest.mark.parametrize(
    ("away", "error"), [(-timedelta(hours=1) - SECOND, TooEarlyError), (HALF, TooLateError)], ids=["early", "late"]
)
def test_by_oneself_one_checks_in_only_in_time(
    away: timedelta, error: type[Exception], work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    booking = make(work)
    go_to(clock, NINE + away)
    with pytest.raises(error):
        scan(work, booking)
    assert state(work, booking) == "booked"


def test_the_clerk_decides_about_the_late_but_only_on_the_day(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    booking = make(work)
    with work() as w, pytest.raises(OtherDayError):
        desk.check_in_at_desk(w, w.session.get_one(Booking, booking))
    go_to(clock, NINE + timedelta(hours=2))
    with work() as w:
        ticket = desk.check_in_at_desk(w, w.session.get_one(Booking, booking), "disabled")
        assert (ticket.label, ticket.priority, ticket.priority_why) == ("A001", 1, "disabled")
        assert ticket.queued_at == w.now


def test_a_made_up_reason_for_priority_is_refused(work: WorkFactory, clock: ManualClock, place: OfficeWorld) -> None:
    booking = make(work)
    go_to(clock, NINE)
    with work() as w, pytest.raises(BadInputError):
        desk.check_in_at_desk(w, w.session.get_one(Booking, booking), "friend")


def test_a_cancelled_appointment_cannot_be_checked_in(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    booking = make(work)
    with work() as w:
        service.cancel(w, booking, reason="不来了")
    go_to(clock, NINE)
    with pytest.raises(BookingSettledError):
        scan(work, booking)


# -- what a clerk finds


def test_the_days_list_is_searched_by_number_name_and_the_end_of_the_id_number(
    work: WorkFactory, place: OfficeWorld
) -> None:
    first, second = make(work, serial=1), make(work, NINE + HALF, serial=2)
    with work() as w:
        office, day = w.session.get_one(Office, place.office), date(2026, 11, 23)
        rows = {row.id: row for row in desk_finding.of_day(w, office, day)}
        assert list(rows) == [first, second]
        for words in (rows[second].number, rows[second].number.lower().replace("-", " "), "王小2",
                      rows[second].parties[0].id_number[-4:]):  # fmt: skip
            assert [row.id for row in desk_finding.of_day(w, office, day, words)] == [second]
        assert desk_finding.of_day(w, office, day, "李") == []
        assert desk_finding.of_day(w, office, date(2026, 11, 24)) == []


def test_an_office_is_seen_only_by_those_who_work_there(work: WorkFactory, county: World, place: OfficeWorld) -> None:
    with work() as w:
        officer = county.viewer("officer", "officer", f"{COUNTY}/")
        assert desk_finding.place(w, officer, CODE).code == CODE
        assert [one.code for one in desk_finding.places(w, officer)] == [CODE]
        with pytest.raises(NotAllowedError):
            desk_finding.place(w, county.viewer("duty", "duty", f"{COUNTY}/"), CODE)
        with pytest.raises(NotFoundError):
            desk_finding.place(w, county.viewer("officer", "officer", HOME_PATH), CODE)


# -- who did not come


def missed(work: WorkFactory, clock: ManualClock, moment: datetime) -> int:
    go_to(clock, moment)
    return desk_jobs.end_missed()


@pytest.mark.parametrize(
    ("after", "expected"),
    [(HALF + timedelta(minutes=30) - SECOND, "booked"), (HALF + timedelta(minutes=30), "no_show")],
    ids=["grace", "over"],
)
def test_nobody_is_absent_before_the_slot_and_half_an_hour_are_over(
    after: timedelta, expected: str, work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    booking = make(work)
    missed(work, clock, NINE + after)
    assert state(work, booking) == expected


def test_the_absent_are_told_kindly_once_and_may_book_again(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    booking = make(work)
    assert missed(work, clock, NINE + timedelta(days=3)) == 1  # the scheduler was away for days
    assert desk_jobs.end_missed() == 0
    with work() as w:
        told = w.session.scalars(select(Notice).where(Notice.template == "booking_missed")).all()
        assert len(told) == 1
        assert "没有等到您" in told[0].short
        assert "02345678900" in told[0].short
        assert w.session.scalars(select(BookingParty.live).where(BookingParty.booking_id == booking)).all() == [False]


def test_who_has_checked_in_is_never_absent(work: WorkFactory, clock: ManualClock, place: OfficeWorld) -> None:
    booking = make(work)
    go_to(clock, NINE)
    scan(work, booking)
    missed(work, clock, NINE + timedelta(hours=5))
    assert state(work, booking) == "checked_in"


def test_another_domain_may_know_that_they_came(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = make(work)
    known: list[Callable[[Work, UUID], bool]] = []
    monkeypatch.setattr(noshow, "_CAME", known)
    noshow.tells_who_came(lambda _w, one: one == booking)
    missed(work, clock, NINE + timedelta(hours=5))
    assert state(work, booking) == "done"


def test_a_ban_follows_in_the_same_moment_and_ends_when_the_clerk_undoes_the_absence(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    with work() as w:
        for row in w.session.scalars(select(OfficeMatter)):
            row.penalty = "zhongshan"
    first = make(work)
    missed(work, clock, NINE + timedelta(hours=5))
    second = make(work, NINE + timedelta(days=1))
    missed(work, clock, NINE + timedelta(days=1, hours=2))
    with work() as w:
        ban = w.session.scalars(select(BookingBan)).one()
        assert ban.lifted_at is None
        with pytest.raises(BadInputError):
            noshow.undo(w, w.session.get_one(Booking, second), "  ")
    with work() as w:
        ticket = noshow.undo(w, w.session.get_one(Booking, second), "监控显示九点已到")
        assert ticket is not None
        assert ticket.label == "A001"
    with work() as w:
        assert w.session.scalars(select(BookingBan)).one().lifted_at is not None
        assert w.session.scalar(select(AuditEntry.action).where(AuditEntry.action.like("%no_show%"))) is not None
    assert (state(work, first), state(work, second)) == ("no_show", "checked_in")


def test_an_absence_of_an_earlier_day_is_undone_without_a_number(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    booking = make(work)
    missed(work, clock, NINE + timedelta(days=1))
    with work() as w:
        assert noshow.undo(w, w.session.get_one(Booking, booking), "登记簿上有签字") is None
    assert state(work, booking) == "done"
    with work() as w, pytest.raises(BookingSettledError):
        noshow.undo(w, w.session.get_one(Booking, booking), "再来一次")


def test_numbers_nobody_ended_end_overnight(work: WorkFactory, clock: ManualClock, place: OfficeWorld) -> None:
    answered_nothing, never_called = make(work, serial=1), make(work, NINE + HALF, serial=2)
    go_to(clock, NINE)
    scan(work, answered_nothing)
    with work() as w:
        queue.call_next(w, queue.window(w, w.session.get_one(Office, place.office), place.windows[0]))
    scan(work, never_called)
    assert desk_jobs.end_queues() == 0
    go_to(clock, NINE + timedelta(days=1))
    assert desk_jobs.end_queues() == 2
    assert desk_jobs.end_queues() == 0
    assert (state(work, answered_nothing), state(work, never_called)) == ("cancelled", "done")


# -- what follows when it is done


def test_a_finished_consultation_is_rated_by_those_the_house_knows(work: WorkFactory, place: OfficeWorld) -> None:
    with work() as w:
        known = person(w, "王小一", serial=1)
        booking = booked(w, NINE, replace(somebody(1), person_id=known), somebody(2)).id
        service.finish(w, booking)
    with work() as w:
        found = w.session.scalars(select(RatingInvitation)).one()
        assert (found.person_id, found.subject_id, found.title) == (known, str(booking), "社会救助咨询")
        assert (found.office_id, found.division_path) == (place.office, f"{COUNTY}/")


def test_a_cancelled_consultation_is_rated_by_nobody(work: WorkFactory, place: OfficeWorld) -> None:
    with work() as w:
        known = person(w, "王小一", serial=1)
        booking = booked(w, NINE, replace(somebody(1), person_id=known), by=known).id
        service.cancel(w, booking, by=known, reason="不来了")
        assert w.session.scalars(select(RatingInvitation)).all() == []
