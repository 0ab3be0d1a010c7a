"""Webhooks: the shape, the addresses, and what the receiver's status means."""

from dataclasses import replace

import pytest

from backend.notices.channels.base import OutgoingMessage, Reason
from backend.notices.channels.webhook import WebhookChannel
from tests.notices.channels.conftest import TEXT, ServeStub
from tests.notices.channels.stub import Reply


def test_a_webhook_gets_apprises_shape_and_our_additions(serve: ServeStub, message: OutgoingMessage) -> None:
    stub = serve(lambda _: Reply(status=204))
    outcome = WebhookChannel().send(replace(message, to=f"{stub.url}/hook?token=t", link="https://example.com/a"))
    (request,) = stub.requests
    assert outcome.status == "sent"
    assert (request.path, request.query) == ("/hook", {"token": "t"})
    assert request.headers["Idempotency-Key"] == message.notice_id
    assert request.json == {
        "version": "1.0",
        "title": "紧急呼叫",
        "message": TEXT,
        "attachments": [],
        "type": "failure",
        "notice_id": message.notice_id,
        "alarm_id": message.alarm_id,
        "link": "https://example.com/a",
        "urgent": True,
        "fields": dict(message.fields),
    }


def test_an_apprise_address_brings_its_password_headers_and_extras(serve: ServeStub, message: OutgoingMessage) -> None:
    stub = serve(lambda _: Reply(b"thanks"))
    address = f"json://user:pass@{stub.host}/a/b?+X-Team=east&:site=203&-q=1"
    assert WebhookChannel().send(replace(message, to=address)).status == "sent"
    (request,) = stub.requests
    assert (request.path, request.query) == ("/a/b", {"q": "1"})
    assert request.headers["Authorization"] == "Basic dXNlcjpwYXNz"
    assert request.headers["X-Team"] == "east"
    assert (request.json["site"], request.json["notice_id"]) == ("203", message.notice_id)


@pytest.mark.parametrize(
    ("status", "found", "reason"),
    [
        (199, "failed", Reason.BAD_ANSWER),
        (200, "sent", Reason.OK),
        (299, "sent", Reason.OK),
        (300, "failed", Reason.BAD_ANSWER),
        (400, "failed", Reason.HTTP_4XX),
        (401, "failed", Reason.BAD_CREDENTIALS),
        (403, "failed", Reason.BAD_CREDENTIALS),
        (410, "refused", Reason.BAD_ADDRESS),
        (429, "failed", Reason.RATE_LIMITED),
        (500, "failed", Reason.HTTP_5XX),
        (599, "failed", Reason.HTTP_5XX),
    ],
)
def test_each_status_has_its_meaning(
    serve: ServeStub, message: OutgoingMessage, status: int, found: str, reason: Reason
) -> None:
    # 199 is answered as 600, because the client waits for another answer after any 1xx.
    stub = serve(lambda _: Reply(status=600 if status == 199 else status))
    outcome = WebhookChannel(timeout_s=1).send(replace(message, to=stub.url))
    assert (outcome.status, outcome.reason) == (found, reason)


@pytest.mark.parametrize(
    ("reply", "reason"), [(Reply(hang=True), Reason.TIMEOUT), (Reply(drop=True), Reason.BAD_ANSWER)]
)
def test_silence_and_a_broken_line_are_told_apart(
    serve: ServeStub, message: OutgoingMessage, reply: Reply, reason: Reason
) -> None:
    stub = serve(lambda _: reply)
    assert WebhookChannel(timeout_s=0.3).send(replace(message, to=stub.url)).reason == reason


@pytest.mark.parametrize(
    "address", ["", "http://", "https:///x", "json://", "file:///etc/passwd", "mailto:a@b", "http://[::1"]
)
def test_what_is_not_a_web_address_is_refused(message: OutgoingMessage, address: str) -> None:
    outcome = WebhookChannel(timeout_s=0.3).send(replace(message, to=address))
    assert (outcome.status, outcome.reason) == ("refused", Reason.BAD_ADDRESS)


def test_a_header_that_http_cannot_carry_is_a_bad_address(serve: ServeStub, message: OutgoingMessage) -> None:
    stub = serve(lambda _: Reply())
    outcome = WebhookChannel().send(replace(message, to=f"json://{stub.host}/?+X-Team=东区"))
    assert (outcome.status, outcome.reason) == ("refused", Reason.BAD_ADDRESS)


def test_an_endless_answer_is_not_read_to_its_end(serve: ServeStub, message: OutgoingMessage) -> None:
    stub = serve(lambda _: Reply(b"x" * 3_000_000))
    assert WebhookChannel().send(replace(message, to=stub.url)).status == "sent"


def test_a_host_that_does_not_exist_is_unreachable(message: OutgoingMessage) -> None:
    outcome = WebhookChannel(timeout_s=2).send(replace(message, to="http://nowhere.invalid/x"))
    assert (outcome.status, outcome.reason) == ("failed", Reason.UNREACHABLE)
