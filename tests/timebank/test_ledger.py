"""The ledger: what it writes, what it refuses, and that refusing leaves nothing behind."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.timebank import ledger, statements
from backend.timebank.errors import (
    AccountClosedError,
    AlreadyReversedError,
    KeyReusedError,
    PointsShortError,
    TimeShortError,
)
from backend.timebank.ledger import BUREAU, POINTS_BUREAU, AccountRef, Leg, Movement
from backend.timebank.models import TimeAccount, TimeEntry, TimeTransfer
from tests.conftest import WorkFactory
from tests.support.timebank import DAY, issued, moved, personal

LI, WANG, ZHAO = personal("li"), personal("wang"), personal("zhao")
POOL = AccountRef("pool", "500118")


def count(work: Work, table: type[TimeAccount | TimeTransfer | TimeEntry]) -> int:
    return int(work.session.scalar(select(func.count()).select_from(table)) or 0)


@pytest.mark.both_databases
def test_a_movement_writes_numbered_entries_that_add_up_and_its_balances(work: WorkFactory) -> None:
    with work() as w:
        ledger.post(w, issued("one", LI, 90))
        made = ledger.post(w, moved("two", LI, WANG, 60))
    with work() as w:
        assert [ledger.balance(w, one) for one in (BUREAU, LI, WANG, ZHAO)] == [-90, 30, 60, 0]
        assert sorted(ledger.legs_of(w, made.id)) == [(LI, -60), (WANG, 60)]
        mine = select(TimeEntry.seq, TimeEntry.amount, TimeEntry.balance_after).join(
            TimeAccount, TimeAccount.id == TimeEntry.account_id
        )
        rows = w.session.execute(mine.where(TimeAccount.owner == "li").order_by(TimeEntry.seq)).all()
        assert [tuple(row) for row in rows] == [(1, 90, 90), (2, -60, 30)]
        assert (made.unit, made.by_kind, w.session.get_one(TimeTransfer, made.id).kind) == ("minute", "system", "test")


@pytest.mark.both_databases
def test_many_legs_move_at_once(work: WorkFactory) -> None:
    with work() as w:
        legs = (Leg(BUREAU, -100), Leg(LI, 70), Leg(WANG, 20), Leg(POOL, 10))
        ledger.post(w, Movement("k", "test", legs, DAY, "test", "1"))
        assert [ledger.balance(w, leg.account) for leg in legs] == [-100, 70, 20, 10]


@pytest.mark.both_databases
def test_the_same_request_moves_once_even_when_there_is_nothing_left_for_a_second_time(work: WorkFactory) -> None:
    with work() as w:
        ledger.post(w, issued("one", LI, 60))
        first = ledger.post(w, moved("two", LI, WANG, 60))
    with work() as w:
        assert ledger.post(w, moved("two", LI, WANG, 60)).id == first.id
        assert (ledger.balance(w, LI), count(w, TimeTransfer), count(w, TimeEntry)) == (0, 2, 4)


@pytest.mark.parametrize("other", [
    moved("one", BUREAU, LI, 61), moved("one", BUREAU, WANG, 60), moved("one", BUREAU, LI, 60, date(2026, 11, 21)),
    moved("one", LI, WANG, 600),
])  # fmt: skip
def test_a_key_used_for_something_else_is_refused(work: WorkFactory, other: Movement) -> None:
    with work() as w:
        ledger.post(w, issued("one", LI, 60))
    with pytest.raises(KeyReusedError), work() as w:
        ledger.post(w, other)


@pytest.mark.parametrize(("wanted", "fine"), [(59, True), (60, True), (61, False)])
def test_an_account_is_spent_to_its_floor_and_no_further(work: WorkFactory, wanted: int, fine: bool) -> None:
    with work() as w:
        ledger.post(w, issued("one", LI, 60))
    if fine:
        with work() as w:
            ledger.post(w, moved("two", LI, WANG, wanted))
    else:
        with pytest.raises(TimeShortError) as caught, work() as w:
            ledger.post(w, moved("two", LI, WANG, wanted))
        assert caught.value.facts == {"balance": 60, "wanted": wanted}
    with work() as w:
        assert ledger.balance(w, LI) == (60 - wanted if fine else 60)


@pytest.mark.both_databases
def test_the_database_itself_refuses_a_balance_below_the_floor(work: WorkFactory) -> None:
    with work() as w:
        ledger.post(w, issued("one", LI, 60))
    with pytest.raises(DBAPIError, match="floor"), work() as w:
        w.session.execute(update(TimeAccount).where(TimeAccount.owner == "li").values(balance=-1))


def test_a_floor_below_zero_is_credit_and_cannot_be_taken_back_while_it_is_used(work: WorkFactory) -> None:
    with work() as w:
        ledger.set_floor(w, LI, -120)
        ledger.post(w, moved("one", LI, WANG, 100))
    with pytest.raises(TimeShortError) as caught, work() as w:
        ledger.post(w, moved("two", LI, WANG, 21))
    assert caught.value.facts == {"balance": 20, "wanted": 21}
    with pytest.raises(TimeShortError), work() as w:
        ledger.set_floor(w, LI, -99)
    with work() as w:
        ledger.set_floor(w, LI, -100)
        assert ledger.balance(w, LI) == -100


# -- reversing


@pytest.mark.both_databases
def test_a_mistake_is_reversed_once_and_a_reversal_never(work: WorkFactory) -> None:
    with work() as w:
        made = ledger.post(w, issued("one", LI, 60))
    with work() as w:
        back = ledger.reverse(w, made.id, key="back", why="记错了人")
        assert (back.reverses, back.why, ledger.balance(w, LI), ledger.balance(w, BUREAU)) == (
            made.id,
            "记错了人",
            0,
            0,
        )
    with work() as w:
        assert ledger.reverse(w, made.id, key="back", why="记错了人").id == back.id
    for which in (made.id, back.id):
        with pytest.raises(AlreadyReversedError), work() as w:
            ledger.reverse(w, which, key="again", why="")
    with pytest.raises(NotFoundError), work() as w:
        ledger.reverse(w, uuid4(), key="nothing", why="")


def test_what_was_spent_meanwhile_cannot_be_taken_back(work: WorkFactory) -> None:
    with work() as w:
        made = ledger.post(w, issued("one", LI, 60))
        ledger.post(w, moved("two", LI, WANG, 1))
    with pytest.raises(TimeShortError), work() as w:
        ledger.reverse(w, made.id, key="back", why="")
    with work() as w:
        assert (ledger.balance(w, LI), count(w, TimeTransfer)) == (59, 2)


# -- closed accounts, points


def test_a_closed_account_takes_and_gives_nothing_and_only_an_empty_one_is_closed(work: WorkFactory) -> None:
    with work() as w:
        ledger.post(w, issued("one", LI, 60))
        with pytest.raises(BadInputError):
            ledger.close(w, LI)
        ledger.post(w, moved("two", LI, WANG, 60))
        ledger.close(w, LI)
        ledger.close(w, LI)
    for movement in (moved("three", WANG, LI, 1), moved("four", LI, WANG, 1)):
        with pytest.raises(AccountClosedError), work() as w:
            ledger.post(w, movement)
    with work() as w:
        assert ledger.post(w, moved("two", LI, WANG, 60)).key == "two"


def test_points_are_another_unit_with_their_own_words(work: WorkFactory) -> None:
    mine = AccountRef("points", "li")
    with work() as w:
        assert ledger.post(w, moved("one", POINTS_BUREAU, mine, 5)).unit == "point"
    with pytest.raises(PointsShortError), work() as w:
        ledger.post(w, moved("two", mine, POINTS_BUREAU, 6))


# -- what can never be


GOOD = issued("one", LI, 60)
BAD_AMOUNTS: list[Any] = [0, 10_000_001, 1.5, 60.0, True, float("nan"), "60", "NaN", None, 10**30]
BAD: dict[str, Movement] = {f"amount {amount!r}": replace(
    GOOD, legs=(Leg(BUREAU, -amount if isinstance(amount, int | float) else amount), Leg(LI, amount))
) for amount in BAD_AMOUNTS} | {
    "one leg": replace(GOOD, legs=(Leg(LI, 60),)),
    "no legs": replace(GOOD, legs=()),
    "out of balance": replace(GOOD, legs=(Leg(BUREAU, -60), Leg(LI, 59))),
    "the same account twice": replace(GOOD, legs=(Leg(LI, -60), Leg(LI, 60))),
    "time for points": replace(GOOD, legs=(Leg(AccountRef("points", "li"), -60), Leg(LI, 60))),
    "an account of no kind": replace(GOOD, legs=(Leg(BUREAU, -60), Leg(AccountRef("secret", "li"), 60))),
    "an account of nobody": replace(GOOD, legs=(Leg(BUREAU, -60), Leg(personal(""), 60))),
    "an owner too long": replace(GOOD, legs=(Leg(BUREAU, -60), Leg(personal("x" * 65), 60))),
    "no key": replace(GOOD, key=""),
    "a key too long": replace(GOOD, key="x" * 129),
    "a source too long": replace(GOOD, source="x" * 17),
    "no source": replace(GOOD, source_id=""),
    "a moment for a day": replace(GOOD, event_on=datetime(2026, 11, 22, tzinfo=UTC)),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_nonsense_is_refused_before_the_database_is_asked(what: str) -> None:
    with pytest.raises(BadInputError):
        ledger.require_sense(BAD[what])


@pytest.mark.both_databases
def test_what_is_just_sensible_is_taken(work: WorkFactory) -> None:
    with work() as w:
        for number in range(220):  # more than fits in 32 bits
            ledger.post(w, replace(issued(f"{number:064d}", LI, 10_000_000), source="x" * 16, key=f"{number:0128d}"))
        assert ledger.balance(w, BUREAU) == -2_200_000_000


def test_refusing_leaves_nothing_behind(work: WorkFactory) -> None:
    with work() as w:
        ledger.post(w, issued("one", LI, 60))
    for movement in (moved("two", LI, ZHAO, 61), BAD["out of balance"]):
        with pytest.raises(DomainError), work() as w:
            ledger.post(w, movement)
    with work() as w:
        assert (count(w, TimeAccount), count(w, TimeTransfer), count(w, TimeEntry)) == (2, 1, 2)


@pytest.mark.both_databases
@pytest.mark.parametrize(("table", "change"), [(TimeTransfer, {"why": "x"}), (TimeEntry, {"amount": 7})])
def test_what_is_written_stays(
    work: WorkFactory, table: type[TimeTransfer | TimeEntry], change: dict[str, Any]
) -> None:
    with work() as w:
        ledger.post(w, issued("one", LI, 60))
    with pytest.raises(DBAPIError), work() as w:
        w.session.execute(delete(table))
    with pytest.raises(DBAPIError), work() as w:
        w.session.execute(update(table).values(**change))


# -- statements


@pytest.mark.both_databases
def test_a_statement_of_any_days_adds_up_over_midnight_and_over_the_month(
    work: WorkFactory, clock: ManualClock
) -> None:
    clock.advance((datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC) - clock.now()).total_seconds())
    with work() as w:
        ledger.post(w, issued("one", LI, 90))  # a second before midnight in Shanghai
    clock.advance(1)
    with work() as w:
        ledger.post(w, moved("two", LI, WANG, 40, date(2026, 11, 30)))
    clock.advance(86_400)
    with work() as w:
        ledger.post(w, moved("three", LI, WANG, 5))
        first = date(2026, 11, 30)
        days = [statements.statement(w, LI, day, day) for day in (first + timedelta(days=n) for n in range(-1, 4))]
        whole = statements.statement(w, LI, first, first + timedelta(days=2))
    assert [(one.opening, one.closing) for one in days] == [(0, 0), (0, 90), (90, 50), (50, 45), (45, 45)]
    assert [(line.amount, line.balance) for line in whole.lines] == [(90, 90), (-40, 50), (-5, 45)]
    assert (whole.opening, whole.closing, whole.lines[1].event_on) == (0, 45, first)
    with pytest.raises(BadInputError), work() as w:
        statements.statement(w, LI, first, first - timedelta(days=1))
