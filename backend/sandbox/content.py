"""Content checks: a few words stand for what WeChat's models find. Pure, but for the number of a check.

Text: ``RISKY_WORDS`` are risky, ``REVIEW_WORDS`` want a person. A picture goes by its address: one with ``risky`` or
``review`` in it is judged so, one with ``silent`` is never answered, and every other one is fine.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from backend.sandbox.people import Visitors
from backend.sandbox.refusals import RefusedError

RISKY_WORDS: Mapping[str, int] = {"赌博": 20006, "色情": 20002, "骗子": 20003, "诈骗": 20008}
REVIEW_WORDS: Mapping[str, int] = {"加微信": 10001, "优惠": 10001, "傻": 20003}
FINE = 100
MOST_CHARS = 2500
SCENES = (1, 2, 3, 4)
SILENT = "silent"


def check_text(visitors: Visitors, body: Mapping[str, Any]) -> dict[str, Any]:
    """``/wxa/msg_sec_check`` version 2. Raises ``RefusedError``."""
    _check_asker(visitors, body)
    content = str(body.get("content") or "")
    if not content:
        raise RefusedError(44004)
    if len(content) > MOST_CHARS:
        raise RefusedError(45002)
    return {"result": _judged(content), "detail": [], "trace_id": _trace()}


def check_media(visitors: Visitors, body: Mapping[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """``/wxa/media_check_async`` version 2: its trace id, and the verdict to push later, if any."""
    _check_asker(visitors, body)
    address = str(body.get("media_url") or "")
    if not address.startswith(("http://", "https://")):
        raise RefusedError(40066)
    if body.get("media_type") not in (1, 2):
        raise RefusedError(40097)
    if SILENT in address:
        return _trace(), None
    for suggest, label in (("risky", 20002), ("review", 21000)):
        if suggest in address:
            return _trace(), {"suggest": suggest, "label": label}
    return _trace(), {"suggest": "pass", "label": FINE}


def _check_asker(visitors: Visitors, body: Mapping[str, Any]) -> None:
    openid = str(body.get("openid", ""))
    if visitors.user(openid) is None:
        raise RefusedError(43104)
    if body.get("version") != 2 or body.get("scene") not in SCENES:  # noqa: PLR2004 - version 1 is dead
        raise RefusedError(40129)
    if not visitors.is_here(openid):
        raise RefusedError(61010)


def _judged(content: str) -> dict[str, Any]:
    for suggest, words in (("risky", RISKY_WORDS), ("review", REVIEW_WORDS)):
        for word, label in words.items():
            if word in content:
                return {"suggest": suggest, "label": label}
    return {"suggest": "pass", "label": FINE}


def _trace() -> str:
    return secrets.token_hex(16)
