"""Cemeteries, fees, prices and orders: what the registers refuse and what a bill may hold."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.cases import decided, deciding
from backend.cases import service as cases
from backend.cases.decided import Granted
from backend.cases.records import fresh
from backend.core.clock import ManualClock
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.memorial import burial_prices, cemeteries, cemetery_fees, deceased, funeral_orders, funeral_papers
from backend.memorial.burial_errors import (
    AlreadyBuriedError,
    FeeShortError,
    FeeVoucherUsedError,
    FuneralOrderOverError,
    NotListedError,
    PlotFullError,
    PlotHeldError,
    PriceRepeatedError,
)
from backend.memorial.burial_models import BurialPrice, Plot
from backend.memorial.burial_prices import NewPrice
from backend.memorial.burial_rules import after_years, charge, on_day
from backend.memorial.cemeteries import Holding
from backend.memorial.cemetery_fees import Fee
from backend.memorial.deceased import Dead
from backend.memorial.funeral_orders import Wanted
from backend.ratings import service as ratings
from backend.residents.models import InboxItem
from scheduler import burial_jobs
from tests.conftest import WorkFactory
from tests.support.cases import build_window, done, draft
from tests.support.cemetery import CODE, Ground, build_ground, somebody
from tests.support.residents import id_number, person
from tests.support.world import COUNTY

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


# -- the register


def test_a_plot_has_one_holder_until_it_is_given_up(work: WorkFactory, ground: Ground) -> None:
    first, second = somebody(work, 1), somebody(work, 2)
    with work() as w:
        plot = w.session.get_one(Plot, ground.plots[0])
        term = cemeteries.hold(w, ground.clerk, plot, Holding(first, "墓证1", date(2024, 2, 29), 1))
        assert term.until == date(2025, 2, 28)
        with pytest.raises(PlotHeldError):
            cemeteries.hold(w, ground.clerk, plot, Holding(second, "墓证2", TODAY, 20))
        with pytest.raises(BadInputError):
            cemeteries.renew(w, ground.clerk, plot, 21)
        assert cemeteries.renew(w, ground.clerk, plot, 20).until == date(2045, 2, 28)
        cemeteries.give_up(w, ground.clerk, plot)
        cemeteries.hold(w, ground.clerk, plot, Holding(second, "墓证2", TODAY, 20))
        found = cemeteries.holder_of(w, plot.id)
        assert found is not None
        assert found.person_id == second


def test_a_holder_is_told_ninety_days_before_the_end_once_and_again_after_a_renewal(
    work: WorkFactory, ground: Ground, clock: ManualClock
) -> None:
    holder = somebody(work)
    since = after_years(TODAY + 91 * DAY, -1)
    with work() as w:
        plot = w.session.get_one(Plot, ground.plots[0])
        cemeteries.hold(w, ground.clerk, plot, Holding(holder, "墓证1", since, 1))
    assert burial_jobs.plot_endings() == 0
    clock.advance(86_400)
    assert (burial_jobs.plot_endings(), burial_jobs.plot_endings()) == (1, 0)
    with work() as w:
        cemeteries.renew(w, ground.clerk, w.session.get_one(Plot, ground.plots[0]), 1)
    assert burial_jobs.plot_endings() == 0
    clock.advance(366 * 86_400)
    assert burial_jobs.plot_endings() == 1
    with work() as w:
        assert len(w.session.scalars(select(InboxItem).where(InboxItem.person_id == holder)).all()) == 2


def test_the_dead_lie_in_one_place_and_no_more_in_it_than_fit(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        dead = [
            deceased.register(w, ground.clerk, Dead(f"逝者{n}", date(2026, 1, n), date(1930, 1, 1), proof="火化证"))
            for n in (1, 2, 3)
        ]
        first = cemeteries.inter(w, ground.clerk, ground.plots[0], dead[0].id, TODAY)
        with pytest.raises(AlreadyBuriedError):
            cemeteries.inter(w, ground.clerk, ground.plots[1], dead[0].id, TODAY)
        cemeteries.inter(w, ground.clerk, ground.plots[0], dead[1].id, TODAY)
        with pytest.raises(PlotFullError):
            cemeteries.inter(w, ground.clerk, ground.plots[0], dead[2].id, TODAY)
        with pytest.raises(BadInputError):
            cemeteries.inter(w, ground.clerk, ground.plots[1], dead[2].id, TODAY + DAY)
        cemeteries.move_out(w, ground.clerk, first.id)
        cemeteries.inter(w, ground.clerk, ground.plots[0], dead[2].id, TODAY)
        assert {one.deceased_id for one in cemeteries.lying_in(w, [ground.plots[0]])} == {dead[1].id, dead[2].id}
        with pytest.raises(NotFoundError):
            cemeteries.move_out(w, ground.clerk, first.id)


# -- maintenance fees


def fee(kind: str, amount: str, voucher: str) -> Fee:
    return Fee(kind, Decimal(amount), "修路", voucher)


def test_fees_never_fall_below_zero_and_a_voucher_counts_once(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        cemetery_fees.enter(w, ground.clerk, CODE, fee("paid_in", "100.00", "收1"))
        with pytest.raises(FeeShortError):
            cemetery_fees.enter(w, ground.clerk, CODE, fee("used", "100.01", "支1"))
        assert cemetery_fees.enter(w, ground.clerk, CODE, fee("used", "100.00", "支1")).balance == 0
        with pytest.raises(FeeVoucherUsedError):
            cemetery_fees.enter(w, ground.clerk, CODE, fee("paid_in", "1", " 收1 "))
        for wrong in (fee("paid_in", "0", "收2"), fee("paid_in", "0.001", "收2"), fee("gift", "1", "收2")):
            with pytest.raises(BadInputError):
                cemetery_fees.enter(w, ground.clerk, CODE, wrong)
        cemetery = cemeteries.find(w, ground.officer, CODE)
        found = cemetery_fees.account(w, cemetery.id)
        assert (found.paid_in, found.used, found.balance, found.right) == (100, 100, 0, True)
        assert [row.sequence for row in cemetery_fees.ledger(w, cemetery.id)] == [2, 1]


# -- prices and bills


def price(item: str, yuan: str | None, since: date = TODAY, free: str | None = None) -> NewPrice:
    amount = None if yuan is None else Decimal(yuan)
    return NewPrice(item, f"项目{item}", "basic", "set", amount, "次", "渝发改〔2020〕1号", free, since)


def listed(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        for new in (
            price("cold", "60", free="refrigeration"), price("fire", "380", free="cremation"),
            price("urn", "350", free="urn"), price("hall", "500"),
        ):  # fmt: skip
            burial_prices.publish(w, ground.officer, new)


def wanted(**items: int) -> Wanted:
    return Wanted("李大山", TODAY + DAY, COUNTY, items)


def test_a_price_holds_from_its_day_and_no_earlier_one_is_changed(
    work: WorkFactory, ground: Ground, clock: ManualClock
) -> None:
    with work() as w:
        burial_prices.publish(w, ground.officer, price("hall", "500"))
        burial_prices.publish(w, ground.officer, price("hall", "450", TODAY + DAY))
        burial_prices.publish(w, ground.officer, price("hall", None, TODAY + 2 * DAY))
        for wrong, error in (
            (price("hall", "1"), PriceRepeatedError), (price("hall", "1", TODAY - DAY), BadInputError),
            (price("car", "0.001"), BadInputError), (price("", "1"), BadInputError),
        ):  # fmt: skip
            with pytest.raises(error):
                burial_prices.publish(w, ground.officer, wrong)
        with pytest.raises(NotAllowedError):
            burial_prices.publish(w, ground.clerk, price("car", "1"))
        rows = w.session.scalars(select(BurialPrice)).all()
        prices = [on_day(rows, TODAY + ahead * DAY) for ahead in (-1, 0, 1, 2)]
        assert [one["hall"].price if one else None for one in prices] == [None, 500, 450, None]
        assert len(burial_prices.coming(w, TODAY)) == 2


def test_nothing_outside_the_list_is_charged_and_an_order_keeps_the_price_of_its_day(
    work: WorkFactory, ground: Ground, clock: ManualClock
) -> None:
    listed(work, ground)
    family = somebody(work)
    with work() as w:
        with pytest.raises(NotListedError):
            funeral_orders.place(w, family, wanted(fire=1, flowers=1))
        for wrong in (wanted(fire=0), wanted(fire=100), wanted()):
            with pytest.raises(BadInputError):
                funeral_orders.quote(w, family, wrong)
        number = funeral_orders.place(w, family, wanted(fire=1, hall=2)).number
        burial_prices.publish(w, ground.officer, price("hall", "900", TODAY + DAY))
    clock.advance(86_400)
    with work() as w:
        bill = funeral_orders.bill_of(w, funeral_orders.find(w, number, person_id=family))
        assert (bill.total, bill.waived, bill.due) == (1380, 0, 1380)
        assert funeral_orders.quote(w, family, Wanted("李大山", TODAY + DAY, COUNTY, {"hall": 1})).due == 900


@pytest.mark.parametrize(
    ("count", "kind", "most", "waived"),
    [(2, "refrigeration", None, 120), (3, "refrigeration", None, 180), (4, "refrigeration", None, 180),
     (2, "cremation", None, 60), (1, "urn", 59, 59), (1, "urn", 60, 60), (1, "urn", 61, 60), (1, None, None, 0)],
)  # fmt: skip
def test_what_is_free_stops_at_its_days_its_sum_and_its_price(
    count: int, kind: str | None, most: int | None, waived: int
) -> None:
    free = {"refrigeration": most, "cremation": most, "urn": most}
    found = charge(Decimal(60), count, kind, free, 3)
    assert (found.amount, found.waived) == (60 * count, waived)
    assert charge(Decimal(60), count, kind, {}, 3).waived == 0


def grant(**more: object) -> Granted:
    values = {"funeral_items": {"refrigeration": None, "cremation": None, "urn": 200}, "funeral_refrigeration_days": 3}
    form = {"name": "李大山"} | {name: value for name, value in more.items() if name in ("name", "paid")}
    return Granted("决1", form, values, {"verdict": {"category": more.get("category", "dibao")}})


def test_a_granted_case_makes_basic_items_free_once(
    work: WorkFactory, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(work, ground)
    family = somebody(work)
    items = wanted(cold=4, fire=1, urn=1, hall=1)
    found = [grant()]
    monkeypatch.setattr(decided, "granted", lambda *_: found)
    with work() as w:
        order = funeral_orders.place(w, family, items)
        bill = funeral_orders.bill_of(w, order)
        assert (bill.total, bill.waived, bill.due) == (1470, 180 + 380 + 200, 710)
        assert order.granted_by == "决1"
        paper = funeral_papers.of_order(w, order)
        assert [(one.title, one.figure, one.capitals) for one in paper.sums] == [
            ("合计", "¥ 1,470.00 元", "壹仟肆佰柒拾元整"), ("惠民减免", "¥ 760.00 元", "柒佰陆拾元整"),
            ("应付", "¥ 710.00 元", "柒佰壹拾元整"),
        ]  # fmt: skip
        assert paper.steps[0] == (
            "项目cold（政府定价，渝发改〔2020〕1号）：60.00 元/次 × 4 = 240.00 元，惠民减免 180.00 元，应付 60.00 元"
        )
        assert (paper.title, len(paper.steps), dict(paper.rows)["减免依据"]) == (
            "殡葬服务费用清单",
            4,
            "惠民殡葬决定 决1",
        )
        assert funeral_orders.quote(w, family, items).waived == 0
        funeral_orders.cancel(w, family, order.number)
        assert funeral_orders.quote(w, family, items).waived == 760
        for other in (grant(name="王二"), grant(paid=True), grant(category="reward")):
            found[:] = [other]
            assert funeral_orders.quote(w, family, items).waived == 0


def test_a_finished_order_is_rated_and_a_complaint_is_answered_once(work: WorkFactory, ground: Ground) -> None:
    listed(work, ground)
    family, stranger = somebody(work, 1), somebody(work, 2)
    with work() as w:
        number = funeral_orders.place(w, family, wanted(fire=1)).number
        with pytest.raises(NotFoundError):
            funeral_orders.cancel(w, stranger, number)
        with pytest.raises(FuneralOrderOverError):
            funeral_orders.handle(w, ground.clerk, number, "finish")
        funeral_orders.handle(w, ground.clerk, number, "accept")
        funeral_orders.handle(w, ground.clerk, number, "finish")
        assert [one.title for one in ratings.invitations(w, family)] == ["殡葬服务"]
        complaint = funeral_orders.complain(w, family, number, "等了很久")
        w.session.flush()
        funeral_orders.answer(w, ground.clerk, complaint.id, "向您道歉，已整改。")
        with pytest.raises(NotFoundError):
            funeral_orders.answer(w, ground.clerk, complaint.id, "再答一次")
        order = funeral_orders.find(w, number, viewer=ground.officer)
        assert [one.answer for one in funeral_orders.complaints_of(w, order)] == ["向您道歉，已整改。"]


def test_the_decision_of_the_window_makes_the_funeral_free(work: WorkFactory) -> None:
    """From the application at the township to the bill, with nothing standing in for the engine."""
    with work() as w:
        window = build_window(w)
        ground = build_ground(w)
    listed(work, ground)
    form = {
        "name": "李大山", "id_number": id_number(date(1940, 1, 1), 71), "birth_date": "1940-01-01",
        "died_on": "2026-11-18", "registered": "here", "standing": "dibao", "paid": False,
        "bills": [{"kind": "cremation", "amount": "420"}],
    }  # fmt: skip
    items = wanted(cold=4, fire=1, urn=1, hall=1)
    with work(window["clerk"].actor) as w:
        dead = person(w, "李大山", date(1940, 1, 1), serial=71)
        case = cases.submit(w, draft(w, window, "funeral_fee_waiver", form=form), version=0)
        case = cases.accept(w, window["clerk"], case, version=case.version)
        case = fresh(w, done(w, window, case, "review", "agree").id)
        assert funeral_orders.quote(w, window.applicant, items).waived == 0
        deciding.decide(w, window["officer"], case, deciding.Words("granted"), version=case.version)
        assert funeral_orders.quote(w, window.applicant, items).waived == 180 + 380 + 200
        assert funeral_orders.quote(w, window.other, items).waived == 0
        assert funeral_orders.quote(w, dead, items).waived == 0
