"""Logging in, staying logged in, logging out: nothing of WeChat's leaves the server, nothing stolen lasts."""

import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import requests
import structlog
from apiflask import APIFlask
from sqlalchemy import select

from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import reading
from backend.residents.models import ResidentSession, WeChatAccount
from backend.residents.rules import ACCESS_LASTS, DOUBLE_TAP, REFRESH_LASTS
from tests.miniprogram_api.conftest import SECRET, Phone, Phones

AUTHORIZATION = "Authorization"


def _status(phone: Phone, path: str = "/me") -> int:
    return phone.ask("GET", path).status_code


def test_a_login_code_becomes_a_pair_of_tokens(phones: Phones) -> None:
    phone = phones(log_in=False)
    answer = phone.log_in()
    assert answer.status_code == 200
    assert set(answer.get_json()) == {"access_token", "access_until", "refresh_token", "refresh_until"}
    assert answer.get_json()["access_until"] == "2026-11-22T09:15:00+08:00"
    assert _status(phone) == 200


def test_the_same_person_of_wechat_is_one_account(phones: Phones) -> None:
    phones()
    phones()
    with reading() as work:
        assert len(work.session.scalars(select(WeChatAccount)).unique().all()) == 1


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 401), (1, 401)])
def test_an_access_token_lasts_a_quarter_of_an_hour(
    phones: Phones, clock: ManualClock, seconds: int, status: int
) -> None:
    phone = phones()
    clock.advance(ACCESS_LASTS.total_seconds() + seconds)
    assert _status(phone) == status


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 401), (1, 401)])
def test_a_refresh_token_lasts_thirty_days(phones: Phones, clock: ManualClock, seconds: int, status: int) -> None:
    phone = phones()
    clock.advance(REFRESH_LASTS.total_seconds() + seconds)
    assert phone.refresh().status_code == status


def test_a_refresh_gives_a_new_pair_and_the_old_access_token_ends_by_itself(phones: Phones) -> None:
    phone = phones()
    new = phone.refresh().get_json()
    assert new["access_token"] != phone.tokens["access_token"]
    assert new["refresh_token"] != phone.tokens["refresh_token"]
    phone.tokens = new
    assert _status(phone) == 200


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (9, 200), (10, 200), (11, 401)])
def test_a_double_tap_gets_its_own_pair_but_a_late_second_use_does_not(
    phones: Phones, clock: ManualClock, seconds: int, status: int
) -> None:
    phone = phones()
    first = phone.refresh().get_json()
    clock.advance(seconds)
    again = phone.refresh()
    assert again.status_code == status
    if status == 200:
        assert again.get_json()["refresh_token"] != first["refresh_token"]
        assert phone.refresh(again.get_json()["refresh_token"]).status_code == 200


def test_a_stolen_refresh_token_ends_the_session_of_the_thief_and_of_the_owner(
    phones: Phones, clock: ManualClock
) -> None:
    owner = phones()
    stolen = owner.tokens["refresh_token"]
    thief = owner.refresh(stolen).get_json()  # the thief was first
    clock.advance(DOUBLE_TAP.total_seconds() + 1)
    answer = owner.refresh(stolen)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "residents.refresh_reused")
    assert owner.refresh(thief["refresh_token"]).status_code == 401
    owner.tokens = thief
    assert _status(owner) == 401
    with reading() as work:
        actions = work.session.scalars(select(AuditEntry.action)).all()
    assert "resident.refresh_reused" in actions


def test_another_login_of_the_same_person_survives_a_theft(phones: Phones, clock: ManualClock) -> None:
    one, other = phones(), phones()
    one.refresh()
    clock.advance(60)
    assert one.refresh().status_code == 401
    assert _status(other) == 200


def test_an_unknown_refresh_token_is_told_to_log_in_again(phones: Phones) -> None:
    answer = phones().refresh("no-such-token")
    assert (answer.status_code, answer.get_json()["code"]) == (401, "residents.refresh_ended")


def test_logging_out_ends_this_phone_at_once_and_no_other(phones: Phones) -> None:
    one, other = phones(), phones()
    assert one.ask("DELETE", "/session").status_code == 204
    assert (_status(one), one.refresh().status_code, _status(other)) == (401, 401, 200)


def test_logging_out_everywhere_ends_every_phone(phones: Phones) -> None:
    one, other, neighbour = phones(), phones(), phones("li-na")
    assert one.ask("DELETE", "/sessions").status_code == 204
    assert (_status(one), _status(other), _status(neighbour)) == (401, 401, 200)


def test_a_device_is_listed_with_its_words_and_can_be_logged_out(phones: Phones, clock: ManualClock) -> None:
    one = phones()
    clock.advance(60)
    other = phones()
    listed = one.ask("GET", "/me/sessions").get_json()["items"]
    assert [(line["device"], line["current"]) for line in listed] == [("测试手机", False), ("测试手机", True)]
    assert one.ask("DELETE", f"/me/sessions/{listed[0]['id']}").status_code == 204
    assert (_status(one), _status(other)) == (200, 401)


def test_somebody_elses_device_does_not_exist(phones: Phones) -> None:
    mine, theirs = phones(), phones("li-na")
    (line,) = theirs.ask("GET", "/me/sessions").get_json()["items"]
    assert mine.ask("DELETE", f"/me/sessions/{line['id']}").status_code == 404
    assert mine.ask("DELETE", f"/me/sessions/{uuid4()}").status_code == 404
    assert _status(theirs) == 200


def test_a_token_of_staff_or_of_nobody_opens_nothing(phones: Phones) -> None:
    phone = phones()
    for token in ("", "Bearer", "Bearer x", f"Basic {phone.tokens['access_token']}"):
        answer = phone.client.get("/api/v1/mini/me", headers={AUTHORIZATION: token})
        assert (answer.status_code, answer.get_json()["code"]) == (401, "not_signed_in")
    refresh = f"Bearer {phone.tokens['refresh_token']}"
    assert phone.client.get("/api/v1/mini/me", headers={AUTHORIZATION: refresh}).status_code == 401


def test_a_code_that_was_used_or_never_given_is_refused_in_words(phones: Phones) -> None:
    phone = phones(log_in=False)
    code = phone.code()
    assert phone.log_in(code=code).status_code == 200
    used, unknown = phone.log_in(code=code), phone.log_in(code="0" * 32)
    assert (used.status_code, used.get_json()["code"]) == (401, "wechat.code_used")
    assert (unknown.status_code, unknown.get_json()["code"]) == (401, "wechat.code_invalid")
    assert "请" in unknown.get_json()["detail"]


def test_a_code_ends_after_five_minutes(phones: Phones, clock: ManualClock) -> None:
    phone = phones(log_in=False)
    code = phone.code()
    clock.advance(timedelta(minutes=5, seconds=1).total_seconds())
    assert phone.log_in(code=code).get_json()["code"] == "wechat.code_invalid"


def test_wechat_being_down_is_said_and_nothing_is_half_done(phones: Phones, wechat: str) -> None:
    phone = phones(log_in=False)
    code = phone.code()
    fault = {"path": "/sns/jscode2session", "errcode": -1, "times": 99}
    assert requests.post(f"{wechat}/_sandbox/faults", json=fault, timeout=30).ok
    answer = phone.log_in(code=code)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "wechat.busy")
    assert "再试" in answer.get_json()["detail"]
    with reading() as work:
        assert work.session.scalars(select(ResidentSession)).unique().all() == []


@pytest.fixture
def everything_logged(app: APIFlask) -> Iterator[io.StringIO]:
    """What the whole process logs, down to the last word of its libraries, as it would be written."""
    root, stream = logging.getLogger(), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(root.handlers[0].formatter)
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def test_neither_openid_nor_session_key_nor_token_is_kept_in_clear_or_logged(
    app: APIFlask, phones: Phones, everything_logged: io.StringIO, clock: ManualClock
) -> None:
    phone = phones()
    clock.advance(60)
    old = dict(phone.tokens)
    phone.refresh()
    clock.advance(60)
    phone.refresh()
    with reading() as work:
        openid = work.session.scalars(select(WeChatAccount)).unique().one().openid
        digests = {row.access_digest for row in work.session.scalars(select(ResidentSession)).unique()}
    seen = phone.log_in().get_data(as_text=True) + phone.ask("GET", "/me").get_data(as_text=True)
    structlog.get_logger("probe").debug("the ears are open")
    logged = everything_logged.getvalue()
    assert "the ears are open" in logged
    assert openid not in seen
    assert "session_key" not in seen
    assert not digests & set(old.values())
    secrets = (openid, SECRET, old["access_token"], old["refresh_token"], phone.tokens["access_token"])
    assert [word for word in secrets if word in logged] == []
