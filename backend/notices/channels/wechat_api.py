"""The mini-program calls we use, in their present versions. Each raises `WeChatError`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from wechatpy.client.api import WeChatWxa

from backend.notices.channels.base import Reason
from backend.notices.channels.wechat_errors import WeChatError

MAX_CHECKED_CHARS = 2500
MAX_SCENE_CHARS = 32
PICTURE_BEGINNINGS = (b"\x89PNG", b"\xff\xd8\xff")

EnvVersion = Literal["release", "trial", "develop"]
Scene = Literal[1, 2, 3, 4]  # profile, comment, forum, social log
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WeChatSession:
    """Who logged in. `session_key` must never leave the server."""

    openid: str
    session_key: str = field(repr=False)
    unionid: str | None = None


@dataclass(frozen=True, slots=True)
class WeChatPhone:
    """A phone number that WeChat has verified. `number` is without its country code."""

    number: str = field(repr=False)
    country_code: str


@dataclass(frozen=True, slots=True)
class TextVerdict:
    """`suggest`: `pass`, `review` or `risky`; `label`: 100 is fine, others name the kind of trouble."""

    suggest: str
    label: int
    trace_id: str


class MiniProgramApi(WeChatWxa):  # type: ignore[misc]  # wechatpy ships no types
    def code_to_session(self, js_code: str) -> WeChatSession:
        """Exchange `wx.login`'s code (5 minutes, one use): 40029 bad code, 40163 used, 40226 blocked user."""
        # An explicit None: requests leaves it out, so no token is fetched for a call that needs none.
        params = {
            "appid": self.appid,
            "secret": self.secret,
            "js_code": js_code,
            "grant_type": "authorization_code",
            "access_token": None,
        }
        told = self._get("sns/jscode2session", params=params)
        return _pick(told, lambda it: WeChatSession(it["openid"], it["session_key"], it.get("unionid")))

    def get_phone_number(self, code: str) -> WeChatPhone:
        """Exchange the code of `<button open-type="getPhoneNumber">` (not the login code; 5 minutes, one use)."""
        told = self._post("wxa/business/getuserphonenumber", data={"code": code})
        return _pick(told, lambda it: _phone(it["phone_info"], self.appid))

    def send_subscribe_message(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        page: str | None = None,
        state: Literal["formal", "trial", "developer"] = "formal",
    ) -> str | None:
        """Use up one consent. `data` must have been through `wechat_fields.fit`. Returns WeChat's message id."""
        body = {
            "touser": openid,
            "template_id": template_id,
            "data": _values(data),
            "miniprogram_state": state,
            "lang": "zh_CN",
        }
        told = self._post("cgi-bin/message/subscribe/send", data=body | ({"page": page} if page else {}))
        return _pick(told, _message_id)

    def send_device_message(
        self,
        openids: Sequence[str],
        template_id: str,
        data: Mapping[str, str],
        *,
        serial_number: str,
        model_id: str,
        page: str | None = None,
    ) -> str | None:
        """A message about a device to those who subscribed to it; values are the template's own enums."""
        body = {
            "to_openid_list": list(openids),
            "template_id": template_id,
            "sn": serial_number,
            # WeChat's page says modelId, requests that work say model_id: it ignores the one it does not know.
            "modelId": model_id,
            "model_id": model_id,
            "data": _values(data),
            "lang": "zh_CN",
        }
        told = self._post("cgi-bin/message/device/subscribe/send", data=body | ({"page": page} if page else {}))
        return _pick(told, _message_id)

    def serial_ticket(self, serial_number: str, model_id: str) -> str:
        """A ticket (5 minutes) with which the mini-program may ask for the messages of one device.

        9800006: serial number and model do not belong together.
        """
        told = self._post("wxa/getsnticket", data={"sn": serial_number, "model_id": model_id})
        return _pick(told, lambda it: str(it["sn_ticket"]))

    def identify_face(self, call: Literal["getverifyid", "queryverifyinfo"], body: Mapping[str, Any]) -> dict[str, Any]:
        """The two calls of the face check (人脸核身 2.0): begin with a name and a number, ask for the verdict."""
        return _pick(self._post(f"cityservice/face/identify/{call}", data=dict(body)), dict)

    def check_text(self, openid: str, content: str, scene: Scene) -> TextVerdict:
        """Version 2 of the text check; the user must have opened the mini-program within two hours.

        Raises ValueError over 2,500 characters: cutting would let the rest through unread.
        """
        if len(content) > MAX_CHECKED_CHARS:
            raise ValueError(f"at most {MAX_CHECKED_CHARS} characters can be checked at once")
        body = {"version": 2, "openid": openid, "scene": scene, "content": content}
        return _pick(self._post("wxa/msg_sec_check", data=body), _verdict)

    def check_media(self, openid: str, url: str, scene: Scene, media_type: Literal[1, 2] = 2) -> str:
        """Version 2 of the media check (1 sound, 2 picture). Returns the trace id; the verdict is pushed later."""
        body = {"version": 2, "openid": openid, "scene": scene, "media_url": url, "media_type": media_type}
        return _pick(self._post("wxa/media_check_async", data=body), lambda it: str(it["trace_id"]))

    def qr_unlimited(
        self, scene: str, page: str, *, env: EnvVersion = "release", check_path: bool = True, width: int = 430
    ) -> bytes:
        """A mini-program code as PNG or JPEG bytes. Raises ValueError for a scene over 32 characters."""
        if not 0 < len(scene) <= MAX_SCENE_CHARS:
            raise ValueError(f"a scene has 1 to {MAX_SCENE_CHARS} characters")
        body = {"scene": scene, "page": page, "check_path": check_path, "env_version": env, "width": width}
        picture = getattr(self._post("wxa/getwxacodeunlimit", data=body), "content", b"")
        if not picture.startswith(PICTURE_BEGINNINGS):
            raise WeChatError(Reason.BAD_ANSWER)
        return bytes(picture)


def _pick(told: Any, take: Callable[[dict[str, Any]], T]) -> T:
    """Read what WeChat told; anything unexpected in it is one error. It answered 200, so it may have acted."""
    try:
        return take(told)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise WeChatError(Reason.BAD_ANSWER, may_have_arrived=True) from None


def _values(data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in data.items()}


def _message_id(told: dict[str, Any]) -> str | None:
    if told["errcode"] != 0:
        raise ValueError("no word of success")
    return str(told["msgid"]) if told.get("msgid") else None


def _phone(told: dict[str, Any], appid: str) -> WeChatPhone:
    if told["watermark"]["appid"] != appid:
        raise ValueError("a number given to another mini-program")
    return WeChatPhone(str(told["purePhoneNumber"]), str(told["countryCode"]))


def _verdict(told: dict[str, Any]) -> TextVerdict:
    result = told["result"]
    return TextVerdict(str(result["suggest"]), int(result["label"]), str(told.get("trace_id", "")))
