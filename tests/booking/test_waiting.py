"""The waiting list: joining, the timed offer in the freeing transaction, taking, leaving, running out."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from backend.booking import service, waiting
from backend.booking.errors import (
    AlreadyBookedError,
    AlreadyWaitingError,
    BookingSettledError,
    CutOffError,
    NotOpenYetError,
    NotYourselfError,
    NoWaitingListError,
    OfferGoneError,
    PlacesLeftError,
    SlotClosedError,
    SlotFullError,
)
from backend.booking.matters import catalogue
from backend.booking.models import Booking, OfficeMatter, Slot, WaitEntry
from backend.booking.offices import terms
from backend.core.clock import ManualClock
from backend.core.errors import NotFoundError
from backend.residents.models import InboxItem
from scheduler import booking_jobs
from tests.conftest import START, WorkFactory
from tests.support.bookings import (
    MARRIAGE,
    MONDAY,
    REGISTRY,
    REISSUE,
    Registry,
    add_matter,
    assert_counts_are_true,
    book,
    couple,
    expect_refusal,
    moment,
    person,
    taken,
)

pytestmark = pytest.mark.both_databases

TWO_HOURS = 7200


def join(w: Any, number: int, by: UUID, matter: str = MARRIAGE, day: date = MONDAY) -> WaitEntry:
    people = couple(number) if matter == MARRIAGE else couple(number)[:1]
    return waiting.join(w, office_code=REGISTRY, matter=matter, day=day, parties=people, by=by)


@pytest.fixture
def full(work: WorkFactory, registry: Registry) -> list[Booking]:
    """Monday is booked out: couple n sits in slot n."""
    with work() as w:
        return [book(w, slot, number) for number, slot in enumerate(registry.slots(w))]


@pytest.fixture
def waiters(work: WorkFactory, full: list[Booking]) -> list[tuple[UUID, UUID]]:
    """Two who wait for Monday, first come first: their entry and their person."""
    found = []
    for number in (20, 21):
        with work() as w:
            by = person(w, number * 2 + 1)
            found.append((join(w, number, by).id, by))
    return found


def entry(work: WorkFactory, entry_id: UUID) -> WaitEntry:
    with work() as w:
        return w.session.get_one(WaitEntry, entry_id)


def states(work: WorkFactory, waiters: list[tuple[UUID, UUID]]) -> list[str]:
    return [entry(work, one).state for one, _ in waiters]


def test_those_who_join_hear_their_position(work: WorkFactory, waiters: list[tuple[UUID, UUID]]) -> None:
    with work() as w:
        assert [waiting.entries_of(w, by)[0].position for _, by in waiters] == [1, 2]


def test_there_is_no_waiting_for_a_day_with_places(work: WorkFactory, registry: Registry, full: list[Booking]) -> None:
    with work() as w:
        me = person(w, 41)
        service.cancel(w, full[3].id, reason="")
    expect_refusal(work, PlacesLeftError, lambda w: join(w, 20, me))


def test_who_is_refused_on_the_list(
    work: WorkFactory, registry: Registry, waiters: list[tuple[UUID, UUID]], full: list[Booking], clock: ManualClock
) -> None:
    with work() as w:
        booked, fresh = person(w, 1), person(w, 61)
    expect_refusal(work, AlreadyWaitingError, lambda w: join(w, 20, waiters[0][1]))
    expect_refusal(work, AlreadyBookedError, lambda w: join(w, 0, booked))
    expect_refusal(work, NotYourselfError, lambda w: join(w, 31, fresh))
    expect_refusal(work, NotOpenYetError, lambda w: join(w, 30, fresh, day=date(2026, 12, 23)))
    expect_refusal(work, NoWaitingListError, lambda w: join(w, 30, fresh, day=date(2026, 11, 29)))
    clock.advance((moment(MONDAY, 17) - START).total_seconds())
    expect_refusal(work, CutOffError, lambda w: join(w, 30, fresh))


def test_a_matter_may_have_no_list(work: WorkFactory, full: list[Booking]) -> None:
    with work() as w:
        w.session.execute(update(OfficeMatter).values(waiting_list=False))
        me = person(w, 41)
    expect_refusal(work, NoWaitingListError, lambda w: join(w, 20, me))


def test_what_can_become_unlawful_or_asks_for_more_than_its_people_has_no_list(
    work: WorkFactory, registry: Registry
) -> None:
    without = {code for code, matter in catalogue().items() if not matter.waiting_list}
    assert {"divorce_certificate", "divorce_withdrawal", "family_counselling"} <= without
    with work() as w:
        add_matter(w, registry, "divorce_withdrawal")
        me = person(w, 41)
        assert not terms(w, REGISTRY, "divorce_withdrawal").waiting_list
    expect_refusal(work, NoWaitingListError, lambda w: join(w, 20, me, matter="divorce_withdrawal"))


def test_a_freed_place_is_held_for_the_first_in_the_same_transaction(
    work: WorkFactory, registry: Registry, waiters: list[tuple[UUID, UUID]], full: list[Booking]
) -> None:
    with work() as w:
        service.cancel(w, full[2].id, reason="")
    first = entry(work, waiters[0][0])
    assert states(work, waiters) == ["offered", "waiting"]
    assert (first.offered_until, taken(UUID(full[2].slot_ids[0]))) == (START + timedelta(hours=2), 1)
    expect_refusal(work, SlotFullError, lambda w: book(w, UUID(full[2].slot_ids[0]), 40))
    with work() as w:
        told = w.session.scalars(select(InboxItem).where(InboxItem.template == "wait_offer")).one()
    assert told.person_id == waiters[0][1]
    assert "11月23日10:00" in told.body
    assert_counts_are_true()


def test_taking_turns_the_held_place_into_a_booking_once(
    work: WorkFactory, waiters: list[tuple[UUID, UUID]], full: list[Booking]
) -> None:
    entry_id, by = waiters[0]
    with work() as w:
        service.cancel(w, full[2].id, reason="")
    with work() as w:
        made = waiting.take(w, entry_id, by=by)
    assert (made.slot_ids, made.booked_by, made.state) == (full[2].slot_ids, by, "booked")
    assert entry(work, entry_id).booking_id == made.id
    expect_refusal(work, OfferGoneError, lambda w: waiting.take(w, entry_id, by=by))
    expect_refusal(work, NotFoundError, lambda w: waiting.take(w, entry_id, by=waiters[1][1]))
    expect_refusal(work, OfferGoneError, lambda w: waiting.leave(w, entry_id, by=by))
    assert_counts_are_true()


@pytest.mark.parametrize(("seconds", "fine"), [(-1, True), (0, False), (1, False)])
def test_an_offer_can_be_taken_until_its_second(
    work: WorkFactory,
    waiters: list[tuple[UUID, UUID]],
    full: list[Booking],
    clock: ManualClock,
    seconds: int,
    fine: bool,
) -> None:
    with work() as w:
        service.cancel(w, full[2].id, reason="")
    clock.advance(TWO_HOURS + seconds)
    if fine:
        with work() as w:
            assert waiting.take(w, waiters[0][0], by=waiters[0][1]).state == "booked"
    else:
        expect_refusal(work, OfferGoneError, lambda w: waiting.take(w, waiters[0][0], by=waiters[0][1]))


@pytest.mark.parametrize(("seconds", "found"), [(-1, ["offered", "waiting"]), (0, ["expired", "offered"])])
def test_an_offer_that_runs_out_goes_to_the_next_and_the_place_is_never_free(
    work: WorkFactory,
    waiters: list[tuple[UUID, UUID]],
    full: list[Booking],
    clock: ManualClock,
    seconds: int,
    found: list[str],
) -> None:
    with work() as w:
        service.cancel(w, full[2].id, reason="")
    clock.advance(TWO_HOURS + seconds)
    assert booking_jobs.expire_offers() == (0 if seconds < 0 else 1)
    assert booking_jobs.expire_offers() == 0
    assert states(work, waiters) == found
    assert taken(UUID(full[2].slot_ids[0])) == 1
    assert_counts_are_true()


def test_after_the_last_offer_ran_out_the_place_is_free_again(
    work: WorkFactory, waiters: list[tuple[UUID, UUID]], full: list[Booking], clock: ManualClock
) -> None:
    with work() as w:
        service.cancel(w, full[2].id, reason="")
    for _ in waiters:
        clock.advance(TWO_HOURS)
        booking_jobs.expire_offers()
    assert states(work, waiters) == ["expired", "expired"]
    assert taken(UUID(full[2].slot_ids[0])) == 0
    with work() as w:
        assert book(w, UUID(full[2].slot_ids[0]), 40).state == "booked"
    assert_counts_are_true()


def test_leaving_the_list_and_declining_an_offer(
    work: WorkFactory, waiters: list[tuple[UUID, UUID]], full: list[Booking]
) -> None:
    with work() as w:
        service.cancel(w, full[2].id, reason="")
    with work() as w:
        waiting.leave(w, waiters[0][0], by=waiters[0][1])
    assert states(work, waiters) == ["left", "offered"]
    with work() as w:
        waiting.leave(w, waiters[1][0], by=waiters[1][1])
    assert states(work, waiters) == ["left", "left"]
    assert taken(UUID(full[2].slot_ids[0])) == 0
    assert_counts_are_true()


def test_a_moved_booking_gives_its_old_place_to_the_list(
    work: WorkFactory, registry: Registry, waiters: list[tuple[UUID, UUID]], full: list[Booking]
) -> None:
    with work() as w:
        service.move(w, full[2].id, registry.slots(w, date(2026, 11, 25))[0])
    assert states(work, waiters) == ["offered", "waiting"]
    assert_counts_are_true()


def test_a_matter_of_two_units_waits_until_two_neighbours_are_free(work: WorkFactory, full: list[Booking]) -> None:
    with work() as w:
        by = person(w, 41)
        entry_id = join(w, 20, by, REISSUE).id
        other = person(w, 43)
        second = join(w, 21, other).id
    with work() as w:
        service.cancel(w, full[2].id, reason="")  # one place: of no use to the first, so it goes to the second
    assert (entry(work, entry_id).state, entry(work, second).state) == ("waiting", "offered")
    with work() as w:
        service.cancel(w, full[4].id, reason="")
        service.cancel(w, full[5].id, reason="")
    assert entry(work, entry_id).offered_slot_ids == [full[4].slot_ids[0], full[5].slot_ids[0]]
    assert_counts_are_true()


def test_a_full_quota_of_one_matter_leaves_the_place_to_the_next_of_another(
    work: WorkFactory, registry: Registry, full: list[Booking]
) -> None:
    with work() as w:
        first, second = person(w, 41), person(w, 43)
        wedding = join(w, 20, first).id
        proof = join(w, 21, second, "no_record_proof").id
        w.session.execute(update(OfficeMatter).where(OfficeMatter.matter == MARRIAGE).values(quota=0))
        service.cancel(w, full[0].id, reason="")
    assert (entry(work, wedding).state, entry(work, proof).state) == ("waiting", "offered")
    assert_counts_are_true()


def test_a_quota_goes_with_the_offer_and_comes_back_with_its_end(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        w.session.execute(update(OfficeMatter).where(OfficeMatter.matter == MARRIAGE).values(quota=1))
        made = book(w, registry.slots(w)[0], 0)
        by = person(w, 41)
        entry_id = join(w, 20, by).id
        service.cancel(w, made.id, reason="")
    assert entry(work, entry_id).counted_quota
    assert_counts_are_true()
    with work() as w:
        waiting.leave(w, entry_id, by=by)
        assert book(w, registry.slots(w)[0], 1).counted_quota
    assert_counts_are_true()


def test_the_sweep_offers_what_became_free_by_a_larger_plan_and_is_harmless_twice(
    work: WorkFactory, registry: Registry, waiters: list[tuple[UUID, UUID]]
) -> None:
    with work() as w:
        w.session.execute(update(Slot).where(Slot.id == registry.slots(w)[0]).values(capacity=2))
    assert booking_jobs.sweep_waiting() == 1
    assert booking_jobs.sweep_waiting() == 0
    assert states(work, waiters) == ["offered", "waiting"]
    assert_counts_are_true()


@pytest.mark.parametrize(("seconds", "found"), [(-1, "waiting"), (0, "expired"), (1, "expired")])
def test_waiting_ends_with_booking_of_the_day_and_is_said(
    work: WorkFactory, waiters: list[tuple[UUID, UUID]], clock: ManualClock, seconds: int, found: str
) -> None:
    clock.advance((moment(MONDAY, 17) - START).total_seconds() + seconds)
    booking_jobs.sweep_waiting()
    assert states(work, waiters) == [found, found]
    with work() as w:
        told = w.session.scalars(select(InboxItem.template).where(InboxItem.template == "wait_over")).all()
    assert len(told) == (2 if found == "expired" else 0)


def test_an_offer_never_outlives_the_beginning_of_its_time(
    work: WorkFactory, waiters: list[tuple[UUID, UUID]], full: list[Booking], clock: ManualClock
) -> None:
    clock.advance((moment(MONDAY, 9, 45) - START).total_seconds())
    with work() as w:
        service.cancel(w, full[2].id, reason="", staff=None)
    assert entry(work, waiters[0][0]).offered_until == moment(MONDAY, 10)


def test_an_offered_time_that_the_office_closed_is_not_booked(
    work: WorkFactory, waiters: list[tuple[UUID, UUID]], full: list[Booking]
) -> None:
    with work() as w:
        service.cancel(w, full[2].id, reason="")
        w.session.execute(update(Slot).values(closed=True))
    expect_refusal(work, SlotClosedError, lambda w: waiting.take(w, waiters[0][0], by=waiters[0][1]))
    assert states(work, waiters)[0] == "offered"


def test_cancelling_twice_offers_one_place(
    work: WorkFactory, waiters: list[tuple[UUID, UUID]], full: list[Booking]
) -> None:
    with work() as w:
        service.cancel(w, full[2].id, reason="")
    expect_refusal(work, BookingSettledError, lambda w: service.cancel(w, full[2].id, reason=""))
    assert states(work, waiters) == ["offered", "waiting"]
