"""Consents, proxies and one's own data from a phone, by real requests."""

from datetime import date
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.core import audit
from backend.core.db import unit_of_work
from backend.residents import rights
from backend.residents.models import Person
from tests.miniprogram_api.conftest import Phone, Phones
from tests.support.residents import id_number
from tests.support.world import COUNTY, build

MOTHER, SON = ("王秀英", id_number(date(1940, 5, 1), 2)), ("李明", id_number(date(1968, 2, 29), 1))


@pytest.fixture
def mother(phones: Phones) -> Phone:
    return _proved(phones("mother"), *MOTHER)


@pytest.fixture
def son(phones: Phones) -> Phone:
    return _proved(phones("son"), *SON)


def _proved(phone: Phone, name: str, number: str) -> Phone:
    assert phone.prove(name, number).get_json()["state"] == "passed"
    return phone


def _ask(son: Phone, **more: Any) -> Any:
    body = {"name": MOTHER[0], "id_number": MOTHER[1], "relation": "child", "scopes": ["messages"], "days": 90}
    return son.ask("POST", "/proxies", body | more)


def test_consents_are_read_given_and_taken_back(phones: Phones) -> None:
    phone = phones()
    items = phone.ask("GET", "/me/consents").get_json()["items"]
    assert [one["purpose"] for one in items] == ["basic", "real_name", "face", "proxy_share", "sms", "credit_share"]
    assert not any(one["granted"] for one in items)
    given = phone.ask("PUT", "/me/consents/sms", {"version": "1"})
    assert (given.status_code, given.get_json()["granted"]) == (200, True)
    assert phone.ask("PUT", "/me/consents/sms", {"version": "0"}).get_json()["code"] == "residents.consent_outdated"
    assert phone.ask("PUT", "/me/consents/spam", {"version": "1"}).status_code == 404
    assert phone.ask("DELETE", "/me/consents/sms").get_json()["granted"] is False


@pytest.mark.parametrize("purpose", ["basic", "real_name"])
def test_whoever_takes_back_a_consent_begins_nothing_new_but_keeps_what_was_begun(son: Phone, purpose: str) -> None:
    new = {"office": "QS-01", "matter": "assistance_consultation", "slot_id": "01a20297-0a82-7744-9b06-fe0f6f89cd51"}
    son.agree("basic", "real_name")
    assert son.ask("POST", "/bookings", new).status_code == 404  # let through: there is no such office here
    assert son.ask("DELETE", f"/me/consents/{purpose}").status_code == 200
    refused = son.ask("POST", "/bookings", new)
    assert (refused.status_code, refused.get_json()["next"]) == (403, "consent")
    assert [son.ask("GET", path).status_code for path in ("/bookings", "/marriage/cases", "/me/data")] == [200] * 3
    son.agree(purpose)
    assert son.ask("POST", "/bookings", new).status_code == 404


def test_without_the_consent_no_grave_visit_and_no_funeral_is_begun_either(son: Phone) -> None:
    grave = {"cemetery": "none", "zone": "松柏区", "plot": "1排1号"}
    new = {
        "/cemeteries/visits": grave | {"slot_id": "01a20297-0a82-7744-9b06-fe0f6f89cd51", "persons": 1},
        "/cemeteries/errands": grave | {"day": "2026-11-30"},
        "/funeral-orders": {"dead_name": "李大山", "day": "2026-11-30", "division": "none",
                            "items": [{"item": "fire", "quantity": 1}]},
    }  # fmt: skip
    son.agree("basic", "real_name")
    assert [son.ask("POST", path, body).status_code for path, body in new.items()] == [404] * 3  # let through
    son.ask("DELETE", "/me/consents/basic")
    refused = [son.ask("POST", path, body) for path, body in new.items()]
    assert [(answer.status_code, answer.get_json()["next"]) for answer in refused] == [(403, "consent")] * 3
    assert [son.ask("GET", path).status_code for path in new] == [200] * 3, "what was begun is still seen"


def test_a_son_acts_for_his_mother_once_she_agrees(mother: Phone, son: Phone) -> None:
    asked = _ask(son)
    assert (asked.status_code, "请让对方" in asked.get_json()["message"]) == (201, True)
    waiting = mother.ask("GET", "/proxies").get_json()["items"][0]
    assert (waiting["role"], waiting["name"], waiting["state_zh"]) == ("principal", "李*", "等待同意")
    path = f"/proxies/{waiting['id']}"
    assert mother.ask("POST", f"{path}/consent").get_json()["code"] == "residents.consent_missing"
    mother.agree("proxy_share")
    assert mother.ask("POST", f"{path}/consent").get_json()["state"] == "active"
    mine = son.ask("GET", "/proxies").get_json()["items"][0]
    assert (mine["role"], mine["name"]) == ("agent", "王**")
    header = {"X-Acting-For": mine["principal_id"]}
    titles = [one["title"] for one in son.ask("GET", "/inbox", **header).get_json()["items"]]
    assert "代办已生效" in titles
    assert mother.ask("DELETE", path).get_json()["state"] == "revoked"
    assert son.ask("GET", "/inbox", **header).get_json()["code"] == "residents.no_proxy"


def test_the_answer_never_tells_who_is_registered(mother: Phone, son: Phone) -> None:
    known = _ask(son).get_json()
    unknown = _ask(son, name="赵六", id_number=id_number(date(1950, 1, 1), 7)).get_json()
    assert known["message"] == unknown["message"]
    items = son.ask("GET", "/proxies").get_json()["items"]
    different = {"id", "name", "until"}
    assert {key: value for key, value in items[0].items() if key not in different} == {
        key: value for key, value in items[1].items() if key not in different
    }


def test_a_double_tap_is_one_request(son: Phone) -> None:
    key = {"Idempotency-Key": "tap-0001"}
    body = {"name": MOTHER[0], "id_number": MOTHER[1], "relation": "child", "scopes": ["messages"], "days": 90}
    first, second = (son.ask("POST", "/proxies", body, **key) for _ in range(2))
    assert (first.status_code, first.get_json()) == (second.status_code, second.get_json())
    assert _ask(son).get_json()["code"] == "residents.proxy_exists"


def test_somebody_elses_proxy_or_request_is_not_found(mother: Phone, son: Phone, phones: Phones) -> None:
    proxy = _ask(son).get_json()["id"]
    row = mother.ask("POST", "/me/data/corrections", {"field": "sex", "wanted": "男", "reason": "试一试"}).get_json()
    stranger = _proved(phones("stranger"), "张三", id_number(date(1980, 1, 1), 9))
    for method, path in (
        ("POST", f"/proxies/{proxy}/consent"), ("POST", f"/proxies/{proxy}/refuse"), ("DELETE", f"/proxies/{proxy}"),
        ("DELETE", f"/me/data/corrections/{row['id']}"),
    ):  # fmt: skip
        stranger.agree("proxy_share")
        assert stranger.ask(method, path).status_code == 404
    assert mother.ask("GET", "/proxies").get_json()["items"][0]["state"] == "requested"


def test_without_a_proof_ones_data_are_not_given_out(phones: Phones) -> None:
    phone = phones()
    for method, path in (("GET", "/me/data"), ("GET", "/me/data/access-log"), ("GET", "/proxies")):
        assert phone.ask(method, path).get_json()["code"] == "residents.needs_real_name"


def test_everything_about_oneself_as_data_and_as_text(mother: Phone) -> None:
    given = mother.ask("GET", "/me/data").get_json()
    titles = [one["title"] for one in given["sections"]]
    assert titles[:2] == ["基本资料", "微信账号"]
    assert given["sections"][0]["items"][0]["证件号码"] == MOTHER[1]
    words = mother.ask("GET", "/me/data/text")
    assert words.content_type == "text/plain; charset=utf-8"
    assert "证件号码：" + MOTHER[1] in words.get_data(as_text=True)
    looks = mother.ask("GET", "/me/data/access-log").get_json()["items"]
    assert [(one["who"], one["what"]) for one in looks] == [("本人", "导出资料")] * 2


def test_a_correction_goes_to_staff_and_its_answer_comes_back(mother: Phone, app: APIFlask) -> None:
    body = {"field": "address", "wanted": "示范县青山镇", "reason": "搬家了"}
    asked = mother.ask("POST", "/me/data/corrections", body)
    assert (asked.status_code, asked.get_json()["due_on"]) == (201, "2026-12-11")
    assert mother.ask("POST", "/me/data/corrections", body).get_json()["code"] == "residents.correction_open"
    with unit_of_work() as w:
        officer = build(w).viewer("officer", "officer", f"{COUNTY}/")
        rights.decide(w, officer, rights.open_requests(w)[0].id, granted=True, answer="已核对户口簿")
    row = mother.ask("GET", "/me/data/requests").get_json()["items"][0]
    assert (row["state_zh"], row["answer"], row["field_zh"]) == ("已办理", "已核对户口簿", "地址")


def test_an_erasure_is_shown_before_it_is_done_and_ends_the_session(mother: Phone, app: APIFlask) -> None:
    plan = mother.ask("GET", "/me/data/erasure").get_json()
    assert plan["blocked_by"] == []
    assert "查看和操作记录" in [one["what"] for one in plan["kept"]]
    assert mother.ask("POST", "/me/data/erasure", {"confirm": False}).status_code == 422
    done = mother.ask("POST", "/me/data/erasure", {"confirm": True}).get_json()
    assert (done["state"], done["kept"]) == ("done", plan["kept"])
    assert mother.ask("GET", "/me").status_code == 401
    with unit_of_work() as w:
        assert w.session.scalars(select(Person.name).where(Person.erased_at.is_not(None))).one() == "已注销"
        assert audit.verify(w.session) > 0
    assert mother.log_in().status_code == 200
    assert mother.ask("GET", "/me").get_json()["name"] is None
