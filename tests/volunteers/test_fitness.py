"""Who may do which service: age, guardian, proofs that were seen, insurance; what ends soon is told once; stars."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.core.clock import CHINA, ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.people.service import Viewer
from backend.residents.models import InboxItem, Person
from backend.volunteers import expiring, fitness, holdings, honours, qualifications, registering
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.errors import (
    GuardianNeededError,
    InsuranceNeededError,
    QualificationMissingError,
    TooYoungError,
)
from backend.volunteers.guardians import SELF
from backend.volunteers.models import Volunteer
from backend.volunteers.profiles import Profile
from backend.volunteers.qualifications import Course, Cover, Proof
from backend.volunteers.registering import Wish
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.volunteers import published, volunteer
from tests.support.world import COUNTY, World

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
CARE = Proof("care", "县人社局", "C-1", date(2024, 1, 5), TODAY + 10 * DAY)
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = one_database


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return world.build(w)


@pytest.fixture
def officer(county: World) -> Viewer:
    return county.viewer("officer", "officer", f"{COUNTY}/")


def one(w: Work, born: date = date(1990, 5, 1), **more: Any) -> Volunteer:
    return w.session.get_one(Volunteer, volunteer(w, born=born, **more))


def fit(w: Work, row: Volunteer, **asked: Any) -> bool:
    fitness.require_fit(w, row, **{"needs": (), "min_age": 8, "risk": False, "on": TODAY, **asked})
    return True


@pytest.mark.parametrize(("age", "ok"), [(TODAY, True), (TODAY + DAY, False)], ids=["birthday", "eve"])
def test_the_least_age_holds_from_the_birthday_on(county: World, work: WorkFactory, age: date, ok: bool) -> None:
    assert county.staff
    with work() as w:
        row = one(w, age.replace(year=2012), guardian_at=w.now)
        if ok:
            assert fit(w, row, min_age=14)
        else:
            with pytest.raises(TooYoungError):
                fit(w, row, min_age=14)


def test_a_minor_needs_a_guardian_and_never_does_what_is_risky(county: World, work: WorkFactory) -> None:
    assert county.staff
    with work() as w:
        row = one(w, date(2010, 1, 1))
        with pytest.raises(GuardianNeededError):
            fit(w, row)
        row.guardian_at = w.now
        assert fit(w, row)
        with pytest.raises(TooYoungError, match="18"):
            fit(w, row, risk=True)


def test_a_proof_counts_once_seen_and_until_its_last_day(officer: Viewer, work: WorkFactory) -> None:
    with work() as w:
        row = one(w)
        said = qualifications.say(w, row, CARE)
        with pytest.raises(QualificationMissingError, match="养老护理员证"):
            fit(w, row, needs=("care",))
        qualifications.seen(w, officer, row, said.id)
        assert fit(w, row, needs=("care",), on=TODAY + 10 * DAY)
        with pytest.raises(QualificationMissingError):
            fit(w, row, needs=("care",), on=TODAY + 11 * DAY)
        with pytest.raises(BadInputError):
            qualifications.say(w, row, Proof("care", "县人社局", "C-2", TODAY + DAY))


def test_risk_needs_insurance_of_ones_own_or_of_the_activity(officer: Viewer, work: WorkFactory) -> None:
    cover = Cover("人保", "P-1", TODAY, TODAY + DAY)
    with work() as w:
        row, activity = one(w), published(w, officer)
        with pytest.raises(InsuranceNeededError):
            fit(w, row, risk=True, activity_id=activity.id)
        qualifications.insure_activity(w, officer, activity.id, cover)
        assert fit(w, row, risk=True, activity_id=activity.id)
        with pytest.raises(InsuranceNeededError):
            fit(w, row, risk=True)
        qualifications.insure(w, officer, row, cover)
        assert fit(w, row, risk=True)
        with pytest.raises(InsuranceNeededError):
            fit(w, row, risk=True, on=TODAY + 2 * DAY)


def test_what_ends_within_thirty_days_is_told_once(officer: Viewer, work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:
        row = one(w)
        qualifications.say(w, row, Proof("care", "县人社局", "C-1", date(2024, 1, 5), TODAY + 31 * DAY))
        qualifications.insure(w, officer, row, Cover("人保", "P-1", TODAY, TODAY + 30 * DAY))
        qualifications.train(w, officer, row, Course("急救", "心肺复苏", 90, "红十字会", TODAY, TODAY + 400 * DAY))
        assert (expiring.tell_endings(w), expiring.tell_endings(w)) == (1, 0)
    clock.advance(86_400)
    with work() as w:
        assert (expiring.tell_endings(w), expiring.tell_endings(w)) == (1, 0)
        assert any("养老护理员证到2026年12月23日到期" in body for body in w.session.scalars(select(InboxItem.body)))


def write(w: Work, volunteer_id: UUID, minutes: int, state: str = "recorded") -> None:
    """Service of some hours, written as a row: its rules are tested elsewhere."""
    start = datetime(2020, 1, 1, tzinfo=CHINA)
    serial = str(len(w.session.scalars(select(ServiceRecord.id)).all()))
    w.session.add(
        ServiceRecord(
            volunteer_id=volunteer_id, source="import", source_id=serial, name="助餐", kind="meals", content="送餐",
            place="桃园社区", started_at=start, ended_at=start + DAY, minutes=minutes, organiser="桃园社区",
            lead="陈静", due_at=start, recorded_at=start, state=state, division_path=f"{COUNTY}/",
        )
    )  # fmt: skip
    w.session.flush()


def test_a_star_is_given_at_its_hours_once_and_praise_once(officer: Viewer, work: WorkFactory) -> None:
    with work() as w:
        row = one(w)
        for minutes in (*[1440] * 4, 239):
            write(w, row.id, minutes)
        write(w, row.id, 600, "void")
        assert honours.give_stars(w) == 0
        write(w, row.id, 1)
        assert (honours.give_stars(w), honours.give_stars(w)) == (1, 0)
        honours.praise(w, officer, row, "优秀志愿者", "示范县民政局")
        with pytest.raises(BadInputError):
            honours.praise(w, officer, row, "优秀志愿者", "示范县民政局")
        assert {given.name for given in honours.of(w, row.id)} == {"一星志愿者", "优秀志愿者"}
        assert honours.served(w, row.id) == 6000


def test_who_is_forgotten_leaves_the_record_and_nothing_else(officer: Viewer, work: WorkFactory) -> None:
    with work() as w:
        row = one(w, skills=["cooking"], longitude=106.1, latitude=29.9)
        registering.change(w, row, Wish(row.division_code, Profile(("meals",))), 0, SELF)
        write(w, row.id, 60)
        w.session.scalars(select(ServiceRecord)).one().ended_at = w.now - DAY
        qualifications.seen(w, officer, row, qualifications.say(w, row, CARE).id)
        lines = [line for one in holdings.HOLDINGS for line in one.collect(w, row.person_id)]
        assert {"助餐", "C-1"} <= {value for line in lines for value in line.values()}
        erasable = holdings.ERASABLES[0]
        assert [one.what for one in erasable.kept(w, row.person_id)] == ["志愿服务记录和证明"]
        erasable.erase(w, row.person_id)
        assert (row.state, row.services, row.longitude) == ("withdrawn", [], None)
        assert not qualifications.of(w, row.id)
        assert w.session.scalars(select(ServiceRecord.minutes)).all() == [60]
        assert w.session.get_one(Person, row.person_id).erased_at is None
