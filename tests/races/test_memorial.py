"""Fifty at once at one hall and one cemetery, on both databases: nobody counted twice, no place given twice."""

from collections import Counter
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.booking import service as booking
from backend.booking import verifying
from backend.booking.errors import SlotFullError
from backend.booking.parties import Party
from backend.core.db import unit_of_work
from backend.core.errors import NotFoundError
from backend.memorial import deceased, grave_visits, halls, tributes
from backend.memorial.errors import HallExistsError
from backend.memorial.models import HallPerson
from backend.memorial.tribute_errors import HallRestsError
from backend.memorial.tribute_models import Tribute
from backend.memorial.tributes import Offering
from backend.residents.models import Person
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support import tributes as remembering
from tests.support import world
from tests.support.at_once import at_once
from tests.support.cemetery import OFFICE, Ground, build_ground, slot_of, taken_of
from tests.support.residents import person

pytestmark = pytest.mark.both_databases

HANDS = 50


@pytest.fixture
def crowd(work: WorkFactory) -> list[UUID]:
    with work() as w:
        return [person(w, f"来客{one}", serial=100 + one) for one in range(HANDS)]


def test_parties_of_every_size_take_the_last_places_and_never_one_too_many(
    app: APIFlask, work: WorkFactory, crowd: list[UUID]
) -> None:
    with work() as w:
        world.build(w, roster=False)
        build_ground(w, capacity=40)
        slot = slot_of(w)

    def come(number: int) -> int:
        size = number % 6 + 1
        with unit_of_work() as w:
            me = w.session.get_one(Person, crowd[number])
            party = Party(me.name, me.id_kind, me.id_number or "", None, me.id)
            booking.book(
                w, office_code=OFFICE, matter=grave_visits.MATTER, slot_id=slot, parties=[party], by=me.id, persons=size
            )
        return size

    answers = at_once(app, HANDS, come)
    let_in = [one for one in answers if isinstance(one, int)]
    smallest = min(number % 6 + 1 for number, one in enumerate(answers) if one is SlotFullError)
    assert len(let_in) + answers.count(SlotFullError) == HANDS
    with work() as w:
        taken, _on_site = taken_of(w, slot)
        assert taken == sum(let_in)
        assert 40 - smallest < taken <= 40
        assert verifying.differences(w) == []


def test_one_grave_is_visited_by_one_of_fifty_families_a_day(
    app: APIFlask, work: WorkFactory, crowd: list[UUID]
) -> None:
    with work() as w:
        world.build(w, roster=False)
        ground: Ground = build_ground(w, capacity=400)
        times = [slot_of(w, number=one) for one in range(3)]

    def come(number: int) -> str:
        with unit_of_work() as w:
            grave_visits.book(w, crowd[number], ground.plots[0], times[number % 3], number % 3 + 1)
        return "booked"

    answers = at_once(app, HANDS, come)
    assert answers.count("booked") == 1
    with work() as w:
        assert sum(taken_of(w, one)[0] for one in times) == answers.index("booked") % 3 + 1
        assert verifying.differences(w) == []


def test_two_counters_that_open_a_hall_for_one_dead_person_open_one(
    app: APIFlask, work: WorkFactory, crowd: list[UUID]
) -> None:
    """Both clerks also register the death itself: that is one dead person too."""
    with work() as w:
        county = remembering.build(w)
    clerks = [county.viewers[name] for name in ("clerk", "clerk2", "clerk3")]

    def open_hall(number: int) -> str:
        clerk = clerks[number % len(clerks)]
        with unit_of_work() as w:
            mother = deceased.register(w, clerk, made.MOTHER).id
        with unit_of_work() as w:
            return halls.open_hall(w, clerk, made.opening(crowd[number], mother)).number

    answers = at_once(app, 9, open_hall)
    assert answers.count(HallExistsError) == 8
    with work() as w:
        assert w.session.scalar(select(func.count()).select_from(HallPerson)) == 1


def test_a_hall_that_closes_in_a_crowd_counts_who_was_there_and_takes_nobody_after(
    app: APIFlask, work: WorkFactory, crowd: list[UUID]
) -> None:
    with work() as w:
        county = remembering.build(w)

    def come(number: int) -> str:
        with unit_of_work() as w:
            if number == HANDS // 2:
                halls.close(w, county.kin, county.hall, "家人商量好了")
                return "closed"
            tributes.give(w, crowd[number], county.hall, Offering("candle"))
            return "lit"

    answers = Counter(at_once(app, HANDS, come))
    assert answers["closed"] == 1
    assert set(answers) <= {"closed", "lit", HallRestsError, NotFoundError}
    with work() as w:
        assert tributes.counts(w, county.hall).get("candle", 0) == answers["lit"]
        assert w.session.scalar(select(func.count()).select_from(Tribute)) == answers["lit"]
    with pytest.raises(NotFoundError), work() as w:
        tributes.give(w, crowd[0], county.hall, Offering("flower"))
