"""Halls over HTTP: the counter, the family's phones, the page for everybody; pictures without places."""

import json
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.core.audit import AuditEntry
from backend.core.db import unit_of_work
from backend.memorial import moderation
from backend.memorial.hall_holdings import ERASABLES, HOLDINGS
from backend.memorial.models import Hall, HallConcern, HallPerson
from backend.memorial.tribute_models import ModerationItem
from backend.people.models import Staff
from backend.people.service import _open_session
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.front_desk import sign_in
from tests.support.halls import Family, photo, sound
from tests.support.residents import id_number

MINI, DESK = "/api/v1/mini/memorial", "/api/v1/staff/memorial"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Phones:
    """Everybody's token by name, and their browser without one."""

    app: APIFlask
    tokens: dict[str, str]
    hall: str
    number: str

    def __call__(self, name: str | None, method: str, path: str, json: Any = None, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.tokens[name]}"} if name else {}
        return self.app.test_client().open(path, method=method, json=json, headers=headers | more.pop("h", {}), **more)

    def act(self, who: str, action: str, /, **body: Any) -> TestResponse:
        return self(who, "POST", f"{MINI}/halls/{self.hall}/{action}", body)

    def send(self, name: str, data: bytes, **form: str) -> TestResponse:
        sent = {"file": (BytesIO(data), "妈妈.jpg"), **form}
        return self(name, "POST", f"{MINI}/halls/{self.hall}/media", data=sent)

    def page(self, more: str = "", **headers: str) -> TestResponse:
        return self(None, "GET", f"/memorial/{self.number}{more}", h=headers)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


@pytest.fixture
def ask(app: APIFlask, family: Family) -> Phones:
    with unit_of_work() as w:
        tokens = {name: sign_in(w, one) for name, one in family.people.items()}
        for name in ("clerk", "officer", "duty"):
            tokens[name] = _open_session(w, w.session.get_one(Staff, family.county.world.staff[name]))
        return Phones(app, tokens, str(family.hall), made.row(w, family).number)


def let_through(outcome: str = "shown") -> None:
    """Moderation decides about everything that waits."""
    with unit_of_work() as w:
        for one in w.session.scalars(select(ModerationItem).where(ModerationItem.state.in_(("checking", "queued")))):
            moderation.move(w, one, outcome, "show" if outcome == "shown" else "refuse")


def test_a_life_is_read_on_any_phone_once_moderation_has_let_it_through(ask: Phones) -> None:
    said = "她生在江边。<script>alert(1)</script>\n她教了一辈子书。"
    assert ask.act("son", "privacy", choice="public").status_code == 200
    assert ask.act("daughter", "story", words=said).get_json()["story_state"] == "waiting"
    ask.act("son", "add-relative", name="王大山", choice="parent", yes=True)
    ask.act("son", "add-relative", name="王建红", choice="child")
    sent = ask.send("son", photo(), caption="1968年").get_json()["media"][0]
    first = ask.page()
    for unseen in ("江边", "王大山", "media", "1968年"):
        assert unseen not in first.text
    let_through()
    page = ask.page()
    for seen in ("王𬱖兰", "1940年5月1日", "2025年8月1日", "农历闰六月初八", "江边", "王大山", "1968年", "告诉我们"):
        assert seen in page.text
    assert "王建红" not in page.text  # the living are for the family
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    assert ask.page(**{"If-None-Match": page.headers["ETag"]}).status_code == 304
    assert ask.page(**{"If-None-Match": first.headers["ETag"]}).status_code == 200
    picture = ask.page(f"/media/{sent['id']}")
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")
    assert ask.act("niece", "remove-media", target=sent["id"]).status_code == 403
    assert ask.act("daughter", "remove-media", target=sent["id"]).status_code == 200
    assert ask.page(f"/media/{sent['id']}").status_code == 404
    assert ask.page("x").status_code == 404


def test_what_moderation_refuses_is_seen_by_nobody_else_and_what_it_removes_goes(ask: Phones) -> None:
    ask.act("son", "privacy", choice="public")
    ask.act("son", "story", words="第一版生平")
    let_through()
    ask.act("son", "story", words="第二版生平")
    let_through("refused")
    assert "第一版生平" in ask.page().text
    mine = ask("son", "GET", f"{MINI}/halls/{ask.hall}").get_json()
    assert (mine["story_state"], mine["story_new"]) == ("refused", "第二版生平")
    sent = ask.send("niece", photo("PNG")).get_json()["media"][0]
    assert ask("niece", "GET", f"{MINI}/halls/{ask.hall}/media/{sent['id']}").status_code == 200
    assert ask("guest", "GET", f"{MINI}/halls/{ask.hall}/media/{sent['id']}").status_code == 404


def test_a_hall_for_the_invited_opens_by_code_and_says_nothing_at_its_door(
    ask: Phones, family: Family, app: APIFlask
) -> None:
    door = ask.page()
    assert "邀请码" in door.text
    assert "王𬱖兰" not in door.text
    client = app.test_client()
    wrong = client.post(f"/memorial/{ask.number}", data={"code": "猜的"})
    assert (wrong.status_code, "向家人再要一次" in wrong.text) == (404, True)
    inside = client.post(f"/memorial/{ask.number}", data={"code": family.code}, follow_redirects=True)
    assert "王𬱖兰" in inside.text
    assert inside.headers["Cache-Control"] == "no-store"
    ask.act("son", "invite")
    assert "王𬱖兰" not in client.get(f"/memorial/{ask.number}").text


def test_anybody_complains_on_the_page_and_a_mediator_answers(ask: Phones) -> None:
    ask.act("son", "privacy", choice="public")
    form = {"kind": "complaint", "words": "照片里有我，请去掉", "contact": "023-42341234"}
    answer = ask(None, "POST", f"/memorial/{ask.number}/complaint", data=form)
    assert answer.status_code == 200
    (one,) = ask("clerk", "GET", f"{DESK}/concerns").get_json()["items"]
    assert one["number"] in answer.text
    assert ask("duty", "GET", f"{DESK}/concerns").status_code == 403
    settled = {"answer": "已经请家人换掉", "upheld": True}
    assert ask("clerk", "POST", f"{DESK}/concerns/{one['id']}/settle", settled).status_code == 403
    assert ask("officer", "POST", f"{DESK}/concerns/{one['id']}/settle", settled).status_code == 200
    short = ask(None, "POST", f"/memorial/{ask.number}/complaint", data={"kind": "complaint", "words": "x"})
    assert short.status_code == 422


def test_the_counter_opens_a_hall_keeps_a_report_of_a_martyr_and_reading_is_on_record(ask: Phones) -> None:
    papers = {"name": "王大山", "died": "2001-02-03", "born": "1910-01-01", "proof": "死亡证明"}
    made_row = ask("clerk", "POST", f"{DESK}/deceased", papers).get_json()
    kin = {"name": "王建国", "id_number": id_number(serial=41), "relation": "child", "proof": "户口簿"}
    body = kin | {"deceased_ids": [made_row["id"]], "title": "怀念父亲", "theme": "river"}
    hall = ask("clerk", "POST", f"{DESK}/halls", body)
    assert hall.status_code == 201
    assert [one["role"] for one in hall.get_json()["people"]] == ["keeper"]
    assert ask("clerk", "POST", f"{DESK}/halls", body).get_json()["title"] == "已经有纪念馆了"
    assert ask("clerk", "GET", f"{DESK}/halls/{hall.get_json()['id']}").status_code == 200
    right = f"{DESK}/deceased/{made_row['id']}"
    asked = papers | {"why": "家人带来了火化证", "died": "2001-02-04"}
    assert ask("clerk", "POST", right, asked | {"died": "2031-01-01"}).status_code == 422
    assert ask("duty", "POST", right, asked).status_code == 403
    waiting = ask("clerk", "POST", right, asked).get_json()
    assert (waiting["state"], waiting["dead"]["lunar_zh"]) == ("waiting", "农历正月十一")
    assert ask("clerk", "POST", f"{DESK}/corrections/{waiting['id']}", {"agreed": True}).status_code == 403
    done = ask("officer", "POST", f"{DESK}/corrections/{waiting['id']}", {"agreed": True}).get_json()
    assert (done["state"], done["dead"]["lunar_zh"]) == ("done", "农历正月十二")
    hero = ask("clerk", "POST", f"{DESK}/deceased", papers | {"name": "王英雄", "martyr": True}).get_json()
    refused = ask("clerk", "POST", f"{DESK}/halls", body | {"deceased_ids": [hero["id"]]})
    assert (refused.status_code, refused.get_json()["title"]) == (409, "烈士由国家纪念")
    with unit_of_work() as w:
        assert [row.kind for row in w.session.scalars(select(HallConcern))] == ["martyr"]
        reads = w.session.scalars(select(AuditEntry.action).where(AuditEntry.action == "memorial.read")).all()
        assert len(reads) == 1


def test_thirty_megabytes_are_refused_before_they_are_read(ask: Phones) -> None:
    large = {"data": bytes(30 * 1024 * 1024), "content_type": "multipart/form-data; boundary=x"}
    answer = ask("son", "POST", f"{MINI}/halls/{ask.hall}/media", **large)
    assert (answer.status_code, answer.get_json()["title"]) == (413, "内容太大")


def test_a_likeness_made_by_a_machine_waits_for_every_near_relative_and_says_what_it_is(ask: Phones) -> None:
    ask.act("son", "privacy", choice="public")
    assert ask.send("niece", photo(), revived="1").status_code == 403
    sent = ask.send("son", photo(), revived="1").get_json()["media"][0]
    assert sent["missing"] == 1
    let_through()
    assert sent["id"] not in ask.page().text
    assert ask.act("niece", "likeness", target=sent["id"], yes=True).status_code == 403
    ask.act("daughter", "likeness", target=sent["id"], yes=True)
    let_through()
    assert "机器仿做" in ask.page().text
    ask.act("daughter", "likeness", target=sent["id"], yes=False)
    assert sent["id"] not in ask.page().text


def test_the_family_takes_everything_home_in_one_file(ask: Phones) -> None:
    ask.send("son", photo(), caption="全家")
    ask.send("son", sound(), caption="妈妈说的话")
    ask.act("son", "story", words="她生在江边。")
    assert ask("niece", "GET", f"{MINI}/halls/{ask.hall}/export").status_code == 403
    answer = ask("daughter", "GET", f"{MINI}/halls/{ask.hall}/export")
    whole = zipfile.ZipFile(BytesIO(answer.data))
    written = json.loads(whole.read("纪念馆.json"))
    assert (written["dead"][0]["name"], written["story_new"]) == ("王𬱖兰", "她生在江边。")
    names = [name.rpartition(".")[2] for name in whole.namelist()]
    assert sorted(names) == ["html", "jpg", "json", "txt", "wav"]
    assert [one["caption"] for one in written["media"]] == ["全家", "妈妈说的话"]


def test_whoever_asks_to_be_forgotten_leaves_the_hall_to_the_family(ask: Phones, family: Family) -> None:
    son: UUID = family.people["son"]
    ask.act("son", "dispute", words="先不要公开", yes=False)
    (forget,) = ERASABLES
    with unit_of_work() as w:
        shown = [line for one in HOLDINGS for line in one.collect(w, son)]
        assert [line.get("我是") or line["事由"] for line in shown] == ["管理人", "家人之间有不同意见"]
        assert list(forget.live(w, son)) == ["还没有答复的纪念馆意见"]
        forget.erase(w, son)
        assert w.session.get_one(Hall, family.hall).state == "open"
    people = ask("daughter", "GET", f"{MINI}/halls/{ask.hall}").get_json()["people"]
    assert (people[0]["name"], people[0]["role"]) == ("王建红", "keeper")


def test_near_kin_say_by_phone_what_is_written_wrongly_and_ask_for_another_look_at_the_answer(ask: Phones) -> None:
    assert ask.act("niece", "correction", words="生日写错了").status_code == 403
    number = ask.act("daughter", "correction", words="生日写错了，是五月二日", contact="023-42341234").get_json()[
        "number"
    ]
    (one,) = ask("daughter", "GET", f"{MINI}/concerns").get_json()["items"]
    assert (one["number"], one["due_on"], one["may_ask_again"]) == (number, "2026-12-11", False)
    answer = {"answer": "户口簿上是五月一日", "upheld": False}
    again = f"{MINI}/concerns/{one['id']}/again"
    assert ask("daughter", "POST", again, {"words": "出生证明上不是"}).status_code == 422
    assert ask("officer", "POST", f"{DESK}/concerns/{one['id']}/settle", answer).status_code == 200
    assert ask("niece", "POST", again, {"words": "出生证明上不是"}).status_code == 404
    assert ask("daughter", "POST", again, {"words": "出生证明上不是"}).get_json()["number"] == number
    assert ask("daughter", "POST", again, {"words": "出生证明上不是"}).status_code == 409
    assert ask("officer", "POST", f"{DESK}/concerns/{one['id']}/settle", answer).get_json()["title"] == "请换一位同事"
    right = {"name": "王𬱖兰", "died": "2025-08-01", "born": "1940-05-02", "proof": "出生证明", "why": "登记时看错"}
    with unit_of_work() as w:
        mother = w.session.scalars(select(HallPerson.deceased_id)).one()
    done = ask("clerk", "POST", f"{DESK}/deceased/{mother}", right | {"concern": one["id"]})
    assert (done.status_code, done.get_json()["title"]) == (409, "请换一位同事")  # this clerk opened the hall
    free = ask("clerk", "POST", f"{DESK}/deceased/{mother}", right).get_json()
    assert (free["state"], free["changes"]) == ("done", ["出生日期：1940年5月1日 → 1940年5月2日"])
