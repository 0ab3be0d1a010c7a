"""On which database a test runs: all on SQLite or PostgreSQL, those marked ``both_databases`` on both.

Most tests ask for rules, words, permissions and pages, which no database changes: each of them runs on one of the two,
half of them on each, always the same one. ``--every-database`` runs everything on both (decision 0037).
"""

import os
from collections import Counter
from collections.abc import Iterable
from zlib import crc32

import pytest

ENGINES = ("sqlite", "postgresql")
MARK = "both_databases"
VARIABLE = "SHOUWANG_EVERY_DATABASE"


def add_option(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-database",
        action="store_true",
        default=os.environ.get(VARIABLE) == "1",
        help=f"run every database test on SQLite and on PostgreSQL (or set {VARIABLE}=1)",
    )


def engine_of(item: pytest.Item) -> str | None:
    """The database this run of the test is for; None if it has nothing to do with one."""
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return next((value for value in params.values() if value in ENGINES), None)


def without_engine(item: pytest.Item) -> str:
    """The id of a test that its runs on both databases share."""
    name, _, params = item.nodeid.partition("[")
    return f"{name}[{'-'.join(part for part in params.rstrip(']').split('-') if part not in ENGINES)}]"


def chosen(test: str) -> str:
    """One of the two by the test's own name, so that every process and every run chooses the same."""
    return ENGINES[crc32(test.encode()) % 2]


def superfluous(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The second runs of tests for which one is enough. A run that was asked for alone stays."""
    twice = [(item, engine, without_engine(item)) for item in items if (engine := engine_of(item)) is not None]
    runs = Counter(test for _item, _engine, test in twice)
    return [
        item
        for item, engine, test in twice
        if runs[test] == len(ENGINES) and engine != chosen(test) and item.get_closest_marker(MARK) is None
    ]
