"""Months computed or paid before a benefit changed: nothing is given twice, no debt and no arrears are lost."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.assistance import benefits, entitlements, price_subsidy
from backend.assistance import payments as paying
from backend.assistance.models import Benefit, Entitlement, PaymentBatch
from backend.assistance.price_subsidy import Prices
from backend.core.clock import ManualClock
from backend.core.db import Work
from scheduler.assistance_jobs import compute_month
from tests.conftest import WorkFactory
from tests.support import payments
from tests.support.payments import Caseload, answer_file, award, family, granted

pytestmark = pytest.mark.both_databases
NOVEMBER, DECEMBER, BANK = date(2026, 11, 1), date(2026, 12, 1), "rural_commercial"
PRICES = Prices(DECEMBER, Decimal("3.5"), Decimal(0), "统计局公报")
Rows = list[tuple[str, Decimal, str]]


@pytest.fixture
def load(work: WorkFactory, clock: ManualClock) -> Caseload:
    """Two families with 1040.00 each for December."""
    with work() as w:
        built = payments.build(w)
        granted(w, built, 1)
        granted(w, built, 2)
    clock._now = datetime(2026, 12, 15, tzinfo=UTC)
    compute_month()
    return built


def first(work: Work, load: Caseload) -> Benefit:
    return benefits.live(work, load.households[0])[0]


def raised(work: Work, load: Caseload) -> Benefit:
    """The first family gets 1140.00 from December on; for the month that may have been paid already."""
    old = first(work, load)
    given = award(work, load, load.households[0], family("400"))
    work.session.flush()
    new = benefits.change(work, old.id, payments.since(given, DECEMBER))
    entitlements.compute(work)
    return new


def stopped(work: Work, load: Caseload) -> Benefit:
    return benefits.stop(work, first(work, load).id, why="death", reason="十一月去世", last_month=NOVEMBER)


def rows(work: Work, load: Caseload) -> Rows:
    """Of the first family."""
    work.session.flush()
    found = (
        select(Entitlement.kind, Entitlement.amount, Entitlement.state)
        .join(Benefit, Benefit.id == Entitlement.benefit_id)
        .where(Benefit.household_id == load.households[0], Entitlement.state != "cancelled")
        .order_by(Entitlement.amount)
    )
    return [tuple(row) for row in work.session.execute(found)]


def made(work: Work, load: Caseload) -> PaymentBatch:
    return paying.make(work, load["officer"], "dibao", DECEMBER, BANK)


def settled(work: Work, load: Caseload, batch: PaymentBatch, answer: bytes) -> None:
    paying.approve(work, load["officer2"], batch.id)
    paying.send(work, load["officer"], batch.id)
    paying.settle(work, load["officer"], batch.id, answer)


def paid(work: Work, load: Caseload) -> None:
    """Everything that waits arrives."""
    batch = made(work, load)
    amounts = {
        line: str(one.amount) for line, one in enumerate(paying._lines(batch.number, paying._rows_of(work, batch)), 1)
    }
    settled(work, load, batch, answer_file(batch.number, amounts))


def test_a_debt_and_arrears_outlive_a_change_and_a_stop(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        entitlements.recover(w, first(w, load).id, Decimal(300), "多发")
        entitlements.top_up(w, first(w, load).id, Decimal(50), "漏发")
        raised(w, load)
        owed, more = ("recovery", Decimal(-300), "due"), ("top_up", Decimal(50), "due")
        assert rows(w, load) == [owed, more, ("regular", Decimal(1140), "due")]
        stopped(w, load)
        assert rows(w, load) == [owed, more]


def test_a_month_changed_twice_is_paid_once(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        paid(w, load)
        raised(w, load)
        raised(w, load)
        waiting = [amount for _kind, amount, state in rows(w, load) if state == "due"]
        assert sum(waiting) == Decimal(100)  # 1140.00, of which 1040.00 were paid before


def test_a_debt_that_was_taken_off_a_month_counts_as_given_for_it(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        entitlements.recover(w, first(w, load).id, Decimal(300), "多发")
        paid(w, load)
        stopped(w, load)
        assert rows(w, load)[0] == ("recovery", Decimal(-1040), "due")


def test_the_price_subsidy_of_a_month_goes_with_the_family_and_comes_once(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        paid(w, load)
        assert price_subsidy.pay(w, PRICES) == 2
        raised(w, load)
        assert price_subsidy.preview(w, PRICES).households == 2
        assert price_subsidy.pay(w, PRICES) == 0
        assert [kind for kind, _amount, _state in rows(w, load)].count("price_subsidy") == 1


@pytest.mark.parametrize("how", ["cancelled", "failed"])
def test_money_on_its_way_to_who_lost_the_month_and_came_back_is_not_sent_again(
    how: str, work: WorkFactory, load: Caseload
) -> None:
    with work() as w:
        batch = made(w, load)
        stopped(w, load)
        assert ("recovery", Decimal(-1040), "due") in rows(w, load)
        if how == "cancelled":
            paying.cancel(w, load["officer"], batch.id)
        else:
            answer = answer_file(batch.number, {1: "1040.00", 2: "1040.00"}, {1: "账号已销户"})
            settled(w, load, batch, answer)
        assert rows(w, load) == []


def test_money_that_came_back_after_it_was_taken_back_is_sent_again(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        batch = made(w, load)
        raised(w, load)
        paid(w, load)  # the rest of December: 1140.00 less what is on its way
        paying.cancel(w, load["officer"], batch.id)
        assert ("regular", Decimal(1040), "due") in rows(w, load)


def test_who_only_owes_has_no_line_and_the_banks_answer_meets_the_right_family(
    work: WorkFactory, load: Caseload
) -> None:
    with work() as w:
        paid(w, load)
        stopped(w, load)
        second = benefits.live(w, load.households[1])[0]
        entitlements.top_up(w, second.id, Decimal(50), "漏发")
        third = granted(w, load, 3)
        entitlements.top_up(w, third.id, Decimal(70), "漏发")
        batch = made(w, load)
        assert batch.lines == 2
        settled(w, load, batch, answer_file(batch.number, {1: "50.00", 2: "70.00"}, {2: "账号已销户"}))
        found = w.session.execute(select(Entitlement.amount, Entitlement.state))
        states = {amount: state for amount, state in found}  # noqa: C416 - dict() does not know a Row
        assert (states[Decimal(50)], states[Decimal(70)]) == ("paid", "failed")
