"""Every matter from its form to its end with the real rules: what they say is what can be decided, and only that."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.assistance import self_care, sheets
from backend.assistance.models import Benefit
from backend.assistance.verdicts import Verdict
from backend.cases import deciding, publishing, service, steps, tasks
from backend.cases.deciding import Words
from backend.cases.models import Case, CaseTask, Publication
from backend.cases.records import fresh
from backend.cases.registry import matter_of_case
from backend.core import strict_yaml
from backend.core.clock import local
from backend.core.db import Work
from backend.residents.models import Person
from tests.conftest import WorkFactory
from tests.support import aid, tekun
from tests.support.cases import Window, draft
from tests.support.residents import id_number, person
from tests.support.world import VILLAGE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here depends on it

FORMS = Path(__file__).parents[1] / "cases" / "forms"
WHO = {"clerk": "clerk", "officer": "officer"}
DECIDES = {"clerk": "clerk2", "officer": "officer2"}


def begun(w: Work, window: Window, code: str) -> Case:
    """The first form of the matter's case file, handed in at the window by a clerk."""
    first = strict_yaml.load(FORMS / f"{code}.yaml")[0]
    born = first["applicant"]["born"]
    who = person(w, first["applicant"]["name"], born, serial=11)
    w.session.get_one(Person, who).division_code = VILLAGE
    form = _plain(first["form"])
    for serial, row in enumerate(form.get("members", ()), 11):
        row["id_number"] = id_number(date.fromisoformat(row["birth_date"]), serial)
    case = draft(w, window, code, applicant_id=who, form=form, by=service.By(staff=window["clerk"]))
    return service.submit(w, case, version=case.version)


def _plain(value: Any) -> Any:
    """As a request brings it: days as text, amounts as text."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, date | float) else value


def worked(w: Work, window: Window, case: Case) -> tuple[Case, Verdict]:
    """Everything before the decision; the check of means finds little."""
    case = service.accept(w, window["clerk"], case, version=case.version)
    aid.checked(w, window, case)
    if self_care.asked_of(case):
        self_care.record(w, window["clerk"], case, tekun.items(), "县医院", local(w.now).date())
    verdict = sheets.judge(w, case)
    while (step := matter_of_case(case).step(fresh(w, case.id).step or "")).kind != "decide":
        if step.kind == "publish":
            w.execute_dml(update(Publication).values(first_day=date(2026, 11, 1), last_day=date(2026, 11, 8)))
            publishing.end_over(w)
            continue
        outcome = onward(steps.outcomes_of(step), eligible=verdict.eligible)
        for task in tasks.live_tasks(w, case.id):
            now = fresh(w, case.id)
            steps.finish(w, window[WHO[task.role]], now, task.id, version=now.version, outcome=outcome)
    return fresh(w, case.id), verdict


def onward(leads: dict[str, str], *, eligible: bool) -> str:
    """The result that leads on, and agrees only to what the rules give."""
    unfit = {"agree"} if not eligible else {"disagree"}
    return next(name for name, to in leads.items() if to == "next" and name not in unfit)


@pytest.mark.parametrize("code", sorted(path.stem for path in FORMS.glob("*.yaml")))
def test_a_matter_ends_with_what_its_rules_say(code: str, work: WorkFactory, window: Window) -> None:
    with work(window["clerk"].actor) as w:
        case = begun(w, window, code)
        if case.state == "submitted":
            case, verdict = worked(w, window, case)
            task = w.session.scalars(select(CaseTask).where(CaseTask.step == case.step)).one()
            against = next((one for one in verdict.reasons if one.against), None)
            words = Words("refused", against.words, against.article) if against else Words("granted")
            deciding.decide(w, window[DECIDES[task.role]], case, words, version=case.version)
            case = fresh(w, case.id)
        rows = w.session.scalars(select(Benefit)).all()
        assert case.state in ("decided", "closed")
        assert [one.programme for one in rows] == ([code] if sheets.judge(w, case).eligible else [])
