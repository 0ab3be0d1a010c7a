"""The sandbox answers the house's own client as WeChat would, over real HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from backend.core.clock import ManualClock
from backend.notices.channels.base import Outcome, OutcomeStatus, OutgoingMessage, Reason
from backend.notices.channels.wechat import WeChatChannel
from backend.notices.channels.wechat_client import MiniProgramClient
from backend.notices.channels.wechat_errors import WeChatError
from backend.notices.channels.wechat_store import MemoryTokenStore
from backend.sandbox.people import openid_of
from backend.sandbox.wechat import WeChat
from tests.support.wechat_world import APPID, SECRET, TIMEOUT_S, Phone

SEND = "/cgi-bin/message/subscribe/send"
FIELDS = {"thing1": "结婚登记预约", "date2": "2026年11月23日"}


def _errcode(call: Callable[[], object]) -> int | None:
    with pytest.raises(WeChatError) as caught:
        call()
    return caught.value.errcode


def _send(client: MiniProgramClient, openid: str, **changes: Any) -> object:
    told: dict[str, Any] = {"template_id": "TPL", "data": FIELDS} | changes
    return client.wxa.send_subscribe_message(openid, **told)


# -- logging in


def test_a_login_code_gives_the_openid_of_its_user_once(client: MiniProgramClient, phone: Phone) -> None:
    code = phone.login_code("li-na")
    assert client.wxa.code_to_session(code).openid == openid_of(APPID, "li-na")
    assert _errcode(lambda: client.wxa.code_to_session(code)) == 40163


def test_a_login_code_nobody_was_given_is_invalid(client: MiniProgramClient) -> None:
    assert _errcode(lambda: client.wxa.code_to_session("made-up")) == 40029


@pytest.mark.parametrize(("seconds", "expired"), [(299, False), (300, True), (301, True)])
def test_a_login_code_lives_for_five_minutes(
    client: MiniProgramClient, phone: Phone, wechat_clock: ManualClock, seconds: int, *, expired: bool
) -> None:
    code = phone.login_code()
    wechat_clock.advance(seconds)
    if expired:
        assert _errcode(lambda: client.wxa.code_to_session(code)) == 40029
    else:
        assert client.wxa.code_to_session(code).openid == phone.openid()


def test_another_account_and_a_wrong_secret_are_told_apart(phone: Phone) -> None:
    code = phone.login_code()
    stranger = MiniProgramClient("wx-other", SECRET, MemoryTokenStore(), base_url=phone.url)
    wrong = MiniProgramClient(APPID, "wrong", MemoryTokenStore(), base_url=phone.url)
    assert _errcode(lambda: stranger.wxa.code_to_session(code)) == 40013
    assert _errcode(lambda: wrong.wxa.code_to_session(code)) == 40125
    assert _errcode(lambda: wrong.wxa.get_phone_number("x")) == 40125


def test_a_user_whom_wechat_blocks_cannot_log_in(client: MiniProgramClient, phone: Phone) -> None:
    assert _errcode(lambda: client.wxa.code_to_session(phone.login_code("blocked"))) == 40226


def test_the_hundred_and_first_login_of_a_minute_is_refused(
    client: MiniProgramClient, phone: Phone, wechat: WeChat, wechat_clock: ManualClock
) -> None:
    openid = phone.openid()
    for _ in range(99):
        wechat.visitors.arrive(openid)
    assert client.wxa.code_to_session(phone.login_code()).openid == openid
    assert _errcode(lambda: client.wxa.code_to_session(phone.login_code())) == 45011
    wechat_clock.advance(60)
    assert client.wxa.code_to_session(phone.login_code()).openid == openid


def test_a_phone_code_gives_the_number_once_and_for_five_minutes(
    client: MiniProgramClient, phone: Phone, wechat_clock: ManualClock
) -> None:
    code = phone.tap("phone-codes", user="zhang-wei")["code"]
    assert client.wxa.get_phone_number(code).number == "17000010001"
    assert _errcode(lambda: client.wxa.get_phone_number(code)) == 40029
    late = phone.tap("phone-codes", user="zhang-wei")["code"]
    wechat_clock.advance(300)
    assert _errcode(lambda: client.wxa.get_phone_number(late)) == 40029


# -- tokens


def test_one_token_serves_many_calls(client: MiniProgramClient, phone: Phone, wechat: WeChat) -> None:
    for _ in range(2):
        phone.grant("TPL")
    _send(client, phone.openid())
    _send(client, phone.openid())
    assert wechat.tokens.handed_out == 1


@pytest.mark.parametrize("errcode", [40001, 42001])
def test_a_token_that_ended_is_renewed_and_the_call_made_once_more(
    client: MiniProgramClient, phone: Phone, wechat: WeChat, errcode: int
) -> None:
    phone.grant("TPL")
    first = client.access_token
    phone.tap("tokens/end", errcode=errcode)
    assert _send(client, phone.openid())
    assert client.access_token != first
    assert (len(phone.messages()), wechat.tokens.handed_out) == (1, 2)


def test_wechats_two_hours_end_a_token(
    client: MiniProgramClient, phone: Phone, wechat: WeChat, wechat_clock: ManualClock
) -> None:
    phone.grant("TPL")
    assert client.access_token
    wechat_clock.advance(7200)
    assert _send(client, phone.openid())
    assert wechat.tokens.handed_out == 2


def _stable(phone: Phone, *, force: bool) -> dict[str, Any]:
    body = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET, "force_refresh": force}
    answer: dict[str, Any] = requests.post(f"{phone.url}/cgi-bin/stable_token", json=body, timeout=TIMEOUT_S).json()
    return answer


@pytest.mark.parametrize(("left_s", "same"), [(301, True), (300, False), (299, False)])
def test_the_stable_token_is_the_same_until_five_minutes_before_its_end(
    phone: Phone, wechat_clock: ManualClock, left_s: int, *, same: bool
) -> None:
    first = _stable(phone, force=False)
    wechat_clock.advance(7200 - left_s)
    second = _stable(phone, force=False)
    assert (first["access_token"] == second["access_token"]) is same
    assert second["expires_in"] == (left_s if same else 7200)
    phone.wechat.tokens.check(first["access_token"])


def test_a_forced_token_ends_the_one_before_and_waits_thirty_seconds(phone: Phone, wechat_clock: ManualClock) -> None:
    first = _stable(phone, force=False)["access_token"]
    assert _stable(phone, force=True)["access_token"] != first
    assert requests.post(f"{phone.url}{SEND}?access_token={first}", timeout=TIMEOUT_S).json()["errcode"] == 40001
    assert _stable(phone, force=True)["errcode"] == 45011
    wechat_clock.advance(30)
    assert "access_token" in _stable(phone, force=True)


def test_the_twenty_first_forced_token_of_a_day_is_refused(phone: Phone, wechat_clock: ManualClock) -> None:
    answers = []
    for _ in range(21):
        answers.append(_stable(phone, force=True))
        wechat_clock.advance(30)
    assert ["access_token" in answer for answer in answers] == [True] * 20 + [False]
    assert answers[-1]["errcode"] == 45009
    wechat_clock.advance(24 * 3600)
    assert "access_token" in _stable(phone, force=True)


def test_a_legacy_token_leaves_the_one_before_five_minutes(phone: Phone, wechat_clock: ManualClock) -> None:
    query = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET}
    first, second = (
        requests.get(f"{phone.url}/cgi-bin/token", params=query, timeout=TIMEOUT_S).json()["access_token"]
        for _ in range(2)
    )
    phone.wechat.tokens.check(first)
    wechat_clock.advance(300)
    answers = [
        requests.post(f"{phone.url}{SEND}", params={"access_token": token}, json={}, timeout=TIMEOUT_S).json()
        for token in (first, second, "short", "")
    ]
    assert [answer["errcode"] for answer in answers] == [42001, 40003, 40014, 41001]


# -- subscription messages


def test_one_yes_is_one_message(client: MiniProgramClient, phone: Phone) -> None:
    phone.grant("TPL")
    assert _send(client, phone.openid(), page="pages/book/detail?id=1")
    assert _errcode(lambda: _send(client, phone.openid())) == 43101
    (message,) = phone.messages()
    assert (message["template"], message["data"], message["page"]) == ("TPL", FIELDS, "pages/book/detail?id=1")


def test_a_yes_to_a_long_term_template_stays_until_it_is_switched_off(client: MiniProgramClient, phone: Phone) -> None:
    phone.tap("templates", template="TPL")
    phone.grant("TPL")
    assert _send(client, phone.openid())
    assert _send(client, phone.openid())
    phone.tap("changes", user="zhang-wei", template="TPL")
    assert _errcode(lambda: _send(client, phone.openid())) == 43101


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"template_id": "unknown-1"}, 40037),
        ({"page": "/pages/a"}, 41030),
        ({"page": "https://example.com"}, 41030),
        ({"data": {"thing1": "字" * 21}}, 47003),
        ({"data": {"thing1": ""}}, 47003),
        ({"data": {}}, 47003),
        ({"data": {"nothing1": "x"}}, 47003),
    ],
)
def test_what_wechat_would_refuse_costs_no_consent(
    client: MiniProgramClient, phone: Phone, changes: dict[str, Any], errcode: int
) -> None:
    phone.grant("TPL")
    assert _errcode(lambda: _send(client, phone.openid(), **changes)) == errcode
    assert phone.wechat.subscriptions.left(phone.openid(), "TPL") == 1


def test_an_openid_of_nobody_is_refused(client: MiniProgramClient) -> None:
    assert _errcode(lambda: _send(client, "o-nobody")) == 40003


def test_a_devices_messages_go_to_those_who_allowed_them(client: MiniProgramClient, phone: Phone) -> None:
    assert client.wxa.serial_ticket("SN1", "M1").startswith("SN1.")
    phone.tap("device-grants", user="zhang-wei", sn="SN1", template="TPL")
    people = [phone.openid(), phone.openid("li-na")]
    told = {"template_id": "TPL", "data": {"enum1": "紧急呼叫"}}
    for _ in range(2):
        assert client.wxa.send_device_message(people, serial_number="SN1", model_id="M1", **told)
    assert [message["device"] for message in phone.messages()] == ["SN1", "SN1"]
    assert phone.messages("li-na") == []
    send = client.wxa.send_device_message
    assert _errcode(lambda: send(people, serial_number="SN1", model_id="M2", **told)) == 9800006
    assert _errcode(lambda: send(people[1:], serial_number="SN1", model_id="M1", **told)) == 43101
    assert _errcode(lambda: client.wxa.serial_ticket("SN1", "M2")) == 9800006


# -- trouble


def _outcome(client: MiniProgramClient, phone: Phone) -> Outcome:
    message = OutgoingMessage("n", "wechat", phone.openid(), "t", "x", fields=FIELDS, template="TPL")
    return WeChatChannel(client).send(message)


@pytest.mark.parametrize(
    ("errcode", "status", "reason"),
    [(45009, "failed", "rate_limited"), (43101, "refused", "no_grant"), (47003, "failed", "bad_field")],
)
def test_ordered_trouble_becomes_an_outcome_and_then_ends(
    client: MiniProgramClient, phone: Phone, errcode: int, status: str, reason: str
) -> None:
    phone.grant("TPL")
    phone.trouble(SEND, errcode=errcode)
    first = _outcome(client, phone)
    assert (first.status, first.reason, first.detail) == (status, reason, f"errcode {errcode}")
    assert _outcome(client, phone).status is OutcomeStatus.SENT


def test_a_busy_wechat_is_asked_again(client: MiniProgramClient, phone: Phone) -> None:
    phone.grant("TPL")
    phone.trouble(SEND, errcode=-1, times=2)
    assert _outcome(client, phone).status is OutcomeStatus.SENT
    assert len(phone.messages()) == 1


def test_a_send_without_an_answer_in_time_is_not_repeated(phone: Phone) -> None:
    hasty = MiniProgramClient(APPID, SECRET, MemoryTokenStore(), base_url=phone.url, timeout=(1.0, 0.3))
    phone.grant("TPL")
    phone.trouble(SEND, delay_s=0.8)
    outcome = _outcome(hasty, phone)
    assert (outcome.status, outcome.reason) == (OutcomeStatus.FAILED, Reason.TIMEOUT)
    assert len(phone.messages()) <= 1


def test_trouble_can_be_ended_before_its_time(client: MiniProgramClient, phone: Phone) -> None:
    phone.grant("TPL")
    phone.trouble(SEND, status=502, times=9)
    assert _outcome(client, phone).reason == Reason.HTTP_5XX
    requests.delete(f"{phone.url}/_sandbox/faults", timeout=TIMEOUT_S)
    assert _outcome(client, phone).status is OutcomeStatus.SENT


# -- content and codes


@pytest.mark.parametrize(
    ("text", "suggest", "label"),
    [("谢谢您的帮助", "pass", 100), ("请加微信", "review", 10001), ("网上赌博", "risky", 20006)],
)
def test_texts_are_judged_by_their_words(
    client: MiniProgramClient, phone: Phone, text: str, suggest: str, label: int
) -> None:
    openid = client.wxa.code_to_session(phone.login_code()).openid
    verdict = client.wxa.check_text(openid, text, 2)
    assert (verdict.suggest, verdict.label) == (suggest, label)
    assert verdict.trace_id


@pytest.mark.parametrize(("seconds", "here"), [(7199, True), (7200, False), (7201, False)])
def test_only_somebody_who_was_here_within_two_hours_is_checked(
    client: MiniProgramClient, phone: Phone, wechat_clock: ManualClock, seconds: int, *, here: bool
) -> None:
    openid = client.wxa.code_to_session(phone.login_code()).openid
    wechat_clock.advance(seconds)
    if here:
        assert client.wxa.check_text(openid, "话", 2).suggest == "pass"
    else:
        assert _errcode(lambda: client.wxa.check_text(openid, "话", 2)) == 61010


def test_a_check_for_a_stranger_of_another_account_is_refused(client: MiniProgramClient) -> None:
    assert _errcode(lambda: client.wxa.check_text(openid_of("wx-other", "zhang-wei"), "话", 2)) == 43104


def test_a_mini_program_code_is_a_real_picture(client: MiniProgramClient) -> None:
    assert client.wxa.qr_unlimited("m=12", "pages/memorial/index").startswith(b"\x89PNG\r\n\x1a\n")
    assert _errcode(lambda: client.wxa.qr_unlimited("m=12", "/pages/memorial")) == 41030


def test_what_lies_on_the_phones_can_be_read(client: MiniProgramClient, phone: Phone) -> None:
    phone.grant("TPL")
    _send(client, phone.openid())
    page = requests.get(phone.url, timeout=TIMEOUT_S)
    assert "张伟 TPL：结婚登记预约；2026年11月23日" in page.text
    users = requests.get(f"{phone.url}/_sandbox/users", timeout=TIMEOUT_S).json()["items"]
    assert {"user": "zhang-wei", "openid": phone.openid(), "name": "张伟", "phone": "17000010001"} in users
