"""A sandbox on a loopback port, and the client of the house that talks to it."""

from collections.abc import Iterator

import pytest

from backend.core.clock import ManualClock
from backend.notices.channels.wechat_client import MiniProgramClient
from backend.notices.channels.wechat_store import MemoryTokenStore
from backend.sandbox.wechat import WeChat
from tests.conftest import START
from tests.support.wechat_world import APPID, SECRET, Phone, sandbox


@pytest.fixture
def wechat_clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def phone(wechat_clock: ManualClock) -> Iterator[Phone]:
    with sandbox(wechat_clock) as running:
        yield running


@pytest.fixture
def wechat(phone: Phone) -> WeChat:
    return phone.wechat


@pytest.fixture
def client(phone: Phone) -> MiniProgramClient:
    return MiniProgramClient(APPID, SECRET, MemoryTokenStore(), base_url=phone.url, pause=lambda _: None)
