"""The township's float: a ledger that is never below zero and never counts a voucher twice."""

from decimal import Decimal

import pytest
from apiflask import APIFlask

from backend.assistance import float_ledger
from backend.assistance.errors import FloatShortError, VoucherUsedError
from backend.assistance.float_ledger import Voucher
from backend.assistance.models import FloatEntry
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from tests.conftest import WorkFactory
from tests.support import payments
from tests.support.at_once import at_once
from tests.support.payments import Caseload
from tests.support.world import TOWN, VILLAGE

pytestmark = pytest.mark.both_databases


@pytest.fixture
def load(work: WorkFactory) -> Caseload:
    """A township with 1000.00 yuan."""
    with work() as w:
        built = payments.build(w)
        enter(w, built, "replenish", "1000", "拨1", "officer")
    return built


def enter(work: Work, load: Caseload, kind: str, amount: str, number: str, name: str = "clerk") -> FloatEntry:
    return float_ledger.enter(work, load[name], TOWN, Voucher(kind, Decimal(amount), number))


@pytest.mark.parametrize(("amount", "left"), [("999.99", "0.01"), ("1000.00", "0.00")])
def test_the_float_can_be_used_to_the_last_fen(amount: str, left: str, work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        assert str(enter(w, load, "advance", amount, "支1").balance) == left
        assert float_ledger.differences(w) == []


def test_one_fen_more_than_there_is_is_refused_with_what_is_left(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        with pytest.raises(FloatShortError) as refused:
            enter(w, load, "advance", "1000.01", "支1")
        assert refused.value.facts == {"balance": "1000.00"}
        assert float_ledger.balance(w, TOWN) == Decimal(1000)


def test_the_ledger_shows_every_movement_with_its_balance(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        enter(w, load, "advance", "300", "支1")
        enter(w, load, "refund", "50", "退1")
        enter(w, load, "give_back", "100", "缴1", "officer")
        lines = [
            (one.sequence, str(one.amount), str(one.balance)) for one in float_ledger.ledger(w, load["clerk"], TOWN)
        ]
        assert float_ledger.differences(w) == []
    assert lines == [
        (4, "-100.00", "650.00"),
        (3, "50.00", "750.00"),
        (2, "-300.00", "700.00"),
        (1, "1000.00", "1000.00"),
    ]


def test_a_voucher_counts_once(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        enter(w, load, "advance", "1", "支1")
        with pytest.raises(VoucherUsedError):
            enter(w, load, "advance", "2", " 支1 ")
        assert enter(w, load, "refund", "1", "支1").balance == Decimal(1000)


@pytest.mark.parametrize(
    ("kind", "amount", "number"),
    [("gift", "1", "a"), ("refund", "0", "a"), ("refund", "-1", "a"), ("advance", "0.001", "a"), ("refund", "1", "")],
)  # fmt: skip
def test_what_cannot_be_is_refused(kind: str, amount: str, number: str, work: WorkFactory, load: Caseload) -> None:
    with work() as w, pytest.raises(BadInputError):
        enter(w, load, kind, amount, number)


def test_the_county_fills_it_and_only_ones_own_township_uses_it(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        for kind, name in (("replenish", "clerk"), ("advance", "elsewhere"), ("advance", "lead")):
            with pytest.raises(NotAllowedError):
                enter(w, load, kind, "1", "x", name)
        with pytest.raises(NotFoundError):
            float_ledger.enter(w, load["officer"], VILLAGE, Voucher("replenish", Decimal(1), "x"))


def test_of_many_who_advance_at_once_nobody_overdraws_it(app: APIFlask, work: WorkFactory, load: Caseload) -> None:
    def act(number: int) -> str:
        with unit_of_work() as w:
            enter(w, load, "advance", "300", f"支{number}")
        return "paid"

    answers = at_once(app, 6, act)
    assert answers.count("paid") == 3
    assert answers.count(FloatShortError) == 3
    with work() as w:
        assert float_ledger.balance(w, TOWN) == Decimal(100)
        assert float_ledger.differences(w) == []
