"""The order of the files: those that wait for whole processes are spread over the first half of the run.

At its end one of several test processes would otherwise wait for the last of them alone, minutes long.
"""

from collections.abc import Iterable
from itertools import groupby

import pytest

LONG = "slow"


def long_ones_early(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The same tests; a file stays together, because its tests may share what is set up for the file."""
    files = [list(tests) for _path, tests in groupby(items, key=lambda item: item.path)]
    long = [tests for tests in files if any(test.get_closest_marker(LONG) for test in tests)]
    short = [tests for tests in files if tests not in long]
    step = max(1, len(short) // (2 * len(long) or 1))
    for number, tests in enumerate(long):
        short.insert(number * (step + 1), tests)
    return [test for tests in short for test in tests]
