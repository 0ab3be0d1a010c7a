"""Whatever people do in whatever order: counters tell the truth, nobody has two, nothing is overbooked."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from backend.booking import penalties, service, waiting
from backend.booking.models import (
    Booking,
    BookingBan,
    BookingEvent,
    BookingParty,
    DayQuota,
    OfficeMatter,
    Slot,
    WaitEntry,
)
from backend.booking.records import change, let_go
from backend.core.clock import ManualClock
from backend.core.db import Work, unit_of_work
from backend.core.errors import DomainError
from backend.residents.indexes import id_index
from backend.residents.models import InboxItem, Person
from tests.conftest import START, WorkFactory
from tests.support.bookings import (
    MARRIAGE,
    MONDAY,
    PROOF,
    REGISTRY,
    REISSUE,
    assert_counts_are_true,
    book,
    build,
    couple,
    person,
)

pytestmark = pytest.mark.both_databases

MATTERS = (MARRIAGE, PROOF, REISSUE)
QUOTA = 3
TABLES = (BookingEvent, BookingParty, WaitEntry, Booking, BookingBan, DayQuota, InboxItem)
NAMES = (
    "book", "book", "cancel", "cancel", "cancel", "cancel", "move", "join", "join", "join", "take", "take", "leave",
    "expire", "finish", "miss", "displace",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """An operation on the ``which``-th of what there is, at the ``where``-th slot, for the ``what``-th matter."""

    name: str
    which: int
    where: int
    what: int


STEPS = st.lists(
    st.builds(Step, st.sampled_from(NAMES), st.integers(0, 9), st.integers(0, 5), st.integers(0, 2)),
    min_size=5,
    max_size=40,
)


@dataclass
class Office:
    """What the steps pick from."""

    clock: ManualClock
    slots: list[UUID]
    people: list[UUID]
    bookings: list[UUID] = field(default_factory=list)
    entries: list[tuple[UUID, UUID]] = field(default_factory=list)

    def do(self, step: Step) -> None:
        """One step in its own transaction; being refused is fine, leaving something behind is not."""
        if step.name == "expire":
            self.clock.advance(3600)
            waiting.expire_offers()
            waiting.sweep()
            return
        act: Callable[[Work, Step], None] = getattr(self, step.name)
        try:
            with unit_of_work() as w:
                act(w, step)
        except DomainError:
            return

    def book(self, w: Work, step: Step) -> None:
        self.bookings.append(book(w, self.slots[step.where], step.which, MATTERS[step.what]).id)

    def _one(self, step: Step) -> UUID:
        return self.bookings[step.which % len(self.bookings)] if self.bookings else self.slots[0]

    def cancel(self, w: Work, step: Step) -> None:
        service.cancel(w, self._one(step), reason="")

    def move(self, w: Work, step: Step) -> None:
        service.move(w, self._one(step), self.slots[step.where])

    def finish(self, w: Work, step: Step) -> None:
        service.finish(w, service.find(w, self._one(step)).id)

    def displace(self, w: Work, step: Step) -> None:
        change(w, service.find(w, self._one(step)).id, "displace")

    def miss(self, w: Work, step: Step) -> None:
        missed = change(w, service.find(w, self._one(step)).id, "miss")
        let_go(w, missed.id)
        penalties.weigh(w, missed)

    def join(self, w: Work, step: Step) -> None:
        by, matter = self.people[step.which], MATTERS[step.what]
        parties = couple(step.which) if matter == MARRIAGE else couple(step.which)[:1]
        entry = waiting.join(w, office_code=REGISTRY, matter=matter, day=MONDAY, parties=parties, by=by)
        self.entries.append((entry.id, by))

    def _entry(self, step: Step) -> tuple[UUID, UUID]:
        return self.entries[step.which % len(self.entries)] if self.entries else (self.slots[0], self.slots[0])

    def take(self, w: Work, step: Step) -> None:
        entry, by = self._entry(step)
        self.bookings.append(waiting.take(w, entry, by=by).id)

    def leave(self, w: Work, step: Step) -> None:
        entry, by = self._entry(step)
        waiting.leave(w, entry, by=by)


def anew(work: WorkFactory, office: Office, *, full: bool) -> None:
    """The same morning again; with ``full`` Monday is booked out by others, so that people wait for it."""
    office.entries.clear()
    office.clock.advance((START - office.clock.now()).total_seconds())
    with work() as w:
        for table in TABLES:
            w.session.execute(delete(table))
        w.session.execute(update(Slot).values(taken=0))
        office.bookings = [book(w, slot, 20 + number, PROOF).id for number, slot in enumerate(office.slots) if full]


def held() -> tuple[Counter[str], Counter[tuple[str, str]], int]:
    """Counted here and not by the code: places held, live bookings of a person and group, marriages of the day."""
    places: Counter[str] = Counter()
    with unit_of_work() as w:
        for slots in w.session.scalars(select(Booking.slot_ids).where(Booking.state != "cancelled")):
            places.update(slots)
        for slots in w.session.scalars(select(WaitEntry.offered_slot_ids).where(WaitEntry.state == "offered")):
            places.update(slots)
        live = w.session.execute(
            select(BookingParty.person_index, BookingParty.matter_group)
            .join(Booking, Booking.id == BookingParty.booking_id)
            .where(Booking.state.in_(["booked", "displaced", "checked_in", "serving"]))
        )
        people = Counter((index, group) for index, group in live)
        counted = Booking.counted_quota & (Booking.state != "cancelled") & (Booking.matter == MARRIAGE)
        marriages = len(w.session.scalars(select(Booking.id).where(counted)).all())
    return places, people, marriages


def assert_all_is_well() -> None:
    places, people, marriages = held()
    with unit_of_work() as w:
        rows: list[Any] = list(w.session.execute(select(Slot.id, Slot.taken, Slot.capacity)))
    assert {str(row.id): row.taken for row in rows if row.taken} == dict(places)
    assert all(0 <= row.taken <= row.capacity for row in rows)
    assert max(people.values(), default=0) <= 1
    assert marriages <= QUOTA
    assert_counts_are_true()


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, full=st.booleans())
def test_in_any_order_the_counters_are_the_truth_and_nobody_has_two(
    app: APIFlask, work: WorkFactory, clock: ManualClock, steps: list[Step], full: bool
) -> None:
    office = _office(work, clock)
    anew(work, office, full=full)
    for step in steps:
        office.do(step)
        assert_all_is_well()


def _office(work: WorkFactory, clock: ManualClock) -> Office:
    """Built with the first example, found again by the later ones."""
    with work() as w:
        found = w.session.scalars(select(Slot.id).where(Slot.day == MONDAY).order_by(Slot.starts_at)).all()
    if found:
        with work() as w:
            return Office(clock, list(found), [_person(w, number) for number in range(10)])
    with work() as w:
        registry = build(w, penalty="guangdong")
        w.session.execute(update(OfficeMatter).where(OfficeMatter.matter == MARRIAGE).values(quota=QUOTA))
        people = [person(w, number * 2 + 1) for number in range(10)]
        return Office(clock, registry.slots(w), people)


def _person(w: Work, number: int) -> UUID:
    return w.session.scalars(select(Person.id).where(Person.id_index == id_index(couple(number)[0].id_number))).one()
