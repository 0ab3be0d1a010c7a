"""Delivery reports that an operator's gateway sends back (docs/notice-gateway.md)."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from backend.notices.channels.signing import NONCE_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, signature

FRESH_FOR = timedelta(minutes=5)
MAX_REPORT_BYTES = 16 * 1024
MAX_WORD_CHARS = 128


class ReportStatus(StrEnum):
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    ANSWERED = "answered"  # a call was picked up; `key` says whether a person pressed something


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a notice after it was sent. `key`: the key pressed during a call, if any."""

    notice_id: str
    status: ReportStatus
    reason: str = ""
    key: str | None = None


class ReportError(Exception):
    """A report that must not be believed. `code`: `unsigned`, `stale`, `bad_signature` or `bad_body`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_report(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> Report:
    """Check and read one report. `headers` in any case; `now` is the real time. Raises `ReportError`."""
    if len(body) > MAX_REPORT_BYTES:
        raise ReportError("bad_body")
    _check_signature({name.lower(): value for name, value in headers.items()}, body, secret, now)
    return _read(body)


def _check_signature(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    timestamp = headers.get(TIMESTAMP_HEADER.lower(), "")
    nonce = headers.get(NONCE_HEADER.lower(), "")
    given = headers.get(SIGNATURE_HEADER.lower(), "")
    if not (timestamp and nonce and given):
        raise ReportError("unsigned")
    expected = signature(secret, timestamp, nonce, body)
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise ReportError("bad_signature")
    if not _fresh(timestamp, now):
        raise ReportError("stale")


def _fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    return abs(now.timestamp() - int(timestamp)) <= FRESH_FOR.total_seconds()


def _read(body: bytes) -> Report:
    try:
        told = json.loads(body)
        return Report(
            notice_id=_word(told["notice_id"]),
            status=ReportStatus(told["status"]),
            reason=_word(told.get("reason") or ""),
            key=_word(told["key"]) if told.get("key") is not None else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ReportError("bad_body") from None


def _word(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_WORD_CHARS:
        raise ValueError("not a short text")
    return value
