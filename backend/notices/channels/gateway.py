"""Texts and calls through an operator's own gateway: signed JSON over HTTPS (docs/notice-gateway.md)."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from backend.core.clock import wall
from backend.notices.channels.base import (
    Outcome,
    OutcomeStatus,
    OutgoingMessage,
    Reason,
    failed,
    refused,
)
from backend.notices.channels.posting import Answer, Posting, as_json, deliver
from backend.notices.channels.signing import NONCE_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, signature

KNOWN_REASONS = frozenset(Reason)


class GenericSignedProvider:
    """Posts each message to `url`, signed with `secret`; `notice_id` is the idempotency key.

    `now` is the real time, never a demo's: the other side compares it with its own clock.
    """

    def __init__(
        self,
        kind: Literal["sms", "voice"],
        url: str,
        secret: str,
        *,
        timeout_s: float = 6.0,
        now: Callable[[], datetime] = wall,
    ) -> None:
        self.timeout_s = timeout_s
        self._kind = kind
        self._url = url
        self._secret = secret
        self._now = now

    def submit(self, number: str, message: OutgoingMessage) -> Outcome:
        body = as_json(self._payload(number, message))
        answer = deliver(Posting(self._url, body, headers=self._headers(message, body)), self.timeout_s)
        return _read(answer) if isinstance(answer, Answer) else answer

    def _payload(self, number: str, message: OutgoingMessage) -> dict[str, Any]:
        return {
            "notice_id": message.notice_id,
            "kind": self._kind,
            "to": number,
            "title": message.title,
            "text": message.text,
            "template": message.template,
            "fields": dict(message.fields),
            "urgent": message.urgent,
            "alarm_id": message.alarm_id,
        }

    def _headers(self, message: OutgoingMessage, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._now().timestamp()))
        nonce = secrets.token_hex(16)
        return {
            TIMESTAMP_HEADER: timestamp,
            NONCE_HEADER: nonce,
            SIGNATURE_HEADER: signature(self._secret, timestamp, nonce, body),
            "Idempotency-Key": message.notice_id,
        }


def _read(answer: Answer) -> Outcome:
    try:
        told = answer.json()
    except ValueError:
        return failed(Reason.BAD_ANSWER, "not a JSON object")
    status, provider_id = told.get("status"), _short(told.get("id"))
    if status == "accepted":
        return Outcome(OutcomeStatus.SENT, provider_id=provider_id)
    if status == "delivered":
        return Outcome(OutcomeStatus.DELIVERED, provider_id=provider_id)
    return _refusal(status, told)


def _refusal(status: object, told: dict[str, Any]) -> Outcome:
    reason = told.get("reason")
    known = Reason(reason) if isinstance(reason, str) and reason in KNOWN_REASONS else Reason.PROVIDER_REFUSED
    if status == "refused":
        return refused(known)
    if status == "failed":
        return failed(known, retry_after=_seconds(told.get("retry_after")))
    return failed(Reason.BAD_ANSWER, "no known status")


def _short(value: object) -> str | None:
    return value[:128] if isinstance(value, str) and value else None


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None
