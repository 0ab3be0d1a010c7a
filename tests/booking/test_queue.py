"""The queue: numbers, calling, three calls, coming back; thirty at once on both databases."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.booking import desk, queue, queue_screen, service
from backend.booking.desk_errors import CallAgainError, NobodyWaitingError, TicketStateError, WindowBusyError
from backend.booking.desk_rules import TICKET, after_absence, label
from backend.booking.models import Booking, Office, QueueTicket, Slot
from backend.core.clock import ManualClock
from backend.core.db import Work, unit_of_work
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from tests.conftest import WorkFactory
from tests.support.offices import MATTER, OfficeWorld, booked, build_office, somebody
from tests.support.world import build

pytestmark = pytest.mark.both_databases

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, nine in Shanghai
AT_ONCE = 30
PATIENCE_S = 120.0


@pytest.fixture
def place(work: WorkFactory, clock: ManualClock) -> OfficeWorld:
    """The office at nine on Monday, with 30 windows to call from."""
    with work() as w:
        build(w)
        found = build_office(w, windows=AT_ONCE)
    clock.advance((NINE - clock.now()).total_seconds())
    return found


def office(w: Work) -> Office:
    return w.session.scalars(select(Office)).one()


def number(w: Work, tick: str | None = None, holder: str | None = None) -> QueueTicket:
    return desk.take_number(w, office(w), MATTER, holder=holder, tick=tick)


def call(w: Work, place: OfficeWorld, window: int = 0) -> QueueTicket:
    return queue.call_next(w, queue.window(w, office(w), place.windows[window]))


def at_once(app: APIFlask, act: Callable[[int], Any]) -> list[Any]:
    """What each of thirty threads got from ``act(number)``; errors count as answers."""
    gate = threading.Barrier(AT_ONCE)
    answers: list[Any] = [None] * AT_ONCE

    def run(position: int) -> None:
        with app.app_context():
            gate.wait(PATIENCE_S)
            try:
                answers[position] = act(position)
            except Exception as error:  # noqa: BLE001 - what was refused is the answer
                answers[position] = type(error)

    threads = [threading.Thread(target=run, args=(position,)) for position in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    return answers


# -- numbers


@pytest.mark.parametrize(
    ("position", "given", "expected"), [(0, 1, "A001"), (1, 12, "B012"), (8, 999, "J999"), (23, 1000, "A1000")]
)
def test_a_number_reads_as_a_letter_and_three_digits(position: int, given: int, expected: str) -> None:
    assert label(position, given) == expected


def test_every_pool_has_its_letter_and_every_day_begins_again(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    with work() as w:
        consult = [number(w).label for _ in range(2)]
        wedding = desk.take_number(w, office(w), "marriage_registration").label
    clock.advance(86_400)
    with work() as w:
        assert (consult, wedding, number(w).label) == (["A001", "A002"], "B001", "A001")


def test_thirty_people_at_once_get_thirty_numbers(app: APIFlask, place: OfficeWorld) -> None:
    def take(_position: int) -> str:
        with unit_of_work() as w:
            return number(w).label

    assert sorted(at_once(app, take)) == [f"A{n:03d}" for n in range(1, AT_ONCE + 1)]


def test_thirty_scans_of_one_appointment_give_one_number(
    app: APIFlask, work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    clock.advance(-3600)
    with work() as w:
        booking_id = booked(w, NINE, somebody()).id
    clock.advance(3600)

    def scan(_position: int) -> str:
        with unit_of_work() as w:
            return desk.check_in_at_desk(w, w.session.get_one(Booking, booking_id)).label

    assert set(at_once(app, scan)) == {"A001"}
    with work() as w:
        assert len(w.session.scalars(select(QueueTicket)).all()) == 1


# -- calling


def test_thirty_windows_at_once_call_thirty_different_numbers(
    app: APIFlask, work: WorkFactory, place: OfficeWorld
) -> None:
    with work() as w:
        given = {number(w).label for _ in range(AT_ONCE)}

    def next_one(position: int) -> str:
        with unit_of_work() as w:
            return call(w, place, position).label

    assert set(at_once(app, next_one)) == given


def test_two_clerks_at_one_window_call_one_number(app: APIFlask, work: WorkFactory, place: OfficeWorld) -> None:
    with work() as w:
        for _ in range(AT_ONCE):
            number(w)

    def next_one(_position: int) -> str:
        with unit_of_work() as w:
            return call(w, place).label

    answers = at_once(app, next_one)
    assert answers.count("A001") == 1
    assert answers.count(WindowBusyError) == AT_ONCE - 1


def test_priority_comes_first_then_the_booked_time_then_the_number(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    clock.advance(-1800)
    with work() as w:
        walk_in_early = number(w).label
        at_nine, at_half_past = booked(w, NINE, somebody(1)), booked(w, NINE + timedelta(minutes=30), somebody(2))
        at_nine_elder = booked(w, NINE, somebody(3, born=date(1950, 1, 1)))
        late_comer = desk.check_in_at_desk(w, at_half_past).label
        labels = [desk.check_in_at_desk(w, one).label for one in (at_nine, at_nine_elder)]
    clock.advance(1860)
    with work() as w:
        walk_in_late, pregnant = number(w).label, number(w, "pregnant").label
        order = [call(w, place, window).label for window in range(6)]
    assert order == [labels[1], pregnant, walk_in_early, labels[0], walk_in_late, late_comer]


def test_how_many_are_ahead_is_told(work: WorkFactory, place: OfficeWorld) -> None:
    with work() as w:
        first, second, elder = number(w), number(w), number(w, "elder")
        assert [queue.ahead(w, one) for one in (first, second, elder)] == [1, 2, 0]


def test_nobody_to_call_is_said(work: WorkFactory, place: OfficeWorld) -> None:
    with work() as w, pytest.raises(NobodyWaitingError):
        call(w, place)


def test_a_window_that_is_not_of_this_office_calls_nobody(work: WorkFactory, place: OfficeWorld) -> None:
    with work() as w, pytest.raises(NotFoundError):
        queue.window(w, office(w), new_id())


# -- three calls, back once, then out


@pytest.mark.parametrize(("deferrals", "expected"), [(0, "put_back"), (1, "leave")])
def test_whoever_does_not_answer_goes_back_once(deferrals: int, expected: str) -> None:
    assert after_absence(deferrals) == expected


def test_three_calls_then_back_to_the_end_and_the_second_time_out(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    with work() as w:
        first, second = number(w), number(w)
        call(w, place)
        with pytest.raises(CallAgainError):
            queue.absent(w, first)
        queue.call_again(w, first)
        with pytest.raises(CallAgainError):
            queue.absent(w, first)
        queue.call_again(w, first)
    clock.advance(60)
    with work() as w:
        one = w.session.get_one(QueueTicket, first.id)
        queue.absent(w, one)
        assert (one.state, one.window_id) == ("waiting", None)
        assert call(w, place).label == second.label
        queue.finish(w, _started(w, second.id))
        again = call(w, place)
        assert again.label == first.label
        for _ in range(2):
            queue.call_again(w, again)
        queue.absent(w, again)
        assert again.state == "left"


def _started(w: Work, ticket_id: UUID) -> QueueTicket:
    one = w.session.get_one(QueueTicket, ticket_id, populate_existing=True)
    queue.start(w, one)
    return one


def test_leaving_ends_the_appointment_without_penalty_and_frees_its_place(
    work: WorkFactory, clock: ManualClock, place: OfficeWorld
) -> None:
    with work() as w:
        booking = booked(w, NINE + timedelta(minutes=30), somebody())
        ticket = desk.check_in_at_desk(w, booking)
        queue.leave(w, ticket)
    with work() as w:
        row = w.session.get_one(Booking, booking.id)
        assert (row.state, row.cancel_reason, row.late) == ("cancelled", "left", False)
        assert [slot.taken for slot in w.session.scalars(select(Slot).where(Slot.id == UUID(row.slot_ids[0])))] == [0]
        assert booked(w, NINE + timedelta(minutes=30), somebody()).state == "booked"


def test_the_appointment_follows_its_number_to_the_end(work: WorkFactory, place: OfficeWorld) -> None:
    with work() as w:
        booking_id = booked(w, NINE + timedelta(minutes=30), somebody()).id
        desk.check_in_at_desk(w, w.session.get_one(Booking, booking_id))
        one = call(w, place)
        states = [one.state]
        for verb in (queue.start, queue.finish):
            verb(w, one)
            states.append(f"{one.state}/{w.session.get_one(Booking, booking_id, populate_existing=True).state}")
    assert states == ["called", "serving/serving", "done/done"]


def test_a_window_whose_matter_another_page_has_ended_is_free_again(work: WorkFactory, place: OfficeWorld) -> None:
    with work() as w:
        booking_id = booked(w, NINE + timedelta(minutes=30), somebody()).id
        desk.check_in_at_desk(w, w.session.get_one(Booking, booking_id))
        queue.start(w, call(w, place))
        service.finish(w, booking_id)
        number(w)
        assert call(w, place).label == "A002"


def test_a_number_does_only_what_the_table_allows(work: WorkFactory, place: OfficeWorld) -> None:
    with work() as w:
        one = number(w)
        for verb in (queue.call_again, queue.start, queue.finish):
            with pytest.raises(TicketStateError):
                verb(w, one)
    assert set(TICKET.table) == {"waiting", "called", "serving", "done", "left"}


# -- the screen


def test_the_screen_shows_numbers_windows_and_masked_names(work: WorkFactory, place: OfficeWorld) -> None:
    with work() as w:
        number(w, holder="欧阳秀英")
        for _ in range(12):
            number(w)
        call(w, place, 1)
    with work() as w:
        shown = queue_screen.screen(w, office(w))
        assert (shown.called[0].label, shown.called[0].window, shown.called[0].name) == ("A001", "2号窗口", "欧阳**")
        assert (shown.coming[0], len(shown.coming), shown.waiting) == ("A002", 8, 12)
