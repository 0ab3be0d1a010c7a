"""A sign of need from the neighbour to the application: terms, escalation, the same person twice, who may do what."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.assistance import lead_holdings, leads
from backend.assistance.errors import LeadChangedError, LeadReasonMissingError
from backend.assistance.leads import About, Finder, Found
from backend.assistance.leads_models import Lead
from backend.cases import service as cases
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.core.states import WrongStateError
from backend.notices.models import Notice
from scheduler.lead_jobs import overdue_leads
from tests.conftest import WorkFactory
from tests.support.at_once import at_once
from tests.support.cases import Window
from tests.support.front_desk import sign_in
from tests.support.residents import id_number
from tests.support.world import COUNTY, HOME, TOWN, VILLAGE

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY_S = 86_400


def found(name: str = "李大爷", division: str = VILLAGE, **more: Any) -> Found:
    said = About(name=name, where="三组坡上", phone="13900000000", words="一个人住，几天没有吃饭")
    return Found(division=division, about=said, signs=("no_income", "old_alone"), **more)


def reported(work: WorkFactory, one: Found | None = None) -> UUID:
    with work() as w:
        return leads.report(w, one or found()).id


def told(work: WorkFactory, template: str) -> int:
    with work() as w:
        return w.session.scalar(select(func.count()).where(Notice.template == template)) or 0


@ONE_DATABASE
def test_what_a_neighbour_says_is_sealed_and_told_to_the_clerks(work: WorkFactory, window: Window) -> None:
    lead_id = reported(work, found(finder=Finder(name="张婶", phone="13800000000")))
    with work() as w:
        row = leads.find(w, window["clerk"], lead_id)
        assert (row.state, row.due_on) == ("new", date(2026, 11, 25))  # Sunday the 22nd, three working days
        assert leads.about(row).words == "一个人住，几天没有吃饭"
        raw = w.session.connection().exec_driver_sql("SELECT about, found_by FROM lead").one()
        assert [name for name, sealed in zip(("李大爷", "张婶"), raw, strict=True) if name.encode() in sealed] == []
    assert told(work, "lead_new") == 1  # the nearest clerk is the one of the village


@ONE_DATABASE
@pytest.mark.parametrize("division", [COUNTY, HOME, "500118999999"])
def test_a_lead_lies_in_a_village_or_a_township(division: str, work: WorkFactory, window: Window) -> None:
    with work() as w, pytest.raises(BadInputError):
        leads.report(w, found(division=division))
    with work() as w, pytest.raises(BadInputError):
        leads.report(w, found().model_copy(update={"signs": ("gift",)}))
    assert window.viewers


@ONE_DATABASE
def test_from_the_visit_to_an_application_by_proxy(work: WorkFactory, window: Window) -> None:
    lead_id, clerk = reported(work), window["clerk"]
    who = {"matter": "dibao", "name": "李大爷", "id_number": id_number(serial=21)}
    with work(clerk.actor) as w, pytest.raises(WrongStateError):
        leads.apply(w, clerk, lead_id, **who)
    with work(clerk.actor) as w:
        row = leads.set_out(w, clerk, lead_id)
        assert (row.state, row.due_on) == ("visiting", date(2026, 12, 4))
        assert leads.set_out(w, clerk, lead_id).due_on == row.due_on
    with work(clerk.actor) as w:
        row = leads.apply(w, clerk, lead_id, **who)
        case = cases.find(w, row.case_id or lead_id, viewer=clerk)
        assert (case.source, case.state, case.applicant_id) == ("proactive", "draft", row.person_id)
        assert (row.state, row.closed_at) == ("application", w.now)


@ONE_DATABASE
@pytest.mark.parametrize("act", [leads.refer, leads.close])
def test_a_lead_ends_elsewhere_or_nowhere_only_with_words(
    act: Callable[..., Lead], work: WorkFactory, window: Window
) -> None:
    lead_id, clerk = reported(work), window["clerk"]
    with work() as w, pytest.raises(LeadReasonMissingError):
        act(w, clerk, lead_id, " 无 ")
    with work() as w:
        row = act(w, clerk, lead_id, "子女已经接走照顾")
        assert (row.outcome, row.closed_at) == ("子女已经接走照顾", w.now)
    with work() as w, pytest.raises(WrongStateError):
        act(w, clerk, lead_id, "再办一次看看")


@ONE_DATABASE
def test_only_those_of_the_place_see_it_and_a_lead_only_looks(work: WorkFactory, window: Window) -> None:
    lead_id = reported(work, found(division=TOWN))
    with work() as w:
        assert leads.find(w, window["lead"], lead_id).id == lead_id
        for name in ("elsewhere", "lead"):  # a village's cadre; a lead does not handle
            with pytest.raises(NotFoundError):
                leads.close(w, window[name], lead_id, "不在本地了")
    with work() as w, pytest.raises(NotAllowedError):
        leads.enter(w, window["elsewhere"], found(division=TOWN))
    with work() as w:
        assert leads.enter(w, window["elsewhere"], found(finder_kind="village_cadre")).state == "new"


@ONE_DATABASE
@pytest.mark.parametrize(("day", "late"), [(25, 0), (26, 1)])
def test_past_its_term_the_county_is_told_once(
    day: int, late: int, work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    lead_id = reported(work)
    clock.advance((day - 22) * DAY_S)
    assert (overdue_leads(), overdue_leads()) == (late, 0)
    assert told(work, "lead_overdue") == 2 * late  # both officers
    with work() as w:
        leads.set_out(w, window["clerk"], lead_id)
    clock.advance(20 * DAY_S)
    assert (overdue_leads(), overdue_leads()) == (1, 0)  # the second term, once again
    assert told(work, "lead_overdue") == 2 * late + 2


@ONE_DATABASE
def test_somebody_reported_twice_is_shown_together(work: WorkFactory, window: Window) -> None:
    with work() as w:
        first, second, other, nameless = (
            leads.report(w, one) for one in (found(), found("李 大爷"), found("赵奶奶"), found(""))
        )
        assert [row.id for row in leads.together(w, first)] == [second.id]
        again = leads.report(w, found(""))
        assert leads.together(w, nameless) == leads.together(w, again) == []
        assert leads.same_person(nameless) == str(nameless.id)
        nameless.person_id = again.person_id = window.applicant
        assert leads.together(w, nameless) == [again]
        assert leads.same_person(first) == leads.same_person(second) != leads.same_person(other)
    assert window.viewers


def test_of_two_who_close_it_at_once_one_is_told_to_look_again(
    app: APIFlask, work: WorkFactory, window: Window
) -> None:
    lead_id = reported(work)

    def act(number: int) -> str:
        with unit_of_work() as w:
            leads.close(w, window["clerk"], lead_id, f"已经核实过了 {number}")
        return "closed"

    answers = at_once(app, 4, act)
    assert answers.count("closed") == 1
    assert answers.count(WrongStateError) + answers.count(LeadChangedError) == 3


# -- from the phone


def _ask(app: APIFlask, token: str, method: str, json: Any = None, **headers: str) -> Any:
    sent = headers | {"Authorization": f"Bearer {token}"}
    return app.test_client().open("/api/v1/mini/leads", method=method, json=json, headers=sent)


@ONE_DATABASE
def test_a_resident_reports_named_or_not_and_sees_how_far_it_is(
    app: APIFlask, work: WorkFactory, window: Window
) -> None:
    with work() as w:
        token = sign_in(w, window.other)
    body = {"division": VILLAGE, "words": "隔壁老人摔伤了没人管", "name": "李大爷", "signs": ["illness"]}
    key = {"Idempotency-Key": "lead-once-0001"}
    given = [_ask(app, token, "POST", body, **key) for _ in range(2)]
    assert [one.status_code for one in given] == [201, 201]
    assert given[0].get_json() == given[1].get_json()
    assert "11月25日" in given[0].get_json()["words"]
    assert _ask(app, token, "POST", body | {"unnamed": True, "finder_phone": "13800000000"}).status_code == 201
    mine = _ask(app, token, "GET").get_json()
    assert [(one["state_zh"], one["words"]) for one in mine["items"]] == [
        ("镇街会尽快上门看望", "隔壁老人摔伤了没人管")
    ]
    assert len(mine["signs"]) == len(leads.SIGNS)
    with work() as w:
        rows = w.session.scalars(select(Lead).order_by(Lead.created_at, Lead.id)).all()
        names = sorted((leads.finder(row).name, leads.finder(row).phone, row.reported_by is None) for row in rows)
        assert names == [("", "", True), ("李明", "", False)]
        assert [entry for entry in w.session.scalars(select(AuditEntry)) if "李" in entry.body] == []
    assert _ask(app, token, "POST", body | {"words": "      "}).status_code == 422
    assert _ask(app, token, "POST", body | {"division": COUNTY}).status_code == 422


@ONE_DATABASE
def test_whoever_is_logged_in_may_report_without_a_proved_name(
    app: APIFlask, work: WorkFactory, window: Window
) -> None:
    assert window.viewers
    with work() as w:
        token = sign_in(w, None)
    assert _ask(app, token, "GET").get_json()["items"] == []
    answer = _ask(app, token, "POST", {"division": TOWN, "words": "路边有个孩子没人管"})
    assert answer.status_code == 201


@ONE_DATABASE
def test_each_reads_their_own_part_and_who_said_it_can_be_forgotten(
    work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    with work() as w:
        lead = leads.report(
            w, found(finder=Finder(name="李明")), reported_by=window.other, person_id=window.applicant
        )  # fmt: skip
        lines = {who: lead_holdings.HOLDINGS[0].collect(w, who) for who in (window.applicant, window.other)}
        assert lines[window.applicant] == [{"日期": "2026-11-22", "身份": "需要帮助的人", "状态": "等待走访"}]
        assert lines[window.other][0]["内容"] == "一个人住，几天没有吃饭"
        (forget,) = lead_holdings.ERASABLES
        assert (forget.live(w, window.applicant), forget.live(w, window.other)) == (["正在走访的困难情况"], [])
        leads.close(w, window["clerk"], lead.id, "子女已经接走")
        assert len(forget.kept(w, window.applicant)) == 1
        forget.erase(w, window.other)
        forget.erase(w, window.applicant)
        assert (lead.reported_by, leads.finder(lead).name, leads.about(lead).name) == (None, "", "李大爷")
    clock.advance(3660 * DAY_S)
    with work() as w:
        forget.erase(w, window.applicant)
        row = w.session.get_one(Lead, lead.id)
        assert (leads.about(row).name, row.name_index, forget.kept(w, window.applicant)) == ("", None, [])
