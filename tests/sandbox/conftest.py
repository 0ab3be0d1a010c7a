"""A sandbox on a loopback port, and the client of the house that talks to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from backend.core.clock import ManualClock
from backend.notices.channels.wechat_client import MiniProgramClient
from backend.notices.channels.wechat_store import MemoryTokenStore
from backend.sandbox.server import listening
from backend.sandbox.wechat import WeChat, create_sandbox
from tests.conftest import START

APPID, SECRET = "wx5andb0xtest000001", "5ecret"
TIMEOUT_S = 10


@dataclass
class Phone:
    """What people tap: the sandbox's switches over HTTP."""

    url: str
    wechat: WeChat

    def tap(self, path: str, /, **body: Any) -> Any:
        answer = requests.post(f"{self.url}/_sandbox/{path}", json=body, timeout=TIMEOUT_S)
        assert answer.ok
        return answer.json()

    def login_code(self, user: str = "zhang-wei") -> str:
        return str(self.tap("login-codes", user=user)["code"])

    def openid(self, user: str = "zhang-wei") -> str:
        return str(self.tap("login-codes", user=user)["openid"])

    def grant(self, template: str, user: str = "zhang-wei") -> None:
        self.tap("grants", user=user, answers={template: "accept"})

    def messages(self, user: str = "zhang-wei") -> list[dict[str, Any]]:
        found = requests.get(f"{self.url}/_sandbox/messages", params={"user": user}, timeout=TIMEOUT_S)
        return list(found.json()["items"])

    def trouble(self, path: str, /, **fault: Any) -> None:
        self.tap("faults", path=path, **fault)


@pytest.fixture
def wechat_clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def wechat(wechat_clock: ManualClock) -> WeChat:
    return WeChat(APPID, SECRET, wechat_clock)


@pytest.fixture
def phone(wechat: WeChat) -> Iterator[Phone]:
    with listening(create_sandbox(wechat), 0) as port:
        yield Phone(f"http://127.0.0.1:{port}", wechat)


@pytest.fixture
def client(phone: Phone) -> MiniProgramClient:
    return MiniProgramClient(APPID, SECRET, MemoryTokenStore(), base_url=phone.url, pause=lambda _: None)
