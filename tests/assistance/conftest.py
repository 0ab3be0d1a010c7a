"""A county with its window, and one with a family that gets 低保."""

import pytest

from tests.conftest import WorkFactory
from tests.support import payments
from tests.support.cases import Window, build_window
from tests.support.payments import Caseload, granted


@pytest.fixture
def window(work: WorkFactory) -> Window:
    with work() as w:
        return build_window(w)


@pytest.fixture
def load(work: WorkFactory) -> Caseload:
    """One family with 1040.00 a month from December on."""
    with work() as w:
        built = payments.build(w)
        granted(w, built)
    return built
