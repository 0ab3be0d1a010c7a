"""Relatives, the family's account, and the facts of an elder."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.residents.models import Person, Proxy
from backend.timebank import adjusting, banking, families, kin, ledger, views
from backend.timebank.accounts import household, personal
from backend.timebank.errors import (
    AccountClosedError,
    FamilyFullError,
    InFamilyError,
    NotInFamilyError,
    NotKinError,
    TimeShortError,
)
from backend.timebank.ledger import BUREAU
from backend.timebank.rules import Circumstances
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.residents import person
from tests.support.timebank import issued, moved
from tests.support.world import World


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return world.build(w)


@pytest.fixture
def family(county: World, work: WorkFactory) -> tuple[UUID, UUID]:
    """A daughter with ten hours, and her mother; a clerk has seen their papers."""
    with work() as w:
        daughter, mother = person(w, "王秀英", date(1968, 5, 1), 2), person(w, "李桂芳", date(1944, 2, 1), 12)
        kin.prove(w, county.viewer("officer", "officer"), daughter, mother, "parent", "户口簿，户主王建国")
        ledger.post(w, issued("ten hours", personal(daughter), 600))
    return daughter, mother


def test_a_clerk_proves_a_relative_once_and_can_end_it(
    work: WorkFactory, county: World, family: tuple[UUID, UUID]
) -> None:
    daughter, mother = family
    officer = county.viewer("officer", "officer")
    with work() as w:
        again = kin.prove(w, officer, daughter, mother, "parent", "户口簿")
        assert [(one["name"], one["relation_zh"]) for one in views.relatives(w, daughter)] == [("李**", "父母")]
        assert [one.id for one in kin.of_giver(w, daughter)] == [again.id]
        kin.end(w, officer, again.id, "登记错了")
        with pytest.raises(NotFoundError):
            kin.end(w, officer, again.id, "登记错了")
        with pytest.raises(NotKinError):
            kin.receiver_of(w, daughter, again.id)
        with pytest.raises(NotKinError):
            banking.give(w, daughter, mother, 10, "k")


def test_not_everybody_may_prove_and_nobody_is_their_own_relative(
    work: WorkFactory, county: World, family: tuple[UUID, UUID]
) -> None:
    daughter, _mother = family
    officer = county.viewer("officer", "officer")
    with work() as w:
        with pytest.raises(NotAllowedError):
            kin.prove(w, county.viewer("duty", "duty"), daughter, person(w, serial=20), "child", "户口簿")
        for receiver, relation, evidence in ((daughter, "parent", "户口簿"), (uuid4(), "friend", "户口簿"),
                                             (uuid4(), "parent", " ")):  # fmt: skip
            with pytest.raises(BadInputError):
                kin.prove(w, officer, daughter, receiver, relation, evidence)
        with pytest.raises(NotFoundError):
            kin.prove(w, officer, daughter, uuid4(), "parent", "户口簿")
        dead = person(w, serial=22)
        w.session.get_one(Person, dead).died_on = date(2026, 1, 1)
        with pytest.raises(NotFoundError):
            kin.prove(w, officer, daughter, dead, "parent", "户口簿")


def _proxy(work: Work, principal: UUID, agent: UUID, relation: str, days: int = 30) -> None:
    work.session.add(Proxy(
        principal_id=principal, principal_index=str(principal), principal_name="李桂芳", agent_id=agent,
        kind="relative", relation=relation, scopes=["time_bank"], state="active", days=days, requested_at=work.now,
        consented_at=work.now, valid_until=work.now + timedelta(days=days),
    ))  # fmt: skip
    work.session.flush()


def test_a_proxy_of_relatives_proves_it_either_way_round_and_a_neighbours_does_not(
    work: WorkFactory, county: World
) -> None:
    assert county.staff
    with work() as w:
        son, mother, neighbour = (person(w, serial=serial) for serial in (1, 2, 3))
        with pytest.raises(NotKinError):
            kin.prove_by_proxy(w, son, mother)
        _proxy(w, mother, neighbour, "friend")
        with pytest.raises(NotKinError):
            kin.prove_by_proxy(w, neighbour, mother)
        _proxy(w, mother, son, "child")
        assert kin.prove_by_proxy(w, son, mother).relation == "parent"
        assert kin.prove_by_proxy(w, mother, son).relation == "child"


def test_a_proxy_that_is_over_proves_nothing(work: WorkFactory, county: World) -> None:
    assert county.staff
    with work() as w:
        son, mother = person(w, serial=1), person(w, serial=2)
        _proxy(w, mother, son, "child", days=0)
        with pytest.raises(NotKinError):
            kin.prove_by_proxy(w, son, mother)


# -- the family's account


def test_relatives_join_by_consent_pay_in_and_the_last_takes_what_is_left(
    work: WorkFactory, family: tuple[UUID, UUID]
) -> None:
    daughter, mother = family
    with work() as w:
        account = household(families.found(w, daughter).household)
        with pytest.raises(InFamilyError):
            families.found(w, daughter)
        invited = families.invite(w, daughter, mother, may_spend=True)
        assert families.invite(w, daughter, mother, may_spend=True).id == invited.id
        assert families.of_person(w, mother) is None
        with pytest.raises(NotInFamilyError):
            families.pay_in(w, mother, 10, "too early")
        assert views.overview(w, mother)["invited"] == [{"family": invited.household, "name": "王**"}]
        for _ in range(2):
            families.agree(w, mother, invited.household)
            families.pay_in(w, daughter, 90, "first")
        shown = views.overview(w, mother)["family"]
        assert (shown["words"], [one["agreed"] for one in shown["members"]]) == ("1小时30分钟", [True, True])
        families.leave(w, daughter)
        assert (ledger.balance(w, account), families.of_person(w, daughter)) == (90, None)
        families.leave(w, mother)
        assert [ledger.balance(w, one) for one in (account, personal(mother), personal(daughter))] == [0, 90, 510]
        with pytest.raises(NotInFamilyError):
            families.leave(w, mother)
    with pytest.raises(AccountClosedError), work() as w:
        ledger.post(w, moved("late", personal(daughter), account, 1))


def test_only_relatives_are_invited_and_one_family_is_enough(
    work: WorkFactory, county: World, family: tuple[UUID, UUID]
) -> None:
    daughter, mother = family
    with work() as w:
        stranger = person(w, serial=30)
        with pytest.raises(NotInFamilyError):
            families.invite(w, daughter, mother, may_spend=True)
        families.found(w, daughter)
        with pytest.raises(NotKinError):
            families.invite(w, daughter, stranger, may_spend=True)
        own = families.found(w, mother)
        asked = families.invite(w, daughter, mother, may_spend=False)
        with pytest.raises(InFamilyError):
            families.agree(w, mother, asked.household)
        with pytest.raises(NotFoundError):
            families.agree(w, stranger, own.household)
        families.refuse(w, mother, asked.household)
        assert views.overview(w, mother)["invited"] == []
        for serial in range(40, 49):
            cousin = person(w, serial=serial)
            kin.prove(w, county.viewer("officer", "officer"), daughter, cousin, "child", "户口簿")
            families.invite(w, daughter, cousin, may_spend=True)
        with pytest.raises(FamilyFullError):
            families.invite(w, daughter, mother, may_spend=True)


@pytest.mark.parametrize("minutes", [0, -60, True])
def test_nobody_takes_out_by_paying_in_less_than_nothing(
    work: WorkFactory, family: tuple[UUID, UUID], minutes: int
) -> None:
    with work() as w:
        families.found(w, family[0])
        with pytest.raises(BadInputError):
            families.pay_in(w, family[0], minutes, "k")
        with pytest.raises(TimeShortError):
            families.pay_in(w, family[0], 601, "k")


# -- what only staff do


def test_an_officer_adjusts_with_a_reason_and_nobody_else(
    work: WorkFactory, county: World, family: tuple[UUID, UUID]
) -> None:
    daughter, _mother = family
    officer = county.viewer("officer", "officer")
    with work() as w:
        made = adjusting.adjust(w, officer, daughter, -60, "上月多记了一小时")
        assert (made.why, ledger.balance(w, personal(daughter)), ledger.balance(w, BUREAU)) == (
            "上月多记了一小时", 540, -540,
        )  # fmt: skip
        with pytest.raises(NotAllowedError):
            adjusting.adjust(w, county.viewer("lead", "lead"), daughter, 60, "上月少记了一小时")
        with pytest.raises(NotFoundError):
            adjusting.adjust(w, officer, uuid4(), 60, "上月少记了一小时")
        with pytest.raises(TimeShortError):
            adjusting.adjust(w, officer, daughter, -541, "上月多记了一小时")
        for minutes, why in ((0, "上月多记了一小时"), (60_001, "上月多记了一小时"), (True, "上月多记"), (60, " ")):
            with pytest.raises(BadInputError):
                adjusting.adjust(w, officer, daughter, minutes, why)


def test_what_is_declared_later_stands_for_what_was_declared_before(
    work: WorkFactory, county: World, family: tuple[UUID, UUID]
) -> None:
    _daughter, mother = family
    officer = county.viewer("officer", "officer")
    with work() as w:
        adjusting.declare(w, officer, mother, Circumstances(alone=True), "入户走访")
        assert banking.key_elder(w, mother) is True
        adjusting.declare(w, officer, mother, Circumstances(), "女儿搬回来住")
        assert banking.key_elder(w, mother) is False
