"""From what WeChat posts to our address to one plain event: JSON or XML, open or sealed. No database, no web.

WeChat signs the time, a nonce and a secret token. Of a sealed push the signature covers the contents too; of an open
one it does not, so open pushes are believed only where no key is set.
"""

import hashlib
import hmac
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException

from backend.core.errors import BadInputError, DomainError

WINDOW_S = 300  # WeChat repeats an unanswered push within 15 s; clocks differ
NAMES_IN_XML = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")
CANNOT_OPEN = (WeChatException, ValueError, TypeError, KeyError, IndexError, struct.error)


class PushRefusedError(DomainError):
    """The push is unsigned, stale, open where it must be sealed, or sealed with another key."""

    code = "wechat.push_refused"


@dataclass(frozen=True, slots=True)
class PushAccount:
    """The account that may push. ``aes_key``: 43 characters; None believes open pushes."""

    appid: str
    token: str = field(repr=False)
    aes_key: str | None = field(repr=False)


def check_address(account: PushAccount, query: Mapping[str, str], now: datetime) -> None:
    """Whether WeChat is asking if this address is ours; ``now`` by the machine's clock. Raises ``PushRefusedError``."""
    _check(account, query, now, query.get("signature", ""))


def open_push(account: PushAccount, query: Mapping[str, str], body: bytes, now: datetime) -> dict[str, Any]:
    """The event in a push. Raises ``PushRefusedError``, or ``BadInputError`` for what WeChat would not write."""
    sealed = query.get("encrypt_type") == "aes"
    if sealed != (account.aes_key is not None):
        raise PushRefusedError
    if not sealed:
        _check(account, query, now, query.get("signature", ""))
        return _normal(_read(body.decode(errors="replace")))
    envelope = _read(body.decode(errors="replace"))
    _check(account, query, now, query.get("msg_signature", ""), str(envelope.get("Encrypt", "")))
    return _normal(_read(_unsealed(account, query, envelope)))


def _check(account: PushAccount, query: Mapping[str, str], now: datetime, signature: str, *sealed: str) -> None:
    stamp = query.get("timestamp", "")
    if not (stamp.isascii() and stamp.isdigit() and abs(int(stamp[:12]) - now.timestamp()) <= WINDOW_S):
        raise PushRefusedError
    parts = sorted([account.token, stamp, query.get("nonce", ""), *sealed])
    wanted = hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324 - what WeChat prescribes
    if not hmac.compare_digest(wanted.encode(), signature.encode()):
        raise PushRefusedError


def _unsealed(account: PushAccount, query: Mapping[str, str], envelope: Mapping[str, Any]) -> str:
    crypto = WeChatCrypto(account.token, account.aes_key, account.appid)
    facts = (query.get("msg_signature"), query.get("timestamp"), query.get("nonce"))
    try:
        return str(crypto.decrypt_message(dict(envelope), *facts))
    except CANNOT_OPEN:
        raise PushRefusedError from None


def _read(text: str) -> dict[str, Any]:
    try:
        told = _read_xml(text) if text.lstrip().startswith("<") else json.loads(text)
    except (ValueError, ExpatError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise BadInputError(field="内容", why="不是微信推送的格式")
    return told


def _read_xml(text: str) -> Any:
    return xmltodict.parse(text, disable_entities=True).get("xml")


def _normal(told: dict[str, Any]) -> dict[str, Any]:
    """The same event in one shape: XML puts a name around a list, and one entry comes without its list."""
    flat = dict(told)
    for name in NAMES_IN_XML:
        inner = flat.pop(name, None)
        flat |= inner if isinstance(inner, dict) else {}
    if isinstance(flat.get("List"), dict):
        flat["List"] = [flat["List"]]
    return flat
