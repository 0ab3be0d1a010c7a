"""Sign-in and sign-out for staff: ``/api/v1/staff/session``."""

from typing import Any

from apiflask import APIBlueprint
from flask import current_app

from backend.core.db import Actor, unit_of_work
from backend.people import schemas, service
from backend.people.sessions import viewer

public = APIBlueprint("staff_sign_in", __name__, url_prefix="/api/v1/staff", tag="值守人员登录")
private = APIBlueprint("staff_session", __name__, url_prefix="/api/v1/staff", tag="值守人员登录")


def sign_in(username: str, password: str) -> tuple[str, service.Viewer]:
    """Sign in and return the token with its viewer; the failure, if any, is committed before it is raised."""
    demo_allowed = current_app.config["SHOUWANG"].demo
    with unit_of_work(Actor("staff", "unknown", "")) as work:
        result = service.sign_in(work, username, password, demo_allowed=demo_allowed)
    if result.error is not None or result.token is None:
        raise result.error or service.WrongPasswordError()
    with unit_of_work() as work:
        found = service.viewer_of(work, result.token)
    if found is None:
        raise service.WrongPasswordError
    return result.token, found


@public.post("/session")
@public.input(schemas.SignInBody)
@public.output(schemas.SignInAnswer)
def post_session(json_data: schemas.SignInBody) -> dict[str, Any]:
    """登录，得到令牌"""
    token, who = sign_in(json_data.username, json_data.password)
    return {"token": token, "name": who.name, "roles": who.roles}


@private.get("/session")
@private.output(schemas.Me)
def get_session() -> dict[str, Any]:
    """我是谁"""
    me = viewer()
    return {
        "id": str(me.staff_id),
        "name": me.name,
        "username": me.username,
        "roles": me.roles,
        "divisions": [grant.path for grant in me.grants],
    }


@private.delete("/session")
@private.output({}, status_code=204)
def delete_session() -> str:
    """退出登录，令牌立即失效"""
    me = viewer()
    with unit_of_work(me.actor) as work:
        service.sign_out(work, me.session_id)
    return ""
