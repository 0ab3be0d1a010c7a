"""Fifty hands on the same accounts, on both databases: no floor broken, no deadlock, nothing moved twice."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import delete

from backend.core.clock import CHINA
from backend.core.db import reading, unit_of_work
from backend.timebank import accounts, earning, families, gifts, ledger, points
from backend.timebank.errors import (
    AlreadyReversedError,
    GiftGoneError,
    GiftOrderOverError,
    InFamilyError,
    TimeShortError,
)
from backend.timebank.ledger import BUREAU, POINTS_BUREAU
from backend.timebank.models import ThankGift, TimeAccount
from backend.timebank.verifying import verify
from backend.volunteers import records
from backend.volunteers.models import Volunteer
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.at_once import at_once
from tests.support.residents import person
from tests.support.timebank import issued, moved, personal
from tests.support.volunteers import served, volunteer

pytestmark = pytest.mark.both_databases

HANDS = 50
ROUNDS = 10
CAP = 1500 * 60
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
LI, WANG = personal("li"), personal("wang")


def test_an_account_with_ten_hours_pays_ten_of_forty_who_ask_for_one(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        ledger.post(w, issued("one", LI, 600))

    def spend(number: int) -> str:
        with unit_of_work() as w:
            return ledger.post(w, moved(f"spend {number}", LI, WANG, 60)).kind

    assert Counter(at_once(app, 40, spend)) == {"test": 10, TimeShortError: 30}
    with work() as w:
        assert [ledger.balance(w, one) for one in (LI, WANG, BUREAU)] == [0, 600, -600]


def test_opposite_directions_meet_without_a_deadlock(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        ledger.post(w, issued("one", LI, 600))
        ledger.post(w, issued("two", WANG, 600))

    def cross(number: int) -> str:
        giver, receiver = (LI, WANG) if number % 2 else (WANG, LI)
        with unit_of_work() as w:
            return ledger.post(w, moved(f"cross {number}", giver, receiver, 10)).kind

    assert at_once(app, HANDS, cross) == ["test"] * HANDS
    with work() as w:
        assert [ledger.balance(w, one) for one in (LI, WANG)] == [600, 600]


def test_accounts_that_many_need_first_are_opened_once_without_a_deadlock(app: APIFlask, work: WorkFactory) -> None:
    """Each needs two new accounts that others need too, and one that everybody has locked already."""

    def begin(number: int) -> str:
        ours, theirs = personal(f"p{number % 5}"), personal(f"p{(number + 1) % 5}")
        with unit_of_work() as w:
            ledger.post(w, issued(f"first {number}", ours, 10))
        with unit_of_work() as w:
            return ledger.post(w, moved(f"on {number}", ours, theirs, 10)).kind

    assert at_once(app, HANDS, begin) == ["test"] * HANDS
    with work() as w:
        assert [ledger.balance(w, personal(f"p{number}")) for number in range(5)] == [100] * 5


def test_the_bureaus_own_account_is_opened_once_by_all_who_are_first(app: APIFlask, work: WorkFactory) -> None:
    """Its id is fixed: who comes second meets it by its id as often as by its name, and must not fail for either."""

    def first(_number: int) -> int:
        with unit_of_work() as w:
            return len(ledger.lock(w, (BUREAU, POINTS_BUREAU)))

    for _ in range(ROUNDS):
        assert at_once(app, HANDS, first) == [2] * HANDS
        with work() as w:
            w.session.execute(delete(TimeAccount))


def test_one_key_fifty_times_is_one_transfer(app: APIFlask, work: WorkFactory) -> None:
    def again(_number: int) -> UUID:
        with unit_of_work() as w:
            return ledger.post(w, issued("one", LI, 60)).id

    assert len(set(at_once(app, HANDS, again))) == 1
    with work() as w:
        assert ledger.balance(w, LI) == 60


def test_of_fifty_reversals_one_moves_something(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        mistake = ledger.post(w, issued("one", LI, 60)).id
        ledger.post(w, issued("two", LI, 600))

    def back(number: int) -> str:
        with unit_of_work() as w:
            return ledger.reverse(w, mistake, key=f"back {number}", why="").kind

    assert Counter(at_once(app, HANDS, back)) == {"reversal": 1, AlreadyReversedError: HANDS - 1}
    with reading() as w:
        assert ledger.balance(w, LI) == 600


def test_the_last_gift_goes_to_one_of_fifty_and_the_others_keep_their_points(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        county = world.build(w)
        towel = gifts.add(w, county.viewer("officer", "officer"), "毛巾", "", 20, 1).id
        people = [person(w, serial=serial) for serial in range(1, HANDS + 1)]
        for one in people:
            ledger.post(w, moved(f"points {one}", POINTS_BUREAU, points.of(one), 20))

    def take(number: int) -> str:
        with unit_of_work() as w:
            return gifts.reserve(w, people[number], towel, "k").state

    assert Counter(at_once(app, HANDS, take)) == {"reserved": 1, GiftGoneError: HANDS - 1}
    with reading() as w:
        assert sorted(ledger.balance(w, points.of(one)) for one in people) == [0] + [20] * (HANDS - 1)
        assert verify(w) == []


def test_a_gift_is_fetched_or_cancelled_and_never_both(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        officer = world.build(w).viewer("officer", "officer")
        towel, who = gifts.add(w, officer, "毛巾", "", 20, 1).id, person(w)
        ledger.post(w, moved("points", POINTS_BUREAU, points.of(who), 20))
        made = gifts.reserve(w, who, towel, "k")

    def end(number: int) -> str:
        with unit_of_work() as w:
            return (gifts.fetch(w, officer, made.number) if number % 2 else gifts.cancel(w, who, made.id)).state

    answers = Counter(at_once(app, 10, end))
    assert answers.pop(GiftOrderOverError) == 9
    with reading() as w:
        left = w.session.get_one(ThankGift, towel).stock
        assert (list(answers), ledger.balance(w, points.of(who))) == (
            (["cancelled"], 20) if left else (["fetched"], 0)
        )  # fmt: skip


def test_a_person_joins_one_family_however_often_they_tap(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        world.build(w)
        who = person(w)

    def begin(_number: int) -> str:
        with unit_of_work() as w:
            families.found(w, who)
            return "in"

    assert Counter(at_once(app, 10, begin)) == {"in": 1, InFamilyError: 9}


def test_the_cap_holds_when_services_are_confirmed_at_once(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        world.build(w)
        helper = volunteer(w)
        me = w.session.get_one(Volunteer, helper).person_id
        ledger.post(w, issued("nearly full", accounts.personal(me), CAP - 90))
        done = [
            records.record(w, served(helper, MORNING - timedelta(days=number), 60)).source_id for number in range(5)
        ]

    def confirm(number: int) -> None:
        with unit_of_work() as w:
            earning.confirm_earned(w, "desk", done[number % 5], me)

    assert at_once(app, 10, confirm) == [None] * 10
    with reading() as w:
        found = [
            ledger.balance(w, one) for one in (accounts.personal(me), accounts.pending(me), accounts.pool_of(w, me))
        ]
        assert found == [CAP, 0, 210]
        assert verify(w) == []
