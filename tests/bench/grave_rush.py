"""清明: everybody books the visit to a grave of one day, 4,000 places at each of three times, parties of every size.

Through the whole HTTP path; beside it, in the same run and on the same database, what the counters alone would cost:
as many tries to take as many places of a time, a transaction each, by as many clients.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from backend.booking.models import Slot
from backend.booking.verifying import differences
from backend.core.clock import local, monotonic
from backend.core.db import reading, unit_of_work
from backend.memorial.burial_params import number
from tests.bench import rush_bare, rush_world
from tests.bench.figures import Figure, figure
from tests.bench.rush import BOOKED, FULL, code, latencies, production
from tests.bench.rush_client import Answer, send_all
from tests.support import cemetery, services
from tests.support.rig import Rig, rig

PLACES, TIMES, CONNECTIONS = 4_000, 3, 64
MORE = 1.1  # a tenth more ask than there is room for
PATH = "/api/v1/mini/cemeteries/visits"
LOOK = b"GET /api/v1/mini/cemeteries HTTP/1.1\r\nHost: rush\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Visits:
    """The times of one day, and how many come in each party that asks, in the order of asking."""

    slots: Sequence[UUID]
    sizes: Sequence[int]
    tokens: Sequence[str]

    def slot(self, number: int) -> UUID:
        return self.slots[number % len(self.slots)]

    def requests(self) -> list[bytes]:
        """A grave of their own for each party: one is visited once a day."""
        return [rush_world.post(PATH, token, self._said(one)) for one, token in enumerate(self.tokens)]

    def _said(self, number: int) -> dict[str, str | int]:
        return {
            "cemetery": cemetery.CODE, "zone": cemetery.ZONE, "plot": f"1排{number + 1}号",
            "slot_id": str(self.slot(number)), "persons": self.sizes[number],
        }  # fmt: skip


def sqlite(folder: Path, scale: float) -> list[Figure]:
    """On SQLite."""
    with rig(folder, variables=production()) as ours:
        return _measured("memorial.rush_sqlite", ours, scale)


def postgresql(folder: Path, scale: float) -> list[Figure]:
    """On PostgreSQL."""
    with services.postgres(durable=True) as server:
        services.create_database(server, "bench")
        with rig(folder, f"{server}/bench", variables=production()) as ours:
            return _measured("memorial.rush_postgresql", ours, scale)


def _measured(name: str, ours: Rig, scale: float) -> list[Figure]:
    visits = _build(int(PLACES * scale))
    ours.start_web()
    send_all(ours.http_port, [LOOK] * CONNECTIONS, CONNECTIONS)  # the workers are up once they have answered
    requests, began = visits.requests(), monotonic()
    answers = send_all(ours.http_port, requests, CONNECTIONS)
    seconds = max(one.at for one in answers) - began
    booked = sum(one.status == BOOKED for one in answers)
    _require_full(visits, answers)
    ours.stop("web")
    url, tries = ours.environment["DATABASE_URL"], len(requests)
    bare = rush_bare.seconds(url, visits.slots, tries, CONNECTIONS, visits.sizes)
    return [figure(name, "bookings/s", booked / seconds, booked / bare), *latencies(name, answers)]


def _build(places: int) -> Visits:
    with unit_of_work() as work:
        most = number(work, "visit_persons_per_grave")
    # Seven and three have no common part, so parties of every size ask for every time.
    some = [size for size in range(1, most + 1) for _ in range(7)]
    parties = int(places * TIMES * MORE / (sum(some) / len(some)))
    sizes = [some[one % len(some)] for one in range(parties)]
    with unit_of_work() as work:
        cemetery.build_ground(work, capacity=places, plots=parties)
        first = local(work.now).date() + timedelta(days=2)  # for tomorrow it may be too late today
        slots = work.session.scalars(select(Slot.id).where(Slot.day >= first).order_by(Slot.starts_at).limit(TIMES))
        day = slots.all()
    return Visits(day, sizes, rush_world.logged_in(parties))


def _require_full(visits: Visits, answers: Sequence[Answer]) -> None:
    """Exactly those who were let in have places, and nobody was sent away whose party would have found room."""
    with reading() as work:
        rows = work.session.execute(select(Slot.id, Slot.capacity, Slot.taken).where(Slot.id.in_(visits.slots))).all()
        wrong: list[object] = list(differences(work))
    refused = {code(one) for one in answers if one.status != BOOKED}
    for slot_id, capacity, taken in rows:
        here = [(visits.sizes[one], answer.status) for one, answer in enumerate(answers) if visits.slot(one) == slot_id]
        let_in = sum(size for size, status in here if status == BOOKED)
        smallest = min((size for size, status in here if status != BOOKED), default=capacity)
        if not (taken == let_in and capacity - smallest < taken <= capacity):
            wrong.append((slot_id, capacity, taken, let_in, smallest))
    if wrong or not refused <= {FULL}:
        raise AssertionError(wrong, refused)
