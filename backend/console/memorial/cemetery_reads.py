"""What the cemeteries' pages show, read in a few statements: counts of plots, today's times, who waits for what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from backend.booking.models import Office, Slot
from backend.console.memorial.visits_chart import VisitTime
from backend.core.clock import local
from backend.core.db import Work
from backend.memorial import cemeteries, cemetery_fees
from backend.memorial.burial_models import Burial, Cemetery, CemeteryZone, Plot, PlotTerm
from backend.memorial.burial_rules import CEMETERY_KINDS, ECOLOGICAL
from backend.memorial.models import Deceased
from backend.people.service import Viewer
from backend.residents.masking import mask_name
from backend.residents.models import Person


@dataclass(frozen=True, slots=True)
class Line:
    """A cemetery of the list: plots, of them ecological and held; people booked today; yuan of fees left."""

    code: str
    name: str
    kind: str
    plots: int
    ecological: int
    held: int
    today: int
    balance: Decimal


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A zone with its plots, the used ones, and who books its times."""

    name: str
    plots: int
    held: int
    buried: int
    office: str | None


def lines(work: Work, viewer: Viewer) -> list[Line]:
    """The viewer's cemeteries."""
    rows = work.session.scalars(cemeteries.seen_by(viewer)).all()
    return [_line(work, row) for row in rows]


def _line(work: Work, row: Cemetery) -> Line:
    mine = select(Plot.id).join(CemeteryZone, CemeteryZone.id == Plot.zone_id).where(CemeteryZone.cemetery_id == row.id)
    counted = select(func.count()).select_from(mine.subquery())
    ecological = select(func.count()).select_from(mine.where(Plot.kind.in_(ECOLOGICAL)).subquery())
    held = select(func.count()).where(PlotTerm.plot_id.in_(mine), PlotTerm.ended_on.is_(None))
    today = times(work, row.id, local(work.now).date())
    return Line(
        row.code, row.name, CEMETERY_KINDS[row.kind], work.session.scalar(counted) or 0,
        work.session.scalar(ecological) or 0, work.session.scalar(held) or 0,
        sum(one.booked + one.came for one in today), cemetery_fees.account(work, row.id).balance,
    )  # fmt: skip


def zone_lines(work: Work, cemetery_id: UUID) -> list[ZoneLine]:
    """The zones of a cemetery by name."""
    rows = work.session.execute(
        select(
            CemeteryZone.name, CemeteryZone.office_code, func.count(Plot.id.distinct()),
            func.count(PlotTerm.id.distinct()), func.count(Burial.id.distinct()),
        )
        .outerjoin(Plot, Plot.zone_id == CemeteryZone.id)
        .outerjoin(PlotTerm, (PlotTerm.plot_id == Plot.id) & PlotTerm.ended_on.is_(None))
        .outerjoin(Burial, (Burial.plot_id == Plot.id) & Burial.ended_on.is_(None))
        .where(CemeteryZone.cemetery_id == cemetery_id)
        .group_by(CemeteryZone.name, CemeteryZone.office_code)
        .order_by(CemeteryZone.name)
    )  # fmt: skip
    return [ZoneLine(name, plots, held, buried, office) for name, office, plots, held, buried in rows]


def times(work: Work, cemetery_id: UUID, day: date) -> list[VisitTime]:
    """The day's times at the cemetery's gates."""
    gates = select(CemeteryZone.office_code).where(CemeteryZone.cemetery_id == cemetery_id)
    rows = work.session.execute(
        select(Slot, Office.name)
        .join(Office, Office.id == Slot.office_id)
        .where(Office.code.in_(gates), Slot.day == day)
        .order_by(Slot.starts_at, Office.name)
    ).all()
    several = len({name for _, name in rows}) > 1
    return [_time(slot, name if several else "") for slot, name in rows]


def _time(slot: Slot, gate: str) -> VisitTime:
    when = f"{local(slot.starts_at):%H:%M}–{local(slot.ends_at):%H:%M}"
    label = f"{gate} {when}".strip()
    return VisitTime(label, slot.taken, slot.on_site_taken, slot.capacity + slot.on_site, slot.closed)


@dataclass(frozen=True, slots=True)
class PlotPage:
    """A plot with its holder (name masked), the dead who lie there (id, name, day) and who was moved (name, day, where
    to).
    """

    plot: Plot
    term: PlotTerm | None
    holder: str
    lying: Sequence[tuple[UUID, str, date]]
    moved: Sequence[tuple[str, date, str]]


def plot_page(work: Work, plot: Plot) -> PlotPage:
    term = cemeteries.holder_of(work, plot.id)
    holder = mask_name(work.session.get_one(Person, term.person_id).name) if term else ""
    lying = [(one.id, _dead_name(work, one), one.buried_on) for one in cemeteries.lying_in(work, [plot.id])]
    ended = select(Burial).where(Burial.plot_id == plot.id, Burial.ended_on.is_not(None)).order_by(Burial.ended_on)
    moved = [
        (_dead_name(work, one), one.ended_on, one.moved_to or "")
        for one in work.session.scalars(ended)
        if one.ended_on is not None
    ]
    return PlotPage(plot, term, holder, lying, moved)


def _dead_name(work: Work, one: Burial) -> str:
    return work.session.get_one(Deceased, one.deceased_id).name


def free_times(work: Work, cemetery_id: UUID, first: date) -> list[tuple[UUID, str]]:
    """What the desk can offer from ``first`` on: id of the time and its words."""
    gates = select(CemeteryZone.office_code).where(CemeteryZone.cemetery_id == cemetery_id)
    return times_of(work, [code for code in work.session.scalars(gates) if code], first)


def times_of(work: Work, office_codes: Sequence[str], first: date) -> list[tuple[UUID, str]]:
    """The same of these offices."""
    rows = work.session.scalars(
        select(Slot)
        .join(Office, Office.id == Slot.office_id)
        .where(Office.code.in_(office_codes), Slot.day >= first, Slot.ends_at > work.now, ~Slot.closed)
        .order_by(Slot.starts_at)
        .limit(30)
    )
    return [(one.id, _offered(one)) for one in rows]


def _offered(slot: Slot) -> str:
    start = local(slot.starts_at)
    kept = f"，现场留{slot.on_site - slot.on_site_taken}人" if slot.on_site else ""
    return f"{start.month}月{start.day}日 {start:%H:%M} 余{slot.capacity - slot.taken}人{kept}"
