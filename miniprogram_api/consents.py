"""Consents, one by one: ``/api/v1/mini/me/consents``."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.residents import consents
from backend.residents import rights_schemas as schemas
from backend.residents.consents import Standing
from backend.residents.sessions import needs, resident

blueprint = APIBlueprint("mini_consents", __name__, url_prefix="/api/v1/mini/me/consents", tag="我的同意")


@blueprint.get("")
@needs("account.agree")
@blueprint.output(schemas.ConsentList)
def get_consents() -> dict[str, Any]:
    """每一项用途的说明，我同意了没有"""
    with reading() as work:
        return {"items": [_out(one) for one in consents.standings(work, resident().account_id)]}


@blueprint.put("/<purpose>")
@needs("account.agree")
@blueprint.input(schemas.ConsentBody)
@blueprint.output(schemas.ConsentOut)
def put_consent(purpose: str, json_data: schemas.ConsentBody) -> dict[str, Any]:
    """同意一项用途；再点一次也没关系"""
    me = resident()
    with unit_of_work(me.actor) as work:
        consents.grant(work, me.account_id, purpose, json_data.version)
        return _one(work, me.account_id, purpose)


@blueprint.delete("/<purpose>")
@needs("account.agree")
@blueprint.output(schemas.ConsentOut)
def delete_consent(purpose: str) -> dict[str, Any]:
    """撤回同意，马上生效"""
    me = resident()
    with unit_of_work(me.actor) as work:
        consents.withdraw(work, me.account_id, purpose)
        return _one(work, me.account_id, purpose)


def _one(work: Work, account_id: UUID, purpose: str) -> dict[str, Any]:
    work.session.flush()
    return next(_out(one) for one in consents.standings(work, account_id) if one.key == purpose)


def _out(one: Standing) -> dict[str, Any]:
    return one.purpose.model_dump() | {
        "purpose": one.key,
        "granted": one.granted,
        "granted_at": local(one.granted_at) if one.granted_at else None,
        "outdated": one.outdated,
    }
