"""Who may become a volunteer, with whose consent, once; pausing, leaving, coming back with the same number."""

from datetime import date
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.core.clock import ManualClock
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, DomainError
from backend.notices.models import Notice
from backend.people.service import Viewer
from backend.residents.models import Person
from backend.volunteers import expiring, guardians, registering, service
from backend.volunteers.errors import (
    AlreadyVolunteerError,
    GuardianNeededError,
    GuardianWrongError,
    NotVolunteerError,
    UnderEightError,
    VolunteerChangedError,
    VolunteerSuspendedError,
)
from backend.volunteers.guardians import SELF, By, Guardian
from backend.volunteers.models import Volunteer
from backend.volunteers.profiles import Profile
from backend.volunteers.registering import Wish
from tests.conftest import WorkFactory
from tests.support import residents, world
from tests.support.at_once import at_once
from tests.support.world import COUNTY, TOWN, World

TODAY = date(2026, 11, 22)
MOTHER, MOTHERS_PHONE = "李春梅", "13812345678"
PAPER = Guardian(MOTHER, MOTHERS_PHONE, "company", "监护人当面签了同意书")
WISH = Wish(
    TOWN, Profile(services=("company", "meals"), hours=((5, 480, 720), (5, 700, 800)), place=(106.5512, 29.5637))
)
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return world.build(w)


def clerk(county: World) -> Viewer:
    return county.viewer("officer", "clerk", f"{COUNTY}/{TOWN}/")


def years_ago(years: int, days: int = 0) -> date:
    return date(TODAY.year - years, TODAY.month, TODAY.day + days)


def outcome(w: Work, born: date, guardian: Guardian | None, by: By) -> str | type[DomainError]:
    """The state of a registration of somebody born then, or the error."""
    person_id = residents.person(w, "王小明", born, 1)
    try:
        return registering.register(w, person_id, Wish(TOWN, Profile(), guardian), by).state
    except DomainError as refusal:
        return type(refusal)


@one_database
@pytest.mark.parametrize(
    ("born", "alone", "named", "signed"),
    [
        (years_ago(8, 1), UnderEightError, UnderEightError, UnderEightError),
        (years_ago(8), GuardianNeededError, "applied", "active"),
        (years_ago(18, 1), GuardianNeededError, "applied", "active"),
        (years_ago(18), "active", "active", "active"),
    ],
    ids=["eight_tomorrow", "eight_today", "eighteen_tomorrow", "eighteen_today"],
)
def test_age_on_the_birthday_decides_whether_a_guardian_is_asked(
    county: World, work: WorkFactory, born: date, alone: object, named: object, signed: object
) -> None:
    desk = By(staff=clerk(county))
    for guardian, by, expected in (
        (None, SELF, alone),
        (Guardian(MOTHER, MOTHERS_PHONE), SELF, named),
        (PAPER, desk, signed),
    ):
        with work() as w:
            assert outcome(w, born, guardian, by) == expected
            w.session.rollback()


@pytest.fixture
def child(county: World, work: WorkFactory) -> UUID:
    """A child who has named the mother and waits."""
    assert county.staff
    with work() as w:
        person_id = residents.person(w, "王小明", years_ago(12), 1)
        return registering.register(w, person_id, Wish(TOWN, Profile(), Guardian(MOTHER, MOTHERS_PHONE)), SELF).id


@one_database
def test_only_the_named_guardian_agrees_by_number_and_the_childs_name(child: UUID, work: WorkFactory) -> None:
    with work() as w:
        row = w.session.get_one(Volunteer, child)
        mother = residents.person(w, MOTHER, date(1985, 3, 3), 2, MOTHERS_PHONE)
        stranger = residents.person(w, "赵六", date(1985, 3, 3), 4, "13912345678")
        sister = residents.person(w, MOTHER, years_ago(17), 6, MOTHERS_PHONE)
        for who, number, name in (
            (stranger, row.number, "王小明"), (sister, row.number, "王小明"),
            (mother, row.number, "王大明"), (mother, "V261122-10000-0", "王小明"),
        ):  # fmt: skip
            with pytest.raises(GuardianWrongError):
                registering.guardian_agrees(w, who, number, name, "consent")
        with pytest.raises(GuardianNeededError):
            service.active(w, row.person_id)
        told = w.session.scalars(select(Notice).where(Notice.template == "guardian_asked")).one()
        assert MOTHERS_PHONE in told.addresses
        registering.guardian_agrees(w, mother, row.number.lower().replace("-", " "), "王小明", "company")
        assert service.active(w, row.person_id).guardian_rule == "company"
        assert guardians.wards(w, mother) == [row]
        w.session.get_one(Person, row.person_id).birth_date = years_ago(18)
        assert guardians.wards(w, mother) == []


@one_database
def test_a_child_whose_guardian_never_answered_is_a_volunteer_at_eighteen(
    child: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    clock.advance(int(5.99 * 365.25) * 86_400)
    with work() as w:
        assert expiring.come_of_age(w) == 0
    clock.advance(40 * 86_400)
    with work() as w:
        assert expiring.come_of_age(w) == 1
        assert w.session.get_one(Volunteer, child).state == "active"
    with work() as w:
        assert expiring.come_of_age(w) == 0


@one_database
def test_what_is_offered_is_put_in_order_and_the_place_made_rough(county: World, work: WorkFactory) -> None:
    assert county.staff
    with work() as w:
        row = registering.register(w, residents.person(w), WISH, SELF)
        assert row.services == ["meals", "company"]
        assert row.hours == [[5, 480, 800]]
        assert (row.longitude, row.latitude) == (106.55, 29.56)
        assert row.number.startswith("V261122-")


@one_database
@pytest.mark.parametrize(
    "profile",
    [
        Profile(services=("flying",)),
        Profile(areas=("999999",)),
        Profile(hours=((7, 0, 60),)),
        Profile(hours=((0, 60, 60),)),
        Profile(hours=((0, 0, 1441),)),
        Profile(place=(0.0, 0.0)),
    ],
    ids=["service", "area", "weekday", "no_time", "beyond_midnight", "place"],
)
def test_an_offer_that_cannot_be_is_refused(county: World, work: WorkFactory, profile: Profile) -> None:
    assert county.staff
    with work() as w, pytest.raises(BadInputError):
        registering.register(w, residents.person(w), Wish(TOWN, profile), SELF)


@pytest.mark.both_databases
def test_two_phones_at_once_make_one_volunteer(county: World, app: APIFlask, work: WorkFactory) -> None:
    assert county.staff
    with work() as w:
        person_id = residents.person(w)

    def join(_number: int) -> str:
        with unit_of_work() as w:
            return registering.register(w, person_id, WISH, SELF).state

    answers = at_once(app, 8, join)
    assert answers.count("active") == 1
    assert answers.count(AlreadyVolunteerError) == 7
    with work() as w:
        assert w.session.scalar(select(func.count()).select_from(Volunteer)) == 1


@one_database
def test_pausing_leaving_and_coming_back_keep_the_number(county: World, work: WorkFactory) -> None:
    with work() as w:
        row = registering.register(w, residents.person(w), WISH, SELF)
        number, mine = row.number, clerk(county)
        registering.suspend(w, mine, row, "多次没有到场")
        with pytest.raises(VolunteerSuspendedError, match="多次没有到场"):
            service.active(w, row.person_id)
        registering.resume(w, mine, row)
        registering.withdraw(w, row, SELF)
        with pytest.raises(NotVolunteerError):
            service.active(w, row.person_id)
        again = registering.register(w, row.person_id, Wish(TOWN, Profile(services=("reading",))), SELF)
        assert (again.number, again.services) == (number, ["reading"])
        with pytest.raises(AlreadyVolunteerError):
            registering.register(w, row.person_id, WISH, SELF)


@one_database
def test_a_change_of_what_somebody_else_has_changed_is_refused(county: World, work: WorkFactory) -> None:
    assert county.staff
    with work() as w:
        row = registering.register(w, residents.person(w), WISH, SELF)
        registering.change(w, row, WISH, 0, SELF)
        with pytest.raises(VolunteerChangedError):
            registering.change(w, row, WISH, 0, SELF)
        assert w.session.get_one(Person, row.person_id).name == service.name_of(w, row)
