"""Publishing: slots from plans, again and again, never below what is taken."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from backend.booking import planning, service
from backend.booking.models import DayException, Office, OfficeMatter, Slot, WeeklyPlan
from backend.core import calendar_store
from backend.core.calendar import DayKind, Special, WorkCalendar
from backend.core.clock import ManualClock
from backend.core.db import Work
from scheduler import booking_jobs
from tests.conftest import START, WorkFactory
from tests.support.bookings import (
    MONDAY,
    POOL,
    TUESDAY,
    Registry,
    assert_counts_are_true,
    book,
    build,
    moment,
)

TODAY = date(2026, 11, 22)


def publish(w: Work, today: date = TODAY) -> int:
    return planning.publish(w, calendar_store.current(w), today)


def except_(w: Work, registry: Registry, day: date, kind: str, hours: list[dict[str, int]] | None = None) -> None:
    row = DayException(
        office_id=registry.office_id, pool=POOL, day=day, kind=kind, reason="检修", hours=hours or [],
        created_at=w.now, created_by="staff:x",
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()


def test_slots_reach_one_day_past_the_furthest_opening(work: WorkFactory) -> None:
    with work() as w:
        registry = build(w)
        days = w.session.execute(select(func.min(Slot.day), func.max(Slot.day))).one()
        office = w.session.get_one(Office, registry.office_id)
    assert tuple(days) == (MONDAY, date(2026, 12, 23))  # opens 30 days ahead: 22 December, and one more
    assert office.planned_until == date(2026, 12, 23)


def test_publishing_twice_changes_nothing_and_a_missed_day_is_caught_up(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        before = w.session.scalar(select(func.count()).select_from(Slot))
        assert publish(w) == 0
        assert publish(w, TODAY + timedelta(days=5)) == 18  # Thursday 24, Friday 25 and Monday 28 December
        assert w.session.scalar(select(func.count()).select_from(Slot)) == (before or 0) + 18


def test_the_job_publishes_and_is_harmless_twice(work: WorkFactory) -> None:
    with work() as w:
        build(w, publish=False)
    assert booking_jobs.publish_slots() > 0
    assert booking_jobs.publish_slots() == 0


@pytest.mark.parametrize(("windows", "capacity"), [(0, 2), (1, 2), (2, 2), (3, 3)])
def test_capacity_follows_the_plan_but_never_falls_below_what_is_taken(
    work: WorkFactory, windows: int, capacity: int
) -> None:
    with work() as w:
        registry = build(w, windows=2)
        slot, empty = registry.slots(w)[:2]
        book(w, slot, 0)
        book(w, slot, 1)
        w.session.execute(update(WeeklyPlan).values(windows=windows))
        publish(w)
        rows = w.session.execute(select(Slot.id, Slot.capacity).where(Slot.id.in_([slot, empty])))
        found = {row.id: row.capacity for row in rows}
    assert (found[slot], found[empty]) == (capacity, windows)
    assert_counts_are_true()


def test_a_closed_day_closes_its_slots_and_names_whom_it_concerns(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        made = book(w, registry.slots(w)[0])
        except_(w, registry, MONDAY, "closed")
        assert publish(w) == 6
        assert publish(w) == 0
        assert [one.id for one in planning.affected(w, registry.office_id, POOL, MONDAY)] == [made.id]
        assert planning.affected_days(w, w.now) == [(registry.office_id, POOL, MONDAY)]
        assert {view.state for view in service.open_slots(w, "registry", "no_record_proof", MONDAY, MONDAY)} == {
            "closed"
        }
    with work() as w:
        w.session.delete(w.session.scalars(select(DayException)).one())
        w.session.flush()
        assert publish(w) == 6
        assert planning.affected(w, registry.office_id, POOL, MONDAY) == []


def test_a_day_of_its_own_hours_replaces_the_plan(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        except_(w, registry, MONDAY, "open", [{"starts": 600, "ends": 660, "slot_minutes": 60, "windows": 5}])
        publish(w)
        rows = w.session.execute(
            select(Slot.starts_at, Slot.ends_at, Slot.capacity).where(Slot.day == MONDAY, ~Slot.closed)
        ).all()
    assert [tuple(row) for row in rows] == [(moment(MONDAY, 10), moment(MONDAY, 11), 5)]


def test_a_rest_day_opened_by_exception_has_slots(work: WorkFactory, registry: Registry) -> None:
    saturday = date(2026, 11, 28)
    with work() as w:
        assert registry.slots(w, saturday) == []
        except_(w, registry, saturday, "open")
        publish(w)
        assert len(registry.slots(w, saturday)) == 6


def test_a_newly_loaded_holiday_closes_its_day_and_ends_the_provisional_year(
    work: WorkFactory, registry: Registry, clock: ManualClock
) -> None:
    clock.advance(timedelta(days=30).total_seconds())
    today, monday = date(2026, 12, 22), date(2027, 1, 4)
    with work() as w:
        publish(w, today)
        assert set(w.session.scalars(select(Slot.provisional).where(Slot.day == monday))) == {True}
        calendar = WorkCalendar({2027: (Special(monday, DayKind.HOLIDAY, "元旦"),)})
        planning.publish(w, calendar, today)
        rows = w.session.execute(
            select(Slot.day, Slot.closed, Slot.provisional).where(Slot.day >= monday).distinct().order_by(Slot.day)
        )
        assert [tuple(row) for row in rows][:2] == [(monday, True, True), (date(2027, 1, 5), False, False)]


@pytest.mark.parametrize(("windows", "traits", "places"), [(0, [], 1), (3, [], 4)])
def test_heart_days_add_windows_where_couples_marry(
    work: WorkFactory, registry: Registry, clock: ManualClock, windows: int, traits: list[str], places: int
) -> None:
    day = date(2027, 5, 20)  # a Thursday
    clock.advance((moment(date(2027, 5, 1), 9) - START).total_seconds())
    with work() as w:
        w.session.execute(update(Office).values(heart_day_windows=windows, traits=traits))
        w.session.expire_all()
        publish(w, date(2027, 5, 1))
        assert set(w.session.scalars(select(Slot.capacity).where(Slot.day == day))) == {places}


@pytest.mark.parametrize(("traits", "count"), [([], 0), ([planning.OPEN_ON_HEART_DAYS], 6)])
def test_a_heart_day_of_rest_is_open_only_if_the_office_says_so(
    work: WorkFactory, registry: Registry, clock: ManualClock, traits: list[str], count: int
) -> None:
    valentine = date(2027, 2, 14)  # a Sunday
    clock.advance((moment(date(2027, 2, 1), 9) - START).total_seconds())
    with work() as w:
        w.session.execute(update(Office).values(heart_day_windows=2, traits=traits))
        w.session.expire_all()
        publish(w, date(2027, 2, 1))
        assert len(registry.slots(w, valentine)) == count


def test_the_past_is_not_rewritten(work: WorkFactory, registry: Registry, clock: ManualClock) -> None:
    clock.advance((moment(MONDAY, 10) - START).total_seconds())
    with work() as w:
        except_(w, registry, MONDAY, "closed")
        publish(w, MONDAY)
        closed = w.session.execute(
            select(Slot.starts_at, Slot.closed).where(Slot.day == MONDAY).order_by(Slot.starts_at)
        )
        assert [row.closed for row in closed] == [False, False, False, True, True, True]


def test_a_slot_that_becomes_longer_keeps_its_bookings(work: WorkFactory, registry: Registry) -> None:
    with work() as w:
        slot = registry.slots(w)[0]
        made = book(w, slot)
        w.session.execute(update(WeeklyPlan).values(slot_minutes=60))
        publish(w)
        row = w.session.execute(select(Slot.ends_at, Slot.closed).where(Slot.id == slot)).one()
    assert tuple(row) == (moment(MONDAY, 10), False)
    assert made.ends_at == moment(MONDAY, 9, 30)
    assert_counts_are_true()


def test_an_office_or_a_matter_that_is_no_longer_used_gets_no_slots(work: WorkFactory) -> None:
    with work() as w:
        build(w, publish=False)
        w.session.execute(update(OfficeMatter).values(active=False))
        assert publish(w) == 0
        w.session.execute(update(OfficeMatter).values(active=True))
        w.session.execute(update(Office).values(active=False))
        assert publish(w) == 0


def test_a_preview_shows_a_day_before_it_is_published(work: WorkFactory) -> None:
    with work() as w:
        registry = build(w, publish=False)
        office = w.session.get_one(Office, registry.office_id)
        found = planning.preview(w, calendar_store.current(w), office, POOL, TUESDAY)
        assert [slot.starts_at for slot in found][:2] == [moment(TUESDAY, 9), moment(TUESDAY, 9, 30)]
        assert registry.slots(w, TUESDAY) == []
