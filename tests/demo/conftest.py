"""The demonstration is seeded once a process: seeding takes seconds, a copy of the file takes none."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from backend.app import create_app
from backend.core.clock import ManualClock
from backend.core.db import SYSTEM, Work, db, reading, unit_of_work
from backend.demo import seed
from backend.settings import Settings, load_settings
from tests.conftest import START
from tests.support import services
from tests.support.phone import Demonstration, demonstration, keep_seeded
from tests.support.wechat_world import APPID, SECRET


@pytest.fixture(scope="session")
def template_demonstration(template_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a seeded demonstration: its database with the keys that open it."""
    folder = tmp_path_factory.mktemp("seeded")
    shutil.copy(template_sqlite, folder / "demo.db")
    keep_seeded(f"sqlite:///{folder / 'demo.db'}", folder)
    return folder


@pytest.fixture(scope="module")
def shown(
    template_demonstration: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[Demonstration]:
    folder = tmp_path_factory.mktemp("phone") / "own"
    shutil.copytree(template_demonstration, folder)
    with demonstration(f"sqlite:///{folder / 'demo.db'}", folder, browser) as running:
        yield running
        assert running.faults == [], "a script failed, or the page asked for something its policy forbids"


@pytest.fixture
def database_url(template_sqlite: Path, tmp_path: Path) -> str:
    """One engine: what could differ between the two, the seeding, is tried on both by ``county``."""
    shutil.copy(template_sqlite, tmp_path / "test.db")
    return f"sqlite:///{tmp_path / 'test.db'}"


@dataclass(frozen=True)
class County:
    """A demonstration begun on a Sunday at nine, to be looked at; what is written is written by ``work``."""

    settings: Settings
    clock: ManualClock

    def work(self) -> AbstractContextManager[Work]:
        return unit_of_work(SYSTEM)

    def look(self) -> AbstractContextManager[Work]:
        return reading()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def begun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Seeded once a process on each of the two engines, with a mini-program, so that residents have accounts."""
    folder = tmp_path_factory.mktemp("county")
    known = seeding_settings(fresh_database(request, folder), folder)
    with create_app(known, ManualClock(START)).app_context():
        with unit_of_work(SYSTEM) as work:
            assert seed.seed(work)
        db.engine.dispose()
    return known


@pytest.fixture(scope="module")
def county(begun: Settings) -> Iterator[County]:
    clock = ManualClock(START)
    with create_app(begun, clock).app_context():
        yield County(begun, clock)
        db.engine.dispose()


def fresh_database(request: pytest.FixtureRequest, folder: Path) -> str:
    """The address of a migrated database of the engine that is asked for; the server goes with the process."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("template_sqlite"), folder / "county.db")
        return f"sqlite:///{folder / 'county.db'}"
    server, name = request.getfixturevalue("postgres"), f"t_{folder.name}"
    services.create_database(server, name, request.getfixturevalue("template_postgres"))
    return f"{server}/{name}"


def seeding_settings(url: str, folder: Path) -> Settings:
    return load_settings(
        {
            "SHOUWANG_MODE": "test", "SHOUWANG_DATA_DIR": str(folder / "data"), "DATABASE_URL": url,
            "REDIS_URL": f"redis://127.0.0.1:{services.free_port()}/0",
            "MQTT_URL": f"mqtt://127.0.0.1:{services.free_port()}",
            "SHOUWANG_WECHAT_APPID": APPID, "SHOUWANG_WECHAT_SECRET": SECRET,
        }
    )  # fmt: skip
