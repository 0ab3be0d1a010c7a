"""Real databases made by the migrations, a clock that the test moves, and no ERROR line unseen."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import create_engine, text

from backend.core import logs, migrate
from backend.core.clock import ManualClock
from backend.core.db import SYSTEM, Actor, Work, db, unit_of_work
from backend.settings import Settings, load_settings
from tests.support import engines, mould, order, quick_routes, services
from tests.support.postgres_reset import ReusedDatabase

quick_routes.install()
# No test is timed: the machine may be busy. New examples at every desk; the same ones whenever something is judged.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("house")
# A hundred processes of the house are started by tests: compiling the libraries anew takes each of them two seconds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)  # nine in the morning in Shanghai, a Sunday

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    engines.add_option(parser)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """One database for what no database changes, after ``-k``, which may ask for a certain one; long tests early."""
    left_out = set() if config.getoption("every_database") else set(engines.superfluous(items))
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = order.long_ones_early(item for item in items if item not in left_out)


def pytest_collection_finish() -> None:
    """Every module and ten thousand tests are there to stay: without this the collector looks through them each time.

    It makes an application in less than half the time.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a private PostgreSQL server, without a database name."""
    with services.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def template_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A freshly migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def template_postgres(postgres: str) -> str:
    """The name of a freshly migrated template database."""
    services.create_database(postgres, "template_shouwang")
    migrate.upgrade(f"{postgres}/template_shouwang")
    return "template_shouwang"


@pytest.fixture(scope="session")
def reused_postgres(postgres: str, template_postgres: str) -> Iterator[ReusedDatabase]:
    """The one database of this process, emptied for each test."""
    database = ReusedDatabase(postgres, template_postgres)
    yield database
    database.drop()


expect.set_options(timeout=30_000)  # milliseconds: a busy machine is slow, and only what never comes is a fault


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for the whole process: Playwright allows no second one beside it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=services.program("chromium"), args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh migrated database, once on each of the two engines."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("template_sqlite"), tmp_path / "test.db")
        return f"sqlite:///{tmp_path / 'test.db'}"
    return str(request.getfixturevalue("reused_postgres").fresh())


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a test process: its own data folder, no Redis and no broker unless a test brings them."""
    return load_settings(
        {
            "SHOUWANG_MODE": "test",
            "SHOUWANG_DATA_DIR": str(tmp_path / "data"),
            "DATABASE_URL": database_url,
            "REDIS_URL": f"redis://127.0.0.1:{services.free_port()}/0",
            "MQTT_URL": f"mqtt://127.0.0.1:{services.free_port()}",
        }
    )


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def app(settings: Settings, clock: ManualClock) -> Iterator[APIFlask]:
    """The application on a fresh database, inside its context."""
    application = mould.cast_app(settings, clock)
    with application.app_context():
        yield application
        db.engine.dispose()


WorkFactory = Callable[..., AbstractContextManager[Work]]


@pytest.fixture
def work(app: APIFlask) -> WorkFactory:
    """A maker of units of work, of the system or of the actor it is given."""

    def factory(actor: Actor = SYSTEM) -> AbstractContextManager[Work]:
        return unit_of_work(actor)

    return factory


@pytest.fixture(autouse=True)
def no_error_lines(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that wrote an ERROR line, unless it is marked ``expects_errors``."""
    before = _error_lines()
    yield
    if request.node.get_closest_marker("expects_errors") is None:
        assert _error_lines() == before, "an ERROR line was logged"


def _error_lines() -> float:
    return sum(
        sample.value for metric in logs.ERRORS.collect() for sample in metric.samples if sample.name.endswith("_total")
    )
