"""Fifty hands on the same accounts, on both databases: no floor broken, no deadlock, nothing moved twice."""

from collections import Counter
from uuid import UUID

import pytest
from apiflask import APIFlask

from backend.core.db import reading, unit_of_work
from backend.timebank import ledger
from backend.timebank.errors import AlreadyReversedError, TimeShortError
from backend.timebank.ledger import BUREAU
from tests.conftest import WorkFactory
from tests.support.at_once import at_once
from tests.support.timebank import issued, moved, personal

pytestmark = pytest.mark.both_databases

HANDS = 50
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
