"""The switches of the sandbox, ``/_sandbox/``: what a person would tap on the phone, and trouble on demand.

=============================  =============================================================================
``POST login-codes``           {user} → {code, openid}: what ``wx.login`` gives
``POST phone-codes``           {user} → {code}: what the phone button gives
``POST grants``                {user, answers: {template: accept|reject|ban|filter}} → {pushed}: a popup answered
``POST changes``               {user, template} → {pushed}: the template is switched off in WeChat's settings
``POST revocations``           {user} → {pushed}: the person takes back what the mini-program may know
``POST device-grants``         {user, sn, template}: "yes" to the messages of one device
``POST templates``             {template}: a "yes" to it is for good
``POST tokens/end``            {errcode: 42001|40001}: every token has run out, or is not the latest
``POST faults``                {path, errcode|status|delay_s, times}: trouble; ``DELETE faults`` ends it
``POST callback``              {form: json|xml, sealed: bool}: how pushes are written
``GET messages[?user=]``       what lies on people's phones
``GET users``                  who there is
=============================  =============================================================================

``pushed`` is null when no address for pushes is known, else whether it took the push.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, Response, jsonify, request

from backend.core.clock import local
from backend.sandbox.faults import Fault
from backend.sandbox.people import openid_of, person_of
from backend.sandbox.refusals import RefusedError
from backend.sandbox.tokens import EXPIRED, REVOKED
from backend.sandbox.wechat import here

POPUP, CHANGE, REVOKE = "subscribe_msg_popup_event", "subscribe_msg_change_event", "user_authorization_revoke"
LONGEST_DELAY_S = 60.0

control = Blueprint("control", __name__)


def _told(*names: str) -> list[Any]:
    """The named values of the body. Raises ``RefusedError``."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict) or not all(body.get(name) for name in names):
        raise RefusedError(40097, ", ".join(names))
    return [body[name] for name in names]


def _push(openid: str, event: str, facts: Mapping[str, Any]) -> Response:
    callback = here().callback
    return jsonify({"pushed": None if callback is None else callback.tell(openid, event, facts)})


@control.post("/_sandbox/login-codes")
def login_code() -> Response:
    (user,) = _told("user")
    openid = here().visitors.name(str(user))
    return jsonify({"code": here().login_codes.make(str(user)), "openid": openid})


@control.post("/_sandbox/phone-codes")
def phone_code() -> Response:
    (user,) = _told("user")
    here().visitors.name(str(user))
    return jsonify({"code": here().phone_codes.make(str(user))})


@control.post("/_sandbox/grants")
def answer_popup() -> Response:
    user, answers = _told("user", "answers")
    openid = here().visitors.name(str(user))
    for template, answer in answers.items():
        here().subscriptions.answer(openid, template, answer)
    told = [
        {"TemplateId": template, "SubscribeStatusString": answer, "PopupScene": "0"}
        for template, answer in answers.items()
    ]
    # WeChat sends one answer as an object and several as a list.
    return _push(openid, POPUP, {"List": told[0] if len(told) == 1 else told})


@control.post("/_sandbox/changes")
def switch_off() -> Response:
    user, template = _told("user", "template")
    openid = here().visitors.name(str(user))
    here().subscriptions.switch_off(openid, template)
    return _push(openid, CHANGE, {"List": [{"TemplateId": template, "SubscribeStatusString": "reject"}]})


@control.post("/_sandbox/revocations")
def revoke() -> Response:
    (user,) = _told("user")
    openid = here().visitors.name(str(user))
    return _push(openid, REVOKE, {"OpenID": openid, "AppID": here().appid, "RevokeInfo": "301"})


@control.post("/_sandbox/device-grants")
def allow_device() -> Response:
    user, serial, template = _told("user", "sn", "template")
    here().subscriptions.allow_device(here().visitors.name(str(user)), serial, template)
    return jsonify({})


@control.post("/_sandbox/templates")
def make_long_term() -> Response:
    (template,) = _told("template")
    here().subscriptions.make_long_term(template)
    return jsonify({})


@control.post("/_sandbox/tokens/end")
def end_tokens() -> Response:
    (errcode,) = _told("errcode")
    if errcode not in (EXPIRED, REVOKED):
        raise RefusedError(40097, "errcode")
    here().tokens.end_all(errcode)
    return jsonify({})


@control.post("/_sandbox/faults")
def plan_fault() -> Response:
    (path,) = _told("path")
    body = request.get_json(force=True)
    delay_s = min(float(body.get("delay_s", 0)), LONGEST_DELAY_S)
    fault = Fault(int(body.get("times", 1)), body.get("errcode"), body.get("status"), delay_s)
    here().faults.plan(path, fault)
    return jsonify({})


@control.delete("/_sandbox/faults")
def end_faults() -> Response:
    here().faults.clear()
    return jsonify({})


@control.post("/_sandbox/callback")
def choose_form() -> Response:
    (form,) = _told("form")
    sealed = request.get_json(force=True).get("sealed", True)
    callback = here().callback
    if callback is None or form not in ("json", "xml"):
        raise RefusedError(40097, "form")
    here().callback = replace(callback, form=form, aes_key=callback.aes_key if sealed else None)
    return jsonify({})


@control.get("/_sandbox/messages")
def messages() -> Response:
    kept = here().subscriptions.messages(request.args.get("user"))
    return jsonify({"items": [{**asdict(one), "at": one.at.isoformat()} for one in kept]})


@control.get("/_sandbox/users")
def users() -> Response:
    return jsonify(
        {
            "items": [
                {"user": user, "openid": openid_of(here().appid, user), **asdict(person_of(user))}
                for user in sorted(here().visitors.users().values())
            ]
        }
    )


@control.get("/")
def page() -> Response:
    """What lies on people's phones, newest first, as plain text."""
    kept = here().subscriptions.messages()
    lines = [
        f"{local(one.at):%m-%d %H:%M} {person_of(one.user).name} {one.template}：{'；'.join(one.data.values())}"
        for one in reversed(kept)
    ]
    head = '演示微信：只在本机，不连真的微信。\n登录码：POST /_sandbox/login-codes {"user": "zhang-wei"}\n'
    return Response(
        "\n".join([head, *(lines or ["还没有收到消息。"])]) + "\n", content_type="text/plain; charset=utf-8"
    )
