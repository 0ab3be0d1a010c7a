"""Group robots: the providers' own payloads, and refusals that come inside an HTTP 200."""

import base64
import hashlib
import hmac
import logging
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from backend.notices.channels.base import Outcome, OutgoingMessage, Reason
from backend.notices.channels.dingtalk import DINGTALK
from backend.notices.channels.feishu import FEISHU, feishu_sign
from backend.notices.channels.group_robot import GroupRobotChannel, RobotKind, cut_bytes, open_robot, words
from backend.notices.channels.wecom import WECOM
from tests.notices.channels.conftest import PHONE, TEXT, ServeStub
from tests.notices.channels.stub import Reply, Stub

NATIVE = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=key-1",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=token1",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/token-1",
}
KINDS = {str(kind.name): kind for kind in (WECOM, DINGTALK, FEISHU)}


def _redirected(kind: RobotKind, stub: Stub) -> GroupRobotChannel:
    """The same robot, with only the host of the provider's fixed address changed."""
    parts = urlsplit(kind.plugin.notify_url)
    address = f"{stub.url}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    plugin = type(kind.plugin.__name__, (kind.plugin,), {"notify_url": address})
    return GroupRobotChannel(replace(kind, plugin=plugin), timeout_s=0.4)


def _send(serve: ServeStub, name: str, message: OutgoingMessage, reply: Reply) -> tuple[Outcome, Stub]:
    stub = serve(lambda _: reply)
    return _redirected(KINDS[name], stub).send(message), stub


@pytest.fixture
def to_group(message: OutgoingMessage) -> OutgoingMessage:
    return replace(message, link="https://example.com/a/1")


WORDS = f"紧急呼叫\n{TEXT}\nhttps://example.com/a/1"


@pytest.mark.parametrize(
    ("name", "answer", "path", "query", "payload"),
    [
        (
            "wecom",
            {"errcode": 0, "errmsg": "ok"},
            "/cgi-bin/webhook/send",
            {"key": "key-1"},
            {"msgtype": "text", "text": {"content": WORDS, "mentioned_list": ["@all"]}},
        ),
        (
            "dingtalk",
            {"errcode": 0, "errmsg": "ok"},
            "/robot/send",
            {"access_token": "token1"},
            {"msgtype": "text", "text": {"content": WORDS}, "at": {"atMobiles": [], "isAtAll": True}},
        ),
        (
            "feishu",
            {"code": 0, "msg": "success"},
            "/open-apis/bot/v2/hook/token-1/",
            {},
            {"msg_type": "text", "content": {"text": f'<at user_id="all">所有人</at>\n{WORDS}'}},
        ),
    ],
)
def test_an_urgent_notice_has_the_providers_shape_and_names_everybody(
    serve: ServeStub,
    to_group: OutgoingMessage,
    name: str,
    answer: Any,
    path: str,
    query: dict[str, str],
    payload: Any,
) -> None:
    outcome, stub = _send(serve, name, replace(to_group, to=NATIVE[name]), Reply(answer))
    (request,) = stub.requests
    assert outcome.status == "sent"
    assert (request.path, request.query, request.json) == (path, query, payload)


@pytest.mark.parametrize("name", ["wecom", "dingtalk", "feishu"])
def test_a_notice_that_is_not_urgent_names_nobody(serve: ServeStub, to_group: OutgoingMessage, name: str) -> None:
    reply = Reply({"errcode": 0, "StatusCode": 0})
    _, stub = _send(serve, name, replace(to_group, to=NATIVE[name], urgent=False), reply)
    body = stub.requests[0].body.decode()
    assert "@all" not in body
    assert "所有人" not in body
    assert '"isAtAll":true' not in body


@pytest.mark.parametrize(
    ("name", "answer", "status", "reason"),
    [
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, "refused", "bad_address"),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, "failed", "rate_limited"),
        ("wecom", {"errcode": 12345}, "failed", "provider_refused"),
        ("wecom", {"errmsg": "ok"}, "failed", "bad_answer"),
        ("wecom", {"errcode": True}, "failed", "bad_answer"),
        ("wecom", {"errcode": "0"}, "failed", "bad_answer"),
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}, "failed", "bad_credentials"),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, "failed", "rate_limited"),
        ("dingtalk", {"errcode": 300001, "errmsg": "token is not exist"}, "refused", "bad_address"),
        ("feishu", {"code": 19001, "msg": "incoming webhook access token invalid"}, "refused", "bad_address"),
        ("feishu", {"code": 19021, "msg": "sign match fail"}, "failed", "bad_credentials"),
        ("feishu", {"code": 11232, "msg": "frequency limited"}, "failed", "rate_limited"),
    ],
)
def test_a_refusal_inside_http_200_is_not_taken_for_sent(
    serve: ServeStub, to_group: OutgoingMessage, name: str, answer: Any, status: str, reason: str
) -> None:
    outcome, _ = _send(serve, name, replace(to_group, to=NATIVE[name]), Reply(answer))
    assert (outcome.status, outcome.reason) == (status, reason)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(hang=True), Reason.TIMEOUT),
        (Reply(drop=True), Reason.BAD_ANSWER),
        (Reply(b"<html>"), Reason.BAD_ANSWER),
        (Reply([0]), Reason.BAD_ANSWER),
        (Reply(b"", 500), Reason.HTTP_5XX),
        (Reply(b"", 404), Reason.HTTP_4XX),
        (Reply(b"", 429, {"Retry-After": "30"}), Reason.RATE_LIMITED),
        (Reply(b"", 302, {"Location": "http://127.0.0.1:1/"}), Reason.BAD_ANSWER),
    ],
)
@pytest.mark.parametrize("name", ["wecom", "dingtalk", "feishu"])
def test_a_providers_trouble_is_an_outcome(
    serve: ServeStub, to_group: OutgoingMessage, name: str, reply: Reply, reason: Reason
) -> None:
    outcome, stub = _send(serve, name, replace(to_group, to=NATIVE[name]), reply)
    assert (outcome.status, outcome.reason, len(stub.requests)) == ("failed", reason, 1)
    assert outcome.retry_after == (30 if reply.status == 429 else None)


def test_a_closed_port_is_unreachable(serve: ServeStub, to_group: OutgoingMessage) -> None:
    stub = serve(lambda _: Reply())
    channel = _redirected(WECOM, stub)
    stub.close()
    assert channel.send(replace(to_group, to=NATIVE["wecom"])).reason == Reason.UNREACHABLE


def test_dingtalk_signs_with_the_secret_of_the_address(serve: ServeStub, to_group: OutgoingMessage) -> None:
    address = NATIVE["dingtalk"] + "&secret=SECabc"
    _, stub = _send(serve, "dingtalk", replace(to_group, to=address), Reply({"errcode": 0}))
    query = stub.requests[0].query
    signed = f"{query['timestamp']}\nSECabc".encode()
    expected = base64.b64encode(hmac.new(b"SECabc", signed, hashlib.sha256).digest()).decode()
    assert query["sign"] == expected


def test_feishu_signs_with_the_secret_of_the_address(serve: ServeStub, to_group: OutgoingMessage) -> None:
    address = NATIVE["feishu"] + "?secret=SECabc"
    _, stub = _send(serve, "feishu", replace(to_group, to=address), Reply({"code": 0}))
    sent = stub.requests[0].json
    assert sent["sign"] == feishu_sign(sent["timestamp"], "SECabc")
    digest = hmac.new(f"{sent['timestamp']}\nSECabc".encode(), b"", hashlib.sha256).digest()
    assert sent["sign"] == base64.b64encode(digest).decode()


@pytest.mark.parametrize("name", ["wecom", "dingtalk", "feishu"])
@pytest.mark.parametrize(
    "address",
    [
        "",
        "13800001234",
        "http://127.0.0.1/x",
        "https://example.com/robot",
        "json://example.com/",
        "wecombot://",
        "x" * 99,
    ],
)
def test_another_kind_of_address_is_refused_without_a_request(
    name: str, address: str, to_group: OutgoingMessage
) -> None:
    outcome = GroupRobotChannel(KINDS[name]).send(replace(to_group, to=address))
    assert (outcome.status, outcome.reason) == ("refused", Reason.BAD_ADDRESS)


def test_apprise_takes_our_time_limits() -> None:
    robot = open_robot(DINGTALK, "dingtalk://SEC1@token1", 1.5)
    assert robot is not None
    assert robot.request_timeout == (1.5, 1.5)
    assert (robot.token, robot.secret) == ("token1", "SEC1")


@pytest.mark.parametrize(("size", "kept"), [(2047, True), (2048, True), (2049, False)])
def test_a_wecom_text_has_at_most_2048_bytes(message: OutgoingMessage, size: int, kept: bool) -> None:
    text = words(replace(message, title="t", text="a" * (size - 2)), 2048)
    assert len(text.encode()) <= 2048
    assert text.endswith("a") is kept


def test_the_link_survives_when_the_text_is_too_long(message: OutgoingMessage) -> None:
    text = words(replace(message, text="长" * 5000, link="https://example.com/a"), 2048)
    assert text.endswith("…\nhttps://example.com/a")
    assert len(text.encode()) <= 2048


def test_cutting_never_splits_a_character() -> None:
    assert cut_bytes("长长长长", 8) == "长…"
    assert cut_bytes("长长", 6) == "长长"


def test_nothing_secret_or_personal_is_written(
    serve: ServeStub, to_group: OutgoingMessage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    personal = replace(to_group, to=NATIVE["dingtalk"] + "&secret=SECabc", text=f"{TEXT} {PHONE}")
    for reply in (Reply({"errcode": 300001, "errmsg": f"{PHONE} token1"}), Reply(b"", 500), Reply(hang=True)):
        outcome, _ = _send(serve, "dingtalk", personal, reply)
        assert not any(secret in outcome.detail for secret in ("token1", "SECabc", PHONE))
    GroupRobotChannel(DINGTALK).send(replace(personal, to="dingtalk://bad_token_!"))
    assert not any(secret in caplog.text for secret in ("token1", "SECabc", PHONE, TEXT, "bad_token"))
