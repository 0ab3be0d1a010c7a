"""Every matter from the filled form to the benefit, through its own steps, with the real rules (case files: forms)."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.assistance import benefits
from backend.assistance.models import Benefit
from backend.cases import deciding, publishing, service, steps
from backend.cases.deciding import Words
from backend.cases.models import Case, CaseTask, Publication
from backend.cases.records import fresh
from backend.cases.registry import matter_of_case
from backend.cases.tasks import LIVE
from backend.core.clock import ManualClock
from backend.core.db import Work, unit_of_work
from tests.assistance.test_forms import ALL, MINE
from tests.conftest import WorkFactory
from tests.support import aid
from tests.support.cases import Window, build_window, day, draft
from tests.support.residents import id_number, person

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the races have tests of their own
FIRST_GRANTED = {code: next(one for name, one in ALL if name == code and "granted" in one["expected"]) for code in MINE}
BY_ROLE = {"clerk": "clerk", "officer": "officer2"}


@pytest.fixture
def window(work: WorkFactory) -> Window:
    with work() as w:
        return build_window(w)


def filled(case: dict[str, Any]) -> dict[str, Any]:
    """The form of the case file, with numbers that can be true."""
    form = {name: _iso(value) for name, value in case["form"].items()}
    for place, row in enumerate(form.get("members", ()), 1):
        row["id_number"] = id_number(day(row["birth_date"]), 2 * place)
    return form


def _iso(value: Any) -> Any:
    if isinstance(value, list):
        return [{name: _iso(one) for name, one in row.items()} for row in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def taken_in(work: Work, window: Window, code: str) -> Case:
    case = FIRST_GRANTED[code]
    who = person(work, case["applicant"]["name"], case["applicant"]["born"], 2)
    begun = draft(work, window, code, form=filled(case), applicant_id=who)
    begun = service.submit(work, begun, version=begun.version)
    return service.accept(work, window["clerk"], begun, version=begun.version)


def work_on(work: Work, window: Window, case_id: UUID) -> Case:
    """Everybody finishes what is theirs, the first result of each, until nothing but waiting or deciding is left."""
    case = fresh(work, case_id)
    while case.step and matter_of_case(case).step(case.step).kind == "work":
        task = work.session.scalars(
            select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.state.in_(LIVE))
        ).first()  # fmt: skip
        assert task is not None
        outcome = next(iter(steps.outcomes_of(matter_of_case(case).step(case.step))))
        who = window[BY_ROLE[task.role]]
        case = steps.finish(work, who, fresh(work, case.id), task.id, version=fresh(work, case.id).version,
                            outcome=outcome)  # fmt: skip
        case = fresh(work, case.id)
    return case


@pytest.mark.parametrize("code", MINE)
def test_a_matter_goes_from_the_form_to_the_benefit(
    code: str, work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    with work(window["clerk"].actor) as w:
        case = work_on(w, window, taken_in(w, window, code).id)
        hung = w.session.scalars(select(Publication)).all()
    assert len(hung) == (1 if matter_of_case(case).of_kind("publish") else 0)
    if hung:
        aid.go_to(clock, "2026-11-30")
        with unit_of_work() as w:
            assert publishing.end_over(w) == 1
    decider = "clerk2" if matter_of_case(case).step("decision").level == "township" else "officer"
    with work(window[decider].actor) as w:
        ready = fresh(w, case.id)
        made = deciding.decide(w, window[decider], ready, Words("granted"), version=ready.version)
        row = w.session.scalars(select(Benefit)).one()
        expected, verdict = FIRST_GRANTED[code]["expected"], benefits.basis_of(row.basis).verdict
        assert (row.programme, row.category, row.decision_id) == (code, expected["granted"], made.id)
        paid = verdict.monthly if "monthly" in expected else verdict.once
        assert (paid or 0) == Decimal(str(expected.get("monthly", expected.get("once", 0))))
        assert row.monthly == Decimal(str(expected.get("monthly", 0)))
