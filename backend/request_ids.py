"""One name for each request: in its answer, in its problem document and in every line logged on the way."""

import re

from flask import Flask, Response, g, has_request_context, request
from structlog.contextvars import bind_contextvars, unbind_contextvars

from backend.core.ids import new_id

HEADER = "X-Request-ID"
GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")


def install(app: Flask) -> None:
    """Name every request before anything else looks at it; a proxy in front may have named it already."""

    @app.before_request
    def _name() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if GIVEN.fullmatch(given) else new_id().hex
        bind_contextvars(request_id=g.request_id)

    @app.after_request
    def _answer(response: Response) -> Response:
        if (name := request_id()) is not None:
            response.headers[HEADER] = name
        return response

    @app.teardown_request
    def _forget(_error: BaseException | None) -> None:
        unbind_contextvars("request_id")


def request_id() -> str | None:
    """The name of the request being answered."""
    return g.get("request_id") if has_request_context() else None
