"""Each month's money: computed once, recomputable, settled to the cent when a benefit changes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.assistance import benefits, entitlements, price_subsidy
from backend.assistance.benefits import Hearing
from backend.assistance.errors import NoPriceRiseError
from backend.assistance.models import Benefit, Entitlement
from backend.assistance.price_subsidy import Prices
from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError
from scheduler.assistance_jobs import compute_month
from tests.conftest import WorkFactory
from tests.support import payments
from tests.support.payments import Caseload, award, family, granted, household, verdict_of

pytestmark = pytest.mark.both_databases

DECEMBER = date(2026, 12, 1)
MID_DECEMBER = datetime(2026, 12, 15, tzinfo=UTC)
HEARD = Hearing(date(2026, 12, 10), "张三", "同意")


@pytest.fixture
def load(work: WorkFactory) -> Caseload:
    with work() as w:
        return payments.build(w)


def rows(work: Work, *benefit: Benefit) -> list[tuple[int, str, str, str]]:
    """Month, kind, amount, state."""
    mine = Entitlement.benefit_id.in_([one.id for one in benefit])
    found = work.session.scalars(select(Entitlement).where(mine).order_by(Entitlement.month, Entitlement.kind))
    return [(one.month.month, one.kind, str(one.amount), one.state) for one in found]


def paid(work: Work, benefit: Benefit) -> None:
    for one in work.session.scalars(select(Entitlement).where(Entitlement.benefit_id == benefit.id)):
        one.state = "paid"


def test_nothing_is_computed_before_the_first_month(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        one = granted(w, load)
    assert compute_month() == 0
    with work() as w:
        assert rows(w, one) == []


def test_missed_months_are_computed_once_however_often_the_job_runs(
    work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        one = granted(w, load)
    clock._now = datetime(2027, 2, 3, tzinfo=UTC)
    assert (compute_month(), compute_month()) == (1, 0)
    with work() as w:
        assert rows(w, one) == [(month, "regular", "1040.00", "due") for month in (12, 1, 2)]


def test_a_row_written_by_somebody_else_meanwhile_is_not_doubled(
    work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        one = granted(w, load)
    clock._now = MID_DECEMBER
    compute_month()
    with work() as w:
        w.session.get_one(Benefit, one.id).computed_until = None
    assert compute_month() == 1
    with work() as w:
        assert len(rows(w, one)) == 1


def test_a_stop_keeps_the_present_month_and_nothing_after_it(
    work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        one = granted(w, load)
    clock._now = MID_DECEMBER
    with work() as w:
        benefits.stop(w, one.id, why="over_standard", reason="收入高了", hearing=HEARD)
    clock._now = datetime(2027, 3, 1, tzinfo=UTC)
    compute_month()
    with work() as w:
        assert rows(w, one) == [(12, "regular", "1040.00", "due")]


def test_months_paid_after_a_death_are_owed_and_unpaid_ones_cancelled(
    work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        one = granted(w, load)
    clock._now = datetime(2027, 1, 15, tzinfo=UTC)
    compute_month()
    with work() as w:
        paid(w, one)
    clock._now = datetime(2027, 2, 15, tzinfo=UTC)
    compute_month()
    with work() as w:
        benefits.stop(w, one.id, why="death", reason="去世", last_month=DECEMBER)
        assert rows(w, one) == [
            (12, "regular", "1040.00", "paid"),
            (1, "recovery", "-1040.00", "due"),
            (1, "regular", "1040.00", "paid"),
            (2, "regular", "1040.00", "cancelled"),
        ]


def test_a_change_in_a_paid_month_makes_the_month_even(work: WorkFactory, load: Caseload, clock: ManualClock) -> None:
    """Under the regulation of 2016 a decision holds from its own month, which may be paid already."""
    clock._now = datetime(2020, 3, 2, tzinfo=UTC)
    with work() as w:
        old = granted(w, load, wage="500")
    compute_month()
    with work() as w:
        paid(w, old)
        new = benefits.change(w, old.id, award(w, load, load.households[0], family("400")))
    compute_month()
    with work() as w:
        amounts = [Decimal(amount) for _month, _kind, amount, _state in rows(w, old, new)]
        assert rows(w, new) == [(3, "recovery", "-660.00", "due"), (3, "regular", "760.00", "due")]
    assert sum(amounts) == Decimal("760.00")


def test_one_time_aid_is_paid_in_its_stages_to_the_cent(work: WorkFactory, load: Caseload, clock: ManualClock) -> None:
    stages = (Decimal("333.34"), Decimal("333.33"), Decimal("333.33"))
    with work() as w:
        once = replace(verdict_of(w, family()), once=Decimal(1000), stages=stages, monthly=None)
        one = benefits.grant(w, award(w, load, household(w, load, 1), verdict=once))
        again = benefits.grant(w, award(w, load, load.households[0], verdict=once))
        assert (one.state, again.state, one.last_month) == ("ended", "ended", date(2027, 1, 1))
    compute_month()
    clock._now = datetime(2027, 5, 1, tzinfo=UTC)
    compute_month()
    with work() as w:
        assert [amount for _month, _kind, amount, _state in rows(w, one)] == [str(part) for part in stages]


def test_a_recognition_without_money_has_no_rows(work: WorkFactory, load: Caseload, clock: ManualClock) -> None:
    with work() as w:
        bare = replace(verdict_of(w, family()), programme="edge", monthly=None, first_month=None)
        one = benefits.grant(w, award(w, load, household(w, load, 1), verdict=bare))
    clock._now = MID_DECEMBER
    assert (compute_month(), compute_month()) == (1, 0)
    with work() as w:
        assert rows(w, one) == []


def test_a_month_worked_out_again_gives_the_same_yuan(work: WorkFactory, load: Caseload, clock: ManualClock) -> None:
    with work() as w:
        granted(w, load, wage="333.33")
    clock._now = datetime(2029, 12, 15, tzinfo=UTC)
    compute_month()
    with work() as w:
        ids = w.session.scalars(select(Entitlement.id)).all()
        found = [entitlements.recompute(w, one) for one in ids]
    assert len(found) == 37
    assert all(one.same and one.stored == Decimal("1206.67") for one in found)


def test_a_top_up_goes_into_the_first_free_month(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        one = granted(w, load)
        first = entitlements.top_up(w, one.id, Decimal("12.34"), "漏发")
        second = entitlements.top_up(w, one.id, Decimal("0.01"), "漏发")
        assert (first, second) == (date(2026, 11, 1), DECEMBER)
        assert rows(w, one) == [(11, "top_up", "12.34", "due"), (12, "top_up", "0.01", "due")]


@pytest.mark.parametrize("amount", ["0", "-1", "0.001"])
def test_a_top_up_is_a_positive_amount_in_whole_cents(amount: str, work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        one = granted(w, load)
        with pytest.raises(BadInputError):
            entitlements.top_up(w, one.id, Decimal(amount), "漏发")
        with pytest.raises(BadInputError):
            entitlements.recover(w, one.id, Decimal(1), " ")


@pytest.mark.parametrize(
    ("total", "parts"),
    [
        ("311.99", ["311.99"]),
        ("312.00", ["312.00"]),
        ("312.01", ["312.00", "0.01"]),
        ("700", ["312.00", "312.00", "76.00"]),
    ],
)
def test_a_recovery_leaves_a_family_its_share_each_month(
    total: str, parts: list[str], work: WorkFactory, load: Caseload
) -> None:
    with work() as w:
        one = granted(w, load)
        found = entitlements.recover(w, one.id, Decimal(total), "多发")
    assert [str(amount) for _month, amount in found] == [str(Decimal(part)) for part in parts]
    assert sum((amount for _month, amount in found), Decimal(0)) == Decimal(total)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("wage", "total", "parts", "part"),
    [("1539.95", "0.05", 5, "0.01"), ("1539.00", "100", 120, "0.30"), ("1539.99", "100", 1, "100")],
)
def test_a_part_never_exceeds_the_share_and_a_debt_without_end_is_cut_short(
    wage: str, total: str, parts: int, part: str, work: WorkFactory, load: Caseload
) -> None:
    with work() as w:
        found = entitlements.recover(w, granted(w, load, wage=wage).id, Decimal(total), "多发")
    assert (len(found), found[0][1]) == (parts, Decimal(part))
    assert sum((amount for _month, amount in found), Decimal(0)) == Decimal(total)


@pytest.mark.parametrize(
    ("consumer", "food", "paid_out"),
    [("3.49", "5.99", False), ("3.5", "0", True), ("0.1", "6", True), ("-0.5", "6", True)],
)
def test_the_price_subsidy_begins_at_either_line(
    consumer: str, food: str, paid_out: bool, work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        one = granted(w, load)
    clock._now = MID_DECEMBER
    compute_month()
    prices = Prices(DECEMBER, Decimal(consumer), Decimal(food), "统计局公报")
    with work() as w:
        if not paid_out:
            with pytest.raises(NoPriceRiseError):
                price_subsidy.pay(w, prices)
            return
        count = price_subsidy.pay(w, prices)
        assert price_subsidy.pay(w, prices) == 0
        found = [amount for _m, kind, amount, _s in rows(w, one) if kind == "price_subsidy"]
    assert found == {"3.5": ["53.90"], "0.1": ["1.54"], "-0.5": []}[consumer]
    assert count == len(found)


def test_the_history_is_twelve_months_the_newest_first(work: WorkFactory, load: Caseload, clock: ManualClock) -> None:
    with work() as w:
        granted(w, load)
    clock._now = datetime(2028, 3, 5, tzinfo=UTC)
    compute_month()
    with work() as w:
        months = [one.month for one in entitlements.history(w, load.households[0])]
    assert (len(months), months[0], months[-1]) == (12, date(2028, 3, 1), date(2027, 4, 1))
