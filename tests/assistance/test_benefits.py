"""Benefits: given, changed and ended in the month the law names, never cut unheard."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from apiflask import APIFlask

from backend.assistance import benefits, entitlements
from backend.assistance.benefits import BENEFIT, Hearing
from backend.assistance.errors import BenefitLiveError, CutReasonMissingError, HearingNeededError, NotEligibleError
from backend.assistance.models import Benefit
from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.core.states import WrongStateError
from scheduler.assistance_jobs import end_benefits
from tests.conftest import WorkFactory
from tests.support import payments
from tests.support.at_once import at_once
from tests.support.payments import Caseload, award, family, granted, household, verdict_of

HEARD = Hearing(date(2026, 11, 20), "张三", "家里确实好一些了")
DECEMBER, NOVEMBER = date(2026, 12, 1), date(2026, 11, 1)


@pytest.fixture
def load(work: WorkFactory) -> Caseload:
    with work() as w:
        return payments.build(w)


def test_a_grant_pays_from_the_month_after_the_decision(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        found = granted(w, load)
    assert (found.state, found.monthly, found.first_month) == ("active", Decimal("1040.00"), DECEMBER)
    assert found.review_on == date(2027, 11, 22)


def test_under_the_regulation_of_2016_the_month_of_approval_is_paid(
    work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    clock._now = datetime(2020, 3, 10, 1, tzinfo=UTC)
    with work() as w:
        found = granted(w, load)
    assert found.first_month == date(2020, 3, 1)


def test_what_was_decided_on_is_read_again_as_it_was(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        found = granted(w, load)
        basis = benefits.basis_of(found.basis)
        assert basis.verdict == verdict_of(w, family())
    assert basis.facts == family()


def test_a_family_that_gets_nothing_is_given_nothing(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        home = household(w, load, 1)
        with pytest.raises(NotEligibleError):
            benefits.grant(w, award(w, load, home, family("1540")))


def test_the_same_benefit_is_not_given_twice(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        found = granted(w, load)
        with pytest.raises(BenefitLiveError):
            benefits.grant(w, award(w, load, load.households[0]))
        assert benefits.live(w, load.households[0]) == [found]


@pytest.mark.both_databases
def test_of_many_decisions_for_one_family_at_once_one_gives(app: APIFlask, work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        awards = [award(w, load, household(w, load, 1))]
        awards += [award(w, load, load.households[0]) for _ in range(3)]

    def give(number: int) -> str:
        with unit_of_work() as w:
            benefits.grant(w, awards[number])
        return "given"

    answers = at_once(app, 4, give)
    assert (answers.count("given"), answers.count(BenefitLiveError)) == (1, 3)


def test_a_change_ends_the_old_months_and_begins_new_ones(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        old = granted(w, load)
        old.first_month = NOVEMBER
        new = benefits.change(w, old.id, award(w, load, load.households[0], family("400")))
    assert (old.state, old.last_month) == ("ended", NOVEMBER)
    assert (new.state, new.first_month, new.monthly) == ("active", DECEMBER, Decimal("1140.00"))


def test_a_change_before_the_first_month_leaves_nothing_of_the_old_one(
    work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        old = granted(w, load)
        benefits.change(w, old.id, award(w, load, load.households[0], family("400")))
    clock._now = datetime(2026, 12, 5, tzinfo=UTC)
    with work() as w:
        entitlements.compute(w)
        assert [one.amount for one in entitlements.history(w, load.households[0])] == [Decimal("1140.00")]


@pytest.mark.parametrize(
    ("hearing", "refusal"),
    [
        (None, HearingNeededError),
        (replace(HEARD, held_on=date(2026, 11, 23)), HearingNeededError),
        (replace(HEARD, said=" "), HearingNeededError),
    ],
)
def test_since_july_2026_nothing_is_cut_before_the_family_was_heard(
    hearing: Hearing | None, refusal: type[Exception], work: WorkFactory, load: Caseload
) -> None:
    with work() as w:
        old = granted(w, load)
        with pytest.raises(refusal):
            benefits.change(
                w, old.id, award(w, load, load.households[0], family("600")), hearing=hearing, reason="涨了"
            )
        assert benefits.locked(w, old.id).state == "active"


def test_a_family_that_was_heard_can_be_cut(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        old = granted(w, load)
        lower = award(w, load, load.households[0], family("600"))
        new = benefits.change(w, old.id, lower, hearing=HEARD, reason="工资涨了")
    assert new.monthly == Decimal("940.00")


@pytest.mark.parametrize(
    ("day", "needed"), [(datetime(2026, 6, 30, tzinfo=UTC), False), (datetime(2026, 7, 1, tzinfo=UTC), True)]
)
def test_the_hearing_begins_with_the_act(
    day: datetime, needed: bool, work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    clock._now = day
    with work() as w:
        one = granted(w, load)
        if needed:
            with pytest.raises(HearingNeededError):
                benefits.stop(w, one.id, why="over_standard", reason="收入高了")
        else:
            benefits.stop(w, one.id, why="over_standard", reason="收入高了")
        assert benefits.locked(w, one.id).state == ("active" if needed else "ended")


def test_a_cut_without_a_reason_is_refused(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        one = granted(w, load)
        with pytest.raises(CutReasonMissingError):
            benefits.stop(w, one.id, why="over_standard", reason=" ", hearing=HEARD)
        with pytest.raises(CutReasonMissingError):
            benefits.suspend(w, one.id, "")


@pytest.mark.parametrize("why", ["death", "own_wish"])
def test_who_has_died_or_asked_for_it_need_not_be_heard(why: str, work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        one = granted(w, load)
        benefits.stop(w, one.id, why=why, reason="本人已去世")
    assert one.state == "ended"


def test_suspended_months_are_paid_only_if_somebody_says_so(
    work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        first, second = granted(w, load, 1), granted(w, load, 2)
        for one in (first, second):
            benefits.suspend(w, one.id, "联系不上")
    clock._now = datetime(2027, 2, 10, tzinfo=UTC)
    with work() as w:
        assert entitlements.compute(w) == 0
        benefits.resume(w, first.id, back_pay=True)
        benefits.resume(w, second.id, back_pay=False)
        w.session.flush()
        entitlements.compute(w)
        paid = [[line.month.month for line in entitlements.history(w, home)] for home in load.households]
    assert paid == [[2, 1, 12], [2]]


@pytest.mark.parametrize("how", ["stopped", "changed"])
def test_suspended_months_are_not_paid_because_the_benefit_ends(
    how: str, work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    with work() as w:
        one = granted(w, load)
        benefits.suspend(w, one.id, "联系不上")
    clock._now = datetime(2027, 2, 10, tzinfo=UTC)
    with work() as w:
        if how == "stopped":
            benefits.stop(w, one.id, why="own_wish", reason="本人放弃")
        else:
            benefits.change(w, one.id, award(w, load, load.households[0], family("400")))
    clock._now = datetime(2027, 3, 10, tzinfo=UTC)
    with work() as w:
        entitlements.compute(w)
        paid = [line.month.month for line in entitlements.history(w, load.households[0])]
    assert paid == ([] if how == "stopped" else [3])


def test_who_phases_out_still_does_after_a_pause(work: WorkFactory, load: Caseload) -> None:
    with work() as w:
        leaving = replace(verdict_of(w, family()), category="phasing_out", last_month=date(2027, 1, 1))
        one = benefits.grant(w, award(w, load, household(w, load, 1), verdict=leaving))
        w.session.flush()
        benefits.suspend(w, one.id, "联系不上")
        assert benefits.resume(w, one.id, back_pay=True).state == "phasing_out"


def test_a_phasing_out_ends_when_its_last_month_is_over(work: WorkFactory, load: Caseload, clock: ManualClock) -> None:
    with work() as w:
        leaving = replace(verdict_of(w, family()), category="phasing_out", last_month=date(2027, 1, 1))
        home = household(w, load, 1)
        one = benefits.grant(w, award(w, load, home, verdict=leaving))
    assert one.state == "phasing_out"
    clock._now = datetime(2027, 1, 31, 15, tzinfo=UTC)
    assert end_benefits() == 0
    clock._now = datetime(2027, 1, 31, 16, tzinfo=UTC)  # midnight in Shanghai
    assert (end_benefits(), end_benefits()) == (1, 0)
    with work() as w:
        assert w.session.get_one(Benefit, one.id).state == "ended"


@pytest.mark.parametrize("state", sorted(BENEFIT.table))
@pytest.mark.parametrize("action", ["change", "stop", "suspend", "resume"])
def test_every_action_in_every_state_does_what_the_table_says(
    state: str, action: str, work: WorkFactory, load: Caseload
) -> None:
    with work() as w:
        one = granted(w, load)
        one.state = state
        w.session.flush()
        acts = {
            "change": lambda: benefits.change(w, one.id, award(w, load, load.households[0], family("400"))),
            "stop": lambda: benefits.stop(w, one.id, why="own_wish", reason="本人放弃"),
            "suspend": lambda: benefits.suspend(w, one.id, "联系不上"),
            "resume": lambda: benefits.resume(w, one.id, back_pay=False),
        }
        if action in BENEFIT.table[state]:
            acts[action]()
            assert benefits.locked(w, one.id).state == BENEFIT.table[state][action]
        else:
            with pytest.raises(WrongStateError):
                acts[action]()


def test_no_such_benefit_is_said_so(work: WorkFactory, load: Caseload) -> None:
    with work() as w, pytest.raises(NotFoundError):
        benefits.suspend(w, new_id(), "联系不上")
    assert load.households == []
