"""亲友代办: ``/api/v1/mini/proxies``. What is done with a proxy carries ``X-Acting-For`` at its own address."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.idempotent_requests import answer_once
from backend.residents import acts, consents, proxies
from backend.residents import proxy_rules as rules
from backend.residents import rights_schemas as schemas
from backend.residents.masking import mask_name
from backend.residents.models import Proxy
from backend.residents.own_data import PROXY_STATES
from backend.residents.rules import SCOPES
from backend.residents.sessions import needs, resident

blueprint = APIBlueprint("mini_proxies", __name__, url_prefix="/api/v1/mini/proxies", tag="亲友代办")

ASKED = "申请已提交。请让对方在小程序“亲友代办”里同意，或带身份证到窗口同意。"
STATES = PROXY_STATES | {"ended": "已到期"}


@blueprint.get("")
@needs("proxy.manage")
@blueprint.output(schemas.ProxyList)
def get_proxies() -> dict[str, Any]:
    """谁替我办事，我替谁办事，谁在申请"""
    me = resident().person()
    with reading() as work:
        rows = proxies.of_person(work, me)
        return {
            "items": [_out(work, me, row) for row in rows],
            "scopes": _choices(SCOPES),
            "relations": _choices(rules.RELATIONS),
        }


def _choices(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"code": code, "name": name} for code, name in words.items()]


def _out(work: Work, me: UUID, row: Proxy) -> dict[str, Any]:
    mine = row.agent_id == me
    over = row.state in ("requested", "active") and row.valid_until <= work.now
    state = "ended" if over else row.state
    return {
        "id": row.id,
        "role": "agent" if mine else "principal",
        "kind": row.kind,
        "name": mask_name(row.principal_name) if mine else proxies.agent_name(work, row),
        "relation": row.relation,
        "relation_zh": rules.RELATIONS[row.relation],
        "scopes": row.scopes,
        "scopes_zh": rules.scope_words(row.scopes),
        "state": state,
        "state_zh": STATES[state],
        "until": local(row.valid_until),
        "principal_id": row.principal_id if mine and state == "active" else None,
    }


@blueprint.post("")
@needs("proxy.manage")
@blueprint.input(schemas.ProxyBody)
@blueprint.output(schemas.ProxyAsked, status_code=201)
def post_proxy(json_data: schemas.ProxyBody) -> Response:
    """申请替对方办事；对方有没有登记过，这里不会透露"""
    me, body = resident(), json_data

    def ask(work: Work) -> tuple[int, dict[str, Any]]:
        row = proxies.request(
            work, me.person(), principal_name=body.name, id_kind=body.id_kind, id_number=body.id_number,
            relation=body.relation, scopes=body.scopes, days=body.days,
        )  # fmt: skip
        return 201, {"id": str(row.id), "message": ASKED}

    return answer_once(me.actor, ask)


def _change(verb: Callable[[Work, UUID, UUID], Proxy], proxy_id: UUID) -> dict[str, Any]:
    me = resident()
    with unit_of_work(me.actor) as work:
        row = verb(work, me.person(), proxy_id)
        work.session.flush()
        return _out(work, me.person(), row)


def _consent(work: Work, principal_id: UUID, proxy_id: UUID) -> Proxy:
    consents.require_consent(work, resident().account_id, consents.SHARING)
    return proxies.consent(work, principal_id, proxy_id)


@blueprint.post("/<uuid:proxy_id>/consent")
@needs("proxy.manage")
@blueprint.output(schemas.ProxyOut)
def post_consent(proxy_id: UUID) -> dict[str, Any]:
    """同意对方替我办事"""
    return _change(_consent, proxy_id)


@blueprint.post("/<uuid:proxy_id>/refuse")
@needs("proxy.manage")
@blueprint.output(schemas.ProxyOut)
def post_refuse(proxy_id: UUID) -> dict[str, Any]:
    """不同意"""
    return _change(proxies.refuse, proxy_id)


@blueprint.delete("/<uuid:proxy_id>")
@needs("proxy.manage")
@blueprint.output(schemas.ProxyOut)
def delete_proxy(proxy_id: UUID) -> dict[str, Any]:
    """取消，马上生效；双方都能取消"""
    return _change(proxies.revoke, proxy_id)


@blueprint.get("/trail")
@needs("proxy.manage")
@blueprint.output(schemas.TraceList)
def get_trail() -> dict[str, Any]:
    """谁替我办了什么"""
    with reading() as work:
        rows = acts.trail(work, resident().person())
    return {"items": [{"at": local(one.at), "who": one.who, "what": one.what} for one in rows]}
