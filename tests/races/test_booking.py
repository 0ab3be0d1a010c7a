"""Thirty thumbs at once, on both databases: no place twice, nobody twice, nothing lost, no deadlock."""

from collections import Counter
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select, update

from backend.booking import planning, service, waiting
from backend.booking.errors import (
    AlreadyBookedError,
    AlreadyWaitingError,
    BookingSettledError,
    OfferGoneError,
    QuotaFullError,
    SlotFullError,
)
from backend.booking.models import Booking, DayQuota, OfficeMatter, Slot, WaitEntry
from backend.core import calendar_store
from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from tests.conftest import WorkFactory
from tests.support.at_once import at_once
from tests.support.bookings import (
    MARRIAGE,
    MONDAY,
    POOL,
    REGISTRY,
    REISSUE,
    Registry,
    assert_counts_are_true,
    book,
    build,
    couple,
    party,
    person,
    taken,
)

pytestmark = pytest.mark.both_databases

AT_ONCE = 30


@pytest.fixture
def registry(work: WorkFactory) -> Registry:
    with work() as w:
        return build(w)


@pytest.fixture
def slots(registry: Registry, work: WorkFactory) -> list[UUID]:
    with work() as w:
        return registry.slots(w)


def widen(work: WorkFactory, slot_ids: list[UUID], capacity: int) -> None:
    with work() as w:
        w.session.execute(update(Slot).where(Slot.id.in_(slot_ids)).values(capacity=capacity))


def live(state: str = "booked") -> int:
    with reading() as w:
        return int(w.session.scalar(select(func.count()).select_from(Booking).where(Booking.state == state)) or 0)


def booked_by(number: int, slot_id: UUID, matter: str = MARRIAGE) -> str:
    with unit_of_work() as w:
        return book(w, slot_id, number, matter).state


def test_thirty_couples_want_the_last_seven_places(app: APIFlask, work: WorkFactory, slots: list[UUID]) -> None:
    widen(work, slots[:1], 7)
    answers = Counter(at_once(app, AT_ONCE, lambda number: booked_by(number, slots[0])))
    assert answers == {"booked": 7, SlotFullError: 23}
    assert (taken(slots[0]), live()) == (7, 7)
    assert_counts_are_true()


def test_a_couple_books_from_many_phones_in_either_order_and_has_one_booking(
    app: APIFlask, work: WorkFactory, slots: list[UUID]
) -> None:
    widen(work, slots, AT_ONCE)

    def tap(number: int) -> str:
        pair = couple(0) if number % 2 else couple(0)[::-1]
        with unit_of_work() as w:
            return book(w, slots[number % 6], parties=pair).state

    assert Counter(at_once(app, AT_ONCE, tap)) == {"booked": 1, AlreadyBookedError: AT_ONCE - 1}
    assert sum(taken(slot) for slot in slots) == 1
    assert_counts_are_true()


def test_one_person_named_with_thirty_partners_is_booked_once(
    app: APIFlask, work: WorkFactory, slots: list[UUID]
) -> None:
    widen(work, slots, AT_ONCE)

    def tap(number: int) -> str:
        with unit_of_work() as w:
            return book(w, slots[number % 6], parties=[party(1), party(number + 2)]).state

    assert Counter(at_once(app, AT_ONCE, tap)) == {"booked": 1, AlreadyBookedError: AT_ONCE - 1}
    assert_counts_are_true()


def test_a_quota_of_nine_is_nine_over_all_slots(app: APIFlask, work: WorkFactory, slots: list[UUID]) -> None:
    widen(work, slots, AT_ONCE)
    with work() as w:
        w.session.execute(update(OfficeMatter).where(OfficeMatter.matter == MARRIAGE).values(quota=9))
    answers = Counter(at_once(app, AT_ONCE, lambda number: booked_by(number, slots[number % 6])))
    assert answers == {"booked": 9, QuotaFullError: 21}
    with work() as w:
        assert w.session.scalar(select(DayQuota.taken)) == 9
    assert_counts_are_true()


def test_matters_of_one_and_two_units_fill_a_day_without_deadlock(
    app: APIFlask, work: WorkFactory, slots: list[UUID]
) -> None:
    widen(work, slots, 3)

    def tap(number: int) -> str:
        matter = REISSUE if number % 2 else MARRIAGE
        return booked_by(number, slots[number % 5], matter)

    answers = Counter(at_once(app, AT_ONCE, tap))
    assert set(answers) <= {"booked", SlotFullError}
    assert answers["booked"] >= 9
    assert_counts_are_true()


def test_cancelling_thirty_times_frees_one_place(app: APIFlask, work: WorkFactory, slots: list[UUID]) -> None:
    widen(work, slots[:1], 2)
    with work() as w:
        first = book(w, slots[0], 0).id
        book(w, slots[0], 1)

    def cancel(number: int) -> str:
        with unit_of_work() as w:
            return service.cancel(w, first, reason="").state

    assert Counter(at_once(app, AT_ONCE, cancel)) == {"cancelled": 1, BookingSettledError: AT_ONCE - 1}
    assert taken(slots[0]) == 1
    assert_counts_are_true()


def test_a_freed_place_goes_to_the_list_and_to_nobody_who_taps_at_that_moment(
    app: APIFlask, work: WorkFactory, slots: list[UUID]
) -> None:
    with work() as w:
        held = [book(w, slot, number).id for number, slot in enumerate(slots)]
        for number in range(40, 46):
            waiting.join(
                w, office_code=REGISTRY, matter=MARRIAGE, day=MONDAY, parties=couple(number),
                by=person(w, number * 2 + 1),
            )  # fmt: skip

    def act(number: int) -> str:
        if number >= 6:
            return booked_by(50 + number, slots[number % 6])
        with unit_of_work() as w:
            return service.cancel(w, held[number], reason="").state

    answers = Counter(at_once(app, AT_ONCE, act))
    assert answers == {"cancelled": 6, SlotFullError: 24}
    with work() as w:
        offered = w.session.scalars(select(WaitEntry.offered_slot_ids).where(WaitEntry.state == "offered")).all()
    assert sorted(one[0] for one in offered) == sorted(str(slot) for slot in slots)
    assert_counts_are_true()


def test_moves_in_opposite_directions_end_without_deadlock(app: APIFlask, work: WorkFactory, slots: list[UUID]) -> None:
    widen(work, slots[:2], AT_ONCE)
    with work() as w:
        made = [book(w, slots[number % 2], number).id for number in range(AT_ONCE)]

    def swap(number: int) -> str:
        with unit_of_work() as w:
            return service.move(w, made[number], slots[1 - number % 2]).state

    assert Counter(at_once(app, AT_ONCE, swap)) == {"booked": AT_ONCE}
    assert (taken(slots[0]), taken(slots[1])) == (15, 15)
    assert_counts_are_true()


def test_the_last_place_is_moved_into_by_one_from_many_sides(
    app: APIFlask, work: WorkFactory, slots: list[UUID]
) -> None:
    widen(work, slots[1:], 6)
    with work() as w:
        made = [book(w, slots[1 + number % 5], number).id for number in range(AT_ONCE)]

    def move(number: int) -> str:
        with unit_of_work() as w:
            return service.move(w, made[number], slots[0]).state

    assert Counter(at_once(app, AT_ONCE, move)) == {"booked": 1, SlotFullError: AT_ONCE - 1}
    assert (taken(slots[0]), live()) == (1, AT_ONCE)
    assert_counts_are_true()


def test_moving_and_cancelling_one_booking_at_once_leaves_one_truth(
    app: APIFlask, work: WorkFactory, slots: list[UUID]
) -> None:
    with work() as w:
        made = book(w, slots[0], 0).id

    def act(number: int) -> str:
        with unit_of_work() as w:
            if number == 0:
                return service.cancel(w, made, reason="").state
            return service.move(w, made, slots[number % 6]).state

    answers = at_once(app, AT_ONCE, act)
    assert answers[0] == "cancelled"
    assert set(answers) <= {"cancelled", "booked", BookingSettledError}
    assert sum(taken(slot) for slot in slots) == 0
    assert_counts_are_true()


def test_one_person_joins_a_list_once(app: APIFlask, work: WorkFactory, slots: list[UUID]) -> None:
    with work() as w:
        for number, slot in enumerate(slots):
            book(w, slot, number)
        me = person(w, 81)

    def join(number: int) -> str:
        with unit_of_work() as w:
            entry = waiting.join(w, office_code=REGISTRY, matter=MARRIAGE, day=MONDAY, parties=couple(40), by=me)
            return entry.state

    assert Counter(at_once(app, AT_ONCE, join)) == {"waiting": 1, AlreadyWaitingError: AT_ONCE - 1}


def test_an_offer_is_taken_or_runs_out_but_never_both(
    app: APIFlask, work: WorkFactory, slots: list[UUID], clock: ManualClock
) -> None:
    """Half take, at a moment just before the end; half are the job, whose clock is past it."""
    with work() as w:
        held = book(w, slots[0], 0).id
        for number, slot in enumerate(slots[1:], 1):
            book(w, slot, number)
        me = person(w, 81)
        entry = waiting.join(w, office_code=REGISTRY, matter=MARRIAGE, day=MONDAY, parties=couple(40), by=me).id
    with work() as w:
        service.cancel(w, held, reason="")

    def act(number: int) -> str:
        if number % 2:
            clock.advance(2 * 7200)  # whoever looks from now on finds it past its time
            return f"expired {waiting.expire_offers()}"
        with unit_of_work() as w:
            return waiting.take(w, entry, by=me).state

    answers = Counter(at_once(app, AT_ONCE, act))
    assert answers["booked"] + answers["expired 1"] == 1
    assert set(answers) <= {"booked", "expired 0", "expired 1", OfferGoneError}
    with work() as w:
        state = w.session.get_one(WaitEntry, entry).state
    assert state == ("taken" if answers["booked"] else "expired")
    assert taken(slots[0]) == answers["booked"]
    assert_counts_are_true()


def test_an_offer_is_taken_once_by_many_taps_and_leaves(app: APIFlask, work: WorkFactory, slots: list[UUID]) -> None:
    with work() as w:
        made = [book(w, slot, number).id for number, slot in enumerate(slots)]
        me = person(w, 81)
        entry = waiting.join(w, office_code=REGISTRY, matter=MARRIAGE, day=MONDAY, parties=couple(40), by=me).id
    with work() as w:
        service.cancel(w, made[0], reason="")

    def act(number: int) -> str:
        with unit_of_work() as w:
            if number % 3 == 0:
                return waiting.leave(w, entry, by=me).state
            return waiting.take(w, entry, by=me).state

    answers = Counter(at_once(app, AT_ONCE, act))
    assert answers["booked"] + answers["left"] == 1
    assert taken(slots[0]) == answers["booked"]
    assert_counts_are_true()


def test_two_schedulers_publish_the_same_slots_once(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        registry = build(w, publish=False)

    def publish(number: int) -> int:
        with unit_of_work() as w:
            return planning.publish(w, calendar_store.current(w), MONDAY)

    answers = at_once(app, 8, publish)
    with work() as w:
        days = w.session.scalar(select(func.count(func.distinct(Slot.day))))
        rows = w.session.execute(select(Slot.pool, func.count()).group_by(Slot.pool)).one()
        assert len(registry.slots(w)) == 6
    assert (rows[0], rows[1]) == (POOL, 6 * int(days or 0))
    assert sum(answers) == rows[1]


def test_a_smaller_plan_at_the_moment_of_the_last_booking_is_never_below_it(
    app: APIFlask, work: WorkFactory, slots: list[UUID]
) -> None:
    """The plan has one window: publishing lowers twenty places to one, or to what is taken by then."""
    widen(work, slots[:1], 20)

    def act(number: int) -> str:
        if number % 10 == 0:
            with unit_of_work() as w:
                return f"published {min(1, planning.publish(w, calendar_store.current(w), MONDAY))}"
        return booked_by(number, slots[0])

    answers = Counter(at_once(app, AT_ONCE, act))
    with reading() as w:
        capacity = w.session.scalar(select(Slot.capacity).where(Slot.id == slots[0]))
    assert answers["booked"] == taken(slots[0]) <= int(capacity or 0)
    assert set(answers) <= {"booked", SlotFullError, "published 0", "published 1"}
    assert_counts_are_true()


def test_numbers_of_thirty_bookings_are_thirty(app: APIFlask, work: WorkFactory, slots: list[UUID]) -> None:
    widen(work, slots, AT_ONCE)
    at_once(app, AT_ONCE, lambda number: booked_by(number, slots[number % 6]))
    with work() as w:
        numbers = w.session.scalars(select(Booking.number)).all()
    assert len(set(numbers)) == AT_ONCE
