"""A WeChat of our own: the server side of a mini-program with the real paths, answers and error numbers.

What api.weixin.qq.com would be asked is asked here, by the same client as in earnest. Who the users are stands in
``people.py``; what a person would tap on the phone is done through ``control.py``. Everything is in memory: a restart
forgets tokens, codes and consents, as if WeChat had been asked anew.
"""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, Flask, Response, current_app, jsonify, request

from backend.core.clock import Clock, pause, wall
from backend.sandbox import content
from backend.sandbox.faults import Faults
from backend.sandbox.people import BLOCKED, Codes, Visitors, person_of
from backend.sandbox.pushes import Callback
from backend.sandbox.refusals import RefusedError
from backend.sandbox.subscriptions import PAGE, Subscriptions
from backend.sandbox.tokens import Tokens

WITHOUT_TOKEN = frozenset({"/sns/jscode2session", "/cgi-bin/token", "/cgi-bin/stable_token"})
MOST_SCENE_CHARS = 32
VERDICT_AFTER_S = 0.2

api = Blueprint("wechat", __name__)


@dataclass
class WeChat:
    """The state of one sandbox, for the one mini-program of ``appid``."""

    appid: str
    secret: str
    clock: Clock
    callback: Callback | None = None
    tokens: Tokens = field(init=False)
    visitors: Visitors = field(init=False)
    login_codes: Codes = field(init=False)
    phone_codes: Codes = field(init=False)
    subscriptions: Subscriptions = field(init=False)
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.clock)
        self.visitors = Visitors(self.appid, self.clock)
        self.login_codes = Codes(self.clock, 40163)
        self.phone_codes = Codes(self.clock, 40029)
        self.subscriptions = Subscriptions(self.visitors, self.clock)

    def check_account(self, told: Mapping[str, Any]) -> None:
        if told.get("appid") != self.appid:
            raise RefusedError(40013)
        if not secrets.compare_digest(str(told.get("secret", "")), self.secret):
            raise RefusedError(40125)

    def tell_later(self, openid: str, event: str, facts: Mapping[str, Any], after_s: float = VERDICT_AFTER_S) -> None:
        """Push an event in a moment, when the call that caused it has been answered."""
        if self.callback is not None:
            timer = threading.Timer(after_s, self.callback.tell, (openid, event, facts))
            timer.daemon = True
            timer.start()


def here() -> WeChat:
    """The sandbox that answers this request."""
    found: WeChat = current_app.extensions["wechat_sandbox"]
    return found


def create_sandbox(wechat: WeChat) -> Flask:
    """The sandbox as a web application: WeChat's paths, and the switches under ``/_sandbox/``."""
    from backend.sandbox.control import control

    app = Flask("wechat-sandbox", static_folder=None)
    app.json.ensure_ascii = False  # type: ignore[attr-defined] # Flask's default provider has it
    app.extensions["wechat_sandbox"] = wechat
    app.register_blueprint(api)
    app.register_blueprint(control)

    @app.errorhandler(RefusedError)
    def _refused(error: RefusedError) -> Response:
        return jsonify({"errcode": error.errcode, "errmsg": f"{error.errmsg} rid: {secrets.token_hex(4)}"})

    return app


@api.before_request
def _gate() -> Response | None:
    """Trouble that was ordered, then the token: before any call is looked at."""
    fault = here().faults.take(request.path)
    if fault is not None:
        pause(fault.delay_s)
        if fault.errcode is not None:
            raise RefusedError(fault.errcode)
        if fault.status is not None:
            return Response(status=fault.status)
    if request.path not in WITHOUT_TOKEN:
        here().tokens.check(request.args.get("access_token", ""))
    return None


def _body() -> dict[str, Any]:
    """The JSON of a call: WeChat does not look at the content type."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise RefusedError(47001)
    return body


def _fine(**more: Any) -> Response:
    return jsonify({"errcode": 0, "errmsg": "ok", **more})


@api.get("/sns/jscode2session")
def code_to_session() -> Response:
    here().check_account(request.args)
    if request.args.get("grant_type") != "authorization_code":
        raise RefusedError(40002)
    user = here().login_codes.use(request.args.get("js_code", ""), _admit)
    openid = here().visitors.name(user)
    return jsonify({"openid": openid, "session_key": secrets.token_urlsafe(16)})


def _admit(user: str) -> None:
    if user == BLOCKED:
        raise RefusedError(40226)
    here().visitors.arrive(here().visitors.name(user))


@api.get("/cgi-bin/token")
def token() -> Response:
    if request.args.get("grant_type") != "client_credential":
        raise RefusedError(40002)
    here().check_account(request.args)
    return jsonify(here().tokens.legacy())


@api.post("/cgi-bin/stable_token")
def stable_token() -> Response:
    body = _body()
    if body.get("grant_type") != "client_credential":
        raise RefusedError(40002)
    here().check_account(body)
    return jsonify(here().tokens.stable(force=body.get("force_refresh") is True))


@api.post("/cgi-bin/message/subscribe/send")
def send_message() -> Response:
    return _fine(msgid=here().subscriptions.send(_body()))


@api.post("/cgi-bin/message/device/subscribe/send")
def send_device_message() -> Response:
    return _fine(msgid=here().subscriptions.send_device(_body()))


@api.post("/wxa/getsnticket")
def serial_ticket() -> Response:
    return _fine(sn_ticket=here().subscriptions.ticket(_body()))


@api.post("/wxa/business/getuserphonenumber")
def phone_number() -> Response:
    phone = person_of(here().phone_codes.use(str(_body().get("code", "")))).phone
    watermark = {"timestamp": int(wall().timestamp()), "appid": here().appid}
    info = {"phoneNumber": phone, "purePhoneNumber": phone, "countryCode": "86", "watermark": watermark}
    return _fine(phone_info=info)


@api.post("/wxa/msg_sec_check")
def check_text() -> Response:
    return _fine(**content.check_text(here().visitors, _body()))


@api.post("/wxa/media_check_async")
def check_media() -> Response:
    body = _body()
    trace, verdict = content.check_media(here().visitors, body)
    if verdict is not None:
        facts = {"appid": here().appid, "trace_id": trace, "version": 2, "detail": [], "errcode": 0, "result": verdict}
        here().tell_later(str(body["openid"]), "wxa_media_check", facts)
    return _fine(trace_id=trace)


@api.post("/wxa/getwxacodeunlimit")
def mini_program_code() -> Response:
    body = _body()
    scene, page = str(body.get("scene", "")), str(body.get("page", ""))
    if not 0 < len(scene) <= MOST_SCENE_CHARS:
        raise RefusedError(40129)
    if body.get("check_path", True) and not PAGE.fullmatch(page):
        raise RefusedError(41030)
    picture = BytesIO()
    segno.make_qr(f"{page}?scene={scene}").save(picture, kind="png", scale=8)
    return Response(picture.getvalue(), content_type="image/png")
