"""Who may use time by the dated policies: key elders, starting credit, and what each policy is."""

from datetime import date
from uuid import uuid4

import pytest

from backend.core.params import NoValueError
from backend.timebank import banking, ledger, rules
from backend.timebank.accounts import personal
from backend.timebank.errors import TimeShortError
from backend.timebank.ledger import AccountRef
from backend.timebank.models import ElderFacts
from backend.timebank.policies import PolicyOn
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.residents import person
from tests.support.timebank import moved
from tests.support.world import TOWN, World

TODAY = date(2026, 11, 22)
POOL = AccountRef("pool", TOWN)


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return world.build(w)


@pytest.mark.parametrize(("born", "facts", "key"), [
    (date(1946, 11, 22), {"alone": True}, True),
    (date(1946, 11, 23), {"alone": True}, False),
    (date(1946, 11, 22), {"disabled": True}, False),
    (date(1966, 11, 22), {"low_income": True, "empty_nest": True}, True),
    (date(1966, 11, 22), {"low_income": True, "disabled": True}, True),
    (date(1966, 11, 22), {"low_income": True}, False),
    (date(1966, 11, 23), {"low_income": True, "disabled": True}, False),
])  # fmt: skip
def test_a_key_elder_is_one_by_age_and_by_what_was_declared(
    work: WorkFactory, county: World, born: date, facts: dict[str, bool], key: bool
) -> None:
    with work() as w:
        elder = person(w, born=born)
        assert banking.key_elder(w, elder) is False
        w.session.add(ElderFacts(
            person_id=elder, evidence="走访", staff_id=county.staff["officer"], since=w.now, **facts
        ))  # fmt: skip
        w.session.flush()
        assert banking.key_elder(w, elder) is key


def test_without_a_starting_credit_a_new_account_spends_nothing(work: WorkFactory, county: World) -> None:
    assert county.staff
    with work() as w:
        elder = person(w)
        banking.start(w, elder)
        with pytest.raises(TimeShortError):
            banking.hold(w, uuid4(), personal(elder), 1, TODAY)


def test_a_starting_credit_is_a_floor_below_zero(
    work: WorkFactory, county: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert county.staff
    monkeypatch.setattr(banking, "PolicyOn", lambda _day: {"starting_credit": 120})
    with work() as w:
        elder = person(w)
        for _ in range(2):
            banking.start(w, elder)
        ledger.post(w, moved("one", personal(elder), POOL, 120))
        with pytest.raises(TimeShortError):
            ledger.post(w, moved("two", personal(elder), POOL, 1))


def test_a_policy_says_since_when_and_by_what_and_nothing_before_it_began() -> None:
    noted = PolicyOn(TODAY).noted("personal_cap")["personal_cap"]
    assert (noted["value"], noted["from"]) == (90_000, "2019-08-01")
    assert "南京2019" in noted["source"]
    with pytest.raises(NoValueError):
        PolicyOn(date(2019, 7, 31))["personal_cap"]
    with pytest.raises(NoValueError):
        PolicyOn(TODAY)["expiry_days"]  # nothing expires


@pytest.mark.parametrize(("minutes", "said"), [(0, "0分钟"), (59, "59分钟"), (60, "1小时"), (-90, "-1小时30分钟")])
def test_minutes_are_said_as_people_say_them(minutes: int, said: str) -> None:
    assert rules.words(minutes) == said
