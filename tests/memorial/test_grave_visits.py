"""Visits to graves and sweepings for families: who may come when, how many, and what happens when it rains."""

from datetime import date, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from apiflask import APIFlask
from PIL import Image
from sqlalchemy import func, select

from backend.booking import closures, service, verifying
from backend.booking.errors import CutOffError, NotOpenYetError, SlotFullError
from backend.booking.models import Booking, Office
from backend.booking.parties import Party
from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.memorial import cemeteries, grave_visits, sweeping
from backend.memorial.burial_errors import (
    ErrandOverError,
    ErrandTakenError,
    GraveTakenError,
    TooManyVisitorsError,
)
from backend.memorial.burial_models import GraveVisit, Plot
from backend.memorial.sweeping import Request
from backend.residents.models import InboxItem
from scheduler import desk_jobs
from tests.conftest import WorkFactory
from tests.support.at_once import at_once
from tests.support.cemetery import CODE, MONDAY, TUESDAY, Ground, at, build_ground, slot_of, somebody, taken_of
from tests.support.residents import id_number, person
from tests.support.world import build

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def visit(
    work: WorkFactory, ground: Ground, who: UUID, *, plot: int = 0, day: date = TUESDAY, slot: int = 0, persons: int = 3
) -> UUID:
    with work() as w:
        return grave_visits.book(w, who, ground.plots[plot], slot_of(w, day, slot), persons).id


def go_to(clock: ManualClock, moment: datetime) -> None:
    clock.advance((moment - clock.now()).total_seconds())


# -- visits


def test_everybody_who_comes_takes_a_place_and_gives_it_back(work: WorkFactory, ground: Ground) -> None:
    who = somebody(work)
    made = visit(work, ground, who)
    with work() as w:
        slot, later = slot_of(w), slot_of(w, TUESDAY, 1)
        assert taken_of(w, slot) == (3, 0)
        assert verifying.differences(w) == []
        service.move(w, made, later, by=who)
        assert (taken_of(w, slot), taken_of(w, later)) == ((0, 0), (3, 0))
        assert [(one.plot, one.persons) for one in grave_visits.visits_of(w, who)] == [("1排1号", 3)]
        service.cancel(w, made, by=who, reason="下雨")
        assert taken_of(w, later) == (0, 0)
        assert verifying.differences(w) == []


def test_the_last_place_is_not_enough_for_two(work: WorkFactory, ground: Ground) -> None:
    for serial in range(3):
        visit(work, ground, somebody(work, serial), plot=serial, persons=3)
    with work() as w:
        fourth = cemeteries.add_plots(
            w, ground.clerk, cemeteries.zones(w, cemeteries.find(w, ground.clerk, CODE).id)[0], "tree", ["树1"], 9
        )
        assert fourth == 1
        tree = w.session.scalars(select(Plot.id).where(Plot.kind == "tree")).one()
    last = somebody(work, 9)
    with pytest.raises(SlotFullError), work() as w:
        grave_visits.book(w, last, tree, slot_of(w), 2)
    with work() as w:
        grave_visits.book(w, last, tree, slot_of(w), 1)
        assert taken_of(w, slot_of(w)) == (10, 0)


def test_a_grave_is_visited_once_a_day_by_so_many_however_the_visit_got_there(
    work: WorkFactory, ground: Ground
) -> None:
    first, second = somebody(work, 1), somebody(work, 2)
    for persons in (0, 4):
        with pytest.raises(TooManyVisitorsError):
            visit(work, ground, first, persons=persons)
    made = visit(work, ground, first)
    with pytest.raises(GraveTakenError):
        visit(work, ground, second, slot=2)
    other = visit(work, ground, second, day=TUESDAY + DAY)
    with pytest.raises(GraveTakenError), work() as w:
        service.move(w, other, slot_of(w, TUESDAY, 2), by=second)
    with work() as w:
        assert taken_of(w, slot_of(w, TUESDAY, 2)) == (0, 0)
        service.cancel(w, made, by=first, reason="")
        service.move(w, other, slot_of(w, TUESDAY, 2), by=second)


def test_booking_opens_seven_days_before_and_closes_at_five_of_the_day_before(
    work: WorkFactory, ground: Ground, clock: ManualClock
) -> None:
    who = somebody(work)
    last = MONDAY + 7 * DAY
    with pytest.raises(NotOpenYetError):
        visit(work, ground, who, day=last)
    go_to(clock, at(MONDAY, 16, 59))
    visit(work, ground, who)
    go_to(clock, at(MONDAY, 17))
    late = somebody(work, 2)
    with pytest.raises(CutOffError):
        visit(work, ground, late, plot=1)
    with work() as w:
        party = Party("赵大爷", "resident_id", id_number(date(1940, 1, 1), 7))
        slot = slot_of(w)
        grave_visits.book_at_desk(w, ground.clerk, ground.plots[1], slot, 2, party, on_site=False)
        assert taken_of(w, slot) == (5, 0)


def test_who_just_comes_takes_of_the_places_kept_and_is_let_in(work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:
        build(w, roster=False)
        ground = build_ground(w, capacity=1, kept=2)
    go_to(clock, at(TUESDAY, 8))
    party = Party("赵大爷", "resident_id", id_number(date(1940, 1, 1), 7))
    with work() as w:
        made = grave_visits.book_at_desk(w, ground.clerk, ground.plots[0], slot_of(w), 2, party, on_site=True)
        assert taken_of(w, slot_of(w)) == (0, 2)
        assert grave_visits.arrive(w, ground.clerk, made.number).state == "done"
        assert verifying.differences(w) == []


def test_a_day_closed_for_weather_lets_families_choose_again(work: WorkFactory, ground: Ground) -> None:
    who = somebody(work)
    made = visit(work, ground, who)
    with work() as w:
        office = w.session.scalars(select(Office).where(Office.kind == "cemetery")).one()
        closures.close_day(w, office, "visit", TUESDAY, "大雨")
    assert (desk_jobs.displace(), desk_jobs.displace()) == (1, 0)
    with work() as w:
        booking = w.session.get_one(Booking, made)
        assert booking.state == "displaced"
        assert closures.alternatives(w, booking) != []
        after = slot_of(w, TUESDAY + DAY)
        service.move(w, made, after, by=who)
        assert taken_of(w, after) == (3, 0)
        assert verifying.differences(w) == []


# -- swept for a family


def picture() -> bytes:
    whole = BytesIO()
    Image.new("RGB", (40, 30), "green").save(whole, "JPEG")
    return whole.getvalue()


def test_a_grave_is_swept_for_a_family_with_pictures_only_they_see(
    work: WorkFactory, ground: Ground, clock: ManualClock
) -> None:
    family, other = somebody(work, 1), somebody(work, 2)
    with work() as w:
        for day in (TODAY, TODAY + 31 * DAY):
            with pytest.raises(BadInputError):
                sweeping.ask(w, family, Request(ground.plots[0], day))
        errand = sweeping.ask(w, family, Request(ground.plots[0], TODAY + DAY, "爷爷安息")).id
        with pytest.raises(ErrandTakenError):
            sweeping.ask(w, other, Request(ground.plots[0], TODAY + DAY))
        with pytest.raises(BadInputError):
            sweeping.finish(w, ground.clerk, errand, [picture()])
    clock.advance(86_400)
    with work() as w:
        with pytest.raises(BadInputError):
            sweeping.finish(w, ground.clerk, errand, [])
        done = sweeping.finish(w, ground.clerk, errand, [picture()])
        w.session.flush()
        (shown,) = sweeping.photos(w, done)
        assert sweeping.photo(w, sweeping.find(w, errand, person_id=family), shown).startswith(b"\xff\xd8\xff")
        with pytest.raises(NotFoundError):
            sweeping.find(w, errand, person_id=other)
        with pytest.raises(ErrandOverError):
            sweeping.refuse(w, ground.clerk, errand, "不行")
        assert w.session.scalars(select(InboxItem.title).where(InboxItem.person_id == family)).all() == ["代祭扫已完成"]


def test_what_is_refused_can_be_asked_for_again(work: WorkFactory, ground: Ground) -> None:
    family = somebody(work)
    with work() as w:
        first = sweeping.ask(w, family, Request(ground.plots[0], TODAY + DAY))
        cemetery = cemeteries.find(w, ground.officer, CODE)
        assert [one.id for one in sweeping.to_do(w, cemetery.id)] == [first.id]
        sweeping.refuse(w, ground.clerk, first.id, "山路在修")
        w.session.flush()
        assert sweeping.ask(w, family, Request(ground.plots[0], TODAY + DAY)).state == "asked"


# -- many at once


@pytest.mark.both_databases
def test_a_rush_of_families_never_overfills_a_time_and_a_grave_is_booked_once(app: APIFlask, work: WorkFactory) -> None:
    """Twenty families of one to three for ten places, two of them for the same grave: the counter is exact."""
    with work() as w:
        build(w, roster=False)
        ground = build_ground(w, capacity=10, plots=19)
        people = [person(w, f"来人{n}", serial=n) for n in range(1, 21)]
        slot = slot_of(w)

    def come(number: int) -> int:
        persons = number % 3 + 1
        with unit_of_work() as w:
            grave_visits.book(w, people[number], ground.plots[number % 19], slot, persons)
        return persons

    answers = at_once(app, 20, come)
    let_in = [one for one in answers if isinstance(one, int)]
    assert {one for one in answers if not isinstance(one, int)} <= {SlotFullError, GraveTakenError}
    with work() as w:
        assert taken_of(w, slot) == (sum(let_in), 0)
        assert 8 <= sum(let_in) <= 10
        assert verifying.differences(w) == []
        rows = w.session.execute(select(GraveVisit.plot_id, func.count()).group_by(GraveVisit.plot_id)).all()
        assert {count for _, count in rows} == {1}
