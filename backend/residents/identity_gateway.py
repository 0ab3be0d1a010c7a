"""网号、网证 and government single sign-on, by a small gateway that the bureau's integrator runs.

Both are contract work with interfaces that differ from province to province; the gateway speaks theirs and, to us, the
signed JSON of docs/identity-gateway.md.
"""

import secrets
from typing import Any

import requests

from backend.core.clock import wall
from backend.core.ids import new_id
from backend.notices.channels.posting import Answer as HttpAnswer
from backend.notices.channels.posting import Posting, as_json, post
from backend.notices.channels.signing import NONCE_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from backend.residents.documents import KINDS
from backend.residents.identity import (
    REASONS,
    Answer,
    Claim,
    Failed,
    Passed,
    Pending,
    ProviderUnavailableError,
    Started,
)
from backend.residents.rules import Assurance

TITLES = {"ctid": "国家网络身份认证（网号、网证）", "gov_sso": "政务服务平台账号"}
TIMEOUT_S = 6.0
OK = 200
LONGEST_REFERENCE = 512


class GatewayProvider:
    """``kinds``: every document; a gateway that knows fewer fails the attempt with ``not_matched``."""

    def __init__(self, name: str, url: str, secret: str, timeout_s: float = TIMEOUT_S) -> None:
        self.name, self.title, self.level = name, TITLES[name], int(Assurance.REAL_NAME)
        self.kinds, self.purposes = frozenset(KINDS), ("real_name",)
        self._url, self._secret, self._timeout_s = url, secret, timeout_s

    def start(self, claim: Claim) -> Started:
        told = self._ask("start", {"attempt": new_id().hex} | _claimed(claim))
        reference, client = told.get("reference"), told.get("client", {})
        if (
            not isinstance(reference, str)
            or not 0 < len(reference) <= LONGEST_REFERENCE
            or not isinstance(client, dict)
        ):
            raise ProviderUnavailableError
        return Started(reference, client)

    def finish(self, reference: str, claim: Claim) -> Answer:
        told = self._ask("finish", {"reference": reference} | _claimed(claim))
        state = told.get("state")
        if state == "passed":
            return _passed(told)
        if state == "failed":
            return Failed(told["reason"] if told.get("reason") in REASONS else "other")
        if state == "pending":
            return Pending()
        raise ProviderUnavailableError

    def _ask(self, call: str, payload: dict[str, Any]) -> dict[str, Any]:
        body = as_json({"provider": self.name} | payload)
        try:
            answer = post(Posting(f"{self._url}/{call}", body, headers=self._signed(body)), self._timeout_s)
            return _read(answer)
        except (requests.RequestException, ValueError):
            raise ProviderUnavailableError from None

    def _signed(self, body: bytes) -> dict[str, str]:
        """By the machine's time, which no demo moves: the other side compares it with its own clock."""
        timestamp, nonce = str(int(wall().timestamp())), secrets.token_hex(16)
        signed = signature(self._secret, timestamp, nonce, body)
        return {TIMESTAMP_HEADER: timestamp, NONCE_HEADER: nonce, SIGNATURE_HEADER: signed}


def _claimed(claim: Claim) -> dict[str, str]:
    return {"name": claim.name, "id_kind": claim.kind, "id_number": claim.number}


def _read(answer: HttpAnswer) -> dict[str, Any]:
    if answer.status != OK:
        raise ValueError(answer.status)
    return answer.json()


def _passed(told: dict[str, Any]) -> Answer:
    """Whoever passes says whom it has seen: a gateway that does not is not believed."""
    name, number = told.get("name"), told.get("id_number")
    if not isinstance(name, str) or not isinstance(number, str):
        raise ProviderUnavailableError
    return Passed(name, number)
