"""What can be booked, whose booking is whose, and who is told."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from backend.booking import service
from backend.booking.errors import (
    OtherEntranceError,
    UnknownMatterError,
)
from backend.booking.models import OfficeMatter, Slot
from backend.core.clock import ManualClock
from backend.core.errors import NotFoundError
from backend.residents.models import InboxItem
from tests.conftest import START, WorkFactory
from tests.support.bookings import (
    MARRIAGE,
    MONDAY,
    REGISTRY,
    REISSUE,
    Registry,
    book,
    expect_refusal,
    moment,
    person,
)


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
    expect_refusal(work, NotFoundError, lambda w: by_number(w, "JH261122-00000-0"))


def test_a_matter_belongs_to_one_entrance() -> None:
    assert service.require_entrance("assistance_consultation", "booking").title == "社会救助咨询"
    with pytest.raises(OtherEntranceError):
        service.require_entrance(MARRIAGE, "booking")
    with pytest.raises(UnknownMatterError):
        service.require_entrance("flying", "booking")
