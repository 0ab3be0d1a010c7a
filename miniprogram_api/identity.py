"""Proving one's name: ``/api/v1/mini/me/identity``."""

from typing import Any
from uuid import UUID

import structlog
from apiflask import APIBlueprint

from backend.core.clock import local
from backend.core.db import reading, unit_of_work
from backend.residents import consents, proving, schemas
from backend.residents.documents import read
from backend.residents.errors import ProviderDownError
from backend.residents.identity import (
    Answer,
    IdentityProvider,
    Pending,
    ProviderUnavailableError,
    Started,
    provider_for,
    providers,
)
from backend.residents.persons import today
from backend.residents.proving import Attempt
from backend.residents.sessions import needs, resident

log = structlog.get_logger(__name__)
blueprint = APIBlueprint("mini_identity", __name__, url_prefix="/api/v1/mini/me/identity", tag="实名认证")


def _shown(attempt: Attempt) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "provider": attempt.provider,
        "state": attempt.state,
        "reason": attempt.reason,
        "reason_zh": attempt.reason_zh,
        "expires_at": local(attempt.expires_at),
        "client": attempt.client,
    }


@blueprint.post("")
@needs("account.use")
@blueprint.input(schemas.IdentityBody)
@blueprint.output(schemas.IdentityOut, status_code=201)
def post_identity(json_data: schemas.IdentityBody) -> dict[str, Any]:
    """开始实名认证；连点两下只算一次"""
    me = resident()
    with unit_of_work(me.actor) as work:
        document = read(json_data.id_kind, json_data.id_number, today(work))
        provider = provider_for(json_data.provider, document.kind)
        for purpose in provider.purposes:
            consents.require_consent(work, me.account_id, purpose)
        begun = proving.begin(work, me.account_id, provider, json_data.name, document)
    return _shown(_asked_to_start(provider, begun) if begun.fresh else begun)


def _asked_to_start(provider: IdentityProvider, begun: Attempt) -> Attempt:
    started = _start(provider, begun)
    with unit_of_work(resident().actor) as work:
        attempt = proving.began(work, begun.id, started)
    if started is None:
        raise ProviderDownError
    return attempt


def _start(provider: IdentityProvider, begun: Attempt) -> Started | None:
    try:
        return provider.start(begun.claim)
    except ProviderUnavailableError:
        log.warning("an identity provider does not answer", provider=provider.name, call="start")
        return None


@blueprint.get("/<uuid:attempt_id>")
@needs("account.use")
@blueprint.output(schemas.IdentityOut)
def get_identity(attempt_id: UUID) -> dict[str, Any]:
    """认证到哪一步了；通过后账号就绑定到本人"""
    me = resident()
    with reading() as work:
        found = proving.attempt(work, me.account_id, attempt_id)
    if found.state != "started" or found.reference is None:
        return _shown(found)
    answer = _ask(providers()[found.provider], found.reference, found)
    if isinstance(answer, Pending):
        return _shown(found)
    with unit_of_work(me.actor) as work:
        return _shown(proving.finish(work, attempt_id, answer))


def _ask(provider: IdentityProvider, reference: str, found: Attempt) -> Answer:
    try:
        return provider.finish(reference, found.claim)
    except ProviderUnavailableError:
        log.warning("an identity provider does not answer", provider=provider.name, call="finish")
        raise ProviderDownError from None
