"""The check of means on the page of a case: a signed paper, and what happens to who asks about a stranger."""

import re
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.assistance import near_relatives
from backend.assistance.near_relatives import Declared
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from scheduler.assistance_jobs import check_means
from tests.support import aid, tekun
from tests.support.cases import build_window
from tests.support.means import BORN, World, family
from tests.support.residents import id_number

TEKUN = {
    "urban": "rural", "placement": "scattered", "monthly_income": "0", "has_relatives": False, "consent": True,
    "savings": "2000", "houses": 1, "vehicles": 0, "companies": 0, **tekun.ALONE,
}  # fmt: skip
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def world(app: APIFlask, clock: ManualClock) -> World:
    with unit_of_work() as w:
        window = build_window(w)
    return family(app, window, clock)


def signed_in(app: APIFlask, name: str = "officer2") -> tuple[FlaskClient, str]:
    client = app.test_client()
    client.post("/console/login", data={"username": name, "password": "secret"})
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/console/cases").get_data(as_text=True))
    assert found is not None
    return client, found[1]


def test_a_paper_is_entered_and_a_question_about_who_has_not_signed_is_reported(app: APIFlask, world: World) -> None:
    client, token = signed_in(app)

    def post(action: str, who: UUID) -> int:
        form = {"csrf_token": token, "person": str(who), "version": "0"}
        return client.post(f"/console/cases/{world.case_id}/evidence/{action}", data=form).status_code

    assert post("recheck", world.him) == 403
    with reading() as w:
        entry = w.session.scalars(select(AuditEntry).where(AuditEntry.action == "means.unrelated")).one()
        assert str(world.him) in entry.body
    assert post("permission", world.him) == 303
    check_means()
    assert world.report().complete
    page = client.get(f"/console/cases/{world.case_id}/evidence").get_data(as_text=True)
    assert "社保核对到每月 240 元" in page
    assert post("adopt", world.him) == 303


def test_the_page_of_the_case_says_how_far_each_check_is_and_a_paper_takes_a_permission_back(
    app: APIFlask, world: World
) -> None:
    def page(path: str = "") -> str:
        return signed_in(app)[0].get(f"/console/cases/{world.case_id}{path}").get_data(as_text=True)

    def withdraw(who: UUID, **more: str) -> int:
        client, token = signed_in(app)
        form = {"csrf_token": token, "person": str(who), "version": "0"} | more
        return client.post(f"/console/cases/{world.case_id}/evidence/withdrawal", data=form).status_code

    assert "<strong>李明</strong>：还没有授权" in page()
    assert "近亲属备案" not in page()
    world.allow(world.him, world.her)
    assert "<strong>李明</strong>：已授权，还没有开始核对" in page()
    world.says("bank", lambda _asked: None)
    check_means()
    assert "正在核对，银行还没有答复" in page()
    world.later(days=31)
    assert "银行没有答复，请人工核对" in page()
    assert "还没有核对完" in page()
    assert withdraw(world.him) == 422
    assert withdraw(world.him, paper="yes") == 303
    assert "<strong>李明</strong>：撤回了授权，申请不能继续" in page()
    assert "李明的授权书已签字" in page("/evidence")
    assert world.states(world.him) == {}
    assert withdraw(world.him, paper="yes") == 409
    with unit_of_work(world.window["officer"].actor) as w:
        assert w.session.scalars(select(AuditEntry).where(AuditEntry.action == "means.withdraw")).one()
        said = Declared("姓名clerk", "青山镇民政办", "李明", id_number(BORN, 3), "sibling")
        near_relatives.declare(w, world.window["officer"], said)
    assert "这家有人是经办人员或村（社区）干部的近亲属" in page()


def test_what_an_assessor_found_is_entered_for_tekun_item_by_item(app: APIFlask) -> None:
    with unit_of_work() as w:
        window = build_window(w)
        case_id = aid.accepted(w, window, TEKUN, "tekun").id
    client, token = signed_in(app, "clerk")

    def post(**said: str) -> int:
        form = {"csrf_token": token, "version": "0", "assessor": "县人民医院", "assessed_on": "2026-11-22"} | said
        return client.post(f"/console/cases/{case_id}/evidence/self-care", data=form).status_code

    def page(path: str = "") -> str:
        return client.get(f"/console/cases/{case_id}{path}").get_data(as_text=True)

    assert "生活自理能力评估（吃饭、穿衣" in page()
    assert "申请人自己说的不算数" in page("/evidence")
    answers = {f"alone.{name}": "yes" for name in tekun.ALONE} | {"alone.bathing": "no"}
    assert post(**{name: value for name, value in answers.items() if name != "alone.bed"}) == 422
    assert post(**answers) == 303
    assert "洗澡要人帮：1 项做不到" in page("/evidence")
    assert "六项自理能力有1项做不到" in page()
