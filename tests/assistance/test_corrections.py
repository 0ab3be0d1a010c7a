"""Arrears, recoveries, fraud: asked for by one officer, written by another; and what is done between decisions."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.assistance import accounts, corrections, handling
from backend.assistance.benefits import Hearing
from backend.assistance.corrections import Asked
from backend.assistance.errors import (
    CutReasonMissingError,
    FineTooHighError,
    HearingNeededError,
    SecondPersonError,
)
from backend.assistance.models import Correction, Entitlement, Household
from backend.cases.models import Decision
from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.core.ids import new_id
from backend.core.states import WrongStateError
from scheduler.assistance_jobs import compute_month
from tests.conftest import WorkFactory
from tests.support.payments import Caseload, granted, only

HEARD = Hearing(date(2026, 11, 20), "张三", "知道错了")
TODAY = date(2026, 11, 22)
ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing in them is the engine's


def propose(work: Work, load: Caseload, kind: str = "recovery", amount: str = "400.00", fine: str = "0") -> Correction:
    asked = Asked(kind, Decimal(amount), "多发了", Decimal(fine))
    found = corrections.propose(work, load["officer"], only(work).id, asked)
    work.session.flush()
    return found


def written(work: Work) -> list[tuple[str, str]]:
    rows = work.session.execute(select(Entitlement.kind, Entitlement.amount).order_by(Entitlement.month))
    return [(kind, str(amount)) for kind, amount in rows]


def test_nothing_is_taken_before_a_second_officer_agrees_and_then_once(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        asked = propose(w, load).id
        assert written(w) == []
        with pytest.raises(SecondPersonError):
            corrections.approve(w, load["officer"], asked)
        with pytest.raises(NotAllowedError):
            corrections.approve(w, load["clerk"], asked)
        corrections.approve(w, load["officer2"], asked)
        with pytest.raises(WrongStateError):
            corrections.approve(w, load["officer2"], asked)
        with pytest.raises(WrongStateError):
            corrections.refuse(w, load["officer2"], asked)
        assert written(w) == [("recovery", "-312.00"), ("recovery", "-88.00")]
        assert corrections.waiting(w, load["officer"]) == []


def test_the_database_refuses_one_person_alone(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        asked = propose(w, load)
        asked.state, asked.settled_by = "approved", asked.proposed_by
        with pytest.raises(IntegrityError):
            w.session.flush()
        w.session.rollback()


@ONE_ENGINE
def test_what_was_refused_or_taken_back_writes_nothing(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        for name in ("officer", "officer2"):
            assert corrections.refuse(w, load[name], propose(w, load, "top_up").id).state == "refused"
        assert written(w) == []
        with pytest.raises(NotFoundError):
            corrections.refuse(w, load["officer"], new_id())


@ONE_ENGINE
@pytest.mark.parametrize(
    ("kind", "amount", "fine"),
    [("gift", "1", "0"), ("top_up", "0", "0"), ("top_up", "1.001", "0"), ("top_up", "1", "1"), ("recovery", "-1", "0")],
)
def test_money_that_cannot_be_is_not_asked_for(
    kind: str, amount: str, fine: str, work: WorkFactory, load: Caseload
) -> None:
    with work() as w, pytest.raises(BadInputError):
        propose(w, load, kind, amount, fine)


@ONE_ENGINE
def test_fraud_is_heard_first_and_fined_at_most_twice_what_was_taken(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        with pytest.raises(HearingNeededError):
            propose(w, load, "sanction", "1000", "2000")
        handling.hear(w, load["clerk"], only(w).id, HEARD)
        with pytest.raises(FineTooHighError):
            propose(w, load, "sanction", "1000", "2000.01")
        corrections.approve(w, load["officer2"], propose(w, load, "sanction", "1000", "2000").id)
        assert sum(Decimal(amount) for _kind, amount in written(w)) == Decimal("-1000.00")
        last = handling.acts(only(w))[-1]
        assert (last.action, last.hearing) == ("benefit.sanction", HEARD)


# -- between two decisions


@ONE_ENGINE
def test_a_hearing_lies_in_the_past_and_ends_with_a_review_that_changes_nothing(
    work: WorkFactory, load: Caseload
) -> None:
    with work() as w:
        one = only(w).id
        with pytest.raises(BadInputError):
            handling.hear(w, load["clerk"], one, Hearing(TODAY + timedelta(days=1), "张三", "好"))
        with pytest.raises(BadInputError):
            handling.hear(w, load["clerk"], one, Hearing(TODAY, "张三", " "))
        handling.hear(w, load["clerk"], one, HEARD)
        assert handling.open_hearing(only(w), TODAY) == HEARD
        handling.unchanged(w, load["clerk"], one, TODAY)
        assert handling.open_hearing(only(w), TODAY) is None


@ONE_ENGINE
@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (90, True), (91, False)])
def test_a_visit_counts_for_ninety_days(days: int, fits: bool, work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        visited = TODAY - timedelta(days=days)
        if fits:
            assert handling.unchanged(w, load["clerk"], only(w).id, visited).review_on == date(2027, 11, 22)
            return
        with pytest.raises(BadInputError):
            handling.unchanged(w, load["clerk"], only(w).id, visited)


def test_a_stop_is_a_decision_with_its_reason(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        one = only(w).id
        with pytest.raises(NotAllowedError):
            handling.stop(w, load["clerk"], one, why="moved", reason="迁走了")
        with pytest.raises(BadInputError):
            handling.stop(w, load["officer"], one, why="because", reason="迁走了")
        with pytest.raises(CutReasonMissingError):
            handling.stop(w, load["officer"], one, why="own_wish", reason=" ")
        assert handling.stop(w, load["officer"], one, why="own_wish", reason="本人不再需要").state == "ended"
        decided = w.session.scalars(select(Decision).order_by(Decision.sequence)).all()
        assert [(made.outcome, made.reason) for made in decided] == [("granted", None), ("stopped", "本人不再需要")]


@ONE_ENGINE
def test_a_pause_and_its_end_are_the_countys(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        one = only(w).id
        with pytest.raises(NotAllowedError):
            handling.suspend(w, load["clerk"], one, "联系不上")
        assert handling.suspend(w, load["officer"], one, "联系不上").state == "suspended"
        assert handling.resume(w, load["officer"], one, back_pay=True).state == "active"
        assert [act.action for act in handling.acts(only(w))] == ["benefit.suspend", "benefit.resume"]


# -- accounts


@ONE_ENGINE
@pytest.mark.parametrize(
    ("holder", "account", "why"),
    [
        ("王", "6228400011112222", "x"),
        ("王秀英", "123456789", "x"),
        ("王秀英", "62284A", "x"),
        ("王秀英", "6" * 33, "x"),
    ],
)
def test_an_account_that_cannot_be_is_not_kept(
    holder: str, account: str, why: str, work: WorkFactory, load: Caseload
) -> None:
    with work() as w, pytest.raises(BadInputError):
        accounts.correct(w, load["officer"], load.households[0], holder=holder, account=account, why=why)


def test_a_family_without_an_account_is_told_and_then_can_be_paid(
    work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        granted(w, load, 2, account=None)
    clock._now = datetime(2026, 12, 15, tzinfo=UTC)
    compute_month()
    with work() as w:
        [lacking] = accounts.without(w, load["officer"])
        assert (lacking.household, lacking.amount) == ("HH00002", Decimal("1040.00"))
        with pytest.raises(NotAllowedError):
            accounts.without(w, load["clerk"])
        found = accounts.correct(
            w, load["officer"], lacking.household_id, holder="王秀英", account="6228-4000 11112222", why="看过存折"
        )
        assert found.bank_account == "6228400011112222"
        assert accounts.without(w, load["officer"]) == []
        with pytest.raises(NotFoundError):
            accounts.correct(w, load["officer"], new_id(), holder="王秀英", account="6228400011112222", why="x")
        assert w.session.get_one(Household, lacking.household_id).bank_holder == "王秀英"
