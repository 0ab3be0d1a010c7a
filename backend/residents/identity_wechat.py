"""微信人脸核身 2.0: WeChat compares the face with the register, and only the server's query is the proof.

getVerifyId and queryVerifyInfo are in https://developers.weixin.qq.com/miniprogram/dev/server/API/face ; WeChat opens
them to government bodies, and only for mainland identity cards.
"""

import base64
import hashlib
from typing import Any, Literal

from backend import wechat
from backend.core.ids import new_id
from backend.notices.channels.base import Reason
from backend.notices.channels.wechat_errors import WeChatError
from backend.residents.identity import Answer, Claim, Failed, Passed, Pending, ProviderUnavailableError, Started
from backend.residents.rules import Assurance

NAME = "wechat_face"
CERT_TYPE = "IDENTITY_CARD"
RECOGNISED, PARAMETERS, NO_FACE, NOT_MATCHED, OTHER_FACE = 10000, 10001, 10002, 10003, 10004
CANCELLED = frozenset({*range(90002, 90007), 90024})
REASONS = {NO_FACE: "face_not_matched", OTHER_FACE: "face_not_matched", NOT_MATCHED: "not_matched"}


class WeChatFaceProvider:
    """Needs a consent of its own: a face is sensitive (个人信息保护法 28, 人脸识别技术应用安全管理办法)."""

    name, title, level = NAME, "微信人脸核身", int(Assurance.REAL_NAME)
    kinds, purposes = frozenset({"resident_id"}), ("real_name", "face")

    def start(self, claim: Claim) -> Started:
        number = new_id().hex  # 32 characters, unique in the mini-program, as WeChat wants it
        body = {"out_seq_no": number, "cert_info": _cert_info(claim), "openid": claim.openid}
        verify_id = _asked("getverifyid", body).get("verify_id")
        if not isinstance(verify_id, str):
            raise ProviderUnavailableError
        return Started(f"{number}:{verify_id}", {"verify_id": verify_id})

    def finish(self, reference: str, claim: Claim) -> Answer:
        number, _, verify_id = reference.partition(":")
        body = {
            "verify_id": verify_id, "out_seq_no": number, "cert_hash": cert_hash(claim), "openid": claim.openid,
        }  # fmt: skip
        return _meaning(_asked("queryverifyinfo", body).get("verify_ret"))


def _meaning(verdict: Any) -> Answer:
    if verdict == RECOGNISED:
        return Passed()
    if verdict is None:
        return Pending()
    return Failed("cancelled" if verdict in CANCELLED else REASONS.get(verdict, "other"))


def _cert_info(claim: Claim) -> dict[str, str]:
    return {"cert_type": CERT_TYPE, "cert_name": claim.name, "cert_no": claim.number}


def cert_hash(claim: Claim) -> str:
    """Lower-case hexadecimal SHA-256 over the three fields in base64, as WeChat's page defines it."""
    fields = (f"{name}={base64.b64encode(value.encode()).decode()}" for name, value in _cert_info(claim).items())
    return hashlib.sha256("&".join(fields).encode()).hexdigest()


def _asked(call: Literal["getverifyid", "queryverifyinfo"], body: dict[str, Any]) -> dict[str, Any]:
    """WeChat's answer; a refusal that is about this attempt is an answer without a verdict."""
    try:
        return wechat.client().wxa.identify_face(call, body)
    except wechat.NotConfiguredError:
        raise ProviderUnavailableError from None
    except WeChatError as error:
        # Anything else is WeChat, its token or the line in trouble, and says nothing about the person.
        if call == "getverifyid" or error.reason is not Reason.PROVIDER_REFUSED:
            raise ProviderUnavailableError from None
        return {}
