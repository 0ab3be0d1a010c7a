"""Many threads let go at the same moment: what each of them got."""

import threading
from collections.abc import Callable
from typing import Any

from apiflask import APIFlask

PATIENCE_S = 120.0


def at_once(app: APIFlask, count: int, act: Callable[[int], Any]) -> list[Any]:
    """What ``act(number)`` gave in each of ``count`` threads; the type of an error counts as an answer."""
    gate = threading.Barrier(count)
    answers: list[Any] = [None] * count

    def run(number: int) -> None:
        with app.app_context():
            gate.wait(PATIENCE_S)
            try:
                answers[number] = act(number)
            except Exception as error:  # noqa: BLE001 - what was refused is the answer
                answers[number] = type(error)
                print(f"{number}: {error!r}")  # noqa: T201 - the only trace of a refusal nobody expected

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    return answers
