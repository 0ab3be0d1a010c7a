"""Booking, cancelling, moving, finishing: what is refused, and that nothing is left behind."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from backend.booking import service
from backend.booking.errors import (
    AlreadyBookedError,
    BookingSettledError,
    CutOffError,
    NotConsecutiveError,
    NotOpenYetError,
    NotTodayError,
    NotYourselfError,
    OtherEntranceError,
    OutsidePeriodError,
    QuotaFullError,
    SlotClosedError,
    SlotFullError,
    SlotOverError,
    UnknownMatterError,
    WrongPartiesError,
)
from backend.booking.models import Booking, BookingEvent, BookingParty, OfficeMatter, Slot
from backend.booking.records import change
from backend.core import numbers
from backend.core.clock import ManualClock
from backend.core.errors import BadInputError, DomainError, NotAllowedError, NotFoundError
from backend.core.ids import new_id
from backend.residents.models import InboxItem
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
    moment,
    party,
    person,
    taken,
)


def refused(work: WorkFactory, error: type[DomainError], act: Any) -> DomainError:
    """What was raised; nothing of it stays."""
    with pytest.raises(error) as caught, work() as w:
        act(w)
    return caught.value


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
    refused(work, SlotFullError, lambda w: book(w, slot, windows))
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
        refused(work, AlreadyBookedError, lambda w, parties=parties: book(w, slots[1], parties=parties))
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
        error = refused(work, WrongPartiesError, lambda w: book(w, registry.slots(w)[0], parties=people))
        assert error.facts["needed"] == "2"


def test_the_same_person_twice_is_not_a_couple_however_it_is_written(work: WorkFactory, registry: Registry) -> None:
    twice = [party(1), replace(party(1), name="另一人", id_number=f" {party(1).id_number.lower()} ")]
    refused(work, WrongPartiesError, lambda w: book(w, registry.slots(w)[0], parties=twice))
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
    error = refused(work, BadInputError, lambda w: book(w, registry.slots(w)[0], parties=people))
    assert error.facts["field"] == field


def test_online_somebody_books_for_themselves(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        me, stranger = person(w, 1), person(w, 9)
    refused(work, NotYourselfError, lambda w: book(w, registry.slots(w)[0], by=stranger))
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
    error = refused(work, NotOpenYetError, lambda w: book(w, slot))
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
        refused(work, error, lambda w: book(w, slot))
        assert taken(slot) == 0


def test_a_closed_or_past_or_unknown_time_is_refused(work: WorkFactory, registry: Registry, clock: ManualClock) -> None:
    with work() as w:
        closed, begun = registry.slots(w)[:2]
        w.session.execute(update(Slot).where(Slot.id == closed).values(closed=True))
    refused(work, SlotClosedError, lambda w: book(w, closed))
    refused(work, NotFoundError, lambda w: book(w, new_id()))
    refused(work, UnknownMatterError, lambda w: book(w, begun, matter="group_wedding"))
    refused(work, UnknownMatterError, lambda w: book(w, begun, office_code="elsewhere"))
    clock.advance((moment(MONDAY, 9, 30) - START).total_seconds())
    refused(work, SlotOverError, lambda w: book(w, begun))


def test_a_slot_that_closes_after_the_look_is_not_booked(work: WorkFactory, registry: Registry) -> None:
    from backend.booking import places
    from backend.booking.offices import terms

    with work() as w:
        seen = places.chosen(w, terms(w, REGISTRY, MARRIAGE), registry.slots(w)[0])
        w.session.execute(update(Slot).where(Slot.id == seen[0].id).values(closed=True))
    refused(work, SlotClosedError, lambda w: places.take(w, seen))


@pytest.mark.parametrize(("index", "fine"), [(4, True), (5, False)])
def test_two_units_need_two_slots_in_a_row(work: WorkFactory, registry: Registry, index: int, fine: bool) -> None:
    with work() as w:
        slots = registry.slots(w)
    if not fine:
        refused(work, NotConsecutiveError, lambda w: book(w, slots[index], matter=REISSUE))
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
    refused(work, SlotFullError, lambda w: book(w, slots[0], 1, REISSUE))
    assert taken(slots[0]) == 0


@pytest.mark.parametrize(("quota", "fits"), [(0, 0), (1, 1), (2, 2)])
def test_a_daily_quota_of_a_matter_is_kept(work: WorkFactory, registry: Registry, quota: int, fits: int) -> None:
    with work() as w:
        w.session.execute(update(OfficeMatter).where(OfficeMatter.matter == MARRIAGE).values(quota=quota))
        slots = registry.slots(w)
    for number in range(fits):
        with work() as w:
            book(w, slots[number], number)
    refused(work, QuotaFullError, lambda w: book(w, slots[fits], fits))
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
    refused(work, QuotaFullError, lambda w: book(w, monday[0], 1))
    with work() as w:
        service.move(w, first.id, tuesday[0])
        second = book(w, monday[0], 1)
    refused(work, QuotaFullError, lambda w: service.move(w, second.id, tuesday[1]))
    with work() as w:
        service.cancel(w, first.id, reason="")
        service.move(w, second.id, tuesday[1])
    assert_counts_are_true()


def test_a_period_of_the_law_is_kept_when_booking_and_when_moving(work: WorkFactory, registry: Registry) -> None:
    period = (MONDAY, MONDAY)
    with work() as w:
        monday, tuesday = registry.slots(w), registry.slots(w, TUESDAY)
    error = refused(work, OutsidePeriodError, lambda w: book(w, tuesday[0], day_range=period))
    assert error.facts == {"first": "2026年11月23日", "last": "2026年11月23日"}
    with work() as w:
        made = book(w, monday[0], day_range=period)
    refused(work, OutsidePeriodError, lambda w: service.move(w, made.id, tuesday[0]))
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
    refused(work, NotTodayError, lambda w: book(w, slot, 1, staff=clerk, on_site=True))
    clock.advance((moment(MONDAY, 9, 10) - START).total_seconds())
    with work() as w:
        came = book(w, slot, 1, staff=clerk, on_site=True)
    refused(work, SlotFullError, lambda w: book(w, slot, 2, staff=clerk, on_site=True))
    assert (came.source, came.on_site, came.booked_by_staff, taken(slot)) == ("desk", True, registry.clerk_id, 1)
    assert_counts_are_true()
    with work() as w:
        service.cancel(w, came.id, staff=clerk, reason="离开")
        book(w, slot, 2, staff=clerk, on_site=True)
    assert_counts_are_true()


def test_staff_book_only_where_they_work(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slot = registry.slots(w)[0]
    refused(work, NotAllowedError, lambda w: book(w, slot, staff=registry.viewer(path="500118/500118101/")))
    refused(work, NotAllowedError, lambda w: book(w, slot, staff=registry.viewer("duty")))
    with work() as w:
        made = book(w, slot, staff=registry.viewer("registrar"))
    refused(work, NotFoundError, lambda w: service.cancel(w, made.id, staff=registry.viewer(path="x/"), reason=""))


def test_what_the_early_look_refuses_is_what_booking_refuses(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slots = registry.slots(w)
        w.session.execute(update(OfficeMatter).where(OfficeMatter.matter == PROOF).values(quota=0))
        book(w, slots[0], 0)
    facts: dict[str, Any] = {"office_code": REGISTRY, "by": None}

    def early(w: Any, slot: int, matter: str, number: int) -> None:
        people = couple(number) if matter == MARRIAGE else couple(number)[:1]
        service.refuse_early(w, slot_id=slots[slot], matter=matter, parties=people, **facts)

    refused(work, SlotFullError, lambda w: early(w, 0, MARRIAGE, 1))
    refused(work, AlreadyBookedError, lambda w: early(w, 1, MARRIAGE, 0))
    refused(work, QuotaFullError, lambda w: early(w, 1, PROOF, 1))
    with work() as w:
        early(w, 1, MARRIAGE, 1)
        assert w.session.scalar(select(func.count()).select_from(Booking)) == 1


# -- cancelling and moving


def test_cancelling_frees_the_place_once(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slot = registry.slots(w)[0]
        made = book(w, slot)
    with work() as w:
        gone = service.cancel(w, made.id, reason="有事")
    assert (gone.state, gone.cancel_reason, gone.remind_at, gone.sequence) == ("cancelled", "有事", None, 1)
    refused(work, BookingSettledError, lambda w: service.cancel(w, made.id, reason="再点一次"))
    assert taken(slot) == 0
    assert_counts_are_true()


def test_nobody_cancels_or_moves_what_is_not_theirs(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        me, stranger = person(w, 1), person(w, 9)
        slots = registry.slots(w)
        made = book(w, slots[0], by=me)
    refused(work, NotFoundError, lambda w: service.cancel(w, made.id, by=stranger, reason=""))
    refused(work, NotFoundError, lambda w: service.move(w, made.id, slots[1], by=stranger))
    refused(work, NotFoundError, lambda w: service.cancel(w, new_id(), by=me, reason=""))


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
    refused(work, SlotOverError, lambda w: service.cancel(w, made.id, by=me, reason=""))
    refused(work, SlotOverError, lambda w: service.move(w, made.id, slots[3], by=me))
    with work() as w:
        assert service.cancel(w, made.id, staff=registry.viewer(), reason="打电话来").state == "cancelled"


def test_moving_takes_the_new_place_before_it_frees_the_old(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slots = registry.slots(w)
        first, second = book(w, slots[0], 0), book(w, slots[1], 1)
    refused(work, SlotFullError, lambda w: service.move(w, first.id, slots[1]))
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
    refused(work, NotOpenYetError, lambda w: book(w, later[1], 1))
    with work() as w:
        w.session.execute(update(Slot).where(Slot.id == later[0]).values(capacity=0))
    refused(work, SlotFullError, lambda w: service.move(w, made.id, later[0]))
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
        refused(work, BookingSettledError, act)
    with work() as w:
        assert book(w, slots[1]).state == "booked"
    assert_counts_are_true()


def test_leaving_after_checking_in_frees_the_place_by_the_clerk(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        me = person(w, 1)
        slot = registry.slots(w)[0]
        made = book(w, slot, by=me)
        change(w, made.id, "check_in")
    refused(work, BookingSettledError, lambda w: service.cancel(w, made.id, by=me, reason=""))
    with work() as w:
        assert service.cancel(w, made.id, staff=registry.viewer(), reason="走了").state == "cancelled"
    assert_counts_are_true()


# -- lists and telling


def test_open_slots_say_what_can_be_booked_and_why_not(
    work: WorkFactory, registry: Registry, clock: ManualClock
) -> None:
    with work() as w:
        slots = registry.slots(w)
        book(w, slots[1])
        w.session.execute(update(Slot).where(Slot.id == slots[2]).values(closed=True))
        found = service.open_slots(w, REGISTRY, MARRIAGE, MONDAY, MONDAY)
        far = service.open_slots(w, REGISTRY, MARRIAGE, date(2026, 12, 23), date(2026, 12, 23))
        long = service.open_slots(w, REGISTRY, REISSUE, MONDAY, MONDAY)
    assert [(view.left, view.state) for view in found[:4]] == [(1, "open"), (0, "full"), (1, "closed"), (1, "open")]
    assert {view.state for view in far} == {"not_yet"}
    assert far[0].opens_at == moment(MONDAY, 8, 30)
    assert [view.state for view in long] == ["full", "closed", "closed", "open", "open"]
    clock.advance((moment(MONDAY, 9) - START).total_seconds())
    with work() as w:
        assert service.open_slots(w, REGISTRY, MARRIAGE, MONDAY, MONDAY)[0].state == "closed"


def test_open_slots_of_a_year_without_holidays_are_provisional(
    work: WorkFactory, registry: Registry, clock: ManualClock
) -> None:
    from backend.booking import planning
    from backend.core import calendar_store

    clock.advance(timedelta(days=30).total_seconds())
    january = date(2027, 1, 4)
    with work() as w:
        planning.publish(w, calendar_store.current(w), date(2026, 12, 22))
        views = service.open_slots(w, REGISTRY, MARRIAGE, january, january)
        assert {(view.state, view.provisional) for view in views} == {("provisional", True)}
        assert book(w, views[0].slot_id).provisional


def test_a_quota_bounds_what_the_list_says_is_left(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        w.session.execute(update(OfficeMatter).where(OfficeMatter.matter == MARRIAGE).values(quota=1))
        assert service.open_slots(w, REGISTRY, MARRIAGE, MONDAY, MONDAY)[1].left == 1
        book(w, registry.slots(w)[0])
        views = service.open_slots(w, REGISTRY, MARRIAGE, MONDAY, MONDAY)
    assert {(view.left, view.state) for view in views} == {(0, "full")}


def test_everybody_of_a_booking_is_told_once_of_each_step(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        me, partner = person(w, 1), person(w, 2)
        slots = registry.slots(w)
        made = book(w, slots[0], by=me)
    with work() as w:
        service.move(w, made.id, slots[1], by=partner)
    with work() as w:
        service.cancel(w, made.id, by=me, reason="")
        items = w.session.execute(
            select(InboxItem.person_id, InboxItem.template, InboxItem.title, InboxItem.body)
        ).all()
    assert {(one.person_id, one.template) for one in items} == {
        (who, what) for who in (me, partner) for what in ("booking_made", "booking_moved", "booking_cancelled")
    }
    assert not [one.title for one in items if "婚" in one.title]
    assert made.number in next(one.body for one in items if one.template == "booking_made")


def test_a_number_is_found_however_it_is_typed(work: WorkFactory, registry: Registry) -> None:
    from backend.booking.queries import by_number

    with work() as w:
        made = book(w, registry.slots(w)[0])
        assert by_number(w, f" {made.number.lower().replace('-', ' ')}").id == made.id
    refused(work, NotFoundError, lambda w: by_number(w, "JH261122-00000-0"))


def test_a_matter_belongs_to_one_entrance() -> None:
    assert service.require_entrance("assistance_consultation", "booking").title == "社会救助咨询"
    with pytest.raises(OtherEntranceError):
        service.require_entrance(MARRIAGE, "booking")
    with pytest.raises(UnknownMatterError):
        service.require_entrance("flying", "booking")
