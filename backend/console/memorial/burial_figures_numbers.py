"""What is counted of deaths, funerals, graves and remembrance: a year, by township and by cemetery (I-20, I-30)."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from backend.assistance.profiles import months_later
from backend.booking.models import Office, Slot
from backend.core.clock import local, midnight
from backend.core.db import Work
from backend.memorial import cemeteries
from backend.memorial.burial_models import (
    Burial,
    BurialPrice,
    Cemetery,
    CemeteryZone,
    FuneralLine,
    FuneralOrder,
    Plot,
    SweepingErrand,
)
from backend.memorial.burial_rules import ECOLOGICAL, PLOT_KINDS
from backend.memorial.farewell_models import Farewell
from backend.memorial.models import Hall
from backend.memorial.tribute_models import Tribute
from backend.people.models import Division
from backend.people.service import Viewer
from backend.residents.models import Person

VIEW, MONTHS, DAYS = "memorial.view", 12, 30
COUNTED = {
    "deaths": "去世登记", "cremations": "火化", "farewells": "告别仪式", "burials": "安葬",
    "ecological": "其中节地生态", "swept": "代祭扫", "halls": "新开纪念馆", "tributes": "网上祭奠",
}  # fmt: skip
HELD = ("over", "closed")  # a farewell that took place


@dataclass(frozen=True, slots=True)
class Ground:
    """One cemetery: its places, how many are ecological, how many dead lie there."""

    name: str
    plots: int
    ecological: int
    buried: int


@dataclass(frozen=True, slots=True)
class VisitsOfDay:
    """People who booked or just came on a day, and how many places there were."""

    day: date
    people: int
    places: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """``monthly``: a key of ``COUNTED`` → a number for each month; ``towns``: township → the same, all months
    together; ``kinds``: kind of place → burials of the twelve months.
    """

    months: Sequence[date]
    monthly: Mapping[str, Sequence[int]]
    towns: Mapping[str, Mapping[str, int]]
    kinds: Mapping[str, int]
    grounds: Sequence[Ground]
    visits: Sequence[VisitsOfDay]

    def whole(self, key: str) -> int:
        """All twelve months."""
        return sum(self.monthly[key])


def numbers(work: Work, viewer: Viewer) -> Numbers:
    """The viewer's part of the county."""
    today = local(work.now).date()
    months = [months_later(today, count) for count in range(1 - MONTHS, 1)]
    names = work.session.execute(select(Division.path, Division.name).where(Division.level == "town")).all()
    monthly: dict[str, list[int]] = {}
    towns: dict[str, Counter[str]] = {}
    for key, path, counts in _rows(work, viewer, months):
        monthly[key] = [sum(both) for both in zip(monthly.get(key, [0] * MONTHS), counts, strict=True)]
        town = next((name for begins, name in names if path.startswith(begins)), "县直")
        towns.setdefault(town, Counter())[key] += sum(counts)
    return Numbers(
        months, {key: monthly.get(key, [0] * MONTHS) for key in COUNTED}, dict(sorted(towns.items())),
        _kinds(work, viewer, months), _grounds(work, viewer), _visits(work, viewer, today),
    )  # fmt: skip


# -- by month and place: one statement for each thing, a sum for each month


def _rows(work: Work, viewer: Viewer, months: Sequence[date]) -> Iterator[tuple[str, str, list[int]]]:
    """What was counted, the division's path, a number for each month."""
    for key, counting in COUNTING.items():
        column, path, statement = counting()
        mine = statement.where(viewer.sees(path, VIEW)).with_only_columns(path, *_sums(column, months)).group_by(path)
        for row in work.session.execute(mine):
            yield key, row[0], [int(one or 0) for one in row[1:]]


def _sums(column: Any, months: Sequence[date]) -> list[Any]:
    """Of a day or of a moment: a month begins at midnight in China, whatever the database takes for one."""
    cut = midnight if column.type.python_type is not date else (lambda day: day)
    return [
        func.sum(case((and_(column >= cut(month), column < cut(months_later(month, 1))), 1), else_=0))
        for month in months
    ]


Counting = tuple[Any, Any, Select[Any]]  # the column of the day, the column of the place, the rows


def _deaths() -> Counting:
    mine = select(Person.id).join(Division, Division.code == Person.division_code).where(Person.died_on.is_not(None))
    return Person.died_on, Division.path, mine


def _cremations() -> Counting:
    with_fire = (
        select(FuneralLine.order_id)
        .join(BurialPrice, BurialPrice.id == FuneralLine.price_id)
        .where(BurialPrice.free_kind == "cremation")
    )
    mine = select(FuneralOrder.id).join(Division, Division.code == FuneralOrder.division_code)
    return FuneralOrder.done_at, Division.path, mine.where(FuneralOrder.state == "done", FuneralOrder.id.in_(with_fire))


def _farewells() -> Counting:
    return Farewell.starts_at, Farewell.territory, select(Farewell.id).where(Farewell.state.in_(HELD))


def _graves(rows: Select[Any]) -> Select[Any]:
    """Joined from a plot to the division of its cemetery."""
    return (
        rows.join(CemeteryZone, CemeteryZone.id == Plot.zone_id)
        .join(Cemetery, Cemetery.id == CemeteryZone.cemetery_id)
        .join(Division, Division.code == Cemetery.division_code)
    )


def _burials() -> Counting:
    return Burial.buried_on, Division.path, _graves(select(Burial.id).join(Plot, Plot.id == Burial.plot_id))


def _ecological() -> Counting:
    column, path, mine = _burials()
    return column, path, mine.where(Plot.kind.in_(ECOLOGICAL))


def _swept() -> Counting:
    mine = _graves(select(SweepingErrand.id).join(Plot, Plot.id == SweepingErrand.plot_id))
    return SweepingErrand.day, Division.path, mine.where(SweepingErrand.state == "done")


def _halls() -> Counting:
    return Hall.created_at, Hall.territory, select(Hall.id)


def _tributes() -> Counting:
    return Tribute.day, Hall.territory, select(Tribute.id).join(Hall, Hall.id == Tribute.hall_id)


COUNTING: Mapping[str, Callable[[], Counting]] = {
    "deaths": _deaths, "cremations": _cremations, "farewells": _farewells, "burials": _burials,
    "ecological": _ecological, "swept": _swept, "halls": _halls, "tributes": _tributes,
}  # fmt: skip


# -- graves and visits


def _kinds(work: Work, viewer: Viewer, months: Sequence[date]) -> dict[str, int]:
    column, path, mine = _burials()
    since = mine.where(viewer.sees(path, VIEW), column >= months[0])
    found = work.session.execute(since.with_only_columns(Plot.kind, func.count()).group_by(Plot.kind))
    counts = {kind: count for kind, count in found}  # noqa: C416 - dict() does not know a Row
    return {kind: counts.get(kind, 0) for kind in PLOT_KINDS}


def _grounds(work: Work, viewer: Viewer) -> list[Ground]:
    plots = func.count(Plot.id)
    ecological = func.sum(case((Plot.kind.in_(ECOLOGICAL), 1), else_=0))
    lying = select(Burial.plot_id, func.count().label("dead")).where(Burial.ended_on.is_(None)).group_by(Burial.plot_id)
    dead = lying.subquery()
    mine = cemeteries.seen_by(viewer).order_by(None)
    rows = work.session.execute(
        mine.outerjoin(CemeteryZone, CemeteryZone.cemetery_id == Cemetery.id)
        .outerjoin(Plot, Plot.zone_id == CemeteryZone.id)
        .outerjoin(dead, dead.c.plot_id == Plot.id)
        .with_only_columns(Cemetery.name, plots, ecological, func.sum(dead.c.dead))
        .group_by(Cemetery.id, Cemetery.name)
        .order_by(Cemetery.name)
    )
    return [Ground(name, count, int(saving or 0), int(buried or 0)) for name, count, saving, buried in rows]


def _visits(work: Work, viewer: Viewer, today: date) -> list[VisitsOfDay]:
    """Every day of the last thirty, also those without any."""
    first = today - timedelta(days=DAYS - 1)
    mine = cemeteries.seen_by(viewer).order_by(None).with_only_columns(Cemetery.id)
    gates = select(CemeteryZone.office_code).where(CemeteryZone.cemetery_id.in_(mine))
    people, places = Slot.taken + Slot.on_site_taken, Slot.capacity + Slot.on_site
    rows = work.session.execute(
        select(Slot.day, func.sum(people), func.sum(case((Slot.closed, people), else_=places)))
        .join(Office, Office.id == Slot.office_id)
        .where(Office.code.in_(gates), Slot.day.between(first, today))
        .group_by(Slot.day)
    )
    found = {day: (int(came), int(room)) for day, came, room in rows}
    days = [first + timedelta(days=ahead) for ahead in range(DAYS)]
    return [VisitsOfDay(day, *found.get(day, (0, 0))) for day in days]
