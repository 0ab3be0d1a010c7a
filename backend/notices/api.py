"""Delivery reports of an operator's gateway: ``POST /api/v1/callbacks/notices`` (docs/notice-gateway.md)."""

from typing import cast

from apiflask import APIBlueprint
from flask import current_app, request
from pydantic import SecretStr

from backend.core.clock import pause, wall
from backend.core.db import unit_of_work
from backend.core.errors import BadInputError, DomainError
from backend.notices import schemas
from backend.notices.channels.gateway_report import Report, ReportError, parse_report
from backend.notices.outbox import Hook, MovedOnError
from backend.notices.reports import record_report

TRIES = 5


class ReportRefusedError(DomainError):
    """The report is unsigned, stale, or signed with another secret."""

    code = "notices.report_refused"


def callbacks(hook: Hook | None) -> APIBlueprint:
    """The blueprint; ``hook`` hears of a notice that reached nobody, as in ``Dispatcher``."""
    blueprint = APIBlueprint("notice_callbacks", __name__, url_prefix="/api/v1/callbacks", tag="回执")

    @blueprint.post("/notices")
    @blueprint.output(schemas.ReportAnswer)
    def post_report() -> dict[str, bool]:
        """短信、语音网关的送达回执（签名见接口文档）"""
        return {"known": _record(_believed(), hook)}

    return blueprint


def _secrets() -> list[str]:
    settings = current_app.config["SHOUWANG"]
    given = cast("list[SecretStr | None]", [settings.sms_secret, settings.voice_secret])
    return [secret.get_secret_value() for secret in given if secret]


def _believed() -> Report:
    """The report, if one of our gateways signed it."""
    refusal = "bad_signature"
    for secret in dict.fromkeys(_secrets()):
        try:
            return parse_report(dict(request.headers), request.get_data(), secret, wall())
        except ReportError as error:
            refusal = error.code if refusal == "bad_signature" else refusal
    if refusal == "bad_body":
        raise BadInputError(field="内容", why="不是有效的回执")
    raise ReportRefusedError


def _record(report: Report, hook: Hook | None) -> bool:
    for tried in range(TRIES):
        pause(0.05 * tried)
        try:
            with unit_of_work() as work:
                return record_report(work, report, hook)
        except MovedOnError:
            continue
    raise ReportRefusedError
