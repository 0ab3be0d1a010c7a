"""Ten thousand candles in one hall by 50 visitors at once, and the hall's count exact afterwards.

One of them lights every tenth candle, from as many phones as come by: that is one candle. Beside them the same
transactions without our code: the row of the candle and, if it is new, one more in the count, by bare SQL.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from backend.core import migrate
from backend.core.clock import local
from backend.core.db import Work, is_sqlite, reading, unit_of_work
from backend.core.ids import new_id
from backend.memorial import tributes
from backend.memorial.tribute_models import Tribute
from backend.memorial.tributes import Offering
from tests.bench.figures import Figure, figure, percentile
from tests.bench.timebank import Act, at_once, bank
from tests.support import services
from tests.support import tributes as made
from tests.support.residents import person

CANDLES, PORTION = 10_000, 1_000
AGAIN = 10  # every so many candles are the first visitor's
BORN, SERIALS = date(1930, 1, 1), 900  # people a day of birth
ROW = (
    "INSERT INTO tribute (id, hall_id, person_id, kind, day, shared, shown, created_at)"
    " VALUES (:id, :hall, :person, 'flower', :day, false, false, :now) ON CONFLICT DO NOTHING RETURNING id"
)
MORE = (
    "INSERT INTO tribute_tally (hall_id, kind, shard, count) VALUES (:hall, 'flower', :shard, 1)"
    " ON CONFLICT (hall_id, kind, shard) DO UPDATE SET count = tribute_tally.count + 1"
)


def sqlite(folder: Path, scale: float) -> list[Figure]:
    return _candles("memorial.tributes_sqlite", f"sqlite:///{folder / 'hall.db'}", folder, scale)


def postgresql(folder: Path, scale: float) -> list[Figure]:
    """On a durable PostgreSQL."""
    with services.postgres(durable=True) as server:
        services.create_database(server, "bench")
        return _candles("memorial.tributes_postgresql", f"{server}/bench", folder, scale)


def _candles(name: str, url: str, folder: Path, scale: float) -> list[Figure]:
    migrate.upgrade(url)
    count = int(CANDLES * scale)
    with _hall(url, folder, count) as (enter, hall, visitors):

        def light(number: int) -> None:
            with unit_of_work() as work:
                tributes.give(work, _who(visitors, number), hall, Offering("candle"))

        ours, waits = at_once(count, lambda: (enter(), light)[1])
        bare, bare_waits = at_once(count, lambda: (enter(), _bare(hall, visitors))[1])
        _require_exact(hall, len({_who(visitors, number) for number in range(count)}))
    return [
        figure(name, "tributes/s", count / ours, count / bare),
        figure(f"{name}_p99", "ms", percentile(waits, 0.99) * 1000, percentile(bare_waits, 0.99) * 1000),
    ]


def _who(visitors: Sequence[UUID], number: int) -> UUID:
    return visitors[0 if number % AGAIN == 0 else number]


def _require_exact(hall: UUID, people: int) -> None:
    """One candle and one flower a person, in the rows and in what is counted."""
    rows = select(Tribute.kind, func.count()).where(Tribute.hall_id == hall).group_by(Tribute.kind)
    with reading() as work:
        found = [tributes.counts(work, hall), dict(work.session.execute(rows).all())]
    if found != [{"flower": people, "candle": people}] * 2:
        raise AssertionError(people, found)


@contextmanager
def _hall(url: str, folder: Path, count: int) -> Iterator[tuple[Callable[[], None], UUID, list[UUID]]]:
    """What a new thread calls, a public hall, and as many visitors as there are candles."""
    with bank(url, folder) as enter:
        with unit_of_work() as work:
            hall = made.build(work).hall
        visitors: list[UUID] = []
        for first in range(0, count, PORTION):
            with unit_of_work() as work:
                visitors += [_visitor(work, number) for number in range(first, min(first + PORTION, count))]
        yield enter, hall, visitors


def _visitor(work: Work, number: int) -> UUID:
    return person(work, "来客", BORN + timedelta(days=number // SERIALS), number % SERIALS)


def _bare(hall: UUID, visitors: list[UUID]) -> Act:
    def light(number: int) -> None:
        with unit_of_work() as work:
            said: dict[str, Any] = {
                "id": new_id(), "hall": hall, "person": _who(visitors, number), "now": work.now,
                "day": local(work.now).date(),
            }  # fmt: skip
            if is_sqlite(work):
                said = {name: one.hex if isinstance(one, UUID) else one.isoformat() for name, one in said.items()}
            if work.session.execute(text(ROW), said).first() is None:
                return
            work.session.execute(text(MORE), {"hall": said["hall"], "shard": number % tributes.SHARDS})

    return light
