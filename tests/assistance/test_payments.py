"""Batches: two people, one file, one answer; nothing is paid twice and nothing is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.assistance import benefits, entitlements, households
from backend.assistance import payments as paying
from backend.assistance.bank_files import PayLine, format_of, formats, read_answer, written
from backend.assistance.benefits import Award
from backend.assistance.errors import FileChangedError, NothingToPayError, ReturnFileError, SecondPersonError
from backend.assistance.models import Entitlement, Household, PaymentBatch, PaymentFailure
from backend.assistance.payments import BATCH
from backend.core.clock import ManualClock
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, NotAllowedError
from backend.core.states import WrongStateError
from scheduler.assistance_jobs import compute_month
from tests.conftest import WorkFactory
from tests.support import payments
from tests.support.at_once import at_once
from tests.support.payments import Caseload, answer_file, granted

pytestmark = pytest.mark.both_databases

DECEMBER, BANK = date(2026, 12, 1), "rural_commercial"


@pytest.fixture
def load(work: WorkFactory, clock: ManualClock) -> Caseload:
    """Two families with money for December; the first gets 1040.00, the second 1140.01."""
    with work() as w:
        built = payments.build(w)
        granted(w, built, 1)
        granted(w, built, 2, wage="399.99")
    clock._now = datetime(2026, 12, 15, tzinfo=UTC)
    compute_month()
    return built


def make(work: Work, load: Caseload, name: str = "officer") -> PaymentBatch:
    return paying.make(work, load[name], "dibao", DECEMBER, BANK)


def sent(work: Work, load: Caseload) -> PaymentBatch:
    batch = make(work, load)
    paying.approve(work, load["officer2"], batch.id)
    paying.send(work, load["officer"], batch.id)
    return batch


def states(work: Work) -> list[str]:
    return list(work.session.scalars(select(Entitlement.state).order_by(Entitlement.amount)))


def test_a_batch_holds_everything_due_and_its_file_adds_up(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        batch = make(w, load)
        paying.approve(w, load["officer2"], batch.id)
        text = paying.send(w, load["officer"], batch.id).decode("gb18030").split("\r\n")
        again = paying.file_again(w, load["officer"], batch.id).decode("gb18030").split("\r\n")
    assert (batch.lines, batch.total) == (2, Decimal("2180.01"))
    assert text == [
        "序号,流水号,户名,账号,金额,摘要",
        f"1,{batch.number}-00001,王秀英,62284000000000001,1040.00,2026年12月社会救助",
        f"2,{batch.number}-00002,王秀英,62284000000000002,1140.01,2026年12月社会救助",
        "合计,2,2180.01",
        "",
    ]
    assert again == text


def test_who_made_a_batch_cannot_approve_it(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        batch = make(w, load)
        with pytest.raises(SecondPersonError):
            paying.approve(w, load["officer"], batch.id)
        assert paying.approve(w, load["officer2"], batch.id).state == "approved"


def test_only_the_county_handles_money(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        with pytest.raises(NotAllowedError):
            make(w, load, "clerk")
        batch = make(w, load)
        with pytest.raises(NotAllowedError):
            paying.approve(w, load["lead"], batch.id)


def test_the_answer_settles_every_line_and_the_failed_one_waits_for_the_next_batch(
    work: WorkFactory, load: Caseload
) -> None:
    with work() as w:
        batch = sent(w, load)
        answer = answer_file(batch.number, {1: "1040.00", 2: "1140.01"}, {2: "账号已销户"})
        paying.settle(w, load["officer"], batch.id, answer)
        assert (batch.state, batch.paid_lines, batch.failed_lines) == ("settled", 1, 1)
        assert states(w) == ["paid", "failed"]
        second = make(w, load)
        assert (second.lines, second.total) == (1, Decimal("1140.01"))
        assert states(w) == ["paid", "batched"]
    with work() as w, pytest.raises(WrongStateError):
        paying.settle(w, load["officer"], batch.id, answer)


@pytest.mark.parametrize(
    "answer",
    [
        {1: "1040.00"},
        {1: "1040.00", 2: "1140.02"},
        {1: "1040.00", 2: "一千"},
        {1: "1040.00", 2: "1140.01", 3: "1.00"},
    ],
    ids=["a line is missing", "another amount", "no amount", "a line too many"],
)
def test_an_answer_that_does_not_fit_changes_nothing(answer: dict[int, str], work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        batch = sent(w, load)
        with pytest.raises(ReturnFileError):
            paying.settle(w, load["officer"], batch.id, answer_file(batch.number, answer))
        assert (batch.state, states(w)) == ("sent", ["batched", "batched"])


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xff\xff", "流水号,金额\r\n".encode("gb18030"), answer_file("X", {1: "1.00"}) + b"\r\nX-00001,1.00"],
    ids=["empty", "no text", "columns missing", "a line twice"],
)  # fmt: skip
def test_a_file_that_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(ReturnFileError) as refused:
        read_answer(format_of(BANK), data, [])
    assert refused.value.facts["why"]


def test_a_bank_that_answers_only_failures_has_paid_the_rest() -> None:
    bank = formats()["postal_savings"]
    lines = [PayLine(f"P-{place:05d}", "李\n四", "6221", Decimal("0.10")) for place in (1, 2)]
    assert written(bank, lines, "").decode().split("\r\n")[1] == "P-00001,6221,李四,10"
    found = read_answer(bank, "流水号,金额（分）,状态,原因\r\nP-00002,10,05,户名不符\r\n".encode(), lines)
    assert [(one.paid, one.why) for one in found] == [(True, ""), (False, "户名不符")]


def test_what_failed_of_somebody_who_died_meanwhile_is_kept_with_the_family_it_was_sent_to(
    work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        home = w.session.get_one(Household, load.households[0])
        who = home.members[0].person_id
        bare = replace(payments.verdict_of(w, payments.family()), programme="disability_care", day=date(2026, 11, 22))
        own = Award(payments.decision(w, load), bare, payments.family(), payments.PLACE, person_id=who)
        w.session.flush()
        benefits.grant(w, replace(own, verdict=replace(bare, first_month=DECEMBER)))
    compute_month()
    with work() as w:
        batch = paying.make(w, load["officer"], "disability_care", DECEMBER, BANK)
        paying.approve(w, load["officer2"], batch.id)
        paying.send(w, load["officer"], batch.id)
        households.record_death(w, who, date(2026, 12, 14))
        paying.settle(w, load["officer"], batch.id, answer_file(batch.number, {1: str(batch.total)}, {1: "账号已销户"}))
        assert w.session.scalars(select(PaymentFailure.household_id)).one() == home.id


def test_an_account_changed_after_the_batch_was_made_stops_it(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        batch = make(w, load)
        w.session.get_one(Household, load.households[0]).bank_account = "6228409999"
        w.session.flush()
        with pytest.raises(FileChangedError):
            paying.approve(w, load["officer2"], batch.id)
        paying.cancel(w, load["officer"], batch.id)
        assert states(w) == ["due", "due"]
        assert make(w, load).lines == 2


def test_a_family_without_an_account_waits_and_the_others_are_paid(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        w.session.get_one(Household, load.households[0]).bank_account = None
        w.session.flush()
        assert make(w, load).total == Decimal("1140.01")
        with pytest.raises(NothingToPayError):
            make(w, load)
        assert states(w) == ["due", "batched"]


def test_what_is_owed_is_taken_off_only_as_far_as_something_is_left(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        first = benefits.live(w, load.households[0])[0]
        entitlements.recover(w, first.id, Decimal(40), "多发")
        w.session.add(
            Entitlement(benefit_id=first.id, month=date(2026, 11, 1), kind="recovery", amount=Decimal(-1040),
                        computed_at=w.now)
        )  # fmt: skip
        w.session.flush()
        assert make(w, load).total == Decimal("2140.01")
        assert states(w) == ["due", "batched", "batched", "batched"]


def test_a_month_that_has_not_come_is_not_paid(work: WorkFactory, load: Caseload) -> None:
    with work() as w, pytest.raises(NothingToPayError):
        paying.make(w, load["officer"], "dibao", date(2026, 11, 30), BANK)
    with work() as w, pytest.raises(BadInputError):
        paying.make(w, load["officer"], "dibao", date(2027, 1, 1), BANK)
    with work() as w, pytest.raises(BadInputError):
        paying.make(w, load["officer"], "dibao", DECEMBER, "no_such_bank")


@pytest.mark.parametrize("state", sorted(BATCH.table))
def test_every_action_in_every_state_of_a_batch_does_what_the_table_says(
    state: str, work: WorkFactory, load: Caseload
) -> None:
    with work() as w:
        wrong = [action for action in ("approve", "cancel", "send", "settle") if _differs(w, load, state, action)]
    assert wrong == []


def _differs(work: Work, load: Caseload, state: str, action: str) -> bool:
    """Whether the action did something else than the table says, in a savepoint of its own."""
    point = work.session.begin_nested()
    batch = make(work, load)
    if state not in ("made", "cancelled"):
        paying.approve(work, load["officer2"], batch.id)
    batch.state = state
    work.session.flush()
    result = _try(work, load, batch, action)
    point.rollback()
    return result != BATCH.table[state].get(action)


def _try(work: Work, load: Caseload, batch: PaymentBatch, action: str) -> str | None:
    acts: dict[str, Callable[[], object]] = {
        "approve": lambda: paying.approve(work, load["officer2"], batch.id),
        "cancel": lambda: paying.cancel(work, load["officer"], batch.id),
        "send": lambda: paying.send(work, load["officer"], batch.id),
        "settle": lambda: paying.settle(
            work, load["officer"], batch.id, answer_file(batch.number, {1: "1040.00", 2: "1140.01"})
        ),
    }
    try:
        acts[action]()
    except WrongStateError:
        return None
    return batch.state


def test_of_many_who_make_a_batch_at_once_one_gets_the_money(app: APIFlask, work: WorkFactory, load: Caseload) -> None:
    def act(number: int) -> UUID:
        with unit_of_work() as w:
            return make(w, load, ("officer", "officer2")[number % 2]).id

    answers = at_once(app, 6, act)
    made = [one for one in answers if isinstance(one, UUID)]
    assert len(made) == 1
    assert {one for one in answers if not isinstance(one, UUID)} == {NothingToPayError}
    with work() as w:
        assert set(w.session.scalars(select(Entitlement.batch_id))) == set(made)


def test_of_many_who_send_or_settle_at_once_one_does(app: APIFlask, work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        batch = make(w, load)
        paying.approve(w, load["officer2"], batch.id)
    answer = answer_file(batch.number, {1: "1040.00", 2: "1140.01"})

    def send(_number: int) -> str:
        with unit_of_work() as w:
            paying.send(w, load["officer"], batch.id)
        return "sent"

    def settle(_number: int) -> str:
        with unit_of_work() as w:
            return paying.settle(w, load["officer2"], batch.id, answer).state

    first, second = at_once(app, 5, send), at_once(app, 5, settle)
    assert sorted(map(str, first)) == sorted([*[str(WrongStateError)] * 4, "sent"])
    assert sorted(map(str, second)) == sorted([*[str(WrongStateError)] * 4, "settled"])
    with work() as w:
        assert w.session.scalar(select(func.sum(Entitlement.amount)).where(Entitlement.state == "paid")) == batch.total
