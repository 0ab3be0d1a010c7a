"""Logging in and out, on one device or all: ``/api/v1/mini/session``."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from backend import wechat
from backend.core.clock import local
from backend.core.db import reading, unit_of_work
from backend.residents import schemas, service
from backend.residents.errors import RefreshEndedError
from backend.residents.sessions import needs, resident

public = APIBlueprint("mini_log_in", __name__, url_prefix="/api/v1/mini", tag="登录")
private = APIBlueprint("mini_session", __name__, url_prefix="/api/v1/mini", tag="登录")

UNKNOWN_DEVICE = "未知设备"


def _shown(tokens: service.Tokens) -> dict[str, Any]:
    return {
        "access_token": tokens.access,
        "access_until": local(tokens.access_until),
        "refresh_token": tokens.refresh,
        "refresh_until": local(tokens.refresh_until),
    }


@public.post("/session")
@public.input(schemas.LogInBody)
@public.output(schemas.TokensOut)
def post_session(json_data: schemas.LogInBody) -> dict[str, Any]:
    """用微信登录码登录"""
    who = wechat.code_to_session(json_data.code)
    with unit_of_work() as work:
        tokens = service.log_in(work, wechat.client().appid, who.openid, who.unionid, json_data.device)
    return _shown(tokens)


@public.post("/session/refresh")
@public.input(schemas.RefreshBody)
@public.output(schemas.TokensOut)
def post_refresh(json_data: schemas.RefreshBody) -> dict[str, Any]:
    """用刷新令牌换一对新令牌"""
    with unit_of_work() as work:
        result = service.refresh(work, json_data.refresh_token)
    if result.tokens is None:
        raise result.error or RefreshEndedError()
    return _shown(result.tokens)


@private.delete("/session")
@needs("account.use")
@private.output({}, status_code=204)
def delete_session() -> str:
    """退出这台手机"""
    with unit_of_work(resident().actor) as work:
        service.log_out(work, resident().family)
    return ""


@private.delete("/sessions")
@needs("account.use")
@private.output({}, status_code=204)
def delete_sessions() -> str:
    """退出所有设备（手机丢了用）"""
    with unit_of_work(resident().actor) as work:
        service.log_out_everywhere(work, resident().account_id)
    return ""


@private.get("/me/sessions")
@needs("account.use")
@private.output(schemas.DevicesOut)
def get_devices() -> dict[str, Any]:
    """我在哪些手机上登录着"""
    me = resident()
    with reading() as work:
        lines = service.devices(work, me.account_id)
    return {"items": [_device(line, me.family) for line in lines]}


def _device(line: service.DeviceLine, current: UUID) -> dict[str, Any]:
    return {
        "id": line.id,
        "device": line.device or UNKNOWN_DEVICE,
        "since": local(line.since),
        "last_seen_at": local(line.last_seen_at),
        "current": line.id == current,
    }


@private.delete("/me/sessions/<uuid:device_id>")
@needs("account.use")
@private.output({}, status_code=204)
def delete_device(device_id: UUID) -> str:
    """退出其中一台"""
    me = resident()
    with unit_of_work(me.actor) as work:
        service.log_out_device(work, me.account_id, device_id)
    return ""
