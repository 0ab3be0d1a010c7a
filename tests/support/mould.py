"""One application for test after test: wired once, then copied and settled on each test's own database and clock.

Wiring four hundred routes and compiling the pages' templates takes longer than most tests. A copy has its own settings,
extensions and functions, so that nothing of a test is left to the next; routes, views and compiled templates are what
all have in common.
"""

from collections import defaultdict
from copy import copy
from typing import Any

from apiflask import APIFlask
from sqlalchemy import event

from backend import rate_limits, wiring
from backend.app import create_app, settle
from backend.core import logs
from backend.core.clock import Clock
from backend.core.db import TURNS, db
from backend.settings import Settings

# What two tests of one mould may differ in: settled for each copy, and nothing that is wired looks at it.
OWN = {
    "database_url", "data_dir", "broker_dir", "redis_url", "mqtt_url", "secret_key", "field_keys", "index_key",
}  # fmt: skip
LISTED = (
    "before_request_funcs", "after_request_funcs", "teardown_request_funcs", "template_context_processors",
    "url_value_preprocessors", "url_default_functions",
)  # fmt: skip
_moulds: dict[str, tuple[APIFlask, int]] = {}


def cast_app(settings: Settings, clock: Clock) -> APIFlask:
    """An application as ``create_app`` makes it, for settings without trusted proxies."""
    logs.configure(settings.log_level)
    app = _copied(_mould(settings, clock))
    settle(app, settings, clock)
    if settings.uses_sqlite:
        _forget_quickly(app)
    wiring.doors(app)
    app.extensions[rate_limits.LIMITER].reset()
    return app


def _forget_quickly(app: APIFlask) -> None:
    """No waiting for the disk, like the tests' PostgreSQL: a power failure may take a test's database."""
    with app.app_context():

        @event.listens_for(db.engine, "connect")
        def _no_sync(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous=OFF")


def _mould(settings: Settings, clock: Clock) -> APIFlask:
    key = repr(settings.model_dump(exclude=OWN))
    app, routes = _moulds.get(key, (None, 0))
    if app is None or len(app.url_map._rules) != routes:  # a test added a route of its own
        app = create_app(settings, clock)
        _ = app.jinja_env  # before the copies, so that they share what it has compiled
        _moulds[key] = app, len(app.url_map._rules)
    return app


def _copied(mould: APIFlask) -> APIFlask:
    app = copy(mould)
    app.config = copy(mould.config)
    app.extensions = {name: it for name, it in mould.extensions.items() if name not in ("sqlalchemy", TURNS)}
    app.view_functions = dict(mould.view_functions)
    app.teardown_appcontext_funcs = [one for one in mould.teardown_appcontext_funcs if one != db._teardown_session]
    app.shell_context_processors = []
    for name in LISTED:
        setattr(app, name, _deeper(getattr(mould, name)))
    del app.__dict__["wsgi_app"]  # the door, which stands before the mould
    return app


def _deeper(functions: dict[Any, Any]) -> defaultdict[Any, Any]:
    made: defaultdict[Any, Any] = copy(functions)  # type: ignore[assignment] # Flask keeps them so
    made.update({name: copy(found) for name, found in functions.items()})
    return made
