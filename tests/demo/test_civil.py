"""The civil side of the demonstration: a county where residents can log in and a registry in the middle of its day."""

from datetime import date, timedelta

from sqlalchemy import func, select

from backend.booking import service as appointments
from backend.booking.models import Booking, Office, QueueTicket, Slot
from backend.booking.verifying import differences
from backend.core import audit, idnumber
from backend.core.clock import ManualClock, local
from backend.core.db import Work, reading
from backend.demo import seed
from backend.demo.civil_data import civil
from backend.guides import service as guides
from backend.marriage.models import Divorce, RegistrarLicence, Registration
from backend.marriage.record_models import ImportRun
from backend.people.models import Staff
from backend.people.service import sign_in
from backend.ratings.models import CallbackTask, Rating
from backend.residents import proxies, service
from backend.residents.models import Person, WeChatAccount
from backend.residents.rules import Assurance
from backend.sandbox.people import KNOWN, openid_of
from tests.conftest import WorkFactory
from tests.demo.conftest import County
from tests.support.wechat_world import APPID

WORKDAY_NOON = timedelta(days=1, hours=4)  # after Sunday the 22nd of November, eight in the morning


def states(w: Work, column: object) -> dict[str, int]:
    rows = w.session.execute(select(column, func.count()).group_by(column))  # type: ignore[call-overload] # any column
    return {str(state): count for state, count in rows}


def test_six_offices_whose_counts_are_true_and_open_as_their_plans_say(
    county: County,
) -> None:
    today = local(county.clock.now()).date()
    with county.look() as w:
        assert differences(w) == []
        assert set(w.session.scalars(select(Office.code))) == {"MR-01", "MR-01-F", "MR-01-L", "QS-01", "QS-LY", "BY-01"}
        monday, saturday = today + timedelta(days=1), today + timedelta(days=6)
        assert (len(slots(w, "marriage", monday)), len(slots(w, "marriage", saturday))) == (12, 6)
        assert {(one.capacity, one.on_site) for one in slots(w, "marriage", monday)} == {(2, 1)}
        assert {(one.capacity, one.on_site) for one in slots(w, "marriage", saturday)} == {(2, 0)}
        furthest = appointments.open_slots(w, "MR-01", "marriage_registration", today, today + timedelta(days=40))
        assert furthest[-1].day == today + timedelta(days=31)


def slots(w: Work, pool: str, day: date) -> list[Slot]:
    return list(w.session.scalars(select(Slot).where(Slot.pool == pool, Slot.day == day)))


def test_the_desk_is_in_the_middle_of_its_day(county: County) -> None:
    today = local(county.clock.now()).date()
    with county.look() as w:
        at_registry = select(Booking.state, func.count()).where(Booking.day == today).group_by(Booking.state)
        assert {state: count for state, count in w.session.execute(at_registry)} == {  # noqa: C416 - a Result is no mapping
            "done": 1, "serving": 1, "checked_in": 3, "booked": 1, "cancelled": 1,
        }  # fmt: skip
        assert states(w, QueueTicket.state) == {"done": 1, "serving": 1, "called": 1, "waiting": 3}
        oldest = w.session.scalars(select(QueueTicket).where(QueueTicket.state == "done")).one()
        assert oldest.priority_why == "elder"
        assert states(w, Registration.state) == {"registered": 2 + 6 + 1, "open": 1}


def test_two_divorces_one_in_each_period(county: County) -> None:
    with county.look() as w:
        assert states(w, Divorce.state) == {"cooling": 1, "window": 1}


def test_registrars_may_sign_and_one_certificate_ends_soon(county: County) -> None:
    today = local(county.clock.now()).date()
    with county.look() as w:
        left = [(row.valid_until - today).days for row in w.session.scalars(select(RegistrarLicence))]
        assert sorted(left) == [15, 695]


def test_residents_are_known_by_their_account_and_their_name_is_proved(county: County) -> None:
    with county.look() as w:
        accounts = {one.openid: one for one in w.session.scalars(select(WeChatAccount))}
        named = {openid_of(APPID, row.user): row for row in civil().residents if row.account}
        assert set(accounts) == set(named)
        for openid, row in named.items():
            person = accounts[openid].person
            assert person is not None
            assert (person.name, person.phone) == (row.name, KNOWN[row.user].phone)
            assert service.assurance(accounts[openid]) is Assurance.REAL_NAME


def test_a_son_acts_for_his_mother_who_has_no_telephone(county: County) -> None:
    with county.look() as w:
        names = {person.name: person.id for person in w.session.scalars(select(Person))}
        [proxy] = proxies.of_person(w, names["王秀英"])
        assert (proxy.state, proxy.agent_id, proxy.consent_how) == ("active", names["陈杰"], "counter")
        [visit] = appointments.bookings_of(w, names["王秀英"])
        assert (visit.matter, visit.state) == ("assistance_consultation", "booked")
        booked = {one.matter for one in appointments.bookings_of(w, names["王芳"])}
        assert booked == {"family_counselling", "tomb_sweeping"}


def test_ratings_a_question_and_old_registrations_are_there(county: County) -> None:
    with county.look() as w:
        assert sorted(w.session.scalars(select(Rating.level))) == [2, 4, 5, 5, 5]
        assert len(w.session.scalars(select(CallbackTask)).all()) == 1
        assert [one.text for one in guides.inbox(w)] == [civil().question]
        run = w.session.scalars(select(ImportRun)).one()
        assert (run.state, run.total, run.added, run.known, run.bad) == ("done", 300, 297, 0, 3)


def test_the_record_of_the_past_is_whole(county: County) -> None:
    with county.look() as w:
        assert audit.verify(w.session) > 0


def test_the_counters_accounts_exist_in_a_demonstration_only(county: County) -> None:
    with county.work() as w:
        for username in ("registrar", "registrar2", "reglead", "clerk"):
            assert w.session.scalars(select(Staff.demo).where(Staff.username == username)).one()
            assert sign_in(w, username, "shouwang-demo", demo_allowed=False).token is None


def test_it_also_begins_on_a_working_day(work: WorkFactory, clock: ManualClock) -> None:
    clock.advance(WORKDAY_NOON.total_seconds())
    with work() as w:
        assert seed.seed(w)
    with reading() as w:
        assert states(w, QueueTicket.state) == {"done": 1, "serving": 1, "called": 1, "waiting": 3}
        assert differences(w) == []


def test_every_number_can_be_true_and_belongs_to_nobody(clock: ManualClock) -> None:
    today = local(clock.now()).date()
    couples = [*civil().married, *civil().today]
    numbers = [row.id_number for row in civil().residents]
    numbers += [number for at, row in enumerate(couples) for _, number in row.people(at)]
    assert {idnumber.parse(number, today).region for number in numbers} == {"500999"}
    assert len(set(numbers)) == len(numbers)
