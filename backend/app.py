"""The only wiring: settings → application. Blueprints, audiences, the error table, the keyring and the clock."""

import ipaddress
from pathlib import Path
from typing import Any, cast

import structlog
from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Request, Response, current_app, jsonify, request
from flask_bootstrap import Bootstrap5
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.middleware.proxy_fix import ProxyFix

from backend import docs, input_faults, matters, openapi, ops, rate_limits, request_ids
from backend.account_limit import TooOftenError
from backend.alarms.telling import GROUPS
from backend.answer_headers import HEADERS
from backend.console import problems as console_problems
from backend.core import logs
from backend.core.access import Audience, declare, install, wire
from backend.core.clock import Clock, DemoClock, SystemClock
from backend.core.crypto import Keyring, use_keyring
from backend.core.db import db, prepare_engine
from backend.core.errors import DomainError, NotAllowedError
from backend.core.wakes import connect
from backend.delivery import groups
from backend.metrics import FIGURES
from backend.people.sessions import console_guard, staff_guard
from backend.problems import problem_of
from backend.residents.identity import PROVIDERS
from backend.residents.identity_providers import build_providers
from backend.residents.sessions import resident_guard
from backend.settings import Settings, load_settings
from backend.unreadable import refuse_nul

log = structlog.get_logger(__name__)

MAX_BODY = 1_000_000
HTTP_CODES = {404: "not_found", 405: "method", 413: "too_large", 429: "too_many", 401: "not_signed_in"}


class _Request(Request):
    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """No body is an empty one: "accept" and "on my way" need no words."""
        return super().on_json_loading_failed(e) if self.get_data() else {}


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> APIFlask:
    """Build the application for any process: web, hub, scheduler, command line and tests alike."""
    settings = settings or load_settings()
    logs.configure(settings.log_level)
    app = APIFlask(
        "backend", title="守望 Shouwang", version="1", docs_path=None, spec_path="/openapi.json", json_errors=False,
        root_path=str(Path(__file__).parent),
    )  # fmt: skip
    app.request_class = _Request
    request_ids.install(app)
    _configure(app, settings, clock or clock_of(settings))
    _errors(app)
    app.before_request(refuse_nul)
    rate_limits.prepare(app, settings)
    _blueprints(app, settings)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign] # Flask's documented way
    return app


def clock_of(settings: Settings) -> Clock:
    """The clock of this installation: a demonstration's can be moved, and all its processes obey."""
    return DemoClock(settings.data_dir / "demo-clock.json") if settings.demo else SystemClock()


def _configure(app: APIFlask, settings: Settings, clock: Clock) -> None:
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, OPENAPI_VERSION="3.1.0", BOOTSTRAP_SERVE_LOCAL=True)
    app.json.ensure_ascii = False  # type: ignore[attr-defined] # Flask's default provider has it
    matters.wire()
    Bootstrap5(app)
    settle(app, settings, clock)


def settle(app: APIFlask, settings: Settings, clock: Clock) -> None:
    """What belongs to one installation: its settings and keys, its clock, its providers and its database."""
    app.config.update(
        SHOUWANG=settings,
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
    )
    use_keyring(
        Keyring(
            {key.key_id: key.secret for key in settings.field_keys},
            settings.index_key.get_secret_value(),
            settings.field_cipher,
        )
    )
    app.extensions["shouwang_clock"] = clock
    app.extensions["shouwang_redis"] = connect(settings.redis_url)
    app.extensions["shouwang_figures"] = FIGURES
    app.extensions[GROUPS] = groups(settings)
    app.extensions[PROVIDERS] = build_providers(settings)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.uses_sqlite:
        sqlite = {"timeout": 15, "check_same_thread": False}
        return {"connect_args": sqlite, "pool_size": 20, "max_overflow": 80, "hide_parameters": True}
    postgres = {"connect_timeout": 10}  # a server forking forty at once on a busy machine is slow, not gone
    # hide_parameters: an error text in a log must not quote somebody's name.
    return {"connect_args": postgres, "pool_size": 10, "max_overflow": 30, "hide_parameters": True}


def problem_response(code: str, facts: dict[str, Any]) -> Response:
    status, body = problem_of(code, facts, request_ids.request_id())
    if console_problems.wants_page():
        return console_problems.page(body)
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _too_many(seconds: int) -> Response:
    response = problem_response("too_many", {})
    response.headers["Retry-After"] = str(seconds)
    return response


def _errors(app: APIFlask) -> None:
    @app.errorhandler(DomainError)
    def _domain(error: DomainError) -> Response:
        return problem_response(error.code, error.facts)

    @app.errorhandler(RateLimitExceeded)
    def _limited(error: RateLimitExceeded) -> Response:
        return _too_many(rate_limits.retry_after(error))

    @app.errorhandler(TooOftenError)
    def _too_often(error: TooOftenError) -> Response:
        return _too_many(error.seconds)

    @app.errorhandler(HTTPError)
    def _validation(error: HTTPError) -> Response:
        found = input_faults.faults(error.detail) or {"": input_faults.OTHERWISE}
        field, why = next(iter(found.items()))
        facts = {"field": input_faults.field_zh(field), "why": why, "errors": found}
        return problem_response("bad_input", facts)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response | HTTPException:
        if error.code is not None and error.code < 400:  # noqa: PLR2004 - a redirect is no error
            return error
        response = problem_response(HTTP_CODES.get(error.code or 500, "bad_request"), {})
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        log.error("request failed", endpoint=request.endpoint, error=type(error).__name__, exc_info=error)
        return problem_response("internal", {})


def _open() -> None:
    """Everybody may."""


def _metrics_guard() -> None:
    """Metrics carry no personal data but do tell how the county is doing: local scrapers only."""
    address = ipaddress.ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 - stands for "unknown"
    if not (address.is_loopback or address.is_private):
        raise NotAllowedError(action="metrics")


def _blueprints(app: APIFlask, settings: Settings) -> None:
    from backend import wiring  # after the models are loaded with the blueprints that need them

    install(
        app,
        {
            Audience.PUBLIC: _open,
            Audience.STAFF: staff_guard,
            Audience.CONSOLE: console_guard,
            Audience.RESIDENT: resident_guard,
            Audience.CLOUD: _open,  # each source proves itself in its own way, inside
            Audience.METRICS: _metrics_guard,
        },
    )
    declare(app, "openapi", Audience.PUBLIC)
    wire(app, ops.public, Audience.PUBLIC)
    wire(app, ops.metrics, Audience.METRICS)
    wire(app, docs.blueprint, Audience.PUBLIC)
    for blueprint, audience in wiring.blueprints(demo=settings.demo):
        wire(app, blueprint, audience)
    rate_limits.apply(app, settings)
    wiring.doors(app)
    openapi.install(app)

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def settings_of_app() -> Settings:
    return cast("Settings", current_app.config["SHOUWANG"])
