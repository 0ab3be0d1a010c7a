"""Booking: what is refused, and that nothing is left behind."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from backend.booking import service
from backend.booking.errors import (
    AlreadyBookedError,
    CutOffError,
    NotConsecutiveError,
    NotOpenYetError,
    NotTodayError,
    NotYourselfError,
    OutsidePeriodError,
    QuotaFullError,
    SlotClosedError,
    SlotFullError,
    SlotOverError,
    UnknownMatterError,
    WrongPartiesError,
)
from backend.booking.models import Booking, BookingEvent, BookingParty, OfficeMatter, Slot
from backend.core import numbers
from backend.core.clock import ManualClock
from backend.core.errors import BadInputError, DomainError, NotAllowedError, NotFoundError
from backend.core.ids import new_id
from tests.conftest import START, WorkFactory
from tests.support.bookings import (
    MARRIAGE,
    MONDAY,
    PROOF,
    REGISTRY,
    REISSUE,
    TUESDAY,
    Registry,
    assert_counts_are_true,
    book,
    couple,
    expect_refusal,
    moment,
    party,
    person,
    taken,
)


def test_a_booking_has_a_number_to_read_aloud_a_place_and_a_record(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slot = registry.slots(w)[0]
        made = book(w, slot, details={"witness": "无"})
    assert numbers.check(made.number)
    assert made.number.startswith("JH261122-")
    assert (made.state, made.day, made.starts_at, made.source) == ("booked", MONDAY, moment(MONDAY, 9), "online")
    assert made.remind_at == moment(date(2026, 11, 22), 18)
    assert service.details_of(made) == {"witness": "无"}
    with work() as w:
        event = w.session.scalars(select(BookingEvent)).one()
        people = w.session.scalars(select(BookingParty).order_by(BookingParty.position)).all()
    assert (event.action, event.actor, taken(slot)) == ("book", "system:system", 1)
    assert [(one.position, one.live, one.matter_group) for one in people] == [
        (1, True, "marriage"),
        (2, True, "marriage"),
    ]
    assert_counts_are_true()


@pytest.mark.parametrize("windows", [1, 2])
def test_a_slot_takes_what_fits_and_not_one_more(work: WorkFactory, registry: Registry, windows: int) -> None:
    with work() as w:
        slot = registry.slots(w)[0]
        w.session.execute(update(Slot).where(Slot.id == slot).values(capacity=windows))
        for number in range(windows):
            book(w, slot, number)
    expect_refusal(work, SlotFullError, lambda w: book(w, slot, windows))
    with work() as w:
        assert w.session.scalar(select(func.count()).select_from(Booking)) == windows
    assert_counts_are_true()


def test_either_of_a_couple_has_one_live_booking_whoever_is_named_with_whom(
    work: WorkFactory, registry: Registry
) -> None:
    with work() as w:
        slots = registry.slots(w)
        first = book(w, slots[0], parties=[party(1), party(2)])
    for parties in ([party(1), party(2)], [party(2), party(1)], [party(1), party(4)], [party(5), party(2)]):
        expect_refusal(work, AlreadyBookedError, lambda w, parties=parties: book(w, slots[1], parties=parties))
    assert taken(slots[1]) == 0
    with work() as w:
        service.cancel(w, first.id, reason="改期")
        book(w, slots[1], parties=[party(2), party(3)])
    assert_counts_are_true()


def test_another_matter_of_the_same_people_is_another_thing(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slots = registry.slots(w)
        book(w, slots[0], parties=[party(1), party(2)])
        book(w, slots[1], matter=PROOF, parties=[party(1)])
    assert (taken(slots[0]), taken(slots[1])) == (1, 1)


@pytest.mark.parametrize(("count", "fine"), [(1, False), (2, True), (3, False)])
def test_a_matter_needs_its_number_of_people(work: WorkFactory, registry: Registry, count: int, fine: bool) -> None:
    people = [party(number) for number in range(1, count + 1)]
    if fine:
        with work() as w:
            assert book(w, registry.slots(w)[0], parties=people).state == "booked"
    else:
        error = expect_refusal(work, WrongPartiesError, lambda w: book(w, registry.slots(w)[0], parties=people))
        assert error.facts["needed"] == "2"


def test_the_same_person_twice_is_not_a_couple_however_it_is_written(work: WorkFactory, registry: Registry) -> None:
    twice = [party(1), replace(party(1), name="另一人", id_number=f" {party(1).id_number.lower()} ")]
    expect_refusal(work, WrongPartiesError, lambda w: book(w, registry.slots(w)[0], parties=twice))
    with work() as w:
        assert w.session.scalar(select(func.sum(Slot.taken))) == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id_number": "500118198002300012"}, "身份证号"),
        ({"name": " "}, "姓名"),
        ({"id_kind": "passport", "id_number": " "}, "证件号码"),
    ],
)
def test_a_name_or_number_that_cannot_be_right_is_named(
    work: WorkFactory, registry: Registry, wrong: dict[str, str], field: str
) -> None:
    people = [party(1), replace(party(2), **wrong)]
    error = expect_refusal(work, BadInputError, lambda w: book(w, registry.slots(w)[0], parties=people))
    assert error.facts["field"] == field


def test_online_somebody_books_for_themselves(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        me, stranger = person(w, 1), person(w, 9)
    expect_refusal(work, NotYourselfError, lambda w: book(w, registry.slots(w)[0], by=stranger))
    with work() as w:
        made = book(w, registry.slots(w)[0], by=me)
    assert (made.booked_by, made.parties[0].person_id) == (me, me)


def test_opening_cut_off_and_beginning_are_decided_by_the_one_clock(
    work: WorkFactory, registry: Registry, clock: ManualClock
) -> None:
    day = date(2026, 12, 23)  # opens on 23 November at 08:30
    with work() as w:
        slot = registry.slots(w, day)[0]
    clock.advance((moment(MONDAY, 8, 30) - START).total_seconds() - 1)
    error = expect_refusal(work, NotOpenYetError, lambda w: book(w, slot))
    assert error.facts["opens_at"] == "11月23日08:30"
    clock.advance(1)
    with work() as w:
        assert book(w, slot).state == "booked"


@pytest.mark.parametrize(("seconds", "error"), [(-1, None), (0, CutOffError), (1, CutOffError)])
def test_the_cut_off_closes_at_its_second(
    work: WorkFactory, registry: Registry, clock: ManualClock, seconds: int, error: type[DomainError] | None
) -> None:
    with work() as w:
        w.session.execute(update(OfficeMatter).values(closes_days=1, closes_at=900))
        slot = registry.slots(w, TUESDAY)[0]
    clock.advance((moment(MONDAY, 15) - START).total_seconds() + seconds)
    if error is None:
        with work() as w:
            assert book(w, slot).state == "booked"
    else:
        expect_refusal(work, error, lambda w: book(w, slot))
        assert taken(slot) == 0


def test_a_closed_or_past_or_unknown_time_is_refused(work: WorkFactory, registry: Registry, clock: ManualClock) -> None:
    with work() as w:
        closed, begun = registry.slots(w)[:2]
        w.session.execute(update(Slot).where(Slot.id == closed).values(closed=True))
    expect_refusal(work, SlotClosedError, lambda w: book(w, closed))
    expect_refusal(work, NotFoundError, lambda w: book(w, new_id()))
    expect_refusal(work, UnknownMatterError, lambda w: book(w, begun, matter="group_wedding"))
    expect_refusal(work, UnknownMatterError, lambda w: book(w, begun, office_code="elsewhere"))
    clock.advance((moment(MONDAY, 9, 30) - START).total_seconds())
    expect_refusal(work, SlotOverError, lambda w: book(w, begun))


def test_a_slot_that_closes_after_the_look_is_not_booked(work: WorkFactory, registry: Registry) -> None:
    from backend.booking import places
    from backend.booking.offices import terms

    with work() as w:
        seen = places.chosen(w, terms(w, REGISTRY, MARRIAGE), registry.slots(w)[0])
        w.session.execute(update(Slot).where(Slot.id == seen[0].id).values(closed=True))
    expect_refusal(work, SlotClosedError, lambda w: places.take(w, seen))


@pytest.mark.parametrize(("index", "fine"), [(4, True), (5, False)])
def test_two_units_need_two_slots_in_a_row(work: WorkFactory, registry: Registry, index: int, fine: bool) -> None:
    with work() as w:
        slots = registry.slots(w)
    if not fine:
        expect_refusal(work, NotConsecutiveError, lambda w: book(w, slots[index], matter=REISSUE))
        return
    with work() as w:
        made = book(w, slots[index], matter=REISSUE)
    assert made.slot_ids == [str(slots[4]), str(slots[5])]
    assert (made.starts_at, made.ends_at) == (moment(MONDAY, 11), moment(MONDAY, 12))
    assert_counts_are_true()


def test_if_the_second_unit_is_full_the_first_stays_free(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slots = registry.slots(w)
        book(w, slots[1], 0)
    expect_refusal(work, SlotFullError, lambda w: book(w, slots[0], 1, REISSUE))
    assert taken(slots[0]) == 0


@pytest.mark.parametrize(("quota", "fits"), [(0, 0), (1, 1), (2, 2)])
def test_a_daily_quota_of_a_matter_is_kept(work: WorkFactory, registry: Registry, quota: int, fits: int) -> None:
    with work() as w:
        w.session.execute(update(OfficeMatter).where(OfficeMatter.matter == MARRIAGE).values(quota=quota))
        slots = registry.slots(w)
    for number in range(fits):
        with work() as w:
            book(w, slots[number], number)
    expect_refusal(work, QuotaFullError, lambda w: book(w, slots[fits], fits))
    with work() as w:
        assert book(w, slots[fits], matter=PROOF, number=8).state == "booked"  # other matters have places
        assert book(w, registry.slots(w, TUESDAY)[0], 9, PROOF).state == "booked"
    assert_counts_are_true()


def test_a_cancelled_booking_gives_its_quota_back_and_a_moved_one_takes_it_along(
    work: WorkFactory, registry: Registry
) -> None:
    with work() as w:
        w.session.execute(update(OfficeMatter).where(OfficeMatter.matter == MARRIAGE).values(quota=1))
        monday, tuesday = registry.slots(w), registry.slots(w, TUESDAY)
        first = book(w, monday[0], 0)
    with work() as w:
        service.move(w, first.id, monday[1])
    expect_refusal(work, QuotaFullError, lambda w: book(w, monday[0], 1))
    with work() as w:
        service.move(w, first.id, tuesday[0])
        second = book(w, monday[0], 1)
    expect_refusal(work, QuotaFullError, lambda w: service.move(w, second.id, tuesday[1]))
    with work() as w:
        service.cancel(w, first.id, reason="")
        service.move(w, second.id, tuesday[1])
    assert_counts_are_true()


def test_a_period_of_the_law_is_kept_when_booking_and_when_moving(work: WorkFactory, registry: Registry) -> None:
    period = (MONDAY, MONDAY)
    with work() as w:
        monday, tuesday = registry.slots(w), registry.slots(w, TUESDAY)
    error = expect_refusal(work, OutsidePeriodError, lambda w: book(w, tuesday[0], day_range=period))
    assert error.facts == {"first": "2026年11月23日", "last": "2026年11月23日"}
    with work() as w:
        made = book(w, monday[0], day_range=period)
    expect_refusal(work, OutsidePeriodError, lambda w: service.move(w, made.id, tuesday[0]))
    with work() as w:
        assert service.move(w, made.id, monday[1]).starts_at == moment(MONDAY, 9, 30)


def test_walk_ins_have_places_of_their_own_on_the_day(
    work: WorkFactory, registry: Registry, clock: ManualClock
) -> None:
    with work() as w:
        slot = registry.slots(w)[0]
        w.session.execute(update(Slot).where(Slot.id == slot).values(on_site=1))
        book(w, slot, 0)
    clerk = registry.viewer()
    expect_refusal(work, NotTodayError, lambda w: book(w, slot, 1, staff=clerk, on_site=True))
    clock.advance((moment(MONDAY, 9, 10) - START).total_seconds())
    with work() as w:
        came = book(w, slot, 1, staff=clerk, on_site=True)
    expect_refusal(work, SlotFullError, lambda w: book(w, slot, 2, staff=clerk, on_site=True))
    assert (came.source, came.on_site, came.booked_by_staff, taken(slot)) == ("desk", True, registry.clerk_id, 1)
    assert_counts_are_true()
    with work() as w:
        service.cancel(w, came.id, staff=clerk, reason="离开")
        book(w, slot, 2, staff=clerk, on_site=True)
    assert_counts_are_true()


def test_staff_book_only_where_they_work(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slot = registry.slots(w)[0]
    expect_refusal(work, NotAllowedError, lambda w: book(w, slot, staff=registry.viewer(path="500118/500118101/")))
    expect_refusal(work, NotAllowedError, lambda w: book(w, slot, staff=registry.viewer("duty")))
    with work() as w:
        made = book(w, slot, staff=registry.viewer("registrar"))
    expect_refusal(
        work, NotFoundError, lambda w: service.cancel(w, made.id, staff=registry.viewer(path="x/"), reason="")
    )


def test_what_the_early_look_refuses_is_what_booking_refuses(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slots = registry.slots(w)
        w.session.execute(update(OfficeMatter).where(OfficeMatter.matter == PROOF).values(quota=0))
        book(w, slots[0], 0)
    facts: dict[str, Any] = {"office_code": REGISTRY, "by": None}

    def early(w: Any, slot: int, matter: str, number: int) -> None:
        people = couple(number) if matter == MARRIAGE else couple(number)[:1]
        service.refuse_early(w, slot_id=slots[slot], matter=matter, parties=people, **facts)

    expect_refusal(work, SlotFullError, lambda w: early(w, 0, MARRIAGE, 1))
    expect_refusal(work, AlreadyBookedError, lambda w: early(w, 1, MARRIAGE, 0))
    expect_refusal(work, QuotaFullError, lambda w: early(w, 1, PROOF, 1))
    with work() as w:
        early(w, 1, MARRIAGE, 1)
        assert w.session.scalar(select(func.count()).select_from(Booking)) == 1
