"""The mini-program's and the desk's API by real requests: the whole way of an emergency, and what nobody may do."""

from typing import Any

import pytest
from sqlalchemy import event

from backend.core.db import db
from backend.people.rules import PERMISSIONS
from tests.cases_engine.conftest import Asker
from tests.conftest import WorkFactory
from tests.support.cases import EMERGENCY, FORM, Window, closed, published
from tests.support.residents import id_number
from tests.support.world import TOWN, VILLAGE

MINI, STAFF = "/mini/cases", "/staff/cases"


def begin(ask: Asker, matter: str = "temporary_aid", form: Any = EMERGENCY, who: str = "me") -> dict[str, Any]:
    answer = ask(who, "POST", MINI, {"matter": matter, "division": TOWN, "form": form})
    assert answer.status_code == 201, answer.get_json()
    return dict(answer.get_json())


def submit(ask: Asker, case: dict[str, Any]) -> dict[str, Any]:
    answer = ask("me", "POST", f"{MINI}/{case['id']}/submit", {"version": case["version"]})
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def act(ask: Asker, who: str, case: dict[str, Any], path: str, **body: Any) -> dict[str, Any]:
    answer = ask(who, "POST", f"{STAFF}/{case['id']}/{path}", body)
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def test_what_can_be_applied_for_is_open_and_never_asks_for_what_can_be_checked(ask: Asker) -> None:
    found = ask("nobody", "GET", f"{MINI}/matters").get_json()["items"]
    dibao = next(one for one in found if one["code"] == "dibao")
    assert "银行流水" in dibao["never_asked"]
    assert {one["kind"] for one in dibao["papers"]} == {"illness", "spending"}
    assert (dibao["workdays"], dibao["steps"][0]) == (30, "受理")


def test_an_emergency_from_the_phone_to_the_decision(ask: Asker) -> None:
    case = submit(ask, begin(ask))
    assert case["now"] == "镇街经办正在办“受理”，最迟 11月23日办完"
    line = ask("clerk", "GET", STAFF).get_json()["items"][0]
    assert (line["number"], line["applicant"], line["step"], line["left"]) == (
        case["number"], "王**", "受理", "还有 1 天",
    )  # fmt: skip
    desk = act(ask, "clerk", case, "accept", version=case["version"])
    task = next(one for one in desk["tasks"] if one["yours"])
    desk = act(ask, "clerk", case, f"tasks/{task['id']}/claim")
    desk = act(ask, "clerk", case, f"tasks/{task['id']}/finish", version=desk["version"], outcome="done", note="属实")
    desk = act(ask, "officer", case, "decide", version=desk["version"], outcome="granted")
    desk = act(ask, "clerk2", case, "deliver", version=desk["version"], how="paper")
    shown = ask("me", "GET", f"{MINI}/{case['id']}").get_json()
    assert (shown["state_zh"], shown["decisions"][0]["outcome_zh"]) == ("已办结", "同意")
    assert [one["what"] for one in shown["timeline"]][-2:] == ["进入“发放并告知”", "决定已送达，办理结束"]
    assert ask("me", "GET", "/mini/ratings/invitations").get_json()["items"][0]["title"] == "临时救助"


def test_a_double_tap_begins_and_submits_once(ask: Asker) -> None:
    body = {"matter": "temporary_aid", "division": TOWN, "form": EMERGENCY}
    key = {"Idempotency-Key": "begin-once-0001"}
    first, second = (ask("me", "POST", MINI, body, **key).get_json() for _ in range(2))
    assert first["id"] == second["id"]
    assert ask("me", "POST", MINI, body).get_json()["code"] == "cases.already_applying"


def test_a_draft_that_somebody_else_changed_is_not_overwritten(ask: Asker) -> None:
    case = begin(ask, "dibao", {})
    path = f"{MINI}/{case['id']}/form"
    assert ask("me", "PUT", path, {"version": 0, "form": FORM}).get_json()["version"] == 1
    late = ask("me", "PUT", path, {"version": 0, "form": {}})
    assert (late.status_code, late.get_json()["code"]) == (409, "cases.changed_meanwhile")
    assert ask("other", "PUT", path, {"version": 1, "form": {}}).status_code == 404


def test_a_clerk_enters_a_paper_form_for_somebody_who_has_no_phone(ask: Asker) -> None:
    body = {"matter": "dibao", "division": VILLAGE, "name": "赵大爷", "id_number": id_number(serial=9), "form": FORM}
    made = ask("clerk", "POST", STAFF, body)
    assert (made.status_code, made.get_json()["source"]) == (201, "desk")
    assert ask("elsewhere", "POST", STAFF, body | {"division": TOWN}).status_code == 403
    case = act(ask, "clerk", made.get_json(), "submit", version=0)
    assert (case["state"], case["form"][0]) == ("submitted", {"label": "住在城里还是乡下", "words": "农村"})


def test_the_applicant_appeals_and_another_officer_answers(ask: Asker, work: WorkFactory, window: Window) -> None:
    with work() as w:
        case, made = closed(w, window)
        ids = {"id": case.id}
    path = f"{MINI}/{case.id}/decisions/{made.id}/appeal"
    raised = ask("me", "POST", path, {"grounds": "金额算少了，漏了一个人"})
    assert raised.status_code == 201
    appeal = raised.get_json()["decisions"][0]["appeals"][0]["id"]
    assert ask("me", "POST", path, {"grounds": "再来一次行不行"}).get_json()["code"] == "cases.appeal_open"
    assert len(ask("officer2", "GET", f"{STAFF}/appeals").get_json()["items"]) == 1
    own = ask("officer", "POST", f"{STAFF}/{case.id}/appeals/{appeal}", {"upheld": True, "finding": "确实漏算"})
    assert own.get_json()["code"] == "cases.same_person"
    shown = act(ask, "officer2", ids, f"appeals/{appeal}", upheld=True, finding="确实漏算一人")
    assert shown["decisions"][0]["appeals"][0]["state_zh"] == "申诉成立"


def test_the_board_shows_name_members_and_amount_and_takes_objections(
    ask: Asker, work: WorkFactory, window: Window, go_to: Any
) -> None:
    with work() as w:
        case = published(w, window)
    assert ask("nobody", "GET", f"{MINI}/board/{TOWN}").get_json()["items"] == []
    go_to("2026-11-23")
    (line,) = ask("nobody", "GET", f"{MINI}/board/{TOWN}").get_json()["items"]
    assert set(line) == {"id", "matter", "name", "members", "amount", "first_day", "last_day"}
    page = ask.app.test_client().get(f"/gongshi/{TOWN}").get_data(as_text=True)
    assert "王秀英" in page
    assert "父亲重病" not in page
    said = ask("nobody", "POST", f"{MINI}/board/{line['id']}/objections", {"text": "他家有两辆车"})
    assert said.status_code == 201
    desk = ask("clerk", "GET", f"{STAFF}/{case.id}").get_json()
    (objection,) = desk["publications"][0]["objections"]
    shown = act(ask, "clerk", {"id": case.id}, f"objections/{objection['id']}", upheld=True, finding="查实有两辆车")
    assert shown["step"] == "investigation"
    assert ask("nobody", "GET", f"{MINI}/board/{TOWN}").get_json()["items"] == []


def test_a_referral_goes_out_and_its_answer_comes_back(ask: Asker) -> None:
    case = submit(ask, begin(ask))
    sent = act(ask, "clerk", case, "referrals", department="emergency", question="火灾损失认定情况")
    (one,) = sent["referrals"]
    assert (one["department"], one["state_zh"], one["due_on"]) == ("应急管理局", "等待答复", "2026-12-04")
    shown = act(ask, "clerk", case, f"referrals/{one['id']}/answer", answer="房屋烧毁两间", by="应急局张科长")
    assert shown["referrals"][0]["state_zh"] == "已答复"


def test_a_case_page_takes_ten_queries_whatever_its_history(ask: Asker, work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = published(w, window)
    counted: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")) and "staff_session" not in statement:
            counted.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    assert ask("clerk", "GET", f"{STAFF}/{case.id}").status_code == 200
    event.remove(db.engine, "before_cursor_execute", count)
    assert len([one for one in counted if "staff_role" not in one]) <= 10, [len(counted), *counted]
    assert len(counted) > 5


@pytest.mark.parametrize("action", ["case.view", "case.handle", "case.supervise"])
def test_only_the_desk_and_its_supervisors_have_the_actions(action: str) -> None:
    assert PERMISSIONS[action] <= {"clerk", "officer", "lead"}
