"""The demonstration is seeded once a process: seeding takes seconds, a copy of the file takes none."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.phone import Demonstration, demonstration, keep_seeded


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
