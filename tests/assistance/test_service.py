"""From a case to a benefit with the real rules: checked, accepted, worked out, decided."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.assistance import benefits, checking, entitlements, float_ledger, households, service, sheets
from backend.assistance.benefits import Award
from backend.assistance.errors import (
    ArticleMissingError,
    BenefitLiveError,
    HeldTogetherError,
    RefusedByRuleError,
    VerdictNotReadyError,
)
from backend.assistance.facts import Emergency, PersonFacts
from backend.assistance.households import NewMember
from backend.assistance.models import Benefit, Entitlement, FloatEntry
from backend.assistance.verdicts import Verdict
from backend.cases import deciding, publishing
from backend.cases import service as cases
from backend.cases.deciding import Words
from backend.cases.errors import FormFaultsError
from backend.cases.models import Case, CaseTask, Decision, Publication
from backend.cases.records import form_of, fresh
from backend.core.clock import ManualClock
from backend.core.db import Work, unit_of_work
from backend.residents.models import Person
from scheduler.assistance_jobs import compute_month
from tests.conftest import WorkFactory
from tests.support import aid, payments
from tests.support.aid import granted, live_one
from tests.support.cases import EMERGENCY, TOWN_PATH, Window, done, draft
from tests.support.residents import id_number, person
from tests.support.world import COUNTY, TOWN, VILLAGE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the races have tests of their own


# -- what is handed in


SELF, CHILD = aid.form()["members"]
FAULTS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "a number that cannot be": ([SELF, CHILD | {"id_number": "500118201606010059"}], "校验位不对"),
    "another birthday": ([SELF, CHILD | {"birth_date": "2016-06-02"}], "对不上"),
    "somebody twice": ([SELF, CHILD, CHILD], "写了两次"),
    "somebody else as oneself": ([CHILD | {"relation": "self"}], "和申请人的不一样"),
    "nobody as oneself": ([CHILD], "关系选“本人”"),
    "half a certificate": ([SELF, CHILD | {"disability_kind": "visual"}], "一起填"),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_what_cannot_be_true_is_told_when_it_is_handed_in(fault: str, work: WorkFactory, window: Window) -> None:
    rows, said = FAULTS[fault]
    with work() as w:
        case = draft(w, window, form=aid.form(members=rows))
        with pytest.raises(FormFaultsError) as refused:
            cases.submit(w, case, version=case.version)
        assert said in str(refused.value.facts["errors"])
        assert fresh(w, case.id).state == "draft"


def test_no_consent_is_told_at_once(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = draft(w, window, form=aid.form(consent=False))
        with pytest.raises(FormFaultsError) as refused:
            cases.submit(w, case, version=case.version)
        assert list(refused.value.facts["errors"]) == ["全家成年人都同意核对收入财产"]


BORN = date(1990, 1, 1)


@pytest.mark.parametrize("fault", ["dead", "another family", "another name"])
def test_what_the_register_says_of_somebody_is_told_at_the_window_only(
    fault: str, work: WorkFactory, window: Window
) -> None:
    with work(window["clerk"].actor) as w:
        her = person(w, "陈小英", BORN, serial=8)
        w.session.get_one(Person, her).died_on = date(2026, 11, 1) if fault == "dead" else None
        if fault == "another family":
            _in_another_family(w, her)
        filled = aid.form(members=[SELF, aid.row("陈大英" if fault == "another name" else "陈小英", BORN, 8, "child")])
        case = draft(w, window, form=filled)
        assert _why(w, case) == checking.AT_THE_WINDOW
        case = cases.withdraw(w, case, version=case.version)
        at_window = draft(w, window, form=filled, by=cases.By(staff=window["clerk"]))
        words = {"dead": "去世", "another family": "另一个家庭", "another name": "姓名和身份证号对不上"}
        assert words[fault] in _why(w, at_window)


def _why(w: Work, case: Case) -> str:
    with pytest.raises(FormFaultsError) as refused:
        cases.submit(w, case, version=case.version)
    return str(refused.value.facts["why"])


def _in_another_family(w: Work, her: Any) -> None:
    facts = PersonFacts(key="m0", name="陈小英", birth_date=BORN)
    husband = NewMember(person(w, "某人", BORN, serial=31), "spouse", facts, date(2026, 1, 1))
    member = NewMember(her, "applicant", facts, date(2026, 1, 1))
    households.found(w, division_code=VILLAGE, urban=False, address="示范路9号", members=[member, husband])


# -- from the form to the money


def test_a_family_is_taken_in_published_granted_and_paid(work: WorkFactory, window: Window, clock: ManualClock) -> None:
    with work(window["clerk"].actor) as w:
        case = aid.published(w, window, aid.form(urban="urban"))
        hung = w.session.scalars(select(Publication)).one()
        # Two people without income: 2 × 770.
        assert (hung.members, hung.amount) == (2, "1540.00")
    made = aid.decided(window, clock, case, "2026-11-30")
    assert made.profile == "CQ2016+MCA2021+ACT2026"
    with work() as w:
        row = live_one(w)
        assert (row.monthly, row.members, row.category) == (Decimal("1540.00"), 2, "household")
        assert (row.first_month, row.division_path) == (date(2026, 12, 1), TOWN_PATH)
        assert row.decision_id == made.id
    aid.go_to(clock, "2026-12-02")
    compute_month()
    with work() as w:
        month = w.session.scalars(select(Entitlement)).one()
        assert (month.month, month.amount) == (date(2026, 12, 1), Decimal("1540.00"))
        assert entitlements.recompute(w, month.id).same


def test_nobody_agrees_to_what_is_not_known_and_nobody_grants_what_the_rules_refuse(
    work: WorkFactory, window: Window
) -> None:
    with work() as w:
        case = aid.accepted(w, window)
        done(w, window, case, "investigation", branch="visit")
        case = done(w, window, case, "investigation", branch="means", who="officer2")
        with pytest.raises(VerdictNotReadyError, match="财产"):
            done(w, window, case, "opinion", "agree")
        aid.checked(w, window, fresh(w, case.id), vehicles=1)
        with pytest.raises(RefusedByRuleError, match="机动车"):
            done(w, window, fresh(w, case.id), "opinion", "agree")
        assert service.offered(sheets.judge(w, case))[0].article
        case = done(w, window, fresh(w, case.id), "opinion", "disagree")
        assert case.state == "published"
    with unit_of_work() as w:
        w.execute_dml(update(Publication).values(last_day=date(2026, 11, 21), first_day=date(2026, 11, 20)))
        publishing.end_over(w)
        for words, error in (
            (Words("granted"), RefusedByRuleError),
            (Words("refused", "有一辆汽车，超过限额"), ArticleMissingError),
        ):
            ready = fresh(w, case.id)
            with pytest.raises(error), w.session.begin_nested():
                deciding.decide(w, window["officer"], ready, words, version=ready.version)
        ready = fresh(w, case.id)
        words = Words("refused", "有一辆汽车，超过限额", "低保审核确认办法第14条")
        assert deciding.decide(w, window["officer"], ready, words, version=ready.version).outcome == "refused"
        assert w.session.scalars(select(Benefit)).all() == []


def test_an_emergency_is_paid_out_of_the_townships_float_and_by_the_batch_when_the_float_is_short(
    work: WorkFactory, window: Window
) -> None:
    with work(window["officer"].actor) as w:
        fill = float_ledger.Voucher("replenish", Decimal(600), "B-1")
        float_ledger.enter(w, window["officer"], TOWN, fill)
        case = done(w, window, aid.accepted(w, window, EMERGENCY, "temporary_aid"), "look")
        task = w.session.scalars(select(CaseTask).where(CaseTask.step == "decision")).one()
        # 500 is within the township's limit (3 × 630): another clerk of the township decides.
        assert (task.role, task.territory) == ("clerk", TOWN_PATH)
        deciding.decide(w, window["clerk2"], case, Words("granted"), version=case.version)
        row = w.session.scalars(select(Benefit)).one()
        assert (row.programme, row.person_id, row.state) == ("temporary", window.applicant, "ended")
        paid = w.session.scalars(select(Entitlement)).one()
        assert (paid.amount, paid.state) == (Decimal("500.00"), "paid")
        assert float_ledger.balance(w, TOWN) == Decimal("100.00")
        deciding.deliver(w, window["clerk"], fresh(w, case.id), version=fresh(w, case.id).version, how="paper")
        again = done(w, window, aid.accepted(w, window, EMERGENCY | {"asked": "100.01"}, "temporary_aid"), "look")
        deciding.decide(w, window["clerk2"], again, Words("granted"), version=again.version)
        assert len(w.session.scalars(select(FloatEntry)).all()) == 2
    compute_month()
    compute_month()
    with work() as w:
        rows = w.session.scalars(select(Entitlement).order_by(Entitlement.amount)).all()
        assert [(str(one.amount), one.state) for one in rows] == [("100.01", "due"), ("500.00", "paid")]


@pytest.mark.parametrize(
    ("born", "village", "typed", "state"),
    [
        (date(1940, 5, 1), VILLAGE, [], "closed"),
        (date(1940, 5, 1), None, [], "submitted"),
        (date(1950, 5, 1), VILLAGE, [], "submitted"),
        (date(1940, 5, 1), VILLAGE, [{"benefit": "care_subsidy", "monthly": "50"}], "submitted"),
    ],
    ids=["in the register", "nobody knows where", "too young", "typed by hand"],
)
def test_a_machine_says_yes_to_old_age_only_when_the_registers_say_it_all(
    born: date, village: str | None, typed: list[Any], state: str, work: WorkFactory, window: Window
) -> None:
    with work() as w:
        her = w.session.get_one(Person, person(w, "陈大娘", born, serial=9))
        her.division_code = village
        filled = {"registered": "here", "other_benefits": typed} if typed else {"registered": "here"}
        case = draft(w, window, "old_age", applicant_id=her.id, form=filled)
        case = cases.submit(w, case, version=case.version)
        assert case.state == state
        rows = w.session.scalars(select(Benefit.person_id)).all()
        assert rows == ([her.id] if state == "closed" else [])


def test_help_with_spending_above_the_townships_limit_is_the_countys_and_paid_in_stages(
    work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    with work(window["officer"].actor) as w:
        case = aid.accepted(w, window, EMERGENCY, "temporary_aid")
        facts = sheets.facts_of(w, case.id)
        spent = {
            "kind": "expenditure",
            "cause": "illness",
            "happened_on": "2026-11-20",
            "necessary": "5000",
            "stages": 3,
        }
        known = {"emergency": Emergency.model_validate(spent), "assets": aid.CHECKED}
        sheets.amend(w, window["clerk"], case, facts.model_copy(update=known), version=0, why="票据已核对")
        case = done(w, window, fresh(w, case.id), "look")
        task = w.session.scalars(select(CaseTask).where(CaseTask.step == "decision")).one()
        # Half of 5000 is more than 3 × 630.
        assert (task.role, task.territory) == ("officer", f"{COUNTY}/")
        deciding.decide(w, window["officer"], case, Words("granted"), version=case.version)
    for month in ("2026-12-02", "2027-01-02"):
        aid.go_to(clock, month)
        compute_month()
    with work() as w:
        rows = w.session.execute(select(Entitlement.month, Entitlement.amount).order_by(Entitlement.month)).all()
        assert [(str(month), str(amount)) for month, amount in rows] == [
            ("2026-11-01", "833.34"), ("2026-12-01", "833.33"), ("2027-01-01", "833.33"),
        ]  # fmt: skip


# -- beside what is held


def test_what_yields_to_the_new_benefit_ends_with_the_month_before_it(
    work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    with work(window["clerk"].actor) as w:
        case = aid.published(w, window)
        found = sheets.judged(w, case)
        edge = Verdict("edge", date(2026, 11, 22), True, "edge", "x", first_month=date(2026, 11, 1))
        made = payments.decision(w, payments.Caseload(window))
        benefits.grant(w, Award(made, edge, found.facts, TOWN_PATH, household_id=found.household_id))
    aid.decided(window, clock, case, "2026-11-30")
    with work() as w:
        rows = w.session.execute(select(Benefit.programme, Benefit.state, Benefit.last_month)).all()
        assert sorted(tuple(one) for one in rows) == [
            ("dibao", "active", None), ("edge", "ended", date(2026, 11, 1)),
        ]  # fmt: skip


def test_a_family_with_dibao_gets_neither_a_second_one_nor_what_it_excludes(
    work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    granted(work, window, clock)
    with work() as w:
        row = live_one(w)
        case = w.session.get_one(Decision, row.decision_id).case_id
        found = sheets.judged(w, fresh(w, case))
        with pytest.raises(BenefitLiveError):
            benefits.grant(w, Award(row.decision_id, found.verdict, found.facts, TOWN_PATH, row.household_id))
        edge = sheets.Judged(found.facts, Verdict("edge", found.verdict.day, True, "", ""), row.household_id, None)
        with pytest.raises(HeldTogetherError, match="低保"):
            service.make_room(w, edge, Award(row.decision_id, edge.verdict, edge.facts, TOWN_PATH, row.household_id))


def test_the_form_that_was_filled_stays_as_it_was(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = aid.accepted(w, window)
        aid.checked(w, window, case)
        assert form_of(fresh(w, case.id))["members"][0]["id_number"] == id_number()
