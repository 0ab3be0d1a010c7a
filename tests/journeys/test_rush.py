"""The rush of the 20th of May when something breaks: the web process is killed in the middle, Redis is away."""

import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backend.booking.models import Booking, BookingEvent, BookingParty
from backend.booking.verifying import differences
from backend.core.db import reading
from backend.core.idempotency import IdempotentAnswer
from backend.residents.models import InboxItem
from tests.bench import rush_world
from tests.bench.rush import BOOKED, FULL, production
from tests.bench.rush_client import Answer, send_all
from tests.bench.rush_world import Rush
from tests.support import services
from tests.support.rig import Rig, rig

pytestmark = pytest.mark.slow

RESIDENTS, TIMES, PLACES, CONNECTIONS = 400, 5, 100, 32


def a_small_rush() -> Rush:
    rush = rush_world.build(RESIDENTS)
    return replace(rush, slots=rush.slots[:TIMES])


def count(table: type[Booking | BookingParty | BookingEvent | IdempotentAnswer | InboxItem]) -> int:
    with reading() as work:
        return work.session.scalar(select(func.count()).select_from(table)) or 0


def assert_nothing_is_half_done() -> int:
    """Every booking whole, every counter true; how many bookings there are."""
    bookings = count(Booking)
    assert (count(BookingParty), count(BookingEvent)) == (2 * bookings, bookings)
    assert (count(IdempotentAnswer), count(InboxItem)) == (bookings, bookings)
    with reading() as work:
        assert differences(work) == []
        assert work.session.scalar(select(func.count()).where(IdempotentAnswer.status != BOOKED)) == 0
    return bookings


def codes(answers: Sequence[Answer]) -> Counter[str]:
    return Counter("" if one.status == BOOKED else json.loads(one.body)["code"] for one in answers)


def kill_with_workers(ours: Rig) -> None:
    """As a power failure: workers that are left alone would finish what they have begun."""
    web = ours.processes.pop("web")
    children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text(encoding="ascii").split()
    for pid in (web.pid, *map(int, children)):
        os.kill(pid, signal.SIGKILL)
    web.wait()


def numbers() -> dict[str, str]:
    """The number of each booking by its id."""
    with reading() as work:
        return {str(key): number for key, number in work.session.execute(select(Booking.id, Booking.number))}


def test_a_web_process_killed_in_the_rush_leaves_nothing_half_done(tmp_path: Path) -> None:
    with rig(tmp_path, variables=production()) as ours:
        requests = a_small_rush().requests()
        ours.start_web()
        tapping = threading.Thread(target=tap_until_it_dies, args=(ours.http_port, requests))
        tapping.start()
        services.wait_until(lambda: count(Booking) >= 20)
        kill_with_workers(ours)
        tapping.join()
        before, survived = numbers(), assert_nothing_is_half_done()
        assert 20 <= survived <= PLACES
        ours.start_web()
        answers = tap_again(ours.http_port, requests)
        assert codes(answers) == {"": PLACES, FULL: RESIDENTS - PLACES}
        assert assert_nothing_is_half_done() == PLACES
        bodies = [json.loads(one.body) for one in answers if one.status == BOOKED]
        again = {str(body["id"]): str(body["number"]) for body in bodies}
        assert set(before.items()) <= set(again.items())


def tap_until_it_dies(port: int, requests: Sequence[bytes]) -> None:
    with suppress(OSError):
        send_all(port, requests, CONNECTIONS)


def tap_again(port: int, requests: Sequence[bytes]) -> list[Answer]:
    """As phones do: what is cut off while the server comes up again is tried once more with the same keys."""
    try:
        return send_all(port, requests, CONNECTIONS)
    except ConnectionResetError:
        return send_all(port, requests, CONNECTIONS)


def test_without_redis_people_book_as_usual(tmp_path: Path) -> None:
    away = {"REDIS_URL": f"redis://127.0.0.1:{services.free_port()}/0"}
    with rig(tmp_path, variables={**production(), **away}) as ours:
        requests = a_small_rush().requests()
        ours.start_web()
        assert codes(send_all(ours.http_port, requests, CONNECTIONS)) == {"": PLACES, FULL: RESIDENTS - PLACES}
        assert assert_nothing_is_half_done() == PLACES
