"""Tributes on a phone: once however often it is tapped, words after moderation, reports by anybody."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.memorial import moderation_desk
from backend.memorial.tribute_models import ModerationItem, Tribute
from miniprogram_api.tributes import REPORT_LIMIT
from scheduler import tribute_jobs
from tests.conftest import WorkFactory
from tests.miniprogram_api.conftest import MINI, Phone, Phones
from tests.support import tributes as made
from tests.support.residents import id_number
from tests.support.tributes import Remembering

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/tributes"
VISITOR = ("张伟", id_number(date(1985, 6, 1), 77))


@pytest.fixture
def found(app: APIFlask, work: WorkFactory) -> Remembering:
    assert app
    with work() as w:
        return made.build(w)


@pytest.fixture
def phone(found: Remembering, phones: Phones) -> Phone:
    assert found
    one = phones()
    assert one.prove(*VISITOR).status_code == 200
    return one


def body(found: Remembering, **more: Any) -> dict[str, Any]:
    return {"hall_id": str(found.hall), "kind": "candle"} | more


def test_a_thousand_taps_are_one_candle_and_a_name_is_needed(
    found: Remembering, phone: Phone, phones: Phones, work: WorkFactory
) -> None:
    stranger = phones("li-na").ask("POST", PATH, body(found))
    assert (stranger.status_code, stranger.get_json()["next"]) == (403, "real_name")
    first = phone.ask("POST", PATH, body(found), **{"Idempotency-Key": "tap-tap-1"})
    again = phone.ask("POST", PATH, body(found), **{"Idempotency-Key": "tap-tap-1"})
    other = phone.ask("POST", PATH, body(found), **{"Idempotency-Key": "tap-tap-2"})
    assert first.status_code == again.status_code == other.status_code == 201
    assert first.get_json() == again.get_json() == other.get_json()
    with work() as w:
        assert w.session.scalar(select(func.count()).select_from(Tribute)) == 1
    seen = phone.client.get(f"{MINI}{PATH}/open/{found.hall}").get_json()
    assert seen == {"counts": {"candle": 1}, "shown": []}
    assert phone.client.get(f"{MINI}{PATH}/open/{found.home}").status_code == 404


def test_words_are_read_by_others_after_moderation_and_by_their_writer_at_once(
    found: Remembering, phone: Phone, work: WorkFactory
) -> None:
    said = "<i>奶奶</i>，我们想您"
    sent = phone.ask("POST", PATH, body(found, kind="words", words=said)).get_json()
    assert (sent["words"], sent["standing"]) == (said, "正在检查")
    tribute_jobs.check_submitted()
    seen = phone.ask("GET", f"{PATH}/halls/{found.hall}").get_json()
    assert [(one["words"], one["who"]) for one in seen["shown"]] == [(said, "张*")]
    assert seen["mine"][0]["standing"] == "已显示"
    back = phone.ask("POST", f"{PATH}/{sent['id']}/take-back").get_json()
    assert (back["words"], back["standing"]) == (None, "已收回")
    assert phone.ask("GET", f"{PATH}/halls/{found.hall}").get_json()["shown"] == []
    letter = phone.ask("POST", PATH, body(found, kind="letter", words="只给您")).get_json()
    assert letter["standing"] == "只有您自己看得到"
    shared = phone.ask("POST", f"{PATH}/{letter['id']}/share", {"shared": True}).get_json()
    assert (shared["shared"], shared["standing"]) == (True, "正在检查")


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"kind": "gold"}, 422), ({"kind": "words", "words": ""}, 422), ({"kind": "words", "words": "念" * 301}, 422),
        ({"kind": "words", "words": "念" * 20_001}, 422), ({"hall_id": "here"}, 422), ({"price": 1}, 422),
        ({"hall_id": "00000000-0000-0000-0000-000000000000"}, 404), ({"kind": "song", "song": "dj"}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_kindly(found: Remembering, phone: Phone, more: dict[str, Any], status: int) -> None:
    answer = phone.ask("POST", PATH, body(found, **more))
    assert answer.status_code == status
    assert answer.get_json()["detail"].endswith("。")


def test_what_is_refused_says_why_and_may_be_looked_at_again(
    found: Remembering, phone: Phone, work: WorkFactory
) -> None:
    phone.ask("POST", PATH, body(found, kind="words", words="代烧冥币"))
    tribute_jobs.check_submitted()
    with work() as w:
        item = w.session.scalars(select(ModerationItem)).one().id
        moderation_desk.decide(w, found.viewers["clerk"], item, "refuse", "superstition")
    mine = phone.ask("GET", f"{PATH}/items").get_json()["items"][0]
    assert (mine["state_zh"], mine["may_appeal"]) == ("没有显示", True)
    assert "心里话" in mine["why"]
    asked = phone.ask("POST", f"{PATH}/items/{item}/appeal", {"words": "只是说小时候的事"}).get_json()
    assert (asked["state"], asked["may_appeal"]) == ("appealed", False)
    assert phone.ask("POST", f"{PATH}/items/{item}/appeal", {"words": "再看"}).status_code == 409


def test_anybody_reports_what_is_shown_without_an_account_but_not_without_end(
    found: Remembering, app: APIFlask, work: WorkFactory
) -> None:
    client = app.test_client()
    with work() as w:
        subject = str(made.shown(w, found).subject_id)
    said = {"subject": "tribute", "subject_id": subject, "rule": "untrue", "words": "<b>不是真的</b>"}
    code = client.post(f"{MINI}{PATH}/reports", json=said).get_json()["code"]
    answer = client.post(f"{MINI}{PATH}/reports/answer", json={"code": code}).get_json()["answer"]
    assert answer.startswith("收到了")
    assert client.post(f"{MINI}{PATH}/reports", json=said | {"rule": "ugly"}).status_code == 422
    limit = int(REPORT_LIMIT.split()[0])
    statuses = [client.post(f"{MINI}{PATH}/reports", json=said).status_code for _ in range(limit - 1)]
    assert (statuses[-2], statuses[-1]) == (201, 429)
    assert client.get(f"{MINI}{PATH}/choices").get_json()["kinds"]["bow"] == "鞠躬"


def test_staff_decide_by_the_api_and_hear_when_a_colleague_was_faster(
    found: Remembering, app: APIFlask, work: WorkFactory
) -> None:
    with work() as w:
        item = made.written(w, found).id
        kept = made.shown_slander(w, found)
    client, headers = app.test_client(), {"Authorization": f"Bearer {signed_in(app, 'officer')}"}
    listed = client.get("/api/v1/staff/moderation", headers=headers).get_json()["items"]
    assert [UUID(one["id"]) for one in listed] == [item]
    path, said = f"/api/v1/staff/moderation/{item}", {"action": "show"}
    assert client.post(path, json=said, headers=headers).get_json()["state"] == "shown"
    assert client.post(path, json=said, headers=headers).status_code == 409
    assert client.post(path, json={"action": "burn"}, headers=headers).status_code == 422
    rows = client.get("/api/v1/staff/moderation/authority", headers=headers).get_json()["items"]
    assert [UUID(one["item_id"]) for one in rows] == [kept]
    told = client.post(
        f"/api/v1/staff/moderation/authority/{rows[0]['id']}", json={"reference": "县网信办8号"}, headers=headers
    )
    assert told.get_json()["reference"] == "县网信办8号"


def signed_in(app: APIFlask, username: str) -> str:
    said = {"username": username, "password": "secret"}
    return str(app.test_client().post("/api/v1/staff/session", json=said).get_json()["token"])
