"""Cancelling, moving, finishing: places are freed once, and the new one is held before the old."""

from datetime import date

import pytest
from sqlalchemy import update

from backend.booking import service
from backend.booking.errors import (
    BookingSettledError,
    NotOpenYetError,
    SlotFullError,
    SlotOverError,
)
from backend.booking.models import OfficeMatter, Slot
from backend.booking.records import change
from backend.core.clock import ManualClock
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from tests.conftest import START, WorkFactory
from tests.support.bookings import (
    MARRIAGE,
    MONDAY,
    REISSUE,
    Registry,
    assert_counts_are_true,
    book,
    expect_refusal,
    moment,
    person,
    taken,
)


def test_cancelling_frees_the_place_once(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slot = registry.slots(w)[0]
        made = book(w, slot)
    with work() as w:
        gone = service.cancel(w, made.id, reason="有事")
    assert (gone.state, gone.cancel_reason, gone.remind_at, gone.sequence) == ("cancelled", "有事", None, 1)
    expect_refusal(work, BookingSettledError, lambda w: service.cancel(w, made.id, reason="再点一次"))
    assert taken(slot) == 0
    assert_counts_are_true()


def test_nobody_cancels_or_moves_what_is_not_theirs(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        me, stranger = person(w, 1), person(w, 9)
        slots = registry.slots(w)
        made = book(w, slots[0], by=me)
    expect_refusal(work, NotFoundError, lambda w: service.cancel(w, made.id, by=stranger, reason=""))
    expect_refusal(work, NotFoundError, lambda w: service.move(w, made.id, slots[1], by=stranger))
    expect_refusal(work, NotFoundError, lambda w: service.cancel(w, new_id(), by=me, reason=""))


def test_a_partner_who_is_proved_later_finds_the_booking_and_may_cancel_it(
    work: WorkFactory, registry: Registry
) -> None:
    with work() as w:
        made = book(w, registry.slots(w)[0], by=person(w, 1))
    with work() as w:
        partner = person(w, 2)
        assert [one.id for one in service.bookings_of(w, partner)] == [made.id]
        assert service.cancel(w, made.id, by=partner, reason="").state == "cancelled"


def test_online_nobody_cancels_or_moves_once_the_time_has_begun(
    work: WorkFactory, registry: Registry, clock: ManualClock
) -> None:
    with work() as w:
        me = person(w, 1)
        slots = registry.slots(w)
        made = book(w, slots[0], by=me)
    clock.advance((moment(MONDAY, 9) - START).total_seconds())
    expect_refusal(work, SlotOverError, lambda w: service.cancel(w, made.id, by=me, reason=""))
    expect_refusal(work, SlotOverError, lambda w: service.move(w, made.id, slots[3], by=me))
    with work() as w:
        assert service.cancel(w, made.id, staff=registry.viewer(), reason="打电话来").state == "cancelled"


def test_moving_takes_the_new_place_before_it_frees_the_old(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slots = registry.slots(w)
        first, second = book(w, slots[0], 0), book(w, slots[1], 1)
    expect_refusal(work, SlotFullError, lambda w: service.move(w, first.id, slots[1]))
    assert (taken(slots[0]), taken(slots[1])) == (1, 1)
    with work() as w:
        moved = service.move(w, second.id, slots[2])
    assert (moved.starts_at, moved.sequence, moved.number) == (moment(MONDAY, 10), 1, second.number)
    assert [taken(slot) for slot in slots[:3]] == [1, 0, 1]
    assert_counts_are_true()


def test_moving_to_the_same_time_changes_nothing(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slot = registry.slots(w)[0]
        made = book(w, slot)
        assert service.move(w, made.id, slot).sequence == 0
    assert taken(slot) == 1


@pytest.mark.parametrize(("start", "to"), [(0, 1), (1, 0), (2, 4)])
def test_two_units_may_move_over_themselves(work: WorkFactory, registry: Registry, start: int, to: int) -> None:
    with work() as w:
        slots = registry.slots(w)
        made = book(w, slots[start], matter=REISSUE)
    with work() as w:
        service.move(w, made.id, slots[to])
    assert [taken(slot) for slot in slots] == [int(number in (to, to + 1)) for number in range(6)]
    assert_counts_are_true()


def test_the_displaced_choose_again_without_opening_rule_and_quota_but_within_capacity(
    work: WorkFactory, registry: Registry
) -> None:
    far = date(2026, 12, 23)
    with work() as w:
        w.session.execute(update(OfficeMatter).where(OfficeMatter.matter == MARRIAGE).values(quota=1))
        made = book(w, registry.slots(w)[0], 0)
        later = registry.slots(w, far)
        change(w, made.id, "displace")
    expect_refusal(work, NotOpenYetError, lambda w: book(w, later[1], 1))
    with work() as w:
        w.session.execute(update(Slot).where(Slot.id == later[0]).values(capacity=0))
    expect_refusal(work, SlotFullError, lambda w: service.move(w, made.id, later[0]))
    with work() as w:
        moved = service.move(w, made.id, later[1])
    assert (moved.state, moved.day, moved.counted_quota) == ("booked", far, False)
    assert_counts_are_true()


def test_what_is_done_can_be_booked_again_but_not_changed(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slots = registry.slots(w)
        made = book(w, slots[0])
        assert service.finish(w, made.id).state == "done"
    for act in (
        lambda w: service.cancel(w, made.id, reason=""),
        lambda w: service.move(w, made.id, slots[1]),
        lambda w: service.finish(w, made.id),
    ):
        expect_refusal(work, BookingSettledError, act)
    with work() as w:
        assert book(w, slots[1]).state == "booked"
    assert_counts_are_true()


def test_leaving_after_checking_in_frees_the_place_by_the_clerk(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        me = person(w, 1)
        slot = registry.slots(w)[0]
        made = book(w, slot, by=me)
        change(w, made.id, "check_in")
    expect_refusal(work, BookingSettledError, lambda w: service.cancel(w, made.id, by=me, reason=""))
    with work() as w:
        assert service.cancel(w, made.id, staff=registry.viewer(), reason="走了").state == "cancelled"
    assert_counts_are_true()
