"""The WeChat channel: what each of WeChat's answers means for the dispatcher."""

from dataclasses import replace

import pytest

from backend.notices.channels.base import OutcomeStatus, OutgoingMessage, Reason
from backend.notices.channels.wechat import WeChatChannel
from backend.notices.channels.wechat_client import MiniProgramClient
from backend.notices.channels.wechat_store import MemoryTokenStore
from tests.notices.channels.conftest import OPENID
from tests.notices.channels.stub import Reply, Stub
from tests.notices.channels.wechat_stub import APPID, SECRET, WeChat

SEND = "/cgi-bin/message/subscribe/send"


@pytest.fixture
def channel(stub: Stub) -> WeChatChannel:
    client = MiniProgramClient(
        APPID, SECRET, MemoryTokenStore(), base_url=stub.url, timeout=(0.5, 0.5), pause=lambda _: None
    )
    return WeChatChannel(client)


@pytest.fixture
def to_wechat(message: OutgoingMessage) -> OutgoingMessage:
    return replace(message, channel="wechat", to=OPENID)


def test_a_notice_is_fitted_and_sent(channel: WeChatChannel, stub: Stub, to_wechat: OutgoingMessage) -> None:
    outcome = channel.send(replace(to_wechat, fields={**to_wechat.fields, "thing3": "字" * 21}))
    assert (outcome.status, outcome.provider_id) == (OutcomeStatus.SENT, "42")
    assert stub.to(SEND)[0].json["data"] == {
        "thing1": {"value": "王奶奶"},
        "time2": {"value": "2026年11月22日 15:01"},
        "thing3": {"value": "字" * 19 + "…"},
    }


@pytest.mark.parametrize(
    ("errcode", "status", "reason"),
    [
        (43101, "refused", "no_grant"),
        (40003, "refused", "bad_address"),
        (43104, "refused", "bad_address"),
        (40037, "failed", "bad_field"),
        (41030, "failed", "bad_field"),
        (47003, "failed", "bad_field"),
        (45009, "failed", "rate_limited"),
        (45011, "failed", "rate_limited"),
        (-1, "failed", "provider_busy"),
        (40001, "failed", "bad_credentials"),
        (42001, "failed", "bad_credentials"),
        (40164, "failed", "bad_credentials"),
        (123456, "failed", "provider_refused"),
    ],
)
def test_each_error_number_has_its_meaning(
    channel: WeChatChannel, wechat: WeChat, to_wechat: OutgoingMessage, errcode: int, status: str, reason: str
) -> None:
    wechat.on_send = {"errcode": errcode, "errmsg": "words with an openid in them"}
    outcome = channel.send(to_wechat)
    assert (outcome.status, outcome.reason, outcome.detail) == (status, reason, f"errcode {errcode}")


def test_a_hanging_wechat_is_a_timeout(channel: WeChatChannel, wechat: WeChat, to_wechat: OutgoingMessage) -> None:
    wechat.on_send = Reply(hang=True)
    outcome = channel.send(to_wechat)
    assert (outcome.status, outcome.reason) == (OutcomeStatus.FAILED, Reason.TIMEOUT)


def test_what_cannot_be_sent_is_not_tried(channel: WeChatChannel, stub: Stub, to_wechat: OutgoingMessage) -> None:
    outcomes = [
        channel.send(replace(to_wechat, to="")),
        channel.send(replace(to_wechat, template=None)),
        channel.send(replace(to_wechat, fields={"number1": "很多"})),
    ]
    assert [(it.status, it.reason) for it in outcomes] == [
        (OutcomeStatus.REFUSED, Reason.BAD_ADDRESS),
        (OutcomeStatus.FAILED, Reason.NOT_CONFIGURED),
        (OutcomeStatus.FAILED, Reason.BAD_FIELD),
    ]
    assert outcomes[2].detail == "number1"
    assert stub.requests == []


def test_a_web_address_is_left_out_and_a_page_is_kept(
    channel: WeChatChannel, stub: Stub, to_wechat: OutgoingMessage
) -> None:
    channel.send(replace(to_wechat, link="https://example.com/alarms/1"))
    channel.send(replace(to_wechat, link="pages/alarm?id=1"))
    assert [request.json.get("page") for request in stub.to(SEND)] == [None, "pages/alarm?id=1"]
