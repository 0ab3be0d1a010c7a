"""The sheet of a case: opened from the form, corrected by one hand at a time, judged with what the registers know."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.assistance import benefits, households, law, sheets
from backend.assistance.benefits import Award
from backend.assistance.errors import (
    FactsFaultError,
    InOtherHouseholdError,
    SheetChangedError,
    SheetFixedError,
    StandardMissingError,
)
from backend.assistance.facts import PersonFacts
from backend.assistance.households import NewMember
from backend.assistance.models import FactSheet, Household
from backend.assistance.verdicts import Verdict
from backend.cases import service as cases
from backend.cases.records import fresh
from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.errors import NotAllowedError
from backend.problems import problem_of
from backend.residents.models import Person
from scheduler import case_jobs
from tests.conftest import WorkFactory
from tests.support import aid, payments
from tests.support.cases import TOWN_PATH, Window, draft
from tests.support.residents import person
from tests.support.world import TOWN

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the races have tests of their own


def test_accepting_opens_the_sheet_and_founds_the_family(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = aid.accepted(w, window, aid.form(urban="urban", address="示范路1号"))
        sheet = sheets.sheet_of(w, case.id)
        assert sheet is not None
        assert (sheet.programme, sheet.version) == ("dibao", 0)
        home = w.session.scalars(select(Household)).one()
        assert (sheet.household_id, home.division_code, home.address, home.urban) == (home.id, TOWN, "示范路1号", True)
        facts = sheets.facts_of(w, case.id)
        # Everybody of the register is known by their person's id, so that the register can be asked again.
        assert facts.applicant == str(window.applicant)
        assert {one.person_id for one in home.members} == {sheets.person_id_of(one) for one in facts.members}
        assert sheets.open_sheet(w, case).case_id == sheet.case_id
        assert len(w.session.scalars(select(FactSheet)).all()) == 1


def test_a_family_that_is_known_stays_the_same_household(work: WorkFactory, window: Window) -> None:
    with work() as w:
        facts = PersonFacts(key="m0", name="王秀英", birth_date=date(1960, 5, 1))
        member = NewMember(window.applicant, "applicant", facts, date(2026, 1, 1))
        home = households.found(w, division_code=TOWN, urban=False, address="示范路1号", members=[member])
        case = aid.accepted(w, window)
        sheet = sheets.sheet_of(w, case.id)
        assert sheet is not None
        assert sheet.household_id == home.id
        assert len(households.members_on(households.fresh(w, home.id), date(2026, 11, 22))) == 2


def test_a_sheet_is_corrected_by_one_hand_at_a_time_and_says_why(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = aid.accepted(w, window)
        facts = sheets.facts_of(w, case.id)
        sheet = sheets.amend(w, window["clerk"], case, facts, version=0, why="入户看到的")
        assert sheet.version == 1
        assert "入户看到的" in sheet.changes
        with pytest.raises(SheetChangedError):
            sheets.amend(w, window["clerk2"], case, facts, version=0, why="同时改")
        with pytest.raises(NotAllowedError):
            sheets.amend(w, window["elsewhere"], case, facts, version=1, why="别的镇")
        for state in ("submitted", "published"):
            waiting = fresh(w, case.id)
            waiting.state = state
            with pytest.raises(SheetFixedError):
                sheets.amend(w, window["clerk"], waiting, facts, version=1, why="公示期间")


def test_a_month_without_a_standard_stops_loudly_and_never_pays_zero(
    work: WorkFactory, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = law.book()._all
    rural = known["dibao_standard_rural"]
    later = rural.model_copy(update={"values": (rural.values[-1].model_copy(update={"since": date(2026, 12, 1)}),)})
    gap = law.Book({**known, "dibao_standard_rural": later})
    monkeypatch.setattr("backend.assistance.assessment.book", lambda: gap)
    with work() as w:
        case = aid.accepted(w, window)
        with pytest.raises(StandardMissingError) as stopped:
            sheets.judge(w, case)
    status, body = problem_of(stopped.value.code, stopped.value.facts, "r")
    assert (status, body["title"]) == (503, "标准还没有录入")
    assert "2026年11月的“农村低保标准”" in body["detail"]


def test_facts_that_cannot_be_are_told_in_the_rules_own_words(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = draft(w, window, form=aid.form(members=aid.form()["members"][1:]))
        with pytest.raises(FactsFaultError) as fault:
            sheets.declared(w, case)
        assert "本人" in str(fault.value.facts["why"])


def test_a_verdict_is_worked_out_with_deaths_and_benefits_of_the_register(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = aid.accepted(w, window, aid.form(urban="urban"))
        facts = aid.checked(w, window, case)
        assert sheets.judge(w, case).monthly == Decimal("1540.00")
        child = sheets.person_id_of(facts.members[1])
        assert child is not None
        verdict = Verdict("tekun", date(2026, 11, 22), True, "basic", "x", monthly=Decimal(1000))
        made = payments.decision(w, payments.Caseload(window))
        benefits.grant(w, Award(made, verdict, facts, TOWN_PATH, person_id=child))
        w.session.flush()
        # Who is in 特困 is not counted in 低保 (低保审核确认办法 7): one person is left.
        found = sheets.judged(w, case)
        assert (found.verdict.monthly, found.verdict.members) == (Decimal("770.00"), 1)
        assert "tekun" in found.facts.members[1].holds
        w.session.get_one(Person, window.applicant).died_on = date(2026, 11, 20)
        w.session.flush()
        assert sheets.judge(w, case).has("nobody")


def test_the_law_accepts_a_case_even_when_its_family_stands_in_the_way(
    work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    with work() as w:
        born = date(1990, 1, 1)
        rows = [*aid.form()["members"], aid.row("陈小英", born, 8, "child")]
        case = draft(w, window, form=aid.form(members=rows))
        case_id = cases.submit(w, case, version=case.version).id
        _in_another_family(w, born)
    aid.go_to(clock, "2026-11-28")
    case_jobs.deadlines()
    with work() as w:
        case = fresh(w, case_id)
        assert (case.state, sheets.sheet_of(w, case_id)) == ("in_progress", None)
        with pytest.raises(InOtherHouseholdError):
            sheets.judge(w, case)


def _in_another_family(w: Work, born: date) -> None:
    her, him = person(w, "陈小英", born, serial=8), person(w, "某人", born, serial=31)
    facts = PersonFacts(key="m0", name="陈小英", birth_date=born)
    members = [NewMember(her, "applicant", facts, date(2026, 1, 1)), NewMember(him, "spouse", facts, date(2026, 1, 1))]
    households.found(w, division_code=TOWN, urban=False, address="示范路9号", members=members)
