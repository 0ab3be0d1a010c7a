"""Where WeChat tells us things: ``GET`` and ``POST /api/v1/wechat/push``. Kept at once, worked on later.

WeChat waits five seconds and repeats three times, so nothing is done here but writing it down.
"""

from typing import Any, cast

from apiflask import APIBlueprint
from flask import Response, current_app, request

from backend.core.clock import wall
from backend.core.db import unit_of_work
from backend.notices import wechat_events
from backend.notices.wechat_envelope import PushAccount, PushRefusedError, check_address, open_push
from backend.settings import Settings

blueprint = APIBlueprint("wechat_push", __name__, url_prefix="/api/v1/wechat", tag="微信推送")


@blueprint.get("/push")
def get_push() -> Response:
    """微信核对推送地址：签名正确时原样返回 echostr"""
    check_address(_account(), request.args, wall())
    return Response(request.args.get("echostr", ""), content_type="text/plain")


@blueprint.post("/push")
def post_push() -> Response:
    """微信推送的事件（JSON 或 XML，明文或加密）"""
    event = open_push(_account(), request.args, request.get_data(), wall())
    _keep(event)
    return Response("success", content_type="text/plain")


def _keep(event: dict[str, Any]) -> None:
    if wechat_events.wanted(event):
        with unit_of_work() as work:
            wechat_events.keep(work, event)


def _account() -> PushAccount:
    settings = cast("Settings", current_app.config["SHOUWANG"])
    if settings.wechat_appid is None or settings.wechat_push_token is None:
        raise PushRefusedError
    key = settings.wechat_push_aes_key
    token = settings.wechat_push_token.get_secret_value()
    return PushAccount(settings.wechat_appid, token, key.get_secret_value() if key else None)
