"""What the generated API document says beyond single views: how errors look, and who must be signed in."""

import re
from typing import Any

from apiflask import APIFlask

from backend.core.access import Audience, audience_of

PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "出错时的答复（RFC 9457）：detail 可以直接给人看，code 给程序用",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string", "description": "不超过 12 个字"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "发生了什么、为什么、下一步做什么"},
        "code": {"type": "string", "description": "稳定不变的代码"},
        "request_id": {"type": "string", "description": "报障时告诉我们这个编号"},
        "next": {
            "type": "string",
            "enum": ["log_in", "phone", "real_name", "counter", "consent", "retry"],
            "description": "程序可以带人去做的下一步",
        },
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "422 时：哪一项不对、为什么",
        },
    },
    "examples": [
        {
            "type": "https://shouwang.example/problems/not_signed_in", "title": "请先登录", "status": 401,
            "detail": "登录已过期或尚未登录。请重新登录后再试。", "code": "not_signed_in",
            "request_id": "0199f7a000007000800000000000cafe", "next": "log_in",
        }
    ],
}  # fmt: skip
CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
SIGNED_IN = (Audience.RESIDENT, Audience.STAFF)
SCHEME = {"type": "http", "scheme": "bearer", "description": "登录得到的令牌"}
TOO_OFTEN = {
    "description": "太频繁：等 Retry-After 说的秒数再试",
    "headers": {"Retry-After": {"schema": {"type": "integer"}}},
    "content": CONTENT,
}
SCAFFOLD = ("ValidationError", "HTTPError")  # the library's own shapes of errors, which nobody answers with


def install(app: APIFlask) -> None:
    """Complete the document each time it is generated."""

    @app.spec_processor
    def _complete(spec: Any) -> Any:
        audiences = _audiences(app)
        for path, operations in spec["paths"].items():
            for method, operation in operations.items():
                _describe(operation, audiences.get((method, path)))
        components = spec.setdefault("components", {})
        schemas = {name: schema for name, schema in components.get("schemas", {}).items() if name not in SCAFFOLD}
        components["schemas"] = schemas | {"Problem": PROBLEM}
        components["securitySchemes"] = components.get("securitySchemes", {}) | {"bearer": SCHEME}
        return spec


def _audiences(app: APIFlask) -> dict[tuple[str, str], Audience | None]:
    """Method and path, as the document writes them → for whom."""
    return {
        (method.lower(), re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)): audience_of(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }


def _describe(operation: dict[str, Any], audience: Audience | None) -> None:
    responses = operation.setdefault("responses", {})
    for status, answer in responses.items():
        if status.startswith(("4", "5")):
            answer["content"] = CONTENT
    responses["default"] = {"description": "出错", "content": CONTENT}
    if audience in SIGNED_IN:
        operation["security"] = [{"bearer": []}]
        responses.setdefault("401", {"description": "没有登录，或登录已过期", "content": CONTENT})
        responses.setdefault("403", {"description": "还不能做这一步", "content": CONTENT})
    if audience is Audience.RESIDENT or operation.get("operationId", "").startswith("mini"):
        responses.setdefault("429", TOO_OFTEN)
