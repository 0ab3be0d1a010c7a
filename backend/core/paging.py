"""Cursors of lists: where the next page starts, as text that callers hand back unread.

Not signed: a cursor only says from which place to go on; who may see what is decided by each query again.
"""

import base64
import binascii
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.core.errors import BadInputError

LONGEST = 500
WHY = "翻页位置已失效，请从第一页重新看起"


def encode(*values: str | int | date | UUID | None) -> str:
    """The sort values of a page's last row as one piece of URL-safe text; a ``datetime`` must be aware."""
    text = json.dumps([_plain(value) for value in values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, *types: type) -> tuple[Any, ...]:
    """The values again, as ``types`` (str, int, date, datetime, UUID). Raises ``BadInputError(field="cursor")``."""
    try:
        return tuple(_typed(value, kind) for value, kind in zip(_values(text), types, strict=True))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise BadInputError(field="cursor", why=WHY) from None


def _values(text: str) -> list[Any]:
    padded = text.encode("ascii") + b"=" * (-len(text) % 4)
    values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True)) if len(text) <= LONGEST else None
    if not isinstance(values, list):
        raise TypeError(text)
    return values


def _plain(value: str | int | date | UUID | None) -> str | int | None:
    return value if value is None or isinstance(value, str | int) else _text(value)


def _text(value: date | UUID) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _typed(value: Any, kind: type) -> Any:
    if value is None:
        return None
    if type(value) is not (int if kind is int else str):
        raise TypeError(kind)
    return READERS[kind](value)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


READERS: dict[type, Callable[[Any], Any]] = {
    str: str, int: int, UUID: UUID, date: date.fromisoformat, datetime: _moment,
}  # fmt: skip
