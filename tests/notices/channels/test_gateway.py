"""The operator's gateway: what we sign and send, how we read its answers, which of its reports we believe."""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest

from backend.notices.channels.base import OutcomeStatus, OutgoingMessage, Reason
from backend.notices.channels.gateway import GenericSignedProvider
from backend.notices.channels.gateway_report import MAX_REPORT_BYTES, Report, ReportError, parse_report
from backend.notices.channels.phone import SmsChannel, VoiceChannel
from backend.notices.channels.signing import signature
from tests.notices.channels.conftest import PHONE, TEXT, ServeStub
from tests.notices.channels.stub import Reply, Stub

SECRET = "shared-with-the-operator"
NOW = datetime(2026, 11, 22, 7, 1, tzinfo=UTC)


def _provider(stub: Stub, kind: Literal["sms", "voice"] = "sms") -> GenericSignedProvider:
    return GenericSignedProvider(kind, f"{stub.url}/send", SECRET, timeout_s=0.4, now=lambda: NOW)


def test_a_text_is_signed_over_its_exact_bytes(serve: ServeStub, message: OutgoingMessage) -> None:
    stub = serve(lambda _: Reply({"status": "accepted", "id": "g-1"}))
    outcome = SmsChannel(_provider(stub)).send(replace(message, to="+86 138-0000-1234"))
    (request,) = stub.requests
    headers = request.headers
    assert (outcome.status, outcome.provider_id) == (OutcomeStatus.SENT, "g-1")
    assert headers["X-Shouwang-Timestamp"] == str(int(NOW.timestamp()))
    assert headers["Idempotency-Key"] == message.notice_id
    assert headers["X-Shouwang-Signature"] == signature(
        SECRET, headers["X-Shouwang-Timestamp"], headers["X-Shouwang-Nonce"], request.body
    )
    assert request.json == {
        "notice_id": message.notice_id,
        "kind": "sms",
        "to": PHONE,
        "title": "紧急呼叫",
        "text": TEXT,
        "template": "TPL-1",
        "fields": dict(message.fields),
        "urgent": True,
        "alarm_id": message.alarm_id,
    }


def test_a_call_says_that_it_is_one_and_each_has_its_own_nonce(serve: ServeStub, message: OutgoingMessage) -> None:
    stub = serve(lambda _: Reply({"status": "accepted"}))
    for _ in range(2):
        assert VoiceChannel(_provider(stub, "voice")).send(message).status == OutcomeStatus.SENT
    assert [request.json["kind"] for request in stub.requests] == ["voice", "voice"]
    assert len({request.headers["X-Shouwang-Nonce"] for request in stub.requests}) == 2


def test_the_signature_of_the_documentation_is_right() -> None:
    # The worked example of docs/notice-gateway.md: other implementations are checked against it.
    assert signature("example-secret", "1795330860", "00112233445566778899aabbccddeeff", b'{"notice_id":"n-1"}') == (
        "664d9388da20a24a2ef51c84729428df8836bb180d754ad32464d24152902cdf"
    )


@pytest.mark.parametrize(
    ("answer", "status", "reason", "retry_after"),
    [
        ({"status": "delivered", "id": "1"}, "delivered", "ok", None),
        ({"status": "refused", "reason": "bad_address"}, "refused", "bad_address", None),
        ({"status": "refused", "reason": "invented"}, "refused", "provider_refused", None),
        ({"status": "refused"}, "refused", "provider_refused", None),
        ({"status": "failed", "reason": "rate_limited", "retry_after": 30}, "failed", "rate_limited", 30.0),
        ({"status": "failed", "retry_after": "soon"}, "failed", "provider_refused", None),
        ({"status": "failed", "reason": ["x"]}, "failed", "provider_refused", None),
        ({"status": "perhaps"}, "failed", "bad_answer", None),
        ({}, "failed", "bad_answer", None),
        ([], "failed", "bad_answer", None),
    ],
)
def test_each_answer_has_its_meaning(
    serve: ServeStub, message: OutgoingMessage, answer: Any, status: str, reason: str, retry_after: float | None
) -> None:
    stub = serve(lambda _: Reply(answer))
    outcome = _provider(stub).submit(PHONE, message)
    assert (outcome.status, outcome.reason, outcome.retry_after) == (status, reason, retry_after)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(hang=True), Reason.TIMEOUT),
        (Reply(drop=True), Reason.BAD_ANSWER),
        (Reply(b"garbage"), Reason.BAD_ANSWER),
        (Reply(b"\xff\xfe"), Reason.BAD_ANSWER),
        (Reply(b"", 401), Reason.BAD_CREDENTIALS),
        (Reply(b"", 503), Reason.HTTP_5XX),
    ],
)
def test_trouble_is_an_outcome_and_nothing_is_sent_twice(
    serve: ServeStub, message: OutgoingMessage, reply: Reply, reason: Reason
) -> None:
    stub = serve(lambda _: reply)
    outcome = _provider(stub).submit(PHONE, message)
    assert (outcome.status, outcome.reason, len(stub.requests)) == (OutcomeStatus.FAILED, reason, 1)


def test_a_closed_gateway_is_unreachable(serve: ServeStub, message: OutgoingMessage) -> None:
    stub = serve(lambda _: Reply())
    provider = _provider(stub)
    stub.close()
    assert provider.submit(PHONE, message).reason == Reason.UNREACHABLE


def test_nothing_secret_or_personal_is_written(
    serve: ServeStub, message: OutgoingMessage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stub = serve(lambda _: Reply({"status": "failed", "reason": f"{PHONE} is off"}))
    outcome = _provider(stub).submit(PHONE, message)
    written = caplog.text + repr(outcome) + repr(message)
    assert not any(secret in written for secret in (PHONE, TEXT, SECRET))


def _report(body: bytes, at: datetime = NOW, secret: str = SECRET, changes: Mapping[str, str] | None = None) -> Report:
    stamp = str(int(at.timestamp()))
    headers = {
        "x-shouwang-timestamp": stamp,
        "X-SHOUWANG-NONCE": "n1",
        "X-Shouwang-Signature": signature(secret, stamp, "n1", body),
    }
    return parse_report({**headers, **(changes or {})}, body, SECRET, NOW)


def _code(body: bytes, at: datetime = NOW, secret: str = SECRET, changes: Mapping[str, str] | None = None) -> str:
    with pytest.raises(ReportError) as caught:
        _report(body, at, secret, changes)
    return caught.value.code


GOOD = json.dumps({"notice_id": "n-1", "status": "delivered"}).encode()


@pytest.mark.parametrize("status", ["delivered", "read", "failed", "answered"])
def test_a_signed_report_is_read(status: str) -> None:
    body = json.dumps({"notice_id": "n-1", "status": status, "reason": "off", "key": "1"}).encode()
    assert _report(body) == Report("n-1", status, "off", "1")  # type: ignore[arg-type]  # a StrEnum equals its text


def test_reason_and_key_may_be_left_out() -> None:
    assert (_report(GOOD).reason, _report(GOOD).key) == ("", None)


@pytest.mark.parametrize(
    ("seconds", "fresh"), [(-301, False), (-300, True), (-299, True), (299, True), (300, True), (301, False)]
)
def test_a_report_is_fresh_for_five_minutes_either_way(seconds: int, *, fresh: bool) -> None:
    at = NOW + timedelta(seconds=seconds)
    assert fresh == (_report(GOOD, at) is not None if fresh else _code(GOOD, at) != "stale")


def test_a_report_signed_with_another_secret_or_changed_is_not_believed() -> None:
    assert _code(GOOD, secret="other") == "bad_signature"
    assert _code(GOOD, changes={"X-SHOUWANG-NONCE": "n2"}) == "bad_signature"
    assert _code(GOOD, changes={"X-Shouwang-Signature": "é"}) == "bad_signature"
    assert _code(GOOD, changes={"X-Shouwang-Signature": ""}) == "unsigned"


def test_a_time_that_is_no_number_is_stale_even_when_signed() -> None:
    headers = {
        "X-Shouwang-Timestamp": "soon",
        "X-Shouwang-Nonce": "n",
        "X-Shouwang-Signature": signature(SECRET, "soon", "n", GOOD),
    }
    with pytest.raises(ReportError, match="stale"):
        parse_report(headers, GOOD, SECRET, NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b"{}",
        b'{"notice_id": 1, "status": "read"}',
        b'{"notice_id": "n", "status": "lost"}',
        b'{"notice_id": "n", "status": ["read"]}',
        b'{"notice_id": "n", "status": "read", "key": 1}',
        b'{"notice_id": "n", "status": "read", "reason": "' + b"x" * 129 + b'"}',
    ],
)
def test_a_signed_report_of_another_shape_is_bad(body: bytes) -> None:
    assert _code(body) == "bad_body"


@pytest.mark.parametrize(("size", "code"), [(MAX_REPORT_BYTES, "ok"), (MAX_REPORT_BYTES + 1, "bad_body")])
def test_a_huge_report_is_not_even_looked_at(size: int, code: str) -> None:
    body = GOOD + b" " * (size - len(GOOD))
    assert code == ("ok" if _fits(body) else "bad_body")


def _fits(body: bytes) -> bool:
    try:
        return _report(body).notice_id == "n-1"
    except ReportError:
        return False
