"""Many hands on one order, on both databases: as many helpers as wanted, one payment, nobody at two places at once."""

from collections import Counter
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.timebank import ledger, order_ending, orders
from backend.timebank.accounts import escrow, personal
from backend.timebank.matching import send_round
from backend.timebank.order_errors import BusyThenError, DuplicateOrderError, OrderTakenError
from backend.timebank.order_models import OrderHelper
from backend.timebank.order_records import locked
from backend.timebank.safety import SOS
from backend.timebank.verifying import verify
from backend.volunteers.activity_models import ServiceRecord
from scheduler import order_jobs
from tests.conftest import WorkFactory
from tests.support import help_orders
from tests.support.at_once import at_once
from tests.support.help_orders import Help, ask, of, part, visited

pytestmark = pytest.mark.both_databases
HANDS = 50
MANY = 12


@pytest.fixture
def found(work: WorkFactory) -> Help:
    with work() as w:
        return help_orders.build(w)


def test_fifty_volunteers_accept_at_once_and_exactly_two_win(
    app: APIFlask, found: Help, work: WorkFactory
) -> None:  # fmt: skip
    with work() as w:
        crowd = [help_orders.helper(w, serial) for serial in range(4, HANDS + 1)]
        for one in crowd:
            of(w, one).latitude = of(w, found.volunteers[0]).latitude
        order = ask(w, found, helpers=2)
    for _ in range(HANDS // 5):
        with work() as w:
            send_round(w, locked(w, order.id))
    everybody = [*found.volunteers, *crowd]

    def accept(number: int) -> str:
        with unit_of_work() as w:
            return orders.accept(w, of(w, everybody[number]), order.id).state

    answers = Counter(at_once(app, HANDS, accept))
    assert answers == {"accepted": 2, OrderTakenError: HANDS - 2}
    with work() as w:
        row = locked(w, order.id)
        assert (row.state, row.joined) == ("taken", 2)
        states = Counter(w.session.scalars(select(OrderHelper.state).where(OrderHelper.order_id == order.id)))
        assert states == {"accepted": 2, "released": HANDS - 2}


def test_one_volunteer_accepts_two_orders_on_two_phones_and_is_at_one_place(
    app: APIFlask, found: Help, work: WorkFactory
) -> None:
    one = found.volunteers[0]
    with work() as w:
        both = [ask(w, found, kind=kind).id for kind in ("meals", "company")]

    def accept(number: int) -> str:
        with unit_of_work() as w:
            return orders.accept(w, of(w, one), both[number % 2]).state

    answers = Counter(at_once(app, MANY, accept))
    assert answers == {"accepted": MANY // 2, BusyThenError: MANY // 2}


def test_the_same_order_from_many_phones_is_held_once(app: APIFlask, found: Help, work: WorkFactory) -> None:
    def begin(_number: int) -> str:
        with unit_of_work() as w:
            return ask(w, found).state

    assert Counter(at_once(app, MANY, begin)) == {"open": 1, DuplicateOrderError: MANY - 1}
    with work() as w:
        assert ledger.balance(w, personal(found.elder)) == 540


def test_confirmed_by_both_sides_and_by_the_job_at_once_it_is_recorded_and_paid_once(
    app: APIFlask, found: Help, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        order = ask(w, found)
        helper_id = visited(w, order.id, found.volunteers[0], clock)
    clock.advance(4 * 86_400)

    def confirm(number: int) -> str:
        if number % 3 == 0:
            order_jobs.confirm_silent()
            return "confirmed"
        with unit_of_work() as w:
            return order_ending.confirm(w, found.herself, order.id, helper_id).state

    assert Counter(at_once(app, MANY, confirm)) == {"confirmed": MANY}
    with work() as w:
        helped = of(w, found.volunteers[0]).person_id
        assert w.session.scalar(select(func.count()).select_from(ServiceRecord)) == 1
        balances = [ledger.balance(w, one) for one in (personal(found.elder), personal(helped), escrow(order.id))]
        assert balances == [540, 60, 0]
        assert list(verify(w)) == []


def test_a_cry_for_help_pressed_by_many_thumbs_is_one_alarm(app: APIFlask, found: Help, work: WorkFactory) -> None:
    one = found.volunteers[0]
    with work() as w:
        order = ask(w, found)
        orders.accept(w, of(w, one), order.id)

    def press(_number: int) -> UUID:
        with unit_of_work() as w:
            return help_orders.sos(w, one, order.id)

    assert len(set(at_once(app, MANY, press))) == 1
    with work() as w:
        alarm = help_orders.alarm_of(w, SOS)
        assert (alarm.press_count, alarm.closed_at) == (MANY, None)


def test_accepted_while_it_is_cancelled_the_time_goes_one_way_only(
    app: APIFlask, found: Help, work: WorkFactory
) -> None:
    with work() as w:
        order = ask(w, found)

    def act(number: int) -> str:
        with unit_of_work() as w:
            if number == 0:
                return orders.cancel(w, found.herself, order.id, "不需要了").state
            return orders.accept(w, of(w, found.volunteers[number % 3]), order.id).state

    answers = at_once(app, MANY, act)
    assert answers[0] == "cancelled"
    with work() as w:
        assert ledger.balance(w, personal(found.elder)) == 600
        assert part(w, order.id, found.volunteers[1]).state == "released"
