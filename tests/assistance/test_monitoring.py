"""The monitoring: each rule before, at and after its line; a warning is raised once and ends in an act."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select

from backend.assistance import changes, leads, monitoring, sheets
from backend.assistance.errors import LeadReasonMissingError, WarningSettledError
from backend.assistance.facts import Cost, Disability, PersonFacts
from backend.assistance.leads_models import Lead, MonitoringWarning
from backend.assistance.models import Benefit, FactSheet, HouseholdMember
from backend.assistance.monitoring_rules import RULES_ZH, Running, Sign, Watched, signs
from backend.cases.models import Case
from backend.core import params
from backend.core.clock import ManualClock
from backend.core.db import db
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.residents.models import Person
from scheduler.lead_jobs import look_at_households
from tests.conftest import WorkFactory
from tests.support import payments
from tests.support.payments import Caseload, family, granted, household
from tests.support.world import COUNTY

WHO = new_id()
DAY = date(2026, 11, 22)
NUMBERS = {
    "warn_death": 0, "warn_disability_ends": 60, "warn_child_grown": 30, "warn_medical_cost": 20_000,
    "warn_benefit_ending": 45, "warn_recheck_lower": 1,
}  # fmt: skip
DIBAO = Running("b1", "最低生活保障", None, Decimal("1040.00"))


def one(**more: Any) -> PersonFacts:
    return PersonFacts.model_validate({"key": "m0", "birth_date": date(1970, 1, 1)} | more)


def seen(
    facts: PersonFacts | None = None, running: Running | None = DIBAO, day: date = DAY, died_on: date | None = None,
    numbers: dict[str, Any] | None = None,
) -> list[str]:  # fmt: skip
    people = [Watched(WHO, facts or one(), died_on)]
    found = signs(NUMBERS if numbers is None else numbers, people, [running] if running else [], day)
    return [sign.rule for sign in found]


def test_a_family_with_nothing_to_look_at_gives_no_warning() -> None:
    assert seen() == []


@pytest.mark.parametrize(
    ("until", "warned"), [("2027-01-22", False), ("2027-01-21", True), ("2026-11-22", True), ("2020-01-01", True)]
)
def test_a_disability_certificate_is_warned_of_sixty_days_before_its_end(until: str, warned: bool) -> None:
    facts = one(disability=Disability(kind="visual", grade=1, until=date.fromisoformat(until)))
    assert seen(facts) == ["warn_disability_ends"] * warned
    assert seen(one(disability=Disability(kind="visual", grade=1))) == []


@pytest.mark.parametrize(
    ("born", "warned"),
    [("2008-12-23", False), ("2008-12-22", True), ("2008-11-22", True), ("2007-12-23", True), ("2007-12-22", False)],
)
def test_a_child_is_warned_of_thirty_days_before_it_is_eighteen(born: str, warned: bool) -> None:
    assert seen(one(birth_date=date.fromisoformat(born))) == ["warn_child_grown"] * warned


@pytest.mark.parametrize(("monthly", "warned"), [("1666.66", False), ("1666.67", True)])
def test_own_medical_costs_of_a_year_are_warned_of_from_the_limit_on(monthly: str, warned: bool) -> None:
    facts = one(costs=(Cost(kind="medical", amount=Decimal(monthly)), Cost(kind="living", amount=Decimal(9999))))
    assert seen(facts) == ["warn_medical_cost"] * warned


@pytest.mark.parametrize(
    ("day", "warned"), [("2026-11-16", False), ("2026-11-17", True), ("2026-12-31", True), ("2027-01-01", False)]
)
def test_a_benefit_is_warned_of_until_its_last_month_is_over(day: str, warned: bool) -> None:
    ending = Running("b1", "低保", date(2026, 12, 1), Decimal(500))
    assert seen(running=ending, day=date.fromisoformat(day)) == ["warn_benefit_ending"] * warned


@pytest.mark.parametrize(("now", "warned"), [("1039.01", False), ("1039.00", True), ("0.00", True), ("2000", False)])
def test_newer_facts_that_give_less_are_warned_of(now: str, warned: bool) -> None:
    assert seen(running=Running("b1", "低保", None, Decimal(1040), Decimal(now))) == ["warn_recheck_lower"] * warned


def test_the_dead_are_warned_of_while_something_is_paid_and_of_nothing_else() -> None:
    facts = one(disability=Disability(kind="visual", grade=1, until=DAY))
    assert seen(facts, died_on=DAY) == ["warn_death"]
    assert seen(facts, died_on=date(2026, 11, 23)) == []
    assert seen(facts, None, died_on=DAY) == []


def test_a_rule_without_a_number_is_switched_off_and_every_rule_has_its_number() -> None:
    facts = one(birth_date=date(2008, 11, 22))
    assert seen(facts, numbers={}) == []
    assert set(RULES_ZH) == set(params.load(monitoring.FILE).root) == set(NUMBERS)


def test_the_same_thing_has_the_same_anchor_tomorrow() -> None:
    def anchors(day: date) -> Iterator[str]:
        people = [Watched(WHO, one(birth_date=date(2008, 11, 22)))]
        yield from (sign.anchor for sign in signs(NUMBERS, people, [DIBAO], day))

    assert list(anchors(DAY)) == list(anchors(date(2026, 11, 23))) == [str(WHO)]
    assert Sign("warn_death", "a", "b").person_id is None


# -- over the whole county


@pytest.fixture
def load(work: WorkFactory) -> Caseload:
    """Two families, one of them with 低保; a member of the first has died."""
    with work() as w:
        built = payments.build(w)
        granted(w, built)
        household(w, built, 2)
        member = w.session.scalars(
            select(HouseholdMember).where(HouseholdMember.household_id == built.households[0])
        ).one()
        w.session.get_one(Person, member.person_id).died_on = date(2026, 11, 20)
    return built


def warnings(work: WorkFactory, load: Caseload, name: str = "clerk") -> list[MonitoringWarning]:
    with work() as w:
        return [row for row, _number, _name in monitoring.open_warnings(w, load[name], f"{COUNTY}/")]


def test_looking_twice_raises_each_warning_once(
    work: WorkFactory, load: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitoring, "PORTION", 1)
    assert (look_at_households(), look_at_households()) == (1, 0)
    (row,) = warnings(work, load)
    assert (row.rule, row.household_id, row.words) == (
        "warn_death", load.households[0], "2026-11-20 登记去世，请核查这一家的救助",
    )  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_warning_ends_in_a_review_a_lead_or_a_reason(work: WorkFactory, load: Caseload) -> None:
    look_at_households()
    (row,) = warnings(work, load)
    clerk = load["clerk"]
    with work() as w, pytest.raises(LeadReasonMissingError):
        monitoring.dismiss(w, clerk, row.id, "")
    with work() as w, pytest.raises(NotFoundError):
        monitoring.to_review(w, load["lead"], row.id)
    with work() as w:
        assert monitoring.to_review(w, clerk, row.id) == 1
        assert w.session.scalars(select(Benefit.review_on)).one() == DAY
    with work() as w, pytest.raises(WarningSettledError):
        monitoring.to_lead(w, clerk, row.id)
    assert warnings(work, load) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_warning_becomes_a_lead_that_names_the_household(work: WorkFactory, load: Caseload) -> None:
    look_at_households()
    (row,) = warnings(work, load)
    with work() as w:
        lead_id = monitoring.to_lead(w, load["clerk"], row.id)
    with work() as w:
        lead = w.session.get_one(Lead, lead_id)
        assert (lead.finder_kind, lead.person_id, lead.state) == ("monitoring", row.person_id, "new")
        assert leads.about(lead).words.endswith("（家庭 HH00001）")


def sheet(work: WorkFactory, load: Caseload, wage: str) -> UUID:
    """A later case about the same family found another income."""
    with work() as w:
        case = Case(
            id=new_id(), number="DB1", matter="dibao", matter_version="2026-1", applicant_id=load.window.applicant,
            source="review", territory=f"{COUNTY}/", state="in_progress", form="{}", created_at=w.now,
        )  # fmt: skip
        w.session.add(case)
        w.session.flush()
        w.session.add(
            FactSheet(
                case_id=case.id, programme="dibao", household_id=load.households[0], version=1,
                facts=sheets.text_of(family(wage)), changes="[]", changed_at=w.now,
            )
        )  # fmt: skip
        return case.id


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("wage", "rules"), [("500", set()), ("600", {"warn_recheck_lower"})])
def test_a_recheck_that_finds_more_income_is_warned_of(
    wage: str, rules: set[str], work: WorkFactory, load: Caseload, clock: ManualClock
) -> None:
    clock._now = datetime(2026, 12, 1, tzinfo=UTC)
    sheet(work, load, wage)
    look_at_households()
    assert {row.rule for row in warnings(work, load)} == {"warn_death"} | rules


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_job_reads_through_everybodys_benefits_to_find_a_family(work: WorkFactory, load: Caseload) -> None:
    """Each portion would read the whole county: twice as many families would take four times as long."""
    sheet(work, load, "600")
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT") and "FROM benefit" in statement:
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        look_at_households()
        with work() as w:
            changes.adjust_all(w, "dibao")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    with work() as w:
        raw = w.session.connection().exec_driver_sql
        plans = [row[3] for statement, values in asked for row in raw(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert len(asked) > 1
    assert [one for one in plans if one.startswith("SCAN benefit")] == []
