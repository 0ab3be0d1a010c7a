"""The 5.20 rush: 5,000 residents for 520 places, all at the second of opening, through the whole HTTP path.

Beside it, in the same run and on the same database, what the counters alone would cost: 5,000 times
``UPDATE slot SET taken = taken + 1 WHERE id = … AND taken < capacity``, a transaction each, by as many clients.
"""

import base64
import json
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from backend.booking.models import Booking
from backend.booking.verifying import differences
from backend.core.clock import monotonic, pause
from backend.core.db import reading
from tests.bench import rush_bare, rush_world
from tests.bench.figures import Figure, figure, percentile
from tests.bench.rush_client import Answer, send_all
from tests.bench.rush_world import MATTER, OFFICE, Rush
from tests.support import services
from tests.support.rig import Rig, rig

RESIDENTS, PLACES, CONNECTIONS, EARLY = 5_000, 520, 128, 400
CALM, WRITERS, SETTLING_S = 400, 16, 3.0
BOOKED, FULL = 201, "booking.slot_full"


def production() -> Mapping[str, str]:
    """The settings of a county's web process: its own keys, limits counted in Redis, two workers."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        "SHOUWANG_MODE": "production",
        "SHOUWANG_PUBLIC_URL": "http://127.0.0.1",
        "SHOUWANG_SECRET_KEY": secrets.token_urlsafe(48),
        "SHOUWANG_FIELD_KEYS": f"bench:{key}",
        "SHOUWANG_INDEX_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "SHOUWANG_WEB_WORKERS": "2",
        "SHOUWANG_LOG_LEVEL": "ERROR",
    }


def sqlite(folder: Path, scale: float) -> list[Figure]:
    """The rush, on SQLite."""
    with rig(folder, variables=production()) as ours:
        return _measured("booking.rush_sqlite", ours, scale)


def postgresql(folder: Path, scale: float) -> list[Figure]:
    """The rush, on PostgreSQL."""
    with services.postgres(durable=True) as server:
        services.create_database(server, "bench")
        with rig(folder, f"{server}/bench", variables=production()) as ours:
            return _measured("booking.rush_postgresql", ours, scale)


def _measured(name: str, ours: Rig, scale: float) -> list[Figure]:
    residents = int(RESIDENTS * scale)
    rush = rush_world.build(residents)
    ours.start_web()
    begins = rush_world.open_at_next_minute(rush.day)
    requests = rush.requests()
    _expect(send_all(ours.http_port, requests[:EARLY], CONNECTIONS), {"booking.not_open_yet": EARLY})
    answers = send_all(ours.http_port, requests, CONNECTIONS, begins)
    _expect(answers, {"": PLACES, FULL: residents - PLACES})
    _require_true_counts()
    seconds = max(one.at for one in answers) - begins
    ours.stop("web")
    bare = rush_bare.seconds(ours.environment["DATABASE_URL"], rush.slots, residents, CONNECTIONS)
    return [figure(name, "bookings/s", PLACES / seconds, PLACES / bare), *latencies(name, answers)]


def readers(folder: Path, scale: float) -> list[Figure]:
    """Bookings a second on SQLite while a thousand phones look at the list, beside the same without them."""
    each = int(CALM * scale)
    with rig(folder, variables=production()) as ours:
        rush = rush_world.build(2 * each)
        ours.start_web()
        requests = rush.calm_requests()
        alone = _calm(ours, requests[:each])
        with _looking(ours, rush):
            beside = _calm(ours, requests[each:])
    return [figure("booking.readers_slowdown", "bookings/s", beside, alone)]


def _calm(ours: Rig, requests: Sequence[bytes]) -> float:
    began = monotonic()
    answers = send_all(ours.http_port, requests, WRITERS)
    _expect(answers, {"": len(requests)})
    return len(requests) / (max(one.at for one in answers) - began)


@contextmanager
def _looking(ours: Rig, rush: Rush) -> Iterator[None]:
    path = f"/api/v1/mini/offices/{OFFICE}/slots?matter={MATTER}&first={rush.day}&last={rush.day}"
    command = [sys.executable, "-m", "tests.bench.rush_readers", str(ours.http_port), path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as looking:
        try:
            pause(SETTLING_S)
            yield
        finally:
            looking.terminate()
            print(f"answers to readers: {looking.communicate()[0]}", file=sys.stderr)  # noqa: T201 - progress


def code(answer: Answer) -> str:
    return "" if answer.status == BOOKED else str(json.loads(answer.body)["code"])


def _expect(answers: Sequence[Answer], wanted: Mapping[str, int]) -> None:
    found = Counter(code(one) for one in answers)
    if found != wanted:
        raise AssertionError(found)


def _require_true_counts() -> None:
    with reading() as work:
        count = work.session.scalar(select(func.count()).select_from(Booking))
        if count != PLACES or differences(work):
            raise AssertionError(count, differences(work))


def latencies(name: str, answers: Sequence[Answer]) -> list[Figure]:
    """The 99th percentile of those who got a place and of those who did not, in milliseconds."""
    booked = [one.ms for one in answers if one.status == BOOKED]
    refused = [one.ms for one in answers if one.status != BOOKED]
    return [
        figure(f"{name}_booked_p99", "ms", percentile(booked, 0.99), None),
        figure(f"{name}_refused_p99", "ms", percentile(refused, 0.99), None),
    ]
