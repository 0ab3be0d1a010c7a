"""The same decoders for clouds that push: ``POST /api/v1/ingest/{source}``. The answer comes after the commit."""

import hmac
from typing import Any

from apiflask import APIBlueprint
from flask import current_app, request

from backend.core.db import Actor, app_clock, reading, unit_of_work
from backend.core.errors import DomainError
from backend.devices.messages import MAX_PAYLOAD_BYTES, DecodeError, Inbound
from backend.devices.registry import Register
from backend.intake import service
from backend.intake.arrivals import Arrival
from iot.decoders import Registry, load_registry

DEMO_TOKEN = "shouwang-demo"  # noqa: S105 - public, and refused outside a demonstration
blueprint = APIBlueprint("ingest", __name__, url_prefix="/api/v1/ingest", tag="设备数据推送")


class IngestRefusedError(DomainError):
    """No token, or not the one of this source."""

    code = "ingest.refused"


class IngestUnreadableError(DomainError):
    """The body could not be read; it has been kept for a look all the same."""

    code = "ingest.unreadable"


def _decoders() -> Registry:
    extensions = current_app.extensions
    if "shouwang_decoders" not in extensions:
        extensions["shouwang_decoders"] = load_registry(profiles_dir=current_app.config["SHOUWANG"].profiles_dir)
    found: Registry = extensions["shouwang_decoders"]
    return found


def _register() -> Register:
    found: Register = current_app.extensions.setdefault("shouwang_register", Register())
    with reading() as work:
        found.refresh(work)
    return found


def _check_token(source: str) -> None:
    settings = current_app.config["SHOUWANG"]
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ") or request.args.get("token", "")
    wanted = settings.ingest_tokens.get(source)
    token = wanted.get_secret_value() if wanted is not None else DEMO_TOKEN if settings.demo else ""
    if not token or not hmac.compare_digest(sent.encode(), token.encode()):
        raise IngestRefusedError


@blueprint.post("/<source>")
@blueprint.doc(summary="设备平台推送数据", description="正文与该平台 MQTT 消息相同；令牌放在 Authorization: Bearer 里")
def push(source: str) -> dict[str, Any]:
    """Take in one body of ``source``'s own format; ``?topic=`` gives what MQTT would have said beside it."""
    _check_token(source)
    body, hint = request.get_data(cache=False)[: MAX_PAYLOAD_BYTES + 1], request.args.get("topic", "")
    register = _register()
    inbound = Inbound(f"http/{source}/{hint}"[:512], body, app_clock().now())
    arrival = Arrival(inbound, source[:64])
    try:
        arrival.decoded = _decoders().by_source(source).decode_push(body, register.lookup, inbound.received_at, hint)
    except DecodeError as error:
        arrival.error = error
    with unit_of_work(Actor("device", f"ingest:{source}", "设备平台")) as work:
        accepted = service.accept(work, [arrival], register=register, hub=f"http:{source}"[:64])
    if arrival.error is not None:
        raise IngestUnreadableError(reason=arrival.error.reason)
    return {"accepted": accepted.stored, "duplicates": accepted.duplicates, "quarantined": accepted.quarantined}
