"""One look for all who ask in the same moment; nobody hears from a look that began before they asked."""

import threading
from collections.abc import Collection

import pytest

from backend.core.together import Together

PATIENCE_S = 120.0


class Table:
    """Keys that are there; a look can be held up, and is counted."""

    def __init__(self) -> None:
        self.there: set[str] = set()
        self.looks: list[set[str]] = []
        self.began, self.go_on = threading.Event(), threading.Event()

    def look(self, keys: Collection[str]) -> Collection[str]:
        found = self.there & set(keys)
        self.looks.append(set(keys))
        self.began.set()
        assert self.go_on.wait(PATIENCE_S)
        return found


def ask(together: Together, keys: Collection[str]) -> tuple[list[threading.Thread], dict[str, object]]:
    """Each in a thread of its own; what they hear."""
    heard: dict[str, object] = {}

    def one(key: str) -> None:
        try:
            heard[key] = together.has(key)
        except LookupError as error:
            heard[key] = type(error)

    threads = [threading.Thread(target=one, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    return threads, heard


def test_those_who_ask_during_a_look_share_the_next_one_and_see_what_was_written_meanwhile() -> None:
    table = Table()
    together = Together(table.look)
    first, early = ask(together, ["a"])
    assert table.began.wait(PATIENCE_S)
    table.there |= {"a", "c"}
    later, late = ask(together, ["b", "c", "d"])
    while len(together._open.keys) < 3:
        threading.Event().wait(0.001)
    table.go_on.set()
    for thread in (*first, *later):
        thread.join(PATIENCE_S)
    assert (early, late) == ({"a": False}, {"b": False, "c": True, "d": False})
    assert table.looks == [{"a"}, {"b", "c", "d"}]
    assert together.has("a")


def test_a_look_that_fails_fails_for_all_who_shared_it_and_the_next_one_is_made_anew() -> None:
    def look(keys: Collection[str]) -> Collection[str]:
        if "bad" in keys:
            raise LookupError
        return keys

    together = Together(look)
    threads, heard = ask(together, ["bad"])
    threads[0].join(PATIENCE_S)
    assert heard == {"bad": LookupError}
    assert together.has("good")
    with pytest.raises(LookupError):
        together.has("bad")
