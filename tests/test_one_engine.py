"""Which tests run on one database and which on both."""

import pytest

from tests.support import engines


def test_a_test_that_no_database_decides_runs_on_the_one_its_name_says(request: pytest.FixtureRequest) -> None:
    left = engines.superfluous(request.session.items)
    assert left == [] or request.config.getoption("every_database")


def test_both_databases_get_their_share_and_every_run_the_same() -> None:
    picks = [engines.chosen(f"tests/test_{number}.py::test") for number in range(1000)]
    assert 400 < picks.count("sqlite") < 600
    assert engines.chosen("tests/duty/test_api.py::test_a[4]") == "sqlite"
