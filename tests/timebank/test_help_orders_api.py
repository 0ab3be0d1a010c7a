"""Orders over HTTP: the daughter's phone, the volunteer's, the desk; who may, tapped twice, what is seen."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.people.models import Staff
from backend.people.service import _open_session
from backend.timebank import ledger
from backend.timebank.accounts import personal
from backend.timebank.order_models import HelpOrder
from tests.conftest import WorkFactory
from tests.support import help_orders
from tests.support.front_desk import sign_in
from tests.support.help_orders import TEN, Help, of
from tests.support.residents import id_number, person
from tests.support.world import VILLAGE
from tests.timebank.test_order_safety import picture

MINI, DESK = "/api/v1/mini/help-orders", "/api/v1/help-orders"
BODY = {
    "kind": "meals", "words": "做一顿午饭", "wanted_from": "2026-11-23T10:00:00+08:00",
    "wanted_until": "2026-11-23T12:00:00+08:00", "minutes": 60, "division": VILLAGE, "address": "桃园路8号",
    "phone": "023-42341234", "longitude": 105.93, "latitude": 29.36, "photo_agreed": True,
}  # fmt: skip


@dataclass
class Phones:
    """Everybody's token by name."""

    app: APIFlask
    tokens: dict[str, str]

    def staff_signs_in(self, found: Help) -> None:
        """A session of staff lasts for one shift."""
        with unit_of_work() as w:
            for name in help_orders.STAFF:
                self.tokens[name] = _open_session(w, w.session.get_one(Staff, found.world.staff[name]))

    def __call__(self, name: str | None, method: str, path: str, json: Any = None, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.tokens[name]}"} if name else {}
        headers |= more.pop("headers", {})
        return self.app.test_client().open(path, method=method, json=json, headers=headers, **more)


@pytest.fixture
def found(work: WorkFactory) -> Help:
    with work() as w:
        return help_orders.build(w)


@pytest.fixture
def ask(app: APIFlask, found: Help) -> Phones:
    with unit_of_work() as w:
        people = {"elder": found.elder, "daughter": found.daughter, "stranger": person(w, "张三", serial=301)}
        people |= {f"v{at}": of(w, one).person_id for at, one in enumerate(found.volunteers, 1)}
        tokens = {name: sign_in(w, one) for name, one in people.items()}
    phones = Phones(app, tokens)
    phones.staff_signs_in(found)
    return phones


def reads(found: Help) -> list[str]:
    """Who looked at the elder's record."""
    with unit_of_work() as w:
        mine = select(AuditEntry).where(AuditEntry.subject == f"person:{found.elder}").order_by(AuditEntry.seq)
        return [entry.actor.split(":")[0] for entry in w.session.scalars(mine)]


def test_a_daughter_orders_by_phone_a_volunteer_comes_and_both_confirm(
    found: Help, ask: Phones, clock: ManualClock
) -> None:
    acting = {"X-Acting-For": str(found.elder)}
    once = acting | {"Idempotency-Key": "tapped-twice"}
    made = [ask("daughter", "POST", MINI, BODY, headers=once) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    order = made[0].get_json()
    assert order == made[1].get_json()
    assert (order["state_zh"], order["actions"]) == ("正在找志愿者", ["cancel", "miss"])
    task = f"{MINI}/tasks/{order['id']}"

    offered = ask("v1", "GET", f"{MINI}/tasks").get_json()["items"]
    assert [(one["number"], one["address"], one["actions"]) for one in offered] == [
        (order["number"], None, ["accept", "decline"])
    ]  # fmt: skip
    taken = ask("v1", "POST", f"{task}/accept").get_json()
    assert (taken["address"], taken["actions"]) == ("桃园路8号", ["withdraw", "start", "share", "sos"])
    late = ask("v2", "POST", f"{task}/accept")
    assert (late.status_code, late.get_json()["code"]) == (409, "order.taken")
    assert ask("stranger", "POST", f"{task}/accept").get_json()["code"] == "volunteers.not_volunteer"

    clock.advance((TEN - clock.now()).total_seconds())
    begun = ask("v1", "POST", f"{task}/start", {"longitude": 105.93, "latitude": 29.36})
    assert begun.get_json()["mine"] == "started"
    code = ask("v1", "POST", f"{task}/share").get_json()["share_code"]
    assert ask(None, "GET", f"{MINI}/shared/{code}").get_json()["area"] == "桃园社区"
    sent = ask("v1", "POST", f"{task}/photos", data={"file": (BytesIO(picture()), "a.jpg")})
    assert sent.status_code == 201
    clock.advance(50 * 60)
    assert ask("v1", "POST", f"{task}/finish", {}).get_json()["agreed"] == 50
    gone = ask(None, "GET", f"{MINI}/shared/{code}")
    assert (gone.status_code, gone.get_json()["code"]) == (404, "order.share_over")

    seen = ask("elder", "GET", f"{MINI}/{order['id']}").get_json()
    assert [(one["name"], one["minutes"]) for one in seen["people"]] == [("志愿1", 50)]
    photo = ask("elder", "GET", f"{MINI}/{order['id']}/photos/{seen['photos'][0]}")
    assert (photo.status_code, photo.mimetype, photo.data[:2]) == (200, "image/jpeg", b"\xff\xd8")
    sure = {"helper_id": seen["people"][0]["id"]}
    assert ask("elder", "POST", f"{MINI}/{order['id']}/confirm", sure).get_json()["state"] == "confirmed"
    rated = ask("daughter", "POST", f"{MINI}/{order['id']}/rate", {"stars": 5, "words": "很好"}, headers=acting)
    assert (rated.status_code, rated.get_json()["stars"]) == (200, 5)
    with unit_of_work() as w:
        assert ledger.balance(w, personal(of(w, found.volunteers[0]).person_id)) == 50
    assert "resident" in reads(found)


def test_an_elder_telephones_and_the_clerk_does_it_all_with_a_trace(
    found: Help, ask: Phones, clock: ManualClock
) -> None:
    body = BODY | {
        "name": "王秀英", "id_number": id_number(help_orders.ELDER_BORN, help_orders.ELDER_SERIAL), "payer": "none",
    }  # fmt: skip
    made = ask("clerk", "POST", DESK, body)
    assert made.status_code == 201
    order = made.get_json()
    assert [one["number"] for one in order["asked"]][:1] == ["V261122-0001-0"]
    assert order["asked"][0]["reasons"][0] == "离您约1.0公里"
    path = f"{DESK}/{order['id']}"
    assert ask("elsewhere", "GET", path).status_code == 404
    assert ask("clerk2", "GET", path).get_json()["receiver"] == "王秀英"
    assert "staff" in reads(found)
    line = ask("clerk2", "GET", f"{DESK}?division={VILLAGE}").get_json()["items"][0]
    assert (line["receiver"], "address" in line, "phone" in line) == ("王**", False, False)
    assert ask("clerk2", "GET", f"{DESK}?state=confirmed").get_json()["items"] == []
    refused = ask("clerk", "POST", f"{path}/cancel", {"why": "不"})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "bad_input")
    assert ask("clerk", "POST", f"{path}/missed", {}).get_json()["code"] == "bad_input"  # who was missed?
    done = ask("clerk", "POST", f"{path}/cancel", {"why": "老人住院了"})
    assert (done.get_json()["state"], done.get_json()["events"][-1]["words"]) == ("cancelled", "老人住院了")
    again = ask("clerk", "POST", f"{path}/cancel", {"why": "老人住院了"})
    assert (again.status_code, again.get_json()["code"]) == (409, "order.wrong_state")


def test_a_dispute_a_call_and_a_suspicion_at_the_desk(found: Help, ask: Phones, clock: ManualClock) -> None:
    with unit_of_work() as w:
        order_id = help_orders.ask(w, found).id
        helper_id = help_orders.visited(w, order_id, found.volunteers[0], clock)
    ask.staff_signs_in(found)
    task = f"{MINI}/tasks/{order_id}"
    assert ask("v1", "POST", f"{task}/dispute", {"words": "她不肯确认时长"}).get_json()["state"] == "disputed"
    answered = ask("elder", "POST", f"{MINI}/{order_id}/answer", {"words": "他只来了半小时"})
    assert answered.get_json()["dispute"]["answer"] == "他只来了半小时"
    assert ask("clerk", "GET", f"{DESK}/disputes").status_code == 403
    assert [one["id"] for one in ask("officer", "GET", f"{DESK}/disputes").get_json()["items"]] == [str(order_id)]
    verdict = {"minutes": {str(helper_id): 30}, "finding": "按半小时计算"}
    assert ask("officer", "POST", f"{DESK}/{order_id}/settle", verdict).get_json()["people"][0]["minutes"] == 30
    assert ask("officer", "GET", f"{DESK}/flags").get_json() == {"items": []}

    with unit_of_work() as w:
        for one in found.volunteers:
            of(w, one).emergency_calls = True
    call = {"kind": "missing", "title": "有老人走失", "words": "蓝色棉袄的老人", "division": VILLAGE}
    raised = ask("clerk", "POST", f"{DESK}/calls", call).get_json()
    assert len(raised["people"]) == 3
    assert [one["words"] for one in ask("v2", "GET", f"{MINI}/calls").get_json()["items"]] == [None]
    coming = ask("v2", "POST", f"{MINI}/calls/{raised['id']}/answer", {"action": "come"}).get_json()
    assert (coming["mine_zh"], coming["words"]) == ("正在赶来", "蓝色棉袄的老人")
    assert (
        ask("clerk", "GET", f"{DESK}/calls/{raised['id']}")
        .get_json()["people"]
        .count({"number": "V261122-0002-0", "state": "coming", "state_zh": "正在赶来"})
    )
    over = ask("clerk", "POST", f"{DESK}/calls/{raised['id']}/stand-down", {"finding": "人找到了"})
    assert over.get_json()["state"] == "over"
    assert ask("v2", "GET", f"{MINI}/calls").get_json() == {"items": []}


@pytest.mark.parametrize(
    "more",
    [{"minutes": 60.5}, {"minutes": True}, {"minutes": 10**12}, {"wanted_from": "2026-11-23T10:00:00"},
     {"payer": "none"}, {"payer": "bureau"}, {"longitude": 999}, {"wanted_until": "2026-11-22T12:00:00+08:00"}],
)  # fmt: skip
def test_bad_input_is_refused_and_nothing_is_written(more: dict[str, Any], found: Help, ask: Phones) -> None:
    answer = ask("elder", "POST", MINI, BODY | more)
    assert answer.status_code in (400, 422)
    with unit_of_work() as w:
        assert w.session.scalars(select(HelpOrder)).all() == []
        assert ledger.balance(w, personal(found.elder)) == 600


def test_ones_order_is_nobody_elses(found: Help, ask: Phones) -> None:
    order = ask("elder", "POST", MINI, BODY).get_json()["id"]
    for method, path in (("GET", f"{MINI}/{order}"), ("POST", f"{MINI}/{order}/cancel")):
        body = {"why": "不想要了吧"} if method == "POST" else None
        assert ask("stranger", method, path, body).status_code == 404
    assert ask("stranger", "GET", MINI, headers={"X-Acting-For": str(found.elder)}).status_code == 403
    assert ask("v1", "POST", f"{MINI}/tasks/{UUID(int=5)}/accept").status_code == 404
    assert ask("elder", "POST", f"{MINI}/{order}/burn", {}).status_code == 404
    assert ask("elder", "GET", MINI).get_json()["items"][0]["id"] == order
    assert ask(None, "GET", f"{MINI}/choices").get_json()["kinds"][0] == {"code": "urgent", "title": "助急"}
