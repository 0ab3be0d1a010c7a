"""From asking to thanking: who may ask, who pays, what is recorded and paid, to the minute."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.alarms import raising
from backend.alarms.raising import Trigger
from backend.core.clock import ManualClock
from backend.core.errors import BadInputError, DomainError, NotAllowedError, NotFoundError
from backend.residents.models import ProxyAct
from backend.timebank import ledger, order_ending, order_holdings, orders
from backend.timebank.accounts import escrow, personal, pool_for
from backend.timebank.order_errors import (
    DuplicateOrderError,
    OrderTakenError,
    OrderTimeShortError,
    PayerRefusedError,
    ReceiverGoneError,
    WrongOrderStateError,
)
from backend.timebank.order_models import HelpOrder, OrderEvent, OrderHelper
from backend.timebank.order_records import locked
from backend.timebank.statements import statement
from backend.volunteers.activity_models import ServiceRecord
from tests.conftest import WorkFactory
from tests.support import help_orders
from tests.support.help_orders import (
    TEN,
    Help,
    ask,
    balance,
    confirmed,
    died,
    make_kin,
    of,
    part,
    person_of,
    visited,
)
from tests.support.timebank import issued
from tests.support.world import HOME, HOME_PATH, TOWN

HOUR_S, DAY_S = 3600, 86_400
WHY = "老人今天去女儿家了"


@pytest.fixture
def found(work: WorkFactory) -> Help:
    with work() as w:
        return help_orders.build(w)


@pytest.fixture
def order_id(found: Help, work: WorkFactory) -> UUID:
    with work(found.viewers["clerk"].actor) as w:
        return ask(w, found).id


# -- the story


def test_an_elder_telephones_and_in_the_end_the_minutes_stand_in_both_statements(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        assert (balance(w, found.elder), ledger.balance(w, escrow(order_id))) == (540, 60)
        assert Counter(w.session.scalars(select(OrderHelper.state))) == {"offered": 3}
        acts = w.session.scalars(select(ProxyAct.action)).all()
        assert acts == ["order.ask"]
    first, second, _third = found.volunteers
    with work() as w:
        orders.accept(w, of(w, first), order_id)
        with pytest.raises(OrderTakenError):
            orders.accept(w, of(w, second), order_id)
    clock.advance((TEN - clock.now()).total_seconds())
    with work() as w:
        orders.start(w, of(w, first), order_id, help_orders.HERE)
    clock.advance(50 * 60)
    with work() as w:
        orders.finish(w, of(w, first), order_id)
    with work() as w:
        order = order_ending.confirm(w, found.clerk, order_id, part(w, order_id, first).id)
        order_ending.rate(w, found.clerk, order_id, 5, "饭很香")
        assert order.state == "confirmed"
    with work() as w:
        helped, day = person_of(w, first), date(2026, 11, 23)
        hers, his = (statement(w, personal(one), date(2026, 11, 22), day) for one in (found.elder, helped))
        assert (hers.closing, his.closing) == (550, 50)
        record = w.session.scalars(select(ServiceRecord)).one()
        assert (record.minutes, record.quality, record.receiver_id, record.source) == (50, 5, found.elder, "order")
        assert "桃园路" not in record.place
        assert any("接单" in line for line in help_orders.told(w, found.elder))
        assert [row.action for row in w.session.scalars(select(OrderEvent).order_by(OrderEvent.at))][:2] == [
            "ask", "offer",
        ]  # fmt: skip


def test_given_up_half_way_what_was_done_is_paid_and_the_rest_returned(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    one = found.volunteers[0]
    with work() as w:
        orders.accept(w, of(w, one), order_id)
        w.now = TEN
        orders.start(w, of(w, one), order_id)
        with pytest.raises(WrongOrderStateError):
            orders.cancel(w, found.herself, order_id, WHY)
        w.now = TEN + timedelta(minutes=20, seconds=59)
        orders.stop(w, found.herself, order_id, WHY)
        assert locked(w, order_id).state == "finished"
    clock.advance(2 * DAY_S)
    with work() as w:
        confirmed(w, found, order_id, part(w, order_id, one).id)
        assert (balance(w, found.elder), balance(w, person_of(w, one))) == (580, 20)
        assert ledger.balance(w, escrow(order_id)) == 0


def test_a_visit_over_midnight_and_the_end_of_the_month_is_one_service(
    found: Help, work: WorkFactory, clock: ManualClock
) -> None:
    night = TEN.replace(month=11, day=30, hour=23, minute=30)
    with work() as w:
        order = ask(w, found, starts=night, ends=night + timedelta(hours=2), minutes=90)
        helper_id = visited(w, order.id, found.volunteers[0], clock, 75)
    with work() as w:
        confirmed(w, found, order.id, helper_id)
        record = w.session.scalars(select(ServiceRecord)).one()
        assert record.minutes == 75
        assert (balance(w, found.elder), balance(w, person_of(w, found.volunteers[0]))) == (525, 75)


def test_an_hour_too_long_is_recorded_but_only_what_was_held_is_paid(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        helper_id = visited(w, order_id, found.volunteers[0], clock, 100)
    with work() as w:
        confirmed(w, found, order_id, helper_id)
        assert w.session.scalars(select(ServiceRecord.minutes)).one() == 100
        assert balance(w, person_of(w, found.volunteers[0])) == 60


def test_nobody_at_home_is_no_service_and_costs_nothing(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        helper_id = visited(w, order_id, found.volunteers[0], clock, 10)
        order_ending.answer(w, of(w, found.volunteers[0]), order_id, 0)
    with work() as w:
        confirmed(w, found, order_id, helper_id)
        assert w.session.scalars(select(ServiceRecord)).all() == []
        assert balance(w, found.elder) == 600


def test_what_nobody_pays_for_is_thanked_by_the_bureau(found: Help, work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:
        order = ask(w, found, payer="none")
        helper_id = visited(w, order.id, found.volunteers[0], clock, 60)
    with work() as w:
        confirmed(w, found, order.id, helper_id)
        assert (balance(w, found.elder), balance(w, person_of(w, found.volunteers[0]))) == (600, 60)


# -- asking


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"starts": TEN - timedelta(days=2), "ends": TEN - timedelta(days=2, hours=-2)}, BadInputError),
        ({"starts": TEN + timedelta(days=31), "ends": TEN + timedelta(days=31, hours=2)}, BadInputError),
        ({"minutes": 14}, BadInputError),
        ({"minutes": 481, "ends": TEN + timedelta(hours=9)}, BadInputError),
        ({"minutes": -60}, BadInputError),
        ({"minutes": 121}, BadInputError),
        ({"ends": TEN - timedelta(hours=1)}, BadInputError),
        ({"place": (121.47, 31.23)}, BadInputError),
        ({"division": HOME}, BadInputError),
        ({"kind": "gambling"}, BadInputError),
        ({"skills": ("flying",)}, BadInputError),
        ({"phone": "12345"}, BadInputError),
        ({"helpers": 5}, BadInputError),
        ({"minutes": 120, "helpers": 4, "ends": TEN + timedelta(hours=3)}, None),
        ({"minutes": 301, "helpers": 2, "ends": TEN + timedelta(hours=6)}, OrderTimeShortError),
    ],
)
def test_what_cannot_be_is_refused_and_the_ledger_untouched(
    more: dict[str, Any], refused: type[DomainError] | None, found: Help, work: WorkFactory
) -> None:
    if refused is None:
        with work() as w:
            assert ask(w, found, **more).helpers == 4
        return
    with pytest.raises(refused), work() as w:
        ask(w, found, **more)
    with work() as w:
        assert w.session.scalars(select(HelpOrder)).all() == []
        assert balance(w, found.elder) == 600


def test_the_dead_and_the_unknown_are_not_helped_and_elsewhere_is_not_ones_own(
    found: Help, work: WorkFactory
) -> None:  # fmt: skip
    with work() as w, pytest.raises(NotAllowedError):
        ask(w, found, help_orders.Who(staff=found.viewers["elsewhere"]))
    with work() as w:
        died(w, found.elder, date(2026, 11, 1))
    for receiver in (found.elder, UUID(int=1)):
        with work() as w, pytest.raises(ReceiverGoneError):
            ask(w, found, receiver_id=receiver)


def test_the_same_help_at_the_same_time_is_one_order(found: Help, order_id: UUID, work: WorkFactory) -> None:
    with work() as w, pytest.raises(DuplicateOrderError) as refused:
        ask(w, found, starts=TEN + timedelta(hours=1), ends=TEN + timedelta(hours=3))
    with work() as w:
        assert refused.value.facts["number"] == locked(w, order_id).number
        assert ask(w, found, starts=TEN + timedelta(hours=2), ends=TEN + timedelta(hours=3)).state == "open"


def test_a_daughter_asks_and_pays_only_as_proven_kin(found: Help, work: WorkFactory) -> None:
    mine: dict[str, Any] = {"payer_id": found.daughter, "channel": "mini"}
    with work() as w:
        ledger.post(w, issued("daughter", personal(found.daughter), 100))
    with work() as w, pytest.raises(PayerRefusedError):
        ask(w, found, found.by_proxy, **mine)
    with work() as w:
        make_kin(w, found.daughter, found.elder)
        order = ask(w, found, found.by_proxy, **mine)
        assert (order.asked_by, order.receiver_id) == (found.daughter, found.elder)
        assert (balance(w, found.daughter), balance(w, found.elder)) == (40, 600)
        orders.cancel(w, found.by_proxy, order.id, WHY)
        assert balance(w, found.daughter) == 100  # it goes back to whoever paid
    with work() as w, pytest.raises(PayerRefusedError):
        ask(w, found, found.herself, payer_id=found.daughter)


def test_who_is_not_sixty_cannot_redeem_and_the_pool_is_for_key_elders_first(found: Help, work: WorkFactory) -> None:
    with work() as w, pytest.raises(PayerRefusedError):
        ask(w, found, help_orders.Who(person_id=found.daughter), receiver_id=found.daughter)
    with work() as w, pytest.raises(PayerRefusedError):
        ask(w, found, found.herself, payer="pool")
    with work() as w:
        ledger.post(w, issued("pool", pool_for(w, TOWN), 10_000))
        assert ask(w, found, payer="pool").payer == "pool"  # a clerk knows why
        assert ledger.balance(w, pool_for(w, TOWN)) == 9_940


# -- from an alarm, and what is held


def test_after_an_alarm_help_is_asked_for_by_who_may_see_it(found: Help, work: WorkFactory) -> None:
    with work() as w:
        trigger = Trigger("fall", f"elder:{found.world.elder}", "王秀英", "203房", HOME_PATH, w.now, site_code=HOME)
        alarm = raising.raise_alarm(w, trigger).id
        with pytest.raises(NotFoundError):  # a clerk sees no alarms
            ask(w, found, alarm_id=alarm, channel="alarm")
        officer = help_orders.Who(staff=found.viewers["officer"])
        order = ask(w, found, officer, alarm_id=alarm, channel="alarm", payer="none")
        assert (order.alarm_id, order.channel) == (alarm, "alarm")


def test_what_is_held_is_shown_and_forgotten_when_nothing_is_under_way(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    (erasable,) = order_holdings.ERASABLES
    lines = {one.key: one.collect for one in order_holdings.HOLDINGS}
    with work() as w:
        assert [line["内容"] for line in lines["help_orders"](w, found.elder)] == ["做一顿午饭，说说话"]
        assert erasable.live(w, found.elder) == ["还没有完成的帮忙单"]
        helper_id = visited(w, order_id, found.volunteers[0], clock)
        helped = person_of(w, found.volunteers[0])
        assert erasable.live(w, helped) == ["您接的单还没有做完"]
        assert lines["help_tasks"](w, helped)[0]["分钟"] == "60"
        assert lines["help_calls"](w, helped) == []
    with work() as w:
        confirmed(w, found, order_id, helper_id)
        assert (erasable.live(w, found.elder), erasable.kept(w, found.elder)) == ([], [])
        erasable.erase(w, found.elder)
        erasable.erase(w, helped)
        order = locked(w, order_id)
        assert (order.address, order.phone, order.longitude) == ("内容已按规定删除", "", None)
        assert part(w, order_id, found.volunteers[0]).start_place == []
        assert balance(w, helped) == 60
