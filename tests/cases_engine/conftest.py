"""A township's window on a fresh database."""

import pytest

from tests.conftest import WorkFactory
from tests.support.cases import Window, build_window


@pytest.fixture
def window(work: WorkFactory) -> Window:
    with work() as w:
        return build_window(w)
