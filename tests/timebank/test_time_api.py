"""The time bank over HTTP: one's own on the phone, anybody's at the desk and written down."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.core.audit import AuditEntry
from backend.core.db import reading, unit_of_work
from backend.people.models import Staff
from backend.people.service import _open_session
from backend.timebank import banking, kin, ledger
from backend.timebank.accounts import personal, pool_of
from backend.timebank.ledger import POINTS_BUREAU
from backend.timebank.points import of as points_of
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.front_desk import sign_in
from tests.support.residents import person
from tests.support.timebank import issued, moved

MINI, DESK = "/api/v1/mini/time-bank", "/api/v1/staff/time-bank"
PERIOD = "since=2026-11-01&until=2026-11-30"


class Bank:
    """A daughter with ten hours and her mother of 82, their phones, and the desk."""

    def __init__(self, app: APIFlask) -> None:
        self.app = app
        with unit_of_work() as w:
            county = world.build(w)
            self.daughter, self.mother = (
                person(w, "王秀英", date(1968, 5, 1), 2),
                person(w, "李桂芳", date(1944, 2, 1), 12),
            )
            self.kin = kin.prove(
                w, county.viewer("officer", "officer"), self.daughter, self.mother, "parent", "户口簿"
            ).id
            ledger.post(w, issued("ten hours", personal(self.daughter), 600))
            self.tokens = {"daughter": sign_in(w, self.daughter), "mother": sign_in(w, self.mother)}
            for name in ("duty", "officer"):
                self.tokens[name] = _open_session(w, w.session.get_one(Staff, county.staff[name]))

    def __call__(self, name: str | None, method: str, path: str, json: Any = None, key: str = "") -> TestResponse:
        headers = {"Authorization": f"Bearer {self.tokens[name]}"} if name else {}
        headers |= {"Idempotency-Key": key} if key else {}
        return self.app.test_client().open(path, method=method, json=json, headers=headers)

    def minutes(self, person_id: UUID) -> int:
        with reading() as w:
            return ledger.balance(w, personal(person_id))


@pytest.fixture
def bank(app: APIFlask) -> Bank:
    return Bank(app)


def test_a_gift_tapped_twice_is_one_and_stands_in_both_statements(bank: Bank) -> None:
    relatives = bank("daughter", "GET", f"{MINI}/relatives").json
    assert relatives == {"items": [{"id": str(bank.kin), "name": "李**", "relation_zh": "父母"}]}
    for _ in range(2):
        answer = bank("daughter", "POST", f"{MINI}/give", {"kin": str(bank.kin), "minutes": 90}, key="tapped-twice")
        assert (answer.status_code, answer.json["words"], answer.json["coins"]) == (200, "8小时30分钟", 8)
    lines = bank("mother", "GET", f"{MINI}/statement?{PERIOD}").json
    assert [(line["title"], line["words"]) for line in lines["lines"]] == [("亲属转赠给您", "1小时30分钟")]
    mine = bank("daughter", "GET", f"{MINI}/statement?{PERIOD}").json
    assert (mine["opening"], mine["lines"][-1]["title"], mine["closing_words"]) == (0, "转赠给亲属", "8小时30分钟")
    assert (bank.minutes(bank.daughter), bank.minutes(bank.mother)) == (510, 90)


@pytest.mark.parametrize("minutes", [0, -60, 1.5, True, "60", "NaN", None, 90_001, 10**30])
def test_minutes_that_cannot_be_are_refused_and_nothing_moves(bank: Bank, minutes: Any) -> None:
    asked = [(f"{MINI}/give", {"kin": str(bank.kin)}), (f"{MINI}/donate", {}), (f"{MINI}/family/pay-in", {})]
    answers = {bank("daughter", "POST", path, body | {"minutes": minutes}).status_code for path, body in asked}
    assert (answers, bank.minutes(bank.daughter)) == ({422}, 600)


def test_what_cannot_be_given_says_why_and_what_to_do(bank: Bank) -> None:
    short = bank("daughter", "POST", f"{MINI}/donate", {"minutes": 601})
    assert (short.status_code, short.json["code"], short.json["detail"]) == (
        409, "timebank.short", "账户里可用 600 分钟，这次要 601 分钟。请少用一些，或请家人、社区帮忙。",
    )  # fmt: skip
    assert (
        bank("mother", "POST", f"{MINI}/give", {"kin": str(bank.kin), "minutes": 1}).json["code"] == "timebank.not_kin"
    )
    assert (
        bank("mother", "POST", f"{MINI}/relatives", {"person": str(bank.daughter)}).json["code"] == "timebank.not_kin"
    )
    assert bank("daughter", "POST", f"{MINI}/family/leave").json["code"] == "timebank.not_in_family"
    assert "60岁" in bank("daughter", "GET", MINI).json["cannot_use"]
    assert bank("mother", "GET", MINI).json["cannot_use"] is None
    wrong = bank("daughter", "GET", f"{MINI}/statement?since=2026-11-30&until=2026-11-01")
    assert (wrong.status_code, wrong.json["code"]) == (422, "bad_input")


def test_a_family_is_built_by_phone(bank: Bank) -> None:
    family = bank("daughter", "POST", f"{MINI}/family").json["family"]["id"]
    invited = bank("daughter", "POST", f"{MINI}/family/invitations", {"kin": str(bank.kin)})
    assert (invited.status_code, bank("mother", "GET", MINI).json["invited"]) == (
        201,
        [{"family": family, "name": "王**"}],
    )
    assert bank("mother", "POST", f"{MINI}/family/refuse", {"family": family}).json["invited"] == []
    bank("daughter", "POST", f"{MINI}/family/invitations", {"kin": str(bank.kin)})
    assert bank("mother", "POST", f"{MINI}/family/agree", {"family": family}).json["family"]["id"] == family
    shared = bank("daughter", "POST", f"{MINI}/family/pay-in", {"minutes": 120}).json
    assert (shared["minutes"], shared["family"]["words"]) == (480, "2小时")
    assert bank("daughter", "POST", f"{MINI}/family/leave").json["family"] is None
    assert bank("daughter", "POST", f"{MINI}/donate", {"minutes": 30}).status_code == 200
    with reading() as w:
        assert ledger.balance(w, pool_of(w, bank.daughter)) == 30


def test_points_become_a_towel_at_the_counter(bank: Bank) -> None:
    with unit_of_work() as w:
        ledger.post(w, moved("points", POINTS_BUREAU, points_of(bank.mother), 45))
    towel = bank("officer", "POST", f"{DESK}/rewards", {"name": "毛巾", "points": 20, "stock": 1}).json["id"]
    assert bank("officer", "POST", f"{DESK}/rewards/{towel}/restock", {"more": 1}).json["left"] == 2
    assert [one["left"] for one in bank("mother", "GET", f"{MINI}/rewards").json["items"]] == [2]
    first = bank("mother", "POST", f"{MINI}/rewards/{towel}").json
    again = bank("mother", "POST", f"{MINI}/rewards/{towel}").json
    assert bank("mother", "POST", f"{MINI}/reward-orders/{again['id']}/cancel").json["state_zh"] == "已取消"
    assert bank("officer", "POST", f"{DESK}/reward-orders/{first['number']}/fetch").json["state_zh"] == "已领走"
    assert {one["state"] for one in bank("mother", "GET", f"{MINI}/reward-orders").json["items"]} == {
        "fetched",
        "cancelled",
    }
    assert bank("mother", "GET", MINI).json["points"] == 25


def test_the_desk_looks_adjusts_and_is_written_down(bank: Bank) -> None:
    path = f"{DESK}/people/{bank.daughter}"
    assert bank("duty", "GET", path).status_code == 403
    assert bank("officer", "GET", path).json["minutes"] == 600
    body = {"minutes": -30, "why": "上月多记了半小时"}
    assert bank("duty", "POST", f"{path}/adjustments", body).status_code == 403
    for _ in range(2):
        assert bank("officer", "POST", f"{path}/adjustments", body, key="adjust-once").json["minutes"] == 570
    lines = bank("officer", "GET", f"{path}/statement?{PERIOD}").json["lines"]
    assert lines[-1]["title"] == "工作人员扣减：上月多记了半小时"
    with reading() as w:
        mine = select(AuditEntry.action).where(AuditEntry.subject == f"person:{bank.daughter}").order_by(AuditEntry.seq)
        assert list(w.session.scalars(mine)) == ["person.read", "timebank.adjust", "person.read"]
    nobody = f"{DESK}/people/{bank.kin}"
    assert bank("officer", "GET", nobody).status_code == 404


def test_the_desk_proves_relatives_and_declares_an_elders_need(bank: Bank) -> None:
    path = f"{DESK}/people/{bank.mother}"
    child = {"receiver": str(bank.daughter), "relation": "child", "evidence": "户口簿，户主李桂芳"}
    made = bank("officer", "POST", f"{path}/relatives", child)
    assert (made.status_code, made.json["items"][0]["relation_zh"]) == (201, "子女")
    ended = bank("officer", "POST", f"{DESK}/relatives/{made.json['items'][0]['id']}/end", {"why": "登记错了人"})
    assert (ended.status_code, bank("officer", "GET", f"{path}/relatives").json) == (204, {"items": []})
    facts = bank("officer", "POST", f"{path}/facts", {"alone": True, "evidence": "入户走访"})
    with reading() as w:
        assert (facts.status_code, banking.key_elder(w, bank.mother)) == (204, True)


def test_the_credit_file_is_for_officers(bank: Bank) -> None:
    answer = bank("officer", "POST", f"{DESK}/credit-export", {})
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.get_data(as_text=True) == "\ufeff志愿者编号,姓名,星级\r\n"
    assert bank("duty", "POST", f"{DESK}/credit-export", {}).status_code == 403


def test_a_stranger_sees_nothing(bank: Bank, work: WorkFactory) -> None:
    assert {bank(None, "GET", MINI).status_code, bank(None, "POST", f"{MINI}/donate", {"minutes": 1}).status_code} == {
        401
    }
    with work() as w:
        assert ledger.balance(w, personal(bank.daughter)) == 600
