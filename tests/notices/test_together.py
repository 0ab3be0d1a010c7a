"""Many threads' writes as one commit: all are written once, and a bad one costs nobody else theirs."""

import threading
from collections.abc import Callable

import pytest

from backend.notices.together import MOST_AT_ONCE, WRITER, Together
from tests.support import services


def _at_once(together: Together[int, int], items: range) -> list[int | Exception]:
    """Submit every item from its own thread while the writer is busy; return what each thread got."""
    results: dict[int, int | Exception] = {}

    def submit(item: int) -> None:
        try:
            results[item] = together.submit(item)
        except ValueError as error:
            results[item] = error

    threads = [threading.Thread(target=submit, args=(item,)) for item in items]
    with WRITER:
        for thread in threads:
            thread.start()
        services.wait_until(lambda: len(together._queue) == len(items))
    for thread in threads:
        thread.join(20)
    return [results[item] for item in items]


def _writer(batches: list[list[int]], bad: int | None = None) -> Callable[[list[int]], list[int]]:
    def write(items: list[int]) -> list[int]:
        if bad in items:
            raise ValueError(bad)
        batches.append(items)
        return [item * 2 for item in items]

    return write


@pytest.mark.parametrize(("count", "commits"), [(1, 1), (MOST_AT_ONCE, 1), (MOST_AT_ONCE + 1, 2)])
def test_what_came_meanwhile_is_written_in_one_go(count: int, commits: int) -> None:
    batches: list[list[int]] = []
    assert _at_once(Together(_writer(batches)), range(count)) == [item * 2 for item in range(count)]
    assert len(batches) == commits
    assert sorted(item for batch in batches for item in batch) == list(range(count))


def test_a_bad_item_fails_alone() -> None:
    batches: list[list[int]] = []
    results = _at_once(Together(_writer(batches, bad=3)), range(6))
    assert isinstance(results[3], ValueError)
    assert [result for result in results if isinstance(result, int)] == [0, 2, 4, 8, 10]
