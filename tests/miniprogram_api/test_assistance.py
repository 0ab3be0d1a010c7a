"""One's family and its check of means by real requests: each grown-up for themself, and the desk beside it."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from backend.core.ids import new_id
from backend.notices.models import Notice
from backend.people.models import Staff
from backend.people.service import _open_session
from backend.residents.models import Proxy
from scheduler.assistance_jobs import check_means
from tests.cases_engine.conftest import Asker
from tests.support.cases import build_window
from tests.support.front_desk import sign_in
from tests.support.means import World, family
from tests.support.residents import person

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MINI = "/mini/assistance"


@pytest.fixture
def world(app: APIFlask, clock: ManualClock) -> World:
    with unit_of_work() as w:
        window = build_window(w)
    return family(app, window, clock)


@pytest.fixture
def ask(app: APIFlask, world: World) -> Asker:
    with unit_of_work() as w:
        staff = world.window.viewers.items()
        tokens = {name: _open_session(w, w.session.get_one(Staff, one.staff_id)) for name, one in staff}
        people = {"her": world.her, "him": world.him, "stranger": person(w, "赵六", serial=77)}
        tokens |= {name: sign_in(w, one) for name, one in people.items()}
    return Asker(app, world.window, tokens)


def mine(world: World, what: str = "") -> str:
    return f"{MINI}/cases/{world.case_id}/{what}"


def desk(world: World, what: str = "") -> str:
    return f"/staff/assistance/cases/{world.case_id}/means{what}"


def body(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_json()
    return dict(answer.get_json())


def test_a_member_sees_the_family_and_a_stranger_has_none(ask: Asker, world: World) -> None:
    shown = body(ask("him", "GET", f"{MINI}/household"))
    assert [(one["name"], one["relation_zh"]) for one in shown["members"]] == [
        ("王秀英", "户主"), ("李小宝", "子女"), ("李明", "配偶"),
    ]  # fmt: skip
    assert ask("stranger", "GET", f"{MINI}/household").status_code == 404


def test_each_grown_up_allows_it_for_themself_and_takes_it_back(ask: Asker, world: World) -> None:
    (one,) = body(ask("him", "GET", f"{MINI}/permissions"))["items"]
    assert (one["case_id"], one["state_zh"], one["applicant"]) == (str(world.case_id), "等您同意", "王**")
    assert one["sources"] == ["社保", "税务", "车辆", "房产", "银行", "证券", "水电气", "民政"]
    path = mine(world, "permission")
    for _ in range(2):
        given = body(ask("him", "PUT", path))
    assert (given["state"], given["valid_until"]) == ("given", "2027-05-21")
    assert body(ask("him", "DELETE", path))["state_zh"] == "已撤回"
    again = ask("him", "DELETE", path).get_json()
    assert again["code"] == "assistance.authorisation_missing"
    assert ask("stranger", "PUT", path).status_code == 404
    assert body(ask("stranger", "GET", f"{MINI}/permissions"))["items"] == []


def test_nobody_allows_it_for_somebody_else_on_the_phone(ask: Asker, world: World) -> None:
    refused = ask("him", "PUT", mine(world, "permission"), None, **{"X-Acting-For": str(world.her)})
    assert refused.get_json()["code"] == "residents.no_proxy"
    _allow_proxy(world)
    refused = ask("him", "PUT", mine(world, "permission"), None, **{"X-Acting-For": str(world.her)})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "assistance.authorise_yourself")


def _allow_proxy(world: World) -> None:
    with unit_of_work() as w:
        w.session.add(
            Proxy(
                id=new_id(), principal_id=world.her, principal_index="index", principal_name="王秀英",
                agent_id=world.him, kind="relative", relation="spouse", scopes=["assistance"], state="active", days=30,
                requested_at=w.now, consented_at=w.now, valid_until=w.now + timedelta(days=30),
            )
        )  # fmt: skip


def test_everybody_reads_their_own_answers_and_explains_them(ask: Asker, world: World) -> None:
    body(ask("him", "PUT", mine(world, "permission")))
    check_means()
    his = body(ask("him", "GET", mine(world, "means")))
    assert [row["words"] for row in his["mine"]["differences"]] == [
        "养老金：填的是每月 0.00 元，社保核对到每月 240 元，比填的多。"
    ]
    assert his["family"] == [{"name": "王**", "authorised": True, "why_not": ""}]
    explained = body(ask("him", "POST", mine(world, "means/pension/explanation"), {"words": "这是补发的一次"}))
    assert explained["mine"]["differences"][0]["state_zh"] == "已收到说明，正在核实"
    nothing = ask("him", "POST", mine(world, "means/houses/explanation"), {"words": "房子已经塌了"})
    assert nothing.get_json()["code"] == "assistance.no_difference"
    assert ask("stranger", "GET", mine(world, "means")).status_code == 404


def test_the_desk_reads_settles_and_adopts_what_was_found(ask: Asker, world: World) -> None:
    body(ask("officer", "POST", desk(world, "/permissions"), {"person_id": str(world.him)}))
    check_means()
    body(ask("him", "POST", mine(world, "means/pension/explanation"), {"words": "这是补发的一次"}))
    shown = body(ask("officer", "GET", desk(world)))
    assert shown["missing"] == ["李明：对养老金的说明还没有处理"]
    assert shown["owned"] == ["存款和证券：1600.00 元", "住房：2 套", "机动车：0 辆", "企业：0 家"]
    (said,) = shown["adults"][1]["differences"]
    found = {"upheld": True, "finding": "社保局回函：一次性补发"}
    shown = body(ask("officer", "POST", desk(world, f"/explanations/{said['objection_id']}"), found))
    assert (shown["complete"], shown["adults"][1]["differences"][0]["state_zh"]) == (True, "说明属实")
    assert body(ask("officer", "POST", desk(world, "/adoption"), {"version": 0}))["complete"]
    late = ask("officer", "POST", desk(world, "/adoption"), {"version": 0})
    assert late.get_json()["code"] == "assistance.sheet_changed"
    body(ask("officer", "DELETE", desk(world, f"/permissions/{world.him}")))
    assert ask("elsewhere", "GET", desk(world)).status_code == 404


def test_a_query_about_somebody_unrelated_is_refused_kept_and_told(ask: Asker, world: World) -> None:
    refused = ask("officer", "POST", desk(world, "/queries"), {"person_id": str(world.him)})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "assistance.query_unrelated")
    assert world.offices["bank"].asked == []
    with reading() as w:
        (entry,) = w.session.scalars(select(AuditEntry).where(AuditEntry.action == "means.unrelated"))
        assert str(world.him) in entry.body
        assert w.session.scalars(select(Notice).where(Notice.template == "means_unrelated")).first() is not None


def test_an_expired_answer_is_asked_for_again(ask: Asker, world: World) -> None:
    check_means()
    again = {"person_id": str(world.her), "sources": ["bank"]}
    shown = body(ask("officer", "POST", desk(world, "/queries"), again))
    assert shown["pending"]
    assert ask("officer", "POST", desk(world, "/queries"), again).get_json()["code"] == "assistance.means_open"
