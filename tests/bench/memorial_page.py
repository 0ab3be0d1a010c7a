"""A public hall of 100,000 tributes as its visitors' browsers meet it, beside a static file of the same server.

Through the real web process, by clients that keep their connections, the two in turns. ``page``: many look and nothing
changes; ``page_anew``: the hall has changed before each look, so that all of it is worked out again.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, insert, select, update

from backend.core.db import Work, unit_of_work
from backend.core.ids import new_id
from backend.core.numbers import number_for
from backend.memorial import deceased
from backend.memorial.deceased import Dead
from backend.memorial.models import Hall, HallPerson, HallRelative
from backend.memorial.tribute_models import Tribute, TributeTally
from backend.memorial.tribute_rules import KINDS, WRITTEN
from backend.people.models import Staff
from backend.people.rules import Grant
from backend.people.service import Viewer
from tests.bench.figures import Figure, figure, percentile
from tests.bench.rush import production
from tests.bench.rush_client import Answer, send_all
from tests.support import services
from tests.support import tributes as made
from tests.support.residents import person
from tests.support.rig import Rig, rig
from tests.support.world import COUNTY

TRIBUTES, PEOPLE, PORTION = 100_000, 250, 5_000
ROUNDS, LOOKS, CLIENTS, CHANGES = 7, 600, 8, 40
FILE = "/console/static/memorial.css"
STORY = "她生在江边，教了一辈子书，学生走到哪里都记得她。她说，日子要一天一天地过，人要一个一个地疼。" * 40
FINE = 200


def sqlite(folder: Path, scale: float) -> list[Figure]:
    """On SQLite."""
    with rig(folder, variables=production()) as ours:
        return _measured("memorial.page_sqlite", ours, scale)


def postgresql(folder: Path, scale: float) -> list[Figure]:
    """On PostgreSQL."""
    with services.postgres(durable=True) as server:
        services.create_database(server, "bench")
        with rig(folder, f"{server}/bench", variables=production()) as ours:
            return _measured("memorial.page_postgresql", ours, scale)


def _measured(name: str, ours: Rig, scale: float) -> list[Figure]:
    with unit_of_work() as work:
        hall = _hall(work)
    _fill(hall, int(TRIBUTES * scale))
    ours.start_web()
    page, file = _get(f"/memorial/{_number(hall)}"), _get(FILE)
    _looks(ours, [page, file] * LOOKS)  # both workers warm
    pages, files = _in_turns(ours, [page] * LOOKS, [file] * LOOKS)
    anew, alone = _changing(ours, hall, page, file)
    return [
        figure(f"{name}_p99", "ms", percentile(pages, 0.99), percentile(files, 0.99)),
        figure(f"{name}_p50", "ms", percentile(pages, 0.5), percentile(files, 0.5)),
        figure(f"{name}_anew_p50", "ms", percentile(anew, 0.5), percentile(alone, 0.5)),
    ]


def _in_turns(ours: Rig, first: Sequence[bytes], second: Sequence[bytes]) -> tuple[list[float], list[float]]:
    found: tuple[list[float], list[float]] = ([], [])
    for _round in range(ROUNDS):
        for kept, requests in zip(found, (first, second), strict=True):
            kept += [one.ms for one in _looks(ours, requests)]
    return found


def _looks(ours: Rig, requests: Sequence[bytes]) -> list[Answer]:
    answers = send_all(ours.http_port, requests, CLIENTS)
    if {one.status for one in answers} != {FINE}:
        raise AssertionError({one.status for one in answers})
    return answers


def _changing(ours: Rig, hall: UUID, page: bytes, file: bytes) -> tuple[list[float], list[float]]:
    """One visitor, the hall changed before each look."""
    anew, alone = [], []
    for _change in range(CHANGES):
        with unit_of_work() as work:
            work.execute_dml(update(Hall).where(Hall.id == hall).values(version=Hall.version + 1))
        [look] = send_all(ours.http_port, [page], 1)
        [static] = send_all(ours.http_port, [file], 1)
        anew.append(look.ms)
        alone.append(static.ms)
    return anew, alone


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def _number(hall: UUID) -> str:
    with unit_of_work() as work:
        return work.session.get_one(Hall, hall).number


# -- the hall


def _hall(work: Work) -> UUID:
    """Somebody remembered, a long life story, a family tree."""
    staff_id = work.session.scalars(select(Staff.id)).first()
    clerk = Viewer(cast("UUID", staff_id), "clerk", "窗口", (Grant("clerk", f"{COUNTY}/"),), new_id(), "csrf")
    kin = person(work, "李红", serial=2)
    dead = deceased.register(work, clerk, Dead("王秀英", date(2025, 8, 1), date(1940, 5, 1), proof="死亡医学证明"))
    hall = work.session.get_one(Hall, made.hall(work, clerk.staff_id, kin, "public", 1))
    hall.number = number_for("JN", date(2026, 11, 22), 12345)
    hall.story, hall.story_state = STORY, "shown"
    work.session.add(HallPerson(id=new_id(), hall_id=hall.id, deceased_id=dead.id, position=1))
    work.session.add_all(
        HallRelative(id=new_id(), hall_id=hall.id, name=f"王大{one}", relation="sibling", dead=True, shown=True,
                     person_id=kin, at=work.now)
        for one in "山海江河湖"
    )  # fmt: skip
    return hall.id


def _fill(hall: UUID, count: int) -> None:
    """Tributes of every kind over the days before, what is written shown to all; the counts as if raised one by one."""
    with unit_of_work() as work:
        people = [person(work, "来客", serial=10 + number) for number in range(PEOPLE)]
        rows = _rows(work, hall, people, count)
        while portion := list(islice(rows, PORTION)):
            work.session.execute(insert(Tribute), portion)
        counts = select(Tribute.kind, func.count()).group_by(Tribute.kind)
        work.session.execute(insert(TributeTally), [
            {"hall_id": hall, "kind": kind, "shard": 0, "count": many} for kind, many in work.session.execute(counts)
        ])  # fmt: skip


def _rows(work: Work, hall: UUID, people: Sequence[UUID], count: int) -> Iterator[dict[str, Any]]:
    kinds = list(KINDS)
    for number in range(count):
        before, kind = number // (len(kinds) * PEOPLE), kinds[number // PEOPLE % len(kinds)]
        at = work.now - timedelta(days=before)
        words = f"妈妈，我们都好，您放心。第 {number} 次来看您。" if kind in WRITTEN else None
        yield {
            "id": new_id(), "hall_id": hall, "person_id": people[number % PEOPLE], "kind": kind, "day": at.date(),
            "words": words, "song": "songbie" if kind == "song" else None, "shared": words is not None,
            "shown": words is not None, "created_at": at,
        }  # fmt: skip
