"""Money that was granted has somewhere to go, also for who belongs to no household."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from backend.assistance import households, receiving
from backend.assistance.errors import InOtherHouseholdError
from backend.assistance.facts import PersonFacts, Relation
from backend.assistance.households import NewMember
from backend.assistance.sheets import Judged
from backend.assistance.verdicts import Verdict
from backend.cases import service
from backend.cases.errors import FormFaultsError
from backend.residents.models import Person
from tests.conftest import WorkFactory
from tests.support.cases import EMERGENCY, Window, draft
from tests.support.payments import family
from tests.support.residents import person
from tests.support.world import VILLAGE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here depends on it

ACCOUNT, TODAY = "6217 0000 1234 5678", date(2026, 11, 22)


def elder(work: WorkFactory, window: Window, form: dict[str, str]) -> tuple[UUID, str]:
    with work(window["clerk"].actor) as w:
        who = person(w, "冯老太", date(1936, 11, 22), serial=11)
        w.session.get_one(Person, who).division_code = VILLAGE
        case = draft(w, window, "old_age", applicant_id=who, form=form, by=service.By(staff=window["clerk"]))
        return who, service.submit(w, case, version=case.version).state


def member(who: UUID, relation: Relation = "applicant") -> NewMember:
    facts = PersonFacts(key=str(who), name="某人", birth_date=date(1950, 1, 1))
    return NewMember(who, relation, facts, TODAY)


def test_an_elder_of_no_household_is_paid_to_the_account_they_named(work: WorkFactory, window: Window) -> None:
    who, state = elder(work, window, {"registered": "here", "account_number": ACCOUNT})
    with work() as w:
        home = households.of_person(w, who)
        assert state == "closed"
        assert home is not None
        assert (home.bank_account, home.bank_holder) == ("6217000012345678", "冯老太")


def test_one_time_aid_is_paid_to_the_account_of_its_form(work: WorkFactory, window: Window) -> None:
    with work() as w:
        once = Verdict("temporary", TODAY, True, "emergency", "test", once=Decimal(500))
        w.session.get_one(Person, window.applicant).division_code = VILLAGE
        case = draft(w, window, "temporary_aid", form=EMERGENCY | {"account_number": ACCOUNT})
        receiving.prepare(w, case, Judged(family(), once, None, window.applicant))
        home = households.of_person(w, window.applicant)
        assert home is not None
        assert (home.bank_account, home.bank_holder) == ("6217000012345678", "王秀英")


def test_an_account_that_cannot_be_one_is_told_at_its_field(work: WorkFactory, window: Window) -> None:
    with pytest.raises(FormFaultsError) as told:
        elder(work, window, {"registered": "here", "account_number": "六二一七"})
    assert "账号是10到32位数字" in str(told.value.facts)


def test_who_lived_alone_belongs_to_the_family_that_names_them(work: WorkFactory, window: Window) -> None:
    who, _ = elder(work, window, {"registered": "here"})
    with work() as w:
        alone = households.of_person(w, who)
        son = person(w, "冯大", date(1960, 1, 1), serial=13)
        people = [member(son), member(who, "parent")]
        home = households.found(w, division_code=VILLAGE, urban=False, address="一号", members=people)
        assert alone is not None
        assert households.of_person(w, who) == home
        assert alone.closed_at is not None


def test_who_lives_with_somebody_else_does_not(work: WorkFactory, window: Window) -> None:
    with work() as w:
        wife, man, other = (person(w, "某人", date(1950, 1, 1), serial=serial) for serial in (15, 17, 19))
        households.found(
            w, division_code=VILLAGE, urban=False, address="一号", members=[member(man), member(wife, "spouse")]
        )
    people = [member(other), member(wife, "spouse")]
    with work() as w, pytest.raises(InOtherHouseholdError):
        households.found(w, division_code=VILLAGE, urban=False, address="二号", members=people)
