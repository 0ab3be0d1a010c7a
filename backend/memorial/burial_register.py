"""Who lies where: the register of burials and of ashes (R-114, R-121), listed, searched and given out.

Names and numbers are masked in the list; whom somebody looked for, and who took the register along, is written down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select, tuple_

from backend.core import audit, paging
from backend.core.db import Work
from backend.memorial import cemeteries
from backend.memorial.burial_models import Burial, Cemetery, CemeteryZone, Plot
from backend.memorial.burial_rules import ECOLOGICAL, PLOT_KINDS
from backend.memorial.models import Deceased
from backend.people.service import Viewer, county
from backend.residents.indexes import id_index, name_index

PAGE, FILE_PAGE = 50, 500
SAVING = "ecological"  # instead of a kind: all that save land
KINDS = {SAVING: "全部节地生态", **PLOT_KINDS}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty: everybody. ``kind``: a key of ``KINDS``; ``name`` whole; ``number`` of a document."""

    cemetery: str = ""
    kind: str = ""
    name: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register, with the whole name and number: whoever shows it masks them."""

    burial_id: UUID
    name: str = field(repr=False)
    number: str | None = field(repr=False)
    died: date
    cemetery: str
    code: str
    zone: str
    plot: str
    kind: str
    buried_on: date
    ended_on: date | None
    moved_to: str | None


def page(work: Work, viewer: Viewer, wanted: Wanted, limit: int = PAGE) -> tuple[list[Entry], str | None]:
    """A page, the newest burial first, and the cursor of the next one. Raises ``BadInputError`` for a false cursor."""
    statement = _matching(viewer, wanted)
    if wanted.cursor:
        after = paging.decode(wanted.cursor, date, UUID)
        statement = statement.where(tuple_(Burial.buried_on, Burial.id) < tuple_(*after))
    rows = work.session.execute(statement.limit(limit + 1)).all()
    found = [_entry(one, dead, plot, zone, ground) for one, dead, plot, zone, ground in rows[:limit]]
    more = len(rows) > limit
    return found, paging.encode(found[-1].buried_on, found[-1].burial_id) if more else None


def _matching(viewer: Viewer, wanted: Wanted) -> Select[Burial, Deceased, Plot, CemeteryZone, Cemetery]:
    mine = cemeteries.seen_by(viewer).order_by(None).with_only_columns(Cemetery.id)
    statement = (
        select(Burial, Deceased, Plot, CemeteryZone, Cemetery)
        .join(Deceased, Deceased.id == Burial.deceased_id)
        .join(Plot, Plot.id == Burial.plot_id)
        .join(CemeteryZone, CemeteryZone.id == Plot.zone_id)
        .join(Cemetery, Cemetery.id == CemeteryZone.cemetery_id)
        .where(Cemetery.id.in_(mine))
        .order_by(Burial.buried_on.desc(), Burial.id.desc())
    )
    if wanted.cemetery:
        statement = statement.where(Cemetery.code == wanted.cemetery)
    if wanted.kind in KINDS:
        statement = statement.where(Plot.kind.in_(ECOLOGICAL if wanted.kind == SAVING else [wanted.kind]))
    if wanted.name:
        statement = statement.where(Deceased.name_index == name_index(wanted.name))
    if wanted.number:
        statement = statement.where(Deceased.identity_index == id_index(wanted.number.upper()))
    return statement


def _entry(row: Burial, dead: Deceased, plot: Plot, zone: CemeteryZone, cemetery: Cemetery) -> Entry:
    return Entry(
        row.id, dead.name, dead.id_number, dead.died, cemetery.name, cemetery.code, zone.name, plot.number, plot.kind,
        row.buried_on, row.ended_on, row.moved_to,
    )  # fmt: skip


def note_search(work: Work, wanted: Wanted, found: Sequence[Entry]) -> None:
    """Write down that somebody was looked for, and which burials were shown."""
    by = "number" if wanted.number else "name"
    audit.record(work, "burial.register_search", "burial_register", by=by, found=[str(one.burial_id) for one in found])


def note_export(work: Work, viewer: Viewer, wanted: Wanted) -> None:
    """Write down that the register was taken along. Raises ``NotAllowedError``."""
    viewer.require(cemeteries.HANDLE, county(work).path)
    audit.record(work, "burial.register_export", "burial_register", cemetery=wanted.cemetery, kind=wanted.kind)
