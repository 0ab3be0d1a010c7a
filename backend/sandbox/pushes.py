"""Pushes to our address, as WeChat makes them: JSON or XML, plain or sealed, signed with a token."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import requests
import structlog
import xmltodict
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from backend.core.clock import wall

log = structlog.get_logger(__name__)

TIMEOUT_S = 5.0  # as long as WeChat waits
NAMES_IN_XML: Mapping[str, str] = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}


@dataclass(frozen=True, slots=True)
class Push:
    """One request: the query of its address, its content type and its body."""

    query: Mapping[str, str]
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Callback:
    """Where and how the account wants its pushes. ``aes_key``: 43 characters, or None for plain ones."""

    url: str
    appid: str
    token: str
    aes_key: str | None = None
    form: Literal["json", "xml"] = "json"

    def write(self, openid: str, event: str, facts: Mapping[str, Any]) -> Push:
        """The request that tells of an event."""
        head = {
            "ToUserName": "gh_sandbox",
            "FromUserName": openid,
            "CreateTime": int(wall().timestamp()),
            "MsgType": "event",
            "Event": event,
        }
        text = self._text({**head, **self._shaped(event, facts)})
        query = self._signed() | {"openid": openid}
        if self.aes_key is not None:
            text = self._sealed(text, query)
        return Push(query, f"{'application' if self.form == 'json' else 'text'}/{self.form}", text.encode())

    def send(self, push: Push) -> bool:
        """Whether our address took it."""
        try:
            answer = requests.post(
                self.url,
                params=dict(push.query),
                data=push.body,
                headers={"Content-Type": push.content_type},
                timeout=TIMEOUT_S,
            )
        except requests.RequestException as error:
            log.warning("the push was not taken", error=type(error).__name__)
            return False
        return answer.ok and answer.text in ("success", "")

    def tell(self, openid: str, event: str, facts: Mapping[str, Any]) -> bool:
        return self.send(self.write(openid, event, facts))

    def _shaped(self, event: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """In XML the list of a subscription's event has a name around it."""
        name = NAMES_IN_XML.get(event)
        return {name: facts} if name and self.form == "xml" else facts

    def _text(self, payload: Mapping[str, Any]) -> str:
        if self.form == "json":
            return json.dumps(payload, ensure_ascii=False)
        return str(xmltodict.unparse({"xml": payload}, full_document=False))

    def _signed(self) -> dict[str, str]:
        stamp, nonce = str(int(wall().timestamp())), secrets.token_hex(6)
        return {"timestamp": stamp, "nonce": nonce, "signature": signature(self.token, stamp, nonce)}

    def _sealed(self, text: str, query: dict[str, str]) -> str:
        """The sealed text in its envelope; its signature goes into the query."""
        crypto = WeChatCrypto(self.token, self.aes_key, self.appid)
        sealed = PrpCrypto(crypto.key).encrypt(text, self.appid).decode()
        query["encrypt_type"] = "aes"
        query["msg_signature"] = signature(self.token, query["timestamp"], query["nonce"], sealed)
        return self._text({"ToUserName": "gh_sandbox", "Encrypt": sealed})


def signature(*parts: str) -> str:
    """WeChat's: SHA-1 over the sorted parts, one of which is the secret token."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - what WeChat prescribes
