"""A provider to talk to, and a message to send."""

from collections.abc import Callable, Iterator

import pytest

from backend.notices.channels.base import OutgoingMessage
from tests.notices.channels.stub import Reply, Request, Stub
from tests.notices.channels.wechat_stub import WeChat

PHONE = "13800001234"
OPENID = "oExample-openid-0001"
TEXT = "203房间王奶奶按下了呼叫按钮"

ServeStub = Callable[[Callable[[Request], Reply]], Stub]


@pytest.fixture
def serve() -> Iterator[ServeStub]:
    stubs: list[Stub] = []

    def start(answer: Callable[[Request], Reply]) -> Stub:
        stubs.append(Stub(answer))
        return stubs[-1]

    yield start
    for stub in stubs:
        stub.close()


@pytest.fixture
def message() -> OutgoingMessage:
    return OutgoingMessage(
        notice_id="0192f0aa-0000-7000-8000-0123456789ab",
        channel="sms",
        to=PHONE,
        title="紧急呼叫",
        text=TEXT,
        fields={"thing1": "王奶奶", "time2": "2026-11-22T15:01+08:00"},
        template="TPL-1",
        urgent=True,
        link=None,
        alarm_id="0192f0aa-0000-7000-8000-00000000a1a2",
    )


@pytest.fixture
def wechat() -> WeChat:
    return WeChat()


@pytest.fixture
def stub(serve: ServeStub, wechat: WeChat) -> Stub:
    """The server of `wechat`."""
    return serve(wechat)
