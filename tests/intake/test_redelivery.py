"""What a broker delivers again after a crash is told from what is new by its order, not by a window of time."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from backend.devices.messages import Inbound
from backend.intake.arrivals import Arrival, Redelivery

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _arrival(content: int, *, dup: bool = True) -> Arrival:
    return Arrival(Inbound("t", str(content).encode(), NOW, dup=dup), "s")


def _memory(contents: list[int]) -> Redelivery:
    return Redelivery([_arrival(one).content_hash for one in contents], list(range(1, len(contents) + 1)))


def _swallowed(memory: Redelivery, contents: list[int]) -> list[bool]:
    return [memory.swallow(_arrival(one), 1) for one in contents]


def test_the_end_of_what_was_stored_comes_again_and_then_news() -> None:
    memory = _memory([1, 2, 3, 4])
    assert _swallowed(memory, [3, 4, 5]) == [True, True, False]


def test_when_all_was_acknowledged_the_first_dup_is_news_and_so_is_all_after_it() -> None:
    memory = _memory([1, 2, 3])
    assert _swallowed(memory, [4, 1, 2]) == [False, False, False]


def test_an_identical_press_that_does_not_continue_the_list_is_news() -> None:
    memory = _memory([1, 2, 3])
    assert _swallowed(memory, [2, 3, 1]) == [True, True, False]


def test_a_message_that_is_not_marked_dup_is_never_swallowed() -> None:
    memory = _memory([1])
    assert not memory.swallow(_arrival(1, dup=False), 1)


def test_what_was_delivered_again_counts_as_settled() -> None:
    memory = _memory([7, 8, 9])
    assert memory.settled_seq == 0
    memory.swallow(_arrival(8), 1)
    assert memory.settled_seq == 2
    memory.swallow(_arrival(6), 1)
    assert memory.settled_seq == 3


def test_one_message_that_made_two_observations_is_one_step_of_two() -> None:
    memory = _memory([1, 1, 2])
    assert memory.swallow(_arrival(1), 2)
    assert memory.swallow(_arrival(2), 1)


@given(
    stored=st.lists(st.integers(), unique=True, max_size=20),
    acknowledged=st.integers(0, 20),
    news=st.lists(st.integers(), unique=True, max_size=20),
)
def test_every_stored_message_is_swallowed_once_and_no_other(
    stored: list[int], acknowledged: int, news: list[int]
) -> None:
    fresh = [one for one in news if one not in stored]
    again = stored[acknowledged:]
    assert _swallowed(_memory(stored), [*again, *fresh]) == [True] * len(again) + [False] * len(fresh)
