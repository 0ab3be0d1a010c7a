"""One plot: maintenance paid once for every day of a term, its holder changed among near kin, out of use and back."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.memorial import burial_prices, cemeteries, cemetery_fees, deceased, grave_visits, plots
from backend.memorial.burial_errors import (
    FeeShortError,
    FeeVoucherUsedError,
    GraveUnsafeError,
    PlotFullError,
    PlotUnchangedError,
)
from backend.memorial.burial_models import Burial, CemeteryFee, Plot, PlotTerm
from backend.memorial.burial_prices import NewPrice
from backend.memorial.cemeteries import Holding
from backend.memorial.cemetery_fees import Fee
from backend.memorial.deceased import Dead
from backend.memorial.plots import Heir, Payment
from backend.residents.models import Person
from tests.conftest import WorkFactory
from tests.support.cemetery import CODE, Ground, build_ground, slot_of
from tests.support.residents import person
from tests.support.world import build

TODAY, SINCE = date(2026, 11, 22), date(2024, 2, 29)
DAY = timedelta(days=1)


@pytest.fixture
def ground(work: WorkFactory) -> Ground:
    with work() as w:
        build(w, roster=False)
        made = build_ground(w)
        plot = w.session.get_one(Plot, made.plots[0])
        cemeteries.hold(w, made.clerk, plot, Holding(person(w, "李大山", serial=1), "墓证1", SINCE, 3))
        return made


def first(w: Work, ground: Ground) -> Plot:
    return w.session.get_one(Plot, ground.plots[0])


def paid(amount: str, voucher: str) -> Payment:
    return Payment(Decimal(amount), voucher)


# -- maintenance


def test_maintenance_is_paid_from_where_it_ended_up_to_the_end_of_the_term(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        row = plots.pay(w, ground.clerk, first(w, ground), 1, paid("80", "收1"))
        assert (row.covers_from, row.covers_until) == (SINCE, date(2025, 2, 27))
        for years in (0, 3):
            with pytest.raises(BadInputError) as refused:
                plots.pay(w, ground.clerk, first(w, ground), years, paid("80", "收2"))
            assert "使用期到 2027-02-28" in refused.value.facts["why"]
        row = plots.pay(w, ground.clerk, first(w, ground), 2, paid("160", "收2"))
        assert (row.covers_from, row.covers_until) == (date(2025, 2, 28), date(2027, 2, 27))
        with pytest.raises(FeeVoucherUsedError):
            plots.renew(w, ground.clerk, first(w, ground), 1, paid("80", "收2"))


def test_a_renewal_writes_the_ledger_and_the_published_price_is_what_is_paid(work: WorkFactory, ground: Ground) -> None:
    price = NewPrice("maintenance", "墓位维护", "plot", "guided", Decimal(80), "年", "渝发改〔2020〕1号", None, TODAY)
    with work() as w:
        burial_prices.publish(w, ground.officer, price)
        plots.pay(w, ground.clerk, first(w, ground), 2, paid("160", "收1"))
        for wrong in ("79.99", "80.01"):
            with pytest.raises(BadInputError) as refused:
                plots.pay(w, ground.clerk, first(w, ground), 1, paid(wrong, "收2"))
            assert "应收 80" in refused.value.facts["why"]
        term = plots.renew(w, ground.clerk, first(w, ground), 2, paid("160", "收2"))
        assert (term.until, term.paid_until) == (date(2029, 2, 28), date(2028, 2, 27))
        cemetery = cemeteries.find(w, ground.clerk, CODE)
        assert cemetery_fees.account(w, cemetery.id).balance == 320
        assert cemetery_fees.ledger(w, cemetery.id)[0].purpose == "2026-02-28 至 2028-02-27 维护费"


def test_nothing_is_paid_for_a_plot_that_nobody_holds(work: WorkFactory, ground: Ground) -> None:
    with work() as w, pytest.raises(NotFoundError):
        plots.pay(w, ground.clerk, w.session.get_one(Plot, ground.plots[1]), 1, paid("80", "收1"))


VOUCHERS = count()  # those of the examples before are taken, also where nothing was booked
MOVES = st.lists(
    st.tuples(st.sampled_from(["pay", "used", "refund", "interest"]), st.integers(1, 30_000), st.integers(1, 3)),
    min_size=1, max_size=8,
)  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_whatever_is_paid_and_spent_the_sum_is_the_balance_and_no_day_is_paid_twice(
    work: WorkFactory, ground: Ground, moves: list[tuple[str, int, int]]
) -> None:
    with work() as w:
        for kind, fen, years in moves:
            _one(w, ground, kind, Decimal(fen) / 100, years, f"证{next(VOUCHERS)}")
        rows = w.session.scalars(select(CemeteryFee).order_by(CemeteryFee.sequence)).all()
        assert [one.balance for one in rows] == [
            sum((one.amount for one in rows[: n + 1]), Decimal(0)) for n in range(len(rows))
        ]
        assert [one.sequence for one in rows] == list(range(1, len(rows) + 1))
        assert all(one.balance >= 0 for one in rows)
        days = [(one.covers_from, one.covers_until) for one in rows if one.covers_from and one.covers_until]
        assert [begin for begin, _ in days[1:]] == [end + DAY for _, end in days[:-1]]
        assert cemetery_fees.account(w, cemeteries.find(w, ground.clerk, CODE).id).right


def _one(w: Work, ground: Ground, kind: str, amount: Decimal, years: int, voucher: str) -> None:
    try:
        if kind == "pay":
            plots.renew(w, ground.clerk, first(w, ground), years, Payment(amount, voucher))
        else:
            cemetery_fees.enter(w, ground.clerk, CODE, Fee(kind, amount, "修路", voucher))
    except FeeShortError:
        assert kind in ("used", "refund")


# -- the holder


def heir(person_id: UUID, **more: Any) -> Heir:
    said = {"person_id": person_id, "relation": "child", "proof": "户口簿", "certificate": "墓证2"}
    return Heir(**(said | more))


def test_a_near_relative_holds_it_to_the_same_day_with_what_was_paid(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        plots.pay(w, ground.clerk, first(w, ground), 1, paid("80", "收1"))
        old = cemeteries.holder_of(w, ground.plots[0])
        assert old is not None
        w.session.get_one(Person, old.person_id).died_on = TODAY - DAY
        term = plots.inherit(w, ground.clerk, first(w, ground), heir(person(w, "李小山", serial=2)))
        assert (term.until, term.paid_until, term.follows) == (old.until, date(2025, 2, 27), old.id)
        assert (old.ended_on, term.since) == (TODAY, TODAY)
        row = plots.pay(w, ground.clerk, first(w, ground), 1, paid("80", "收2"))
        assert row.covers_from == date(2025, 2, 28)
    with work() as w:
        live = w.session.scalars(select(PlotTerm).where(PlotTerm.ended_on.is_(None))).one()
        assert (live.certificate, live.proof) == ("墓证2", "户口簿")


@pytest.mark.parametrize(
    "wrong",
    [{"relation": "friend"}, {"relation": "in_law"}, {"proof": " "}, {"proof": "书" * 201}, {"certificate": ""}],
    ids=["friend", "in-law", "no proof", "too long", "no certificate"],
)
def test_who_is_not_shown_to_be_near_kin_does_not_get_it(
    work: WorkFactory, ground: Ground, wrong: dict[str, Any]
) -> None:
    with work() as w:
        son = person(w, "李小山", serial=2)
        with pytest.raises(BadInputError):
            plots.inherit(w, ground.clerk, first(w, ground), heir(son, **wrong))
        assert plots.inherit(w, ground.clerk, first(w, ground), heir(son, proof="书" * 200)).relation == "child"


def test_neither_the_dead_nor_the_holder_inherit(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        old = cemeteries.holder_of(w, ground.plots[0])
        assert old is not None
        dead = person(w, "李二山", serial=3)
        w.session.get_one(Person, dead).died_on = TODAY - DAY
        w.session.flush()
        for who in (old.person_id, dead):
            with pytest.raises(BadInputError):
                plots.inherit(w, ground.clerk, first(w, ground), heir(who))


# -- out of use


def buried(w: Work, ground: Ground, day: int) -> UUID:
    dead = deceased.register(w, ground.clerk, Dead(f"逝者{day}", date(2026, 1, day), date(1930, 1, 1), proof="火化证"))
    return cemeteries.inter(w, ground.clerk, ground.plots[0], dead.id, TODAY).id


def test_a_closed_plot_takes_nobody_new_and_a_dangerous_one_no_visitors(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        buried(w, ground, 1)
        visitor = person(w, "来人", serial=5)
        plots.close(w, ground.clerk, first(w, ground), "danger", "坡面塌了")
        with pytest.raises(PlotUnchangedError):
            plots.close(w, ground.clerk, first(w, ground), "historic", "清代墓")
        with pytest.raises(PlotFullError):
            buried(w, ground, 2)
        with pytest.raises(GraveUnsafeError):
            grave_visits.book(w, visitor, ground.plots[0], slot_of(w), 1)
        assert len(cemeteries.lying_in(w, [ground.plots[0]])) == 1
        plots.reopen(w, ground.clerk, first(w, ground), "加固完成")
        with pytest.raises(PlotUnchangedError):
            plots.reopen(w, ground.clerk, first(w, ground), "加固完成")
        for why, note in (("rain", "下雨"), ("other", " "), ("other", "字" * 201)):
            with pytest.raises(BadInputError):
                plots.close(w, ground.clerk, first(w, ground), why, note)
        plots.close(w, ground.clerk, first(w, ground), "historic", "清代墓")
        grave_visits.book(w, visitor, ground.plots[0], slot_of(w), 1)
        assert first(w, ground).closed_on == TODAY


def test_ashes_that_are_taken_elsewhere_say_where_to(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        gone = buried(w, ground, 1)
        cemeteries.move_out(w, ground.clerk, gone, " 龙洞公墓 ")
        row = w.session.get_one(Burial, gone)
        assert (row.moved_to, row.ended_on) == ("龙洞公墓", TODAY)
