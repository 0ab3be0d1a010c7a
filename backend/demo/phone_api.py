"""The resident's side in a browser: a small web page that uses the same API as the mini-program.

What WeChat would do on a real phone (a login code, the number behind the button, the camera in the hall) is done here
by the sandbox's WeChat. Only a demonstration with a WeChat of its own has these.
"""

from datetime import date
from pathlib import Path
from typing import Any

import requests
import segno
from apiflask import APIBlueprint
from flask import Blueprint, Response, redirect, send_from_directory, url_for
from werkzeug.wrappers import Response as AnyResponse

from backend.answer_headers import CSP
from backend.app import settings_of_app
from backend.booking.desk_finding import poster_text
from backend.booking.offices import office_of
from backend.core.clock import local
from backend.core.db import reading
from backend.core.errors import NotFoundError
from backend.demo import schemas
from backend.demo.civil_data import ResidentRow, civil, id_number
from backend.demo.civil_memorial import public_hall
from backend.wechat import BusyError, NotConfiguredError

blueprint = APIBlueprint("demo_phone", __name__, url_prefix="/api/v1/demo/phone", tag="演示")
pages = Blueprint("demo_phone_pages", __name__, url_prefix="/phone")

FILES = Path(__file__).parent / "phone"
TIMEOUT_S = 5
HINTS = {
    "zhang-wei": "和李娜准备结婚；奶奶的告别仪式快到了", "li-na": "和张伟准备结婚；守着父亲的纪念馆",
    "wang-fang": "志愿者，有一个问题等答复；守着父亲的纪念馆，约了去扫墓",
    "chen-jie": "志愿者，替母亲王秀英办事；离婚申请可以领证了；刚送别爷爷",
    "zhao-min": "和陈杰的离婚申请可以领证了；守着爷爷奶奶的纪念馆",
    "wu-fan": "已经实名，什么都还没办",
}  # fmt: skip
NEW_USER, NEW_HINT = "new-phone", "新手机，什么都还没有认证"
NEW_BORN, NEW_SERIAL = date(1992, 4, 18), 305


@pages.get("/")
def index() -> Response:
    """The page; a recording of a hall is fetched with the visitor's token and played from memory."""
    answer = send_from_directory(FILES, "index.html")
    answer.headers["Content-Security-Policy"] = f"{CSP}; media-src 'self' data:"
    return answer


@pages.get("")
def without_slash() -> AnyResponse:
    return redirect("/phone/")


@pages.get("/hall")
def hall() -> AnyResponse:
    """The public hall of the demonstration; its number is drawn anew by each seeding."""
    with reading() as work:
        number = public_hall(work)
    if number is None:
        raise NotFoundError(hall="public")
    return redirect(url_for("memorial_open.page", number=number))


@pages.get("/<path:name>")
def file(name: str) -> Response:
    return send_from_directory(FILES, name)


@blueprint.get("/people")
@blueprint.output(schemas.PhonePeople)
def get_people() -> dict[str, Any]:
    """可以扮演的演示群众；姓名和证件号码都是编的"""
    known = [_person(row) for row in civil().residents if row.account]
    fresh = {"user": NEW_USER, "name": "周新", "id_number": id_number(NEW_BORN, NEW_SERIAL), "hint": NEW_HINT}
    return {"items": [*known, fresh]}


def _person(row: ResidentRow) -> dict[str, str]:
    return {"user": row.user, "name": row.name, "id_number": row.id_number, "hint": HINTS.get(row.user, "")}


@blueprint.get("/today")
@blueprint.output(schemas.PhoneDay)
def get_today() -> dict[str, Any]:
    """演示的今天；演示时钟可能比手机的快"""
    with reading() as work:
        return {"day": local(work.now).date()}


@blueprint.post("/login-codes")
@blueprint.input(schemas.PhoneUser)
@blueprint.output(schemas.PhoneCode)
def post_login_code(json_data: schemas.PhoneUser) -> dict[str, str]:
    """演示微信给的登录码，相当于 wx.login"""
    return {"code": _tap("login-codes", json_data.user)}


@blueprint.post("/phone-codes")
@blueprint.input(schemas.PhoneUser)
@blueprint.output(schemas.PhoneCode)
def post_phone_code(json_data: schemas.PhoneUser) -> dict[str, str]:
    """演示微信的手机号按钮给的码"""
    return {"code": _tap("phone-codes", json_data.user)}


def _tap(what: str, user: str) -> str:
    """What the sandbox gives. Raises ``NotConfiguredError`` beside a real account, ``BusyError`` without an answer."""
    settings = settings_of_app()
    if "wechat" not in settings.embedded:
        raise NotConfiguredError
    try:
        answer = requests.post(f"{settings.wechat_base_url}/_sandbox/{what}", json={"user": user}, timeout=TIMEOUT_S)
        return str(answer.json()["code"])
    except (requests.RequestException, KeyError, ValueError):
        raise BusyError from None


@blueprint.get("/posters/<office>")
@blueprint.output(schemas.PhonePoster)
def get_poster(office: str) -> dict[str, str]:
    """大厅签到码里的文字，相当于用摄像头扫了它"""
    with reading() as work:
        return {"qr": poster_text(office_of(work, office))}


@blueprint.get("/qr/<number>")
@blueprint.doc(responses={200: "二维码图片（image/svg+xml）"})
def get_qr(number: str) -> Response:
    """预约号的二维码"""
    picture = segno.make(number[:40], error="m").svg_inline(scale=4, border=2, omitsize=True)
    named = picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return Response(named, mimetype="image/svg+xml")
