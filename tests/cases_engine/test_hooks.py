"""What a domain may add to the engine: a beginning, a veto, who decides; decisions the law makes; late appeals."""

from uuid import UUID

import pytest
from sqlalchemy import select

from backend.assistance import service as assistance
from backend.cases import appeals, deciding
from backend.cases.deciding import Words
from backend.cases.errors import WrongCaseStateError, WrongOutcomeError
from backend.cases.models import Appeal, Case, CaseTask, Decision
from backend.cases.records import fresh
from backend.cases.registry import Calculation, Hooks, registry
from backend.core.db import Work
from backend.notices.models import Notice
from scheduler import case_jobs
from tests.cases_engine.conftest import Asker, GoTo
from tests.conftest import WorkFactory
from tests.support.cases import FORM, TOWN_PATH, Window, accepted, closed, done
from tests.support.world import TOWN


def test_a_domain_begins_with_the_case_may_refuse_an_outcome_and_says_who_decides(
    work: WorkFactory, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[UUID] = []

    def veto(_work: Work, _case: Case, outcome: str) -> None:
        if outcome == "done":
            raise WrongOutcomeError(outcome=outcome)

    hooks = Hooks(accepted=lambda _work, case: begun.append(case.id), level=lambda _work, _case: "township")
    monkeypatch.setitem(registry().hooks, "assistance", hooks)
    with work() as w:
        case = accepted(w, window, "temporary_aid")
        assert begun == [case.id]
        monkeypatch.setitem(registry().hooks, "assistance", Hooks(finishing=veto))
        with pytest.raises(WrongOutcomeError):
            done(w, window, case, "look")
        monkeypatch.setitem(registry().hooks, "assistance", hooks)
        done(w, window, case, "look")
        task = w.session.scalars(select(CaseTask).where(CaseTask.step == "decision")).one()
        assert (task.role, task.territory) == ("clerk", TOWN_PATH)


def test_over_http_the_rules_of_the_matter_speak_in_words(
    ask: Asker, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry().hooks, "assistance", assistance.HOOKS)
    family = [FORM["members"][0], FORM["members"][1] | {"birth_date": "2016-06-02"}]
    body = {"matter": "dibao", "division": TOWN, "form": FORM | {"members": family}}
    case = ask("me", "POST", "/mini/cases", body).get_json()
    refused = ask("me", "POST", f"/mini/cases/{case['id']}/submit", {"version": case["version"]})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "cases.form")
    assert "李小宝" in refused.get_json()["detail"]
    assert "出生日期和身份证号对不上" in refused.get_json()["detail"]
    saved = ask("me", "PUT", f"/mini/cases/{case['id']}/form", {"version": case["version"], "form": FORM}).get_json()
    sent = ask("me", "POST", f"/mini/cases/{case['id']}/submit", {"version": saved["version"]}).get_json()
    path = f"/staff/cases/{case['id']}"
    desk = ask("clerk", "POST", f"{path}/accept", {"version": sent["version"]}).get_json()
    for who, branch in (("clerk", "入户调查"), ("officer", "经济状况核对"), ("clerk", "镇街初审意见")):
        open_now = ask(who, "GET", path).get_json()
        task = next(one for one in open_now["tasks"] if one["yours"] and branch in one["title"])
        outcome = "agree" if branch == "镇街初审意见" else "done"
        body = {"version": open_now["version"], "outcome": outcome}
        answer = ask(who, "POST", f"{path}/tasks/{task['id']}/finish", body)
    assert desk["state"] == "in_progress"
    assert (answer.status_code, answer.get_json()["title"]) == (409, "还差几样")
    assert "家庭财产的核对结果" in answer.get_json()["detail"]


def test_the_law_decides_later_on_a_closed_case_only(work: WorkFactory, window: Window) -> None:
    words = Words("changed", "标准提高，每月多发二十元", "社会救助法第18条")
    with work() as w:
        with pytest.raises(WrongCaseStateError):
            deciding.decide_by_law(w, accepted(w, window, "dibao"), words, Calculation("act2026", {}, {}))
        case, _first = closed(w, window)
        made = deciding.decide_by_law(w, case, words, Calculation("act2026", {}, {}))
        assert (made.sequence, made.automatic, made.decided_by, made.told_at) == (2, True, None, w.now)
        assert fresh(w, case.id).state == "closed"


def test_an_appeal_nobody_answers_is_told_to_who_leads_once(work: WorkFactory, window: Window, go_to: GoTo) -> None:
    with work() as w:
        case, made = closed(w, window, Words("refused", "不属于急难情形", "社会救助法第37条"))
        row = appeals.begin(w, case, made.id, "家里真的失火了")
        last = row.due_on
    go_to(str(last))
    case_jobs.deadlines()
    with work() as w:
        assert w.session.scalars(select(Appeal)).one().escalated_at is None
    go_to(f"{last.year}-{last.month}-{last.day + 1}")
    case_jobs.deadlines()
    case_jobs.deadlines()
    with work() as w:
        told = w.session.scalars(select(Notice.recipient_name).where(Notice.template == "case_overdue")).all()
        assert sorted(told) == ["姓名officer", "姓名officer2"]  # nobody leads in this county: those nearest to it
        assert len(w.session.scalars(select(Decision)).all()) == 1
