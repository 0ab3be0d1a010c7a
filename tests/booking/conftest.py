"""A marriage registry on a fresh database."""

import pytest

from tests.conftest import WorkFactory
from tests.support.bookings import Registry, build


@pytest.fixture
def registry(work: WorkFactory) -> Registry:
    with work() as w:
        return build(w)
