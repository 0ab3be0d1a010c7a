"""Who comes to the desk: from a booking or just so, with which document, and once only."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from backend.booking import service as appointments
from backend.booking.models import Booking
from backend.core.clock import ManualClock
from backend.core.errors import BadInputError
from backend.marriage import service
from backend.marriage.booking import BookingAsk, book_matter
from backend.marriage.cases import WalkIn
from backend.marriage.errors import (
    BookedForOtherDayError,
    CaseOpenError,
)
from backend.marriage.identities import identity
from backend.marriage.models import Registration
from backend.marriage.states import REGISTRATION
from backend.ratings.models import RatingInvitation
from backend.residents.models import InboxItem
from scheduler.desk_jobs import end_missed
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.registry import HERE, Registry, check, couple, registered, someone, walk_in
from tests.support.residents import id_number, person

TODAY = date(2026, 11, 22)


@pytest.fixture
def here(work: WorkFactory) -> Registry:
    with work() as w:
        return registry.build(w)


def booked(work: WorkFactory, here: Registry, day: date = TODAY) -> Booking:
    with work() as w:
        ids = [person(w, "陈明", date(1990, 1, 1), serial=1), person(w, "林芳", date(1990, 1, 1), serial=2)]
        man, woman = someone(w, "陈明", 1, person_id=ids[0]), someone(w, "林芳", 2, person_id=ids[1])
        ask = BookingAsk(HERE, "marriage_registration", registry.slot(w, here, day, 15), (man, woman))
        return appointments.find(w, book_matter(w, ask, by=ids[0]))


def test_a_booking_becomes_one_case_and_is_done_when_the_case_is(work: WorkFactory, here: Registry) -> None:
    booking, who = booked(work, here), here.viewer()
    with work() as w:
        case = service.open_from_booking(w, who, booking.id)
        assert service.open_from_booking(w, who, booking.id).id == case.id
        assert [(party.name, party.sex) for party in case.parties] == [("陈明", "male"), ("林芳", "female")]
        for party in case.parties:
            service.note_presence(w, who, case.id, party.position, present=True, identity_seen=True, statement=True)
        check(w, who, case)
        service.register(w, who, case.id)
    with work() as w:
        assert appointments.find(w, booking.id).state == "done"
        invited = w.session.scalars(select(RatingInvitation)).all()
        told = {item.template for item in w.session.scalars(select(InboxItem))}
    assert {one.subject_id for one in invited} == {str(case.id)}
    assert len(invited) == 2
    assert "marriage_done" in told


def test_who_has_a_case_at_the_desk_was_there_whatever_the_queue_says(
    work: WorkFactory, here: Registry, clock: ManualClock
) -> None:
    booking = booked(work, here)
    with work() as w:
        service.open_from_booking(w, here.viewer(), booking.id)
    clock.advance(12 * 3600)
    end_missed()
    with work() as w:
        assert appointments.find(w, booking.id).state == "done"


def test_a_booking_of_another_day_is_not_opened_today(work: WorkFactory, here: Registry) -> None:
    booking = booked(work, here, TODAY + timedelta(days=1))
    with work() as w, pytest.raises(BookedForOtherDayError) as error:
        service.open_from_booking(w, here.viewer(), booking.id)
    assert error.value.facts["day"] == "11月23日"


def test_a_couple_has_one_open_case_of_a_matter(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        man, woman = couple(w)
        walk_in(w, here.viewer(), "marriage_registration", (man, woman))
        with pytest.raises(CaseOpenError):
            walk_in(w, here.viewer("registrar_there"), "marriage_registration", (woman, man), office=registry.THERE)


def test_when_they_leave_the_case_is_abandoned_and_they_may_come_again(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        case = walk_in(w, who, "marriage_registration", couple(w))
        with pytest.raises(BadInputError):
            service.abandon(w, who, case.id, "")
        service.abandon(w, who, case.id, "忘带身份证")
        again = registered(w, who, "marriage_registration", couple(w))
        assert (case.state, again.state) == ("abandoned", "registered")
        assert [event.action for event in service.events(w, case)][-1] == "abandon"


# -- documents


def test_a_passport_needs_sex_and_birth_and_means_another_office(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with pytest.raises(BadInputError):
        identity("Anna", "passport", "E1234567", TODAY)
    with work() as w:
        anna = identity("Anna  Berg", "passport", "e1234567", TODAY, sex="female", birth_date=date(1992, 2, 29))
        assert (anna.name, anna.id_number, anna.region) == ("Anna Berg", "E1234567", "foreign")
        found = service.check_of(check(w, who, walk_in(w, who, "marriage_registration", (couple(w)[0], anna))))
        assert found is not None
        assert [reason.code for reason in found.reasons] == ["foreign_element"]


@pytest.mark.parametrize(
    ("number", "why"),
    [("500118200302290010", "出生日期"), ("500118199001010012", "校验位"), ("50011819900101001", "18 位")],
)
def test_a_number_that_cannot_be_is_refused_with_what_is_wrong(number: str, why: str) -> None:
    from backend.core.idnumber import check_digit

    given = number[:17] + check_digit(number[:17]) if "0229" in number else number
    with pytest.raises(BadInputError) as error:
        identity("陈明", "resident_id", given, TODAY)
    assert why in error.value.facts["why"]


def test_somebody_born_on_29_february_is_who_their_number_says() -> None:
    assert identity("陈明", "resident_id", id_number(date(2004, 2, 29), 1), TODAY).birth_date == date(2004, 2, 29)


def test_a_residence_permit_of_taiwan_is_shaped_like_an_identity_card_and_names_its_region() -> None:
    from backend.core.idnumber import check_digit

    body = "83000019900101001"
    assert identity("林志", "resident_id", body + check_digit(body), TODAY).region == "taiwan"


def test_the_same_person_twice_is_no_couple(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        man = couple(w)[0]
        with pytest.raises(BadInputError):
            service.open_walk_in(w, here.viewer(), WalkIn(HERE, "marriage_registration", (man, man)))
        assert w.session.scalars(select(Registration)).all() == []


def test_every_state_of_a_case_is_one_the_database_knows() -> None:
    known = {"open", "checked", "registered", "refused", "frozen", "abandoned"}
    assert set(REGISTRATION.table) == known
    assert {target for actions in REGISTRATION.table.values() for target in actions.values()} <= known
