"""One demonstration for the tests that look at its pages: seeding it takes seconds, looking changes little."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.phone import Demonstration, demonstration


@pytest.fixture(scope="module")
def shown(template_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Demonstration]:
    folder = tmp_path_factory.mktemp("phone")
    shutil.copy(template_sqlite, folder / "demo.db")
    with demonstration(f"sqlite:///{folder / 'demo.db'}", folder, browser) as running:
        yield running
        assert running.faults == [], "a script failed, or the page asked for something its policy forbids"
