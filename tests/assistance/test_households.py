"""Households: nobody in two at once, nothing without its day, never an empty one."""

from datetime import date
from uuid import UUID

import pytest
from apiflask import APIFlask

from backend.assistance import households
from backend.assistance.errors import DeadApplicantError, HouseholdEmptyError, InOtherHouseholdError
from backend.assistance.facts import PersonFacts, Relation
from backend.assistance.households import NewMember
from backend.assistance.models import Benefit, Household
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.residents.models import Person
from tests.conftest import WorkFactory
from tests.support import payments, world
from tests.support.at_once import at_once
from tests.support.residents import person
from tests.support.world import COUNTY, TOWN, VILLAGE

one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
JUNE, TODAY = date(2026, 6, 1), date(2026, 11, 22)


def member(who: UUID, relation: Relation = "applicant", since: date = JUNE) -> NewMember:
    facts = PersonFacts(key=str(who), birth_date=date(1960, 5, 1), relation=relation)
    return NewMember(who, relation, facts, since)


def couple(work: Work) -> list[NewMember]:
    return [member(person(work)), member(person(work, "李建国", serial=3), "spouse")]


def home(work: Work, members: list[NewMember] | None = None) -> Household:
    people = couple(work) if members is None else members
    return households.found(work, division_code=VILLAGE, urban=False, address="一组三号", members=people)


def who(household: Household, day: date = TODAY) -> list[UUID]:
    return [one.person_id for one in households.members_on(household, day)]


@pytest.fixture
def county(work: WorkFactory) -> None:
    with work() as w:
        world.build(w, roster=False)


def test_a_household_is_founded_with_its_people_in_order(work: WorkFactory, county: None) -> None:
    with work() as w:
        two = couple(w)
        made = home(w, two)
        assert who(made) == [one.person_id for one in two]
        assert who(made, date(2026, 5, 31)) == []
        assert households.of_person(w, two[1].person_id) == made
        assert households.facts_of(made.members[1]) == two[1].facts
    assert made.number.startswith("HH261122-")


@one_database
def test_what_is_known_of_a_member_is_sealed_in_the_database(work: WorkFactory, county: None) -> None:
    with work() as w:
        home(w)
        raw = w.session.connection().exec_driver_sql("SELECT facts FROM household_member").all()
    assert [b"1960" in facts for (facts,) in raw] == [False, False]


@one_database
@pytest.mark.parametrize("place", [COUNTY, "nowhere"])
def test_a_household_lives_within_a_township(place: str, work: WorkFactory, county: None) -> None:
    with work() as w, pytest.raises(BadInputError):
        households.found(w, division_code=place, urban=True, address="", members=couple(w))


@one_database
def test_nobody_the_dead_twice_the_same_and_strangers_are_refused(work: WorkFactory, county: None) -> None:
    with work() as w:
        two = couple(w)
        with pytest.raises(HouseholdEmptyError):
            home(w, [])
        with pytest.raises(BadInputError):
            home(w, [two[0], two[0]])
        with pytest.raises(NotFoundError):
            home(w, [member(new_id())])
        w.session.get_one(Person, two[1].person_id).died_on = date(2026, 1, 1)
        with pytest.raises(DeadApplicantError):
            home(w, two)


def test_nobody_is_in_two_households(work: WorkFactory, county: None) -> None:
    with work() as w:
        two = couple(w)
        home(w, two)
    with work() as w, pytest.raises(InOtherHouseholdError):
        home(w, two[:1])


def test_of_many_clerks_who_enter_the_same_person_at_once_one_wins(
    app: APIFlask, work: WorkFactory, county: None
) -> None:
    with work() as w:
        two = couple(w)

    def enter(number: int) -> UUID:
        with unit_of_work() as w:
            return home(w, two if number % 2 else two[::-1]).id

    answers = at_once(app, 6, enter)
    assert sum(isinstance(one, UUID) for one in answers) == 1
    assert answers.count(InOtherHouseholdError) == 5


@pytest.mark.both_databases
def test_of_two_who_live_alone_and_are_each_named_by_the_other_one_family_comes_of_it(
    app: APIFlask, work: WorkFactory, county: None
) -> None:
    with work() as w:
        two = couple(w)
        homes = [home(w, [member(one.person_id)]) for one in two]

    def name_the_other(number: int) -> UUID:
        with unit_of_work() as w:
            mine = w.session.get_one(Household, homes[number % 2].id)
            return households.set_members(w, mine, two[:: 1 - 2 * (number % 2)], TODAY).id

    answers = at_once(app, 6, name_the_other)
    won = {one for one in answers if isinstance(one, UUID)}
    assert len(won) == 1
    assert {one for one in answers if not isinstance(one, UUID)} == {NotFoundError}  # the other household is closed
    with work() as w:
        assert {households.of_person(w, one.person_id).id for one in two} == won  # type: ignore[union-attr] # both have one


def test_members_change_on_a_day_and_the_past_stays(work: WorkFactory, county: None) -> None:
    with work() as w:
        two = couple(w)
        made = home(w, two)
        child = member(person(w, "李小宝", date(2016, 6, 1), 5), "child", TODAY)
        made = households.set_members(w, made, [two[0], child], TODAY)
    assert who(made) == [two[0].person_id, child.person_id]
    assert who(made, date(2026, 11, 21)) == [one.person_id for one in two]


@one_database
def test_somebody_who_left_can_come_back(work: WorkFactory, county: None) -> None:
    with work() as w:
        two = couple(w)
        made = households.leave(w, home(w, two), two[1].person_id, date(2026, 9, 1))
        assert households.of_person(w, two[1].person_id) is None
        made = households.set_members(w, made, [two[0], member(two[1].person_id, "spouse", TODAY)], TODAY)
    assert [len(who(made, day)) for day in (date(2026, 8, 31), date(2026, 9, 1), TODAY)] == [2, 1, 2]


@one_database
def test_the_last_one_does_not_leave_and_nobody_leaves_before_they_came(work: WorkFactory, county: None) -> None:
    with work() as w:
        two = couple(w)
        made = home(w, two)
        with pytest.raises(BadInputError):
            households.leave(w, made, two[1].person_id, date(2026, 5, 31))
        with pytest.raises(NotFoundError):
            households.leave(w, made, new_id(), TODAY)
        households.leave(w, made, two[1].person_id, TODAY)
        with pytest.raises(HouseholdEmptyError):
            households.leave(w, made, two[0].person_id, TODAY)


@one_database
def test_a_household_splits_on_a_day(work: WorkFactory, county: None) -> None:
    with work() as w:
        two = couple(w)
        old = home(w, two)
        new = households.split(w, old, [member(two[1].person_id, since=TODAY)], address="二组五号", day=TODAY)
        old = households.fresh(w, old.id)
    assert (who(old), who(new)) == ([two[0].person_id], [two[1].person_id])
    assert who(old, date(2026, 11, 21)) == [one.person_id for one in two]
    assert (new.division_code, new.urban, new.address) == (VILLAGE, False, "二组五号")


@one_database
def test_a_split_leaves_somebody_behind(work: WorkFactory, county: None) -> None:
    with work() as w:
        two = couple(w)
        with pytest.raises(HouseholdEmptyError):
            households.split(w, home(w, two), two, address="", day=TODAY)


@pytest.fixture
def load(work: WorkFactory) -> payments.Caseload:
    with work() as w:
        return payments.build(w)


def paid_home(work: Work, load: payments.Caseload) -> tuple[Household, Benefit]:
    benefit = payments.granted(work, load)
    return work.session.get_one(Household, load.households[0]), benefit


@one_database
def test_a_family_that_moves_is_looked_at_again_today(work: WorkFactory, load: payments.Caseload) -> None:
    with work() as w:
        household, benefit = paid_home(w, load)
        moved = households.move(w, household, division_code=TOWN, address="新街八号", urban=False)
        assert (moved.division_code, moved.urban, moved.address) == (TOWN, False, "新街八号")
        assert benefit.review_on == TODAY


@one_database
def test_a_family_that_somebody_leaves_is_looked_at_again_today(work: WorkFactory, load: payments.Caseload) -> None:
    with work() as w:
        household, benefit = paid_home(w, load)
        child = member(person(w, "李小宝", date(2016, 6, 1), 5), "child", TODAY)
        stays = [member(one.person_id, "applicant", TODAY) for one in household.members]
        households.set_members(w, household, [*stays, child], TODAY)
        assert benefit.review_on > TODAY
        households.leave(w, household, child.person_id, TODAY)
        assert benefit.review_on == TODAY


def test_after_a_death_the_family_is_looked_at_and_an_empty_household_is_closed(
    work: WorkFactory, load: payments.Caseload
) -> None:
    with work() as w:
        household, benefit = paid_home(w, load)
        dead = household.members[0].person_id
        left = households.record_death(w, dead, date(2026, 11, 20))
        assert left is not None
        assert (left.closed_at, benefit.review_on) == (w.now, TODAY)
        assert [len(who(left, date(2026, 11, day))) for day in (20, 21)] == [1, 0]
        assert households.facts_of(left.members[0]).died_on == date(2026, 11, 20)
        assert households.record_death(w, dead, date(2026, 11, 20)) is None
        with pytest.raises(NotFoundError):
            households.close(w, left, TODAY)


@one_database
@pytest.mark.parametrize("day", [date(2026, 11, 23), date(1960, 4, 30)])
def test_nobody_dies_tomorrow_or_before_birth(day: date, work: WorkFactory, county: None) -> None:
    with work() as w, pytest.raises(BadInputError):
        households.record_death(w, person(w), day)


@one_database
def test_a_closed_household_has_nobody_and_its_people_are_free(work: WorkFactory, county: None) -> None:
    with work() as w:
        two = couple(w)
        closed = households.close(w, home(w, two), TODAY)
        assert who(closed) == []
        assert who(home(w, [member(one.person_id, since=TODAY) for one in two])) == [one.person_id for one in two]
