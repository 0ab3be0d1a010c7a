"""Audiences: every blueprint says for whom it is when it is wired; nothing is open by forgetting."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import cast

from flask import Blueprint, Flask, current_app, request
from flask.typing import ResponseReturnValue

from backend.core.errors import NotAllowedError


class Audience(StrEnum):
    """Who may call. The guard of each is given to ``install``."""

    PUBLIC = "public"  # health, documents, the sign-in page itself
    STAFF = "staff"  # JSON for signed-in staff
    CONSOLE = "console"  # pages for signed-in staff: a stranger is sent to the sign-in page
    RESIDENT = "resident"  # JSON for the mini-program of a resident who is logged in
    CLOUD = "cloud"  # vendors' platforms that push messages, with their own signature
    METRICS = "metrics"  # the machine itself and those who hold the metrics token


Guard = Callable[[], ResponseReturnValue | None]
_KEY = "shouwang_audiences"


def declare(app: Flask, blueprint_name: str, audience: Audience) -> None:
    """Name the audience of a blueprint that a library registers itself."""
    app.extensions.setdefault(_KEY, {})[blueprint_name] = audience


def wire(app: Flask, blueprint: Blueprint, audience: Audience) -> None:
    """Register a blueprint for one audience."""
    declare(app, blueprint.name, audience)
    app.register_blueprint(blueprint)


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """The audience an endpoint was wired for; None if nobody said, and then it is closed."""
    audiences = cast("Mapping[str, Audience]", app.extensions.get(_KEY, {}))
    return audiences.get(endpoint.rpartition(".")[0])


def install(app: Flask, guards: Mapping[Audience, Guard]) -> None:
    """Check every request against the guard of its audience, before anything else runs."""

    @app.before_request
    def _guard() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # no such page: the 404 is for everybody
        if request.endpoint in ("static", "bootstrap.static"):
            return None
        audience = audience_of(current_app, request.endpoint)
        if audience is None:
            raise NotAllowedError(action=request.endpoint)
        return guards[audience]()
