"""Our WeChat client against a WeChat that misbehaves in every way that was seen or documented."""

import logging
import threading
from typing import Any

import fakeredis
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from backend.notices.channels.base import Reason
from backend.notices.channels.wechat_client import MiniProgramClient
from backend.notices.channels.wechat_errors import WeChatError
from backend.notices.channels.wechat_store import MemoryTokenStore, RedisTokenStore, TokenStore
from tests.notices.channels.conftest import OPENID, ServeStub
from tests.notices.channels.stub import Reply, Request, Stub
from tests.notices.channels.wechat_stub import APPID, SECRET, WeChat

SEND = "/cgi-bin/message/subscribe/send"
TOKEN = "/cgi-bin/stable_token"


def _client(stub: Stub, store: TokenStore | None = None, **changes: Any) -> MiniProgramClient:
    pauses = changes.pop("pauses", [])
    settings = {"timeout": (5.0, 5.0), "base_url": stub.url, "pause": pauses.append, "budget_s": 30.0} | changes
    return MiniProgramClient(APPID, SECRET, store or MemoryTokenStore(), **settings)


def _send(client: MiniProgramClient) -> str | None:
    sent: str | None = client.wxa.send_subscribe_message(OPENID, "TPL", {"thing1": "王奶奶"}, "pages/a?id=1")
    return sent


def _error(client: MiniProgramClient) -> WeChatError:
    with pytest.raises(WeChatError) as caught:
        _send(client)
    return caught.value


def test_a_message_goes_out_with_a_stable_token_and_wrapped_values(stub: Stub, wechat: WeChat) -> None:
    assert _send(_client(stub)) == "42"
    token, send = stub.requests
    assert token.json == {
        "grant_type": "client_credential",
        "appid": APPID,
        "secret": SECRET,
        "force_refresh": False,
    }
    assert send.query == {"access_token": "TOKEN-1"}
    assert send.json == {
        "touser": OPENID,
        "template_id": "TPL",
        "page": "pages/a?id=1",
        "data": {"thing1": {"value": "王奶奶"}},
        "miniprogram_state": "formal",
        "lang": "zh_CN",
    }


def test_the_token_is_fetched_once_for_many_messages(stub: Stub) -> None:
    client = _client(stub)
    assert [_send(client) for _ in range(3)] == ["42"] * 3
    assert len(stub.to(TOKEN)) == 1


def test_a_dead_token_is_renewed_once_and_the_message_goes_out(stub: Stub, wechat: WeChat) -> None:
    client = _client(stub)
    _send(client)
    wechat.new_token()
    assert _send(client) == "42"
    assert (wechat.normal, wechat.forced, len(stub.to(SEND))) == (2, 0, 3)


def test_a_token_refused_twice_is_renewed_by_force(stub: Stub, wechat: WeChat) -> None:
    client = _client(stub)
    _send(client)
    wechat.kill_token()
    assert _send(client) == "42"
    assert (wechat.normal, wechat.forced, len(stub.to(SEND))) == (2, 1, 4)


def test_a_token_refused_for_ever_ends_after_three_tries_and_three_fetches(stub: Stub, wechat: WeChat) -> None:
    wechat.live = None
    error = _error(_client(stub))
    assert (error.errcode, error.reason) == (40001, Reason.BAD_CREDENTIALS)
    assert (len(stub.to(SEND)), len(stub.to(TOKEN)), wechat.forced) == (3, 3, 1)


def test_force_is_not_used_again_within_its_pause(stub: Stub, wechat: WeChat) -> None:
    wechat.live = None
    client = _client(stub)
    for _ in range(5):
        assert _error(client).reason == Reason.BAD_CREDENTIALS
    assert wechat.forced == 1


def test_eight_threads_with_a_dead_token_force_one_renewal(stub: Stub, wechat: WeChat) -> None:
    client = _client(stub)
    _send(client)
    wechat.kill_token()
    start = threading.Barrier(8)
    results: list[str | None] = []

    def work() -> None:
        start.wait(5)
        results.append(_send(client))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert results == ["42"] * 8
    assert wechat.forced == 1


def test_eight_threads_without_a_token_fetch_it_once(stub: Stub) -> None:
    client = _client(stub)
    threads = [threading.Thread(target=_send, args=(client,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (len(stub.to(TOKEN)), len(stub.to(SEND))) == (1, 8)


def test_a_token_that_another_process_has_renewed_meanwhile_is_used(serve: ServeStub, wechat: WeChat) -> None:
    store = MemoryTokenStore()
    store.set(f"{APPID}_access_token", "OLD", 60)

    def answer(request: Request) -> Reply:
        if request.query.get("access_token") == "OLD":
            store.set(f"{APPID}_access_token", wechat.live, 60)
        return wechat(request)

    stub = serve(answer)
    assert _send(_client(stub, store)) == "42"
    assert (len(stub.to(SEND)), len(stub.to(TOKEN))) == (2, 0)


def test_nobody_queues_for_a_token_longer_than_a_call_may_take(stub: Stub) -> None:
    client = _client(stub, budget_s=0.05)
    with client._token_lock:
        assert _error(client).reason == Reason.TIMEOUT
    assert stub.requests == []


def test_two_processes_share_the_token_and_the_pause_of_force_through_redis(stub: Stub, wechat: WeChat) -> None:
    server = fakeredis.FakeServer()
    one, two = (_client(stub, RedisTokenStore(fakeredis.FakeRedis(server=server))) for _ in range(2))
    assert (_send(one), _send(two), wechat.normal) == ("42", "42", 1)
    wechat.live = None
    assert _error(one).reason == _error(two).reason == Reason.BAD_CREDENTIALS
    assert wechat.forced == 1


def test_a_redis_that_is_away_does_not_stop_a_message(stub: Stub, wechat: WeChat) -> None:
    server = fakeredis.FakeServer()
    server.connected = False
    store = RedisTokenStore(fakeredis.FakeRedis(server=server))
    client = _client(stub, store)
    assert [_send(client), _send(client)] == ["42", "42"]
    assert wechat.normal == 1
    assert [store.claim("k", 30), store.claim("k", 30)] == [True, False]


def test_a_busy_wechat_is_asked_again_with_growing_pauses(stub: Stub, wechat: WeChat) -> None:
    wechat.on_send = {"errcode": -1, "errmsg": "system error"}
    pauses: list[float] = []
    error = _error(_client(stub, pauses=pauses))
    assert (error.errcode, error.reason, len(stub.to(SEND))) == (-1, Reason.PROVIDER_BUSY, 3)
    assert 0.2 <= pauses[0] <= 0.4 <= pauses[1] <= 0.8


def test_a_pause_that_would_outlast_the_budget_is_not_taken(stub: Stub, wechat: WeChat) -> None:
    wechat.on_send = {"errcode": 45011, "errmsg": "api minute-quota reach limit"}
    pauses: list[float] = []
    error = _error(_client(stub, pauses=pauses, budget_s=0.15))
    assert (error.reason, pauses, len(stub.to(SEND))) == (Reason.RATE_LIMITED, [], 1)
    assert error.outcome().retry_after == 60


@pytest.mark.parametrize("errcode", [43101, 40003, 40037, 47003, 45009, 99999])
def test_what_wechat_refuses_for_good_is_asked_once(stub: Stub, wechat: WeChat, errcode: int) -> None:
    wechat.on_send = {"errcode": errcode, "errmsg": "no"}
    assert _error(_client(stub)).errcode == errcode
    assert len(stub.to(SEND)) == 1


def test_a_post_that_may_have_arrived_is_never_sent_twice(stub: Stub, wechat: WeChat) -> None:
    client = _client(stub, timeout=(0.5, 0.5))
    for reply in (Reply(hang=True), Reply(drop=True), Reply(b"<html>", 502), Reply(b"<html>busy</html>")):
        wechat.on_send = reply
        before = len(stub.to(SEND))
        assert _error(client).may_have_arrived
        assert len(stub.to(SEND)) == before + 1


def test_reasons_tell_a_timeout_from_a_server_error_from_garbage(stub: Stub, wechat: WeChat) -> None:
    client = _client(stub, timeout=(0.5, 0.5))
    found = []
    for reply in (Reply(hang=True), Reply(b"x", 503), Reply(b"x", 429), Reply(b"not json"), Reply([1]), Reply({})):
        wechat.on_send = reply
        found.append(_error(client).reason)
    assert found == [
        Reason.TIMEOUT,
        Reason.HTTP_5XX,
        Reason.RATE_LIMITED,
        Reason.BAD_ANSWER,
        Reason.BAD_ANSWER,
        Reason.BAD_ANSWER,
    ]


def test_a_line_that_cannot_be_opened_is_tried_again_because_nothing_left(stub: Stub) -> None:
    client = _client(stub)
    _send(client)
    stub.close()
    pauses: list[float] = []
    client._pause = pauses.append
    error = _error(client)
    assert (error.reason, error.may_have_arrived, len(pauses)) == (Reason.UNREACHABLE, False, 2)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply({"errcode": 40125, "errmsg": "bad secret"}), Reason.BAD_CREDENTIALS),
        (Reply({"errcode": 40164, "errmsg": "invalid ip"}), Reason.BAD_CREDENTIALS),
        (Reply({"access_token": "", "expires_in": 7200}), Reason.BAD_ANSWER),
        (Reply({"access_token": "x", "expires_in": "soon"}), Reason.BAD_ANSWER),
        (Reply({"errcode": "odd"}), Reason.BAD_ANSWER),
        (Reply([]), Reason.BAD_ANSWER),
        (Reply(b"garbage"), Reason.BAD_ANSWER),
        (Reply(b"", 500), Reason.HTTP_5XX),
        (Reply(hang=True), Reason.TIMEOUT),
        (Reply(drop=True), Reason.BAD_ANSWER),
    ],
)
def test_trouble_while_fetching_a_token_is_bounded_and_sends_nothing(
    stub: Stub, wechat: WeChat, reply: Reply, reason: Reason
) -> None:
    wechat.before_token = reply
    error = _error(_client(stub, timeout=(0.1, 0.1)))
    assert (error.reason, error.may_have_arrived) == (reason, False)
    assert len(stub.to(TOKEN)) <= 3
    assert stub.to(SEND) == []


def test_a_token_that_will_soon_die_is_kept_for_a_minute_at_least(stub: Stub, wechat: WeChat) -> None:
    now = [0.0]
    store = MemoryTokenStore(lambda: now[0])
    wechat.on_token = {"access_token": "TOKEN-1", "expires_in": 200}
    client = _client(stub, store)
    _send(client)
    now[0] = 59.9
    _send(client)
    assert len(stub.to(TOKEN)) == 1
    now[0] = 60.0
    _send(client)
    assert len(stub.to(TOKEN)) == 2


def test_neither_logs_nor_errors_carry_secrets_tokens_or_people(
    stub: Stub, wechat: WeChat, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    client = _client(stub, timeout=(0.5, 0.5))
    said = []
    for reply in (Reply(hang=True), Reply(drop=True), Reply(b"x", 500), Reply({"errcode": 40003, "errmsg": OPENID})):
        wechat.on_send = reply
        error = _error(client)
        said += [str(error), repr(error), error.outcome().detail]
        assert error.__cause__ is None
        assert error.__suppress_context__
    captured = capsys.readouterr()
    written = caplog.text + captured.out + captured.err + " ".join(said)
    assert "errcode 40003" in written
    for secret in (SECRET, "TOKEN-1", OPENID, "access_token="):
        assert secret not in written


def test_a_redis_error_of_any_kind_falls_back_to_this_process() -> None:
    class Away:
        def __getattr__(self, name: str) -> Any:
            def fail(*args: Any, **kwargs: Any) -> None:
                raise RedisConnectionError

            return fail

    store = RedisTokenStore(Away())  # type: ignore[arg-type]  # a Redis that is never there
    store.set("k", "v", 10)
    assert store.get("k") == "v"
    store.delete("k")
    assert store.get("k", "none") == "none"
