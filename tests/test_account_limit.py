"""Calls of one account are counted, with Redis and without it."""

import pytest

from backend.account_limit import AccountLimit, TooOftenError
from tests.support import services


def count(limit: AccountLimit, times: int, account: str = "one") -> None:
    for _ in range(times):
        limit.count(account)


def test_the_call_above_the_limit_is_told_how_long_to_wait() -> None:
    limit = AccountLimit("3 per hour", "memory://")
    count(limit, 3)
    with pytest.raises(TooOftenError) as told:
        count(limit, 1)
    assert 1 <= told.value.seconds <= 3601


def test_another_account_is_counted_by_itself() -> None:
    limit = AccountLimit("3 per hour", "memory://")
    count(limit, 3)
    count(limit, 3, "another")
    with pytest.raises(TooOftenError):
        count(limit, 1, "another")


def test_two_processes_count_together_in_redis() -> None:
    with services.redis() as url:
        one, other = AccountLimit("3 per hour", url), AccountLimit("3 per hour", url)
        count(one, 2)
        count(other, 1)
        with pytest.raises(TooOftenError):
            count(one, 1)


def test_without_redis_each_process_counts_by_itself() -> None:
    limit = AccountLimit("3 per hour", f"redis://127.0.0.1:{services.free_port()}/0")
    count(limit, 3)
    with pytest.raises(TooOftenError):
        count(limit, 1)
