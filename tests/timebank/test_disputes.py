"""Two who disagree about an order and who decides; and every action in every state by every hand."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.notices.models import Notice
from backend.timebank import disputes, ledger, order_ending, orders
from backend.timebank.accounts import personal
from backend.timebank.order_errors import (
    HearBothError,
    OwnDecisionError,
    TooManyMinutesClaimedError,
    WrongOrderStateError,
)
from backend.timebank.order_models import OrderDispute
from backend.timebank.order_records import Who, locked
from backend.timebank.states import ORDER
from scheduler import order_jobs
from tests.conftest import WorkFactory
from tests.support import help_orders
from tests.support.help_orders import TEN, Help, ask, of, part, visited

DAY_S = 86_400
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def found(work: WorkFactory) -> Help:
    with work() as w:
        return help_orders.build(w)


@pytest.fixture
def order_id(found: Help, work: WorkFactory) -> UUID:
    with work() as w:
        return ask(w, found, photo_agreed=True).id


@pytest.fixture
def disputed(found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock) -> UUID:
    """An hour was claimed; she says he left after half an hour."""
    with work() as w:
        visited(w, order_id, found.volunteers[0], clock)
    with work() as w:
        disputes.raise_by_receiver(w, found.herself, order_id, "他半个小时就走了")
    return order_id


def chased(w: Work) -> int:
    return sum("过期还没有裁决" in body for body in w.session.scalars(select(Notice.body)))


def test_both_are_heard_and_the_arbiters_minutes_are_paid(found: Help, disputed: UUID, work: WorkFactory) -> None:
    one, lead = found.volunteers[0], found.viewers["lead"]
    with work() as w:
        helper_id = part(w, disputed, one).id
        with pytest.raises(HearBothError):
            disputes.settle(w, lead, disputed, {helper_id: 40}, "双方各说各的")
        with pytest.raises(NotFoundError):  # whoever raised it has said it already
            disputes.answer_by_receiver(w, found.herself, disputed, "我再说一次")
        disputes.answer_by_helper(w, of(w, one), disputed, "我走时是十点四十")
        for minutes, refused in (({}, BadInputError), ({helper_id: 61}, TooManyMinutesClaimedError)):
            with pytest.raises(refused):
                disputes.settle(w, lead, disputed, minutes, "双方各说各的")
        with pytest.raises(NotFoundError):  # a clerk decides nothing
            disputes.settle(w, found.viewers["clerk"], disputed, {helper_id: 40}, "双方各说各的")
        disputes.settle(w, lead, disputed, {helper_id: 40}, "邻居看到十点四十离开")
        row = w.session.scalars(select(OrderDispute)).one()
        assert (row.state, row.minutes) == ("settled", {str(helper_id): 40})
        with pytest.raises(WrongOrderStateError):
            disputes.settle(w, lead, disputed, {helper_id: 50}, "再裁决一次吧")
    with work() as w:
        assert ledger.balance(w, personal(of(w, one).person_id)) == 40
        assert ledger.balance(w, personal(found.elder)) == 560


def test_who_stays_silent_for_five_days_is_decided_about_but_not_by_who_entered_the_order(
    found: Help, disputed: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    officer = found.viewers["officer"]
    with work() as w:
        helper_id = part(w, disputed, found.volunteers[0]).id
    clock.advance(5 * DAY_S)
    order_jobs.confirm_silent()
    with work() as w:
        assert locked(w, disputed).state == "disputed"  # silence decides no dispute
        assert chased(w) == 1
    order_jobs.confirm_silent()
    with work() as w:
        assert chased(w) == 1
        locked(w, disputed).staff_id = officer.staff_id
        with pytest.raises(OwnDecisionError):
            disputes.settle(w, officer, disputed, {helper_id: 0}, "没有证据证明")
        disputes.settle(w, found.viewers["lead"], disputed, {helper_id: 0}, "没有证据证明")
        assert ledger.balance(w, personal(found.elder)) == 600


@one_database
def test_who_wrote_the_dispute_down_does_not_decide_about_it(
    found: Help, order_id: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    officer, lead = found.viewers["officer"], found.viewers["lead"]
    with work() as w:
        helper_id = visited(w, order_id, found.volunteers[0], clock)
        disputes.raise_by_receiver(w, Who(staff=officer), order_id, "老人说他早走了")
        disputes.answer_by_helper(w, of(w, found.volunteers[0]), order_id, "我是按时走的")
        with pytest.raises(OwnDecisionError):
            disputes.settle(w, officer, order_id, {helper_id: 0}, "我说了算就行")
        assert disputes.settle(w, lead, order_id, {helper_id: 60}, "门口监控看得到").state == "confirmed"


# -- every state x action x hand


ACTIONS = ("cancel", "stop", "confirm", "dispute", "answer", "rate")


def bring_to(state: str, found: Help, work: WorkFactory, clock: ManualClock) -> UUID:
    """A new order in this state."""
    one, why = found.volunteers[0], "说明一下原因"
    with work() as w:
        order_id = ask(w, found).id
        if state in ("taken", "started"):
            orders.accept(w, of(w, one), order_id)
        if state == "started":
            w.now = TEN
            orders.start(w, of(w, one), order_id)
        if state in ("finished", "confirmed", "disputed"):
            helper_id = visited(w, order_id, one, clock)
        if state == "confirmed":
            order_ending.confirm(w, found.herself, order_id, helper_id)
        if state == "disputed":
            disputes.raise_by_helper(w, of(w, one), order_id, why)
        if state == "cancelled":
            orders.cancel(w, found.herself, order_id, why)
    if state == "expired":
        clock.advance((TEN - clock.now()).total_seconds() + 3 * 3600)
        order_jobs.end_missed()
    return order_id


def act(w: Work, who: Who, action: str, order_id: UUID, helper_id: UUID) -> Any:
    words = "说明一下原因"
    verbs = {
        "cancel": lambda: orders.cancel(w, who, order_id, words),
        "stop": lambda: orders.stop(w, who, order_id, words),
        "confirm": lambda: order_ending.confirm(w, who, order_id, helper_id),
        "dispute": lambda: disputes.raise_by_receiver(w, who, order_id, words),
        "answer": lambda: disputes.answer_by_receiver(w, who, order_id, words),
        "rate": lambda: order_ending.rate(w, who, order_id, 4),
    }
    return verbs[action]()


@pytest.mark.parametrize("state", sorted(ORDER.table))
def test_every_action_in_every_state_does_what_the_table_says_for_those_it_is_for(
    state: str, found: Help, work: WorkFactory, clock: ManualClock
) -> None:
    order_id = bring_to(state, found, work, clock)
    hands = {
        "herself": found.herself, "proxy": found.by_proxy, "clerk": found.clerk,
        "lead": Who(staff=found.viewers["lead"]), "elsewhere": Who(staff=found.viewers["elsewhere"]),
        "stranger": Who(person_id=found.daughter),
    }  # fmt: skip
    wrong = {}
    for name, who in hands.items():
        for action in ACTIONS:
            with work() as w, w.session.begin_nested() as look:
                helper_id = part(w, order_id, found.volunteers[0]).id
                try:
                    act(w, who, action, order_id, helper_id)
                    answer = "done"
                except NotFoundError:
                    answer = "unseen"
                except WrongOrderStateError:
                    answer = "refused"
                look.rollback()
            seen = name in ("herself", "proxy", "clerk")
            possible = action in ORDER.actions(state) or (state == "confirmed" and action == "confirm")
            expected = ("done" if possible else "refused") if seen else "unseen"
            if action == "answer" and seen and not possible:
                expected = "unseen"  # there is no dispute to answer
            if answer != expected:
                wrong[name, action] = answer
    assert wrong == {}
