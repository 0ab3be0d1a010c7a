"""After the first decision: more income, too much of it, an upheld appeal, a standard that rises."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.assistance import benefits, handling, law, service, sheets
from backend.assistance.assessment import assess
from backend.assistance.benefits import Award, Hearing
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.errors import (
    HearingNeededError,
)
from backend.assistance.models import Benefit, Entitlement
from backend.assistance.profiles import profile_named
from backend.cases import appeals, deciding, forms
from backend.cases.deciding import Words
from backend.cases.errors import WrongCaseStateError
from backend.cases.models import Decision
from backend.cases.records import fresh
from backend.core.clock import ManualClock, local
from backend.core.db import Work, unit_of_work
from backend.core.states import WrongStateError
from scheduler.assistance_jobs import adjust_benefits, compute_month
from tests.conftest import WorkFactory
from tests.support import aid, payments
from tests.support.aid import granted, live_one
from tests.support.at_once import at_once
from tests.support.cases import Window

HEARD = Hearing(date(2026, 12, 1), "张三", "知道了，没有意见")


# -- afterwards


def test_more_income_is_a_cut_after_a_hearing_and_too_much_is_the_end(
    work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    granted(work, window, clock, urban="urban")
    aid.go_to(clock, "2026-12-10")
    with work(window["officer"].actor) as w:
        row = live_one(w)
        facts = benefits.facts_of(row.basis)
        assert service.change_of_circumstance(w, window["officer"], row.id, facts, "income") is None
        more = aid.earning(facts, 0, "500", "pension")
        with pytest.raises(HearingNeededError), w.session.begin_nested():
            service.change_of_circumstance(w, window["officer"], row.id, more, "income")
        made = service.change_of_circumstance(w, window["officer"], row.id, more, "income", hearing=HEARD)
        assert made is not None
        assert (made.outcome, made.sequence, made.reason) == (
            "changed", 2, "家庭情况有变化，每月由1540.00元调整为1040.00元。",
        )  # fmt: skip
        now = live_one(w)
        assert (now.monthly, now.first_month, now.decision_id) == (Decimal("1040.00"), date(2027, 1, 1), made.id)
        rich = aid.earning(facts, 0, "5000", "pension")
        made = service.change_of_circumstance(w, window["officer"], now.id, rich, "over_standard", hearing=HEARD)
        assert made is not None
        assert (made.outcome, made.article) == ("stopped", "最低生活保障审核确认办法"[:64])
        ended = w.session.get_one(Benefit, now.id)
        assert ended.state == "ended"
    with work() as w:
        for one in w.session.scalars(select(Decision)):
            assert _recomputed(one) == _amount(one)


def _amount(one: Decision) -> str | None:
    found: str | None = forms.opened(one.calculation)["amount"]
    return found


def _recomputed(one: Decision) -> str | None:
    facts = FamilyFacts.model_validate(forms.opened(one.facts))
    verdict = assess("dibao", facts, local(one.decided_at).date(), profile=profile_named(one.profile))
    return None if verdict.monthly is None else str(verdict.monthly)


def test_an_upheld_appeal_gives_the_benefit_again_from_the_month_after_the_stop(
    work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    granted(work, window, clock, urban="urban")
    aid.go_to(clock, "2026-12-10")
    with work(window["officer"].actor) as w:
        row = live_one(w)
        facts = benefits.facts_of(row.basis)
        rich = aid.earning(facts, 0, "5000", "pension")
        stopped = service.change_of_circumstance(w, window["officer"], row.id, rich, "over_standard", hearing=HEARD)
        assert stopped is not None
        case = fresh(w, stopped.case_id)
        appeal = appeals.begin(w, case, stopped.id, "那是别人的钱，不是我的")
        appeals.settle(w, window["officer2"], appeal.id, upheld=True, finding="核对有误，应当恢复")
        sheet = sheets.open_sheet(w, case)
        sheets.amend(w, window["officer2"], case, facts, version=sheet.version, why="申诉成立")
        again = Words("granted", "核对有误，恢复低保金", "社会救助法第76条")
        calculation = sheets.calculation_of(sheets.judged(w, case))
        deciding.decide_later(w, window["officer2"], fresh(w, case.id), again, calculation, version=case.version)
        now = live_one(w)
        # The December money was the last of the stopped one.
        assert (now.monthly, now.first_month) == (Decimal("1540.00"), date(2027, 1, 1))


def test_a_higher_standard_is_decided_for_every_family_once_and_never_takes(
    work: WorkFactory, window: Window, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = granted(work, window, clock, urban="urban")
    with work() as w:
        load = payments.Caseload(window)
        other = payments.household(w, load, 7)
        # A family that has told of more income than the new law leaves out: it would get less now.
        facts = payments.family("500").model_copy(update={"applied_on": None})
        verdict = payments.verdict_of(w, facts)
        less = benefits.grant(w, Award(payments.decision(w, load), verdict, facts, payments.PLACE, household_id=other))
        less.monthly = Decimal("9999.00")
    aid.go_to(clock, "2027-07-01")
    compute_month()
    raised = law.book().what_if(dibao_standard_urban=800)
    monkeypatch.setattr("backend.assistance.assessment.book", lambda: raised)
    monkeypatch.setattr("backend.assistance.changes.changed_on", lambda _programme, _day: date(2027, 7, 1))
    adjust_benefits()
    adjust_benefits()
    with work() as w:
        decisions = w.session.scalars(select(Decision).where(Decision.case_id == made.case_id)).all()
        assert [(one.sequence, one.outcome, one.automatic) for one in decisions] == [
            (1, "granted", False), (2, "changed", True),
        ]  # fmt: skip
        mine = w.session.scalars(select(Benefit).where(Benefit.decision_id == decisions[1].id)).one()
        assert (mine.monthly, mine.first_month) == (Decimal("1600.00"), date(2027, 7, 1))
        theirs = w.session.scalars(select(Benefit).where(Benefit.household_id == other)).one()
        assert (theirs.monthly, theirs.state, theirs.review_on) == (Decimal("9999.00"), "active", date(2027, 7, 1))
    compute_month()
    with work() as w:
        july = select(Entitlement.amount, Entitlement.state).where(
            Entitlement.month == date(2027, 7, 1), Entitlement.benefit_id.in_([mine.id, _old(w, mine.id)])
        )
        assert sorted(tuple(one) for one in w.session.execute(july)) == [
            (Decimal("1540.00"), "cancelled"), (Decimal("1600.00"), "due"),
        ]  # fmt: skip


def _old(w: Work, new: Any) -> Any:
    home = w.session.get_one(Benefit, new).household_id
    return w.session.scalars(select(Benefit.id).where(Benefit.household_id == home, Benefit.id != new)).one()


@pytest.mark.both_databases
def test_of_a_stop_and_a_change_at_once_one_happens_and_nobody_waits_for_ever(
    app: APIFlask, work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    granted(work, window, clock, urban="urban")
    aid.go_to(clock, "2026-12-10")
    with work() as w:
        one = live_one(w)
        poorer = aid.earning(benefits.facts_of(one.basis), 0, "100", "pension")

    def act(number: int) -> str:
        with unit_of_work(window["officer"].actor) as w:
            if number % 2:
                handling.stop(w, window["officer"], one.id, why="own_wish", reason="本人不再需要")
            else:
                service.change_of_circumstance(w, window["officer"], one.id, poorer, "income", hearing=HEARD)
        return "done"

    answers = at_once(app, 6, act)
    assert answers.count("done") == 1
    assert {one for one in answers if one != "done"} <= {WrongStateError, WrongCaseStateError}
