"""The register of cemeteries: zones, plots, who holds one and until when, who lies there (R-121, R-114)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import claim, for_update
from backend.memorial.burial_errors import AlreadyBuriedError, NoSuchGraveError, PlotFullError, PlotHeldError
from backend.memorial.burial_models import LIVE, Burial, Cemetery, CemeteryZone, Plot, PlotTerm
from backend.memorial.burial_params import number
from backend.memorial.burial_rules import CEMETERY_KINDS, PLOT_KINDS, after_years
from backend.people.models import Division
from backend.people.service import Viewer, division
from backend.residents.telling import tell_resident

VIEW, HANDLE = "memorial.view", "burial.handle"
PORTION, MOST_PLACES, LONGEST_PLACE = 50, 500, 200
WEEK_S = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class NewCemetery:
    """The fields of ``burial_models.Cemetery``."""

    code: str
    name: str
    kind: str
    division_code: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class Holding:
    """Who is to hold a plot: the person, the number of the certificate, from which day, for how many years."""

    person_id: UUID
    certificate: str
    since: date
    years: int


# -- finding


def seen_by(viewer: Viewer) -> Select[Cemetery]:
    """The cemeteries in a viewer's part of the county, by name."""
    mine = select(Cemetery).join(Division, Division.code == Cemetery.division_code)
    return mine.where(viewer.sees(Division.path, VIEW)).order_by(Cemetery.name)


def find(work: Work, viewer: Viewer, code: str, action: str = VIEW) -> Cemetery:
    """Raises ``NotFoundError`` outside the viewer's part of the county, ``NotAllowedError``."""
    found = work.session.scalars(seen_by(viewer).where(Cemetery.code == code)).one_or_none()
    if found is None:
        raise NotFoundError(cemetery=code)
    viewer.require(action, division(work, found.division_code).path)
    return found


def zones(work: Work, cemetery_id: UUID) -> Sequence[CemeteryZone]:
    mine = select(CemeteryZone).where(CemeteryZone.cemetery_id == cemetery_id)
    return work.session.scalars(mine.order_by(CemeteryZone.name)).all()


def plot_of(work: Work, cemetery_id: UUID, zone: str, number_: str) -> Plot:
    """A plot by what stands on its certificate. Raises ``NoSuchGraveError``; who lies there is told to nobody."""
    mine = (
        select(Plot)
        .join(CemeteryZone, CemeteryZone.id == Plot.zone_id)
        .where(CemeteryZone.cemetery_id == cemetery_id, CemeteryZone.name == zone.strip())
    )
    found = work.session.scalars(mine.where(Plot.number == number_.strip())).one_or_none()
    if found is None:
        raise NoSuchGraveError
    return found


def grave(work: Work, code: str, zone: str, number_: str) -> Plot:
    """The same by the cemetery's code, for whoever visits. Raises ``NoSuchGraveError``."""
    cemetery_id = work.session.scalar(select(Cemetery.id).where(Cemetery.code == code))
    if cemetery_id is None:
        raise NoSuchGraveError
    return plot_of(work, cemetery_id, zone, number_)


def locked(work: Work, plot_id: UUID) -> Plot:
    """The plot until the commit: what happens to one grave happens one after the other."""
    return work.session.scalars(for_update(work, select(Plot).where(Plot.id == plot_id))).one()


# -- building


def open_cemetery(work: Work, viewer: Viewer, new: NewCemetery) -> Cemetery:
    """Raises ``BadInputError`` for a code that is used, ``NotAllowedError``."""
    viewer.require(HANDLE, division(work, new.division_code).path)
    if new.kind not in CEMETERY_KINDS:
        raise BadInputError(field="类别", why="请从列表里选择")
    row = {
        "id": new_id(), "code": new.code.strip()[:64], "name": new.name.strip()[:128], "kind": new.kind,
        "division_code": new.division_code, "address": new.address.strip(), "phone": new.phone.strip()[:32],
    }  # fmt: skip
    if not row["code"] or not row["name"]:
        raise BadInputError(field="名称", why="请填写编号和名称")
    if not insert_new(work, Cemetery, row, unique=("code",)):
        raise BadInputError(field="编号", why="这个编号已经有了，请换一个")
    audit.record(work, "cemetery.open", f"cemetery:{row['code']}")
    return work.session.get_one(Cemetery, row["id"])


def add_zone(work: Work, viewer: Viewer, code: str, name: str, office_code: str | None) -> CemeteryZone:
    """``office_code``: whose times visitors book; None: no booking. Raises ``BadInputError`` and as ``find``."""
    cemetery = find(work, viewer, code, HANDLE)
    row = {
        "id": new_id(), "cemetery_id": cemetery.id, "name": _short(name, "区名"), "office_code": office_code or None,
    }  # fmt: skip
    if not insert_new(work, CemeteryZone, row, unique=("cemetery_id", "name")):
        raise BadInputError(field="区名", why="这个区已经有了")
    audit.record(work, "cemetery.zone", f"cemetery:{code}", zone=row["name"])
    return work.session.get_one(CemeteryZone, row["id"])


def add_plots(work: Work, viewer: Viewer, zone: CemeteryZone, kind: str, numbers: Sequence[str], places: int) -> int:
    """Register places by their numbers; how many were new. Raises ``BadInputError``, ``NotAllowedError``."""
    cemetery = work.session.get_one(Cemetery, zone.cemetery_id)
    viewer.require(HANDLE, division(work, cemetery.division_code).path)
    if kind not in PLOT_KINDS:
        raise BadInputError(field="类型", why="请从列表里选择")
    if not 1 <= places <= MOST_PLACES:
        raise BadInputError(field="可安葬人数", why=f"应在 1 到 {MOST_PLACES} 之间")
    rows = [
        {"id": new_id(), "zone_id": zone.id, "number": _short(one, "墓位号"), "kind": kind, "places": places,
         "closed": False}
        for one in numbers
    ]  # fmt: skip
    made = insert_new(work, Plot, rows, unique=("zone_id", "number")) if rows else ()
    audit.record(work, "cemetery.plots", f"cemetery:{cemetery.code}", zone=zone.name, count=len(made))
    return len(made)


def _short(said: str, field: str) -> str:
    clean = said.strip()
    if not 0 < len(clean) <= 32:  # noqa: PLR2004 - the columns' length
        raise BadInputError(field=field, why="请填写，最多 32 个字")
    return clean


# -- holders and their terms


def hold(work: Work, viewer: Viewer, plot: Plot, new: Holding) -> PlotTerm:
    """Give a plot to a holder. Raises ``PlotHeldError`` if somebody has it, ``PlotFullError``, ``BadInputError``."""
    require_plot(work, viewer, plot)
    if plot.closed:
        raise PlotFullError
    most = number(work, "plot_term_years")
    if not 1 <= new.years <= most:
        raise BadInputError(field="年数", why=f"应在 1 到 {most} 年之间")
    row = {
        "id": new_id(), "plot_id": plot.id, "person_id": new.person_id, "since": new.since, "ended_on": None,
        "certificate": new.certificate.strip()[:64], "until": after_years(new.since, new.years),
        "reminded_for": None, "staff_id": viewer.staff_id,
    }  # fmt: skip
    if not insert_new(work, PlotTerm, row, unique=("plot_id",), where=LIVE):
        raise PlotHeldError
    audit.record(work, "plot.hold", f"plot:{plot.id}", until=str(row["until"]))
    return work.session.get_one(PlotTerm, row["id"])


def renew(work: Work, viewer: Viewer, plot: Plot, years: int) -> PlotTerm:
    """A further term after the present one. Raises ``NotFoundError`` without a holder, ``BadInputError``."""
    term, most = _term(work, viewer, plot), number(work, "plot_term_years")
    if not 1 <= years <= most:
        raise BadInputError(field="年数", why=f"应在 1 到 {most} 年之间")
    term.until = after_years(term.until, years)
    audit.record(work, "plot.renew", f"plot:{plot.id}", until=str(term.until))
    return term


def give_up(work: Work, viewer: Viewer, plot: Plot) -> None:
    """The holder holds it no longer: it can be given to somebody else. Raises ``NotFoundError``."""
    _term(work, viewer, plot).ended_on = local(work.now).date()
    audit.record(work, "plot.give_up", f"plot:{plot.id}")


def _term(work: Work, viewer: Viewer, plot: Plot) -> PlotTerm:
    require_plot(work, viewer, plot)
    found = holder_of(work, plot.id)
    if found is None:
        raise NotFoundError(plot=str(plot.id))
    return found


def holder_of(work: Work, plot_id: UUID) -> PlotTerm | None:
    """The living term of a plot."""
    mine = select(PlotTerm).where(PlotTerm.plot_id == plot_id, PlotTerm.ended_on.is_(None))
    return work.session.scalars(mine).one_or_none()


def require_plot(work: Work, viewer: Viewer, plot: Plot, action: str = HANDLE) -> Cemetery:
    """The plot's cemetery, if it lies in the viewer's part of the county. Raises ``NotAllowedError``."""
    cemetery = cemetery_of(work, plot)
    viewer.require(action, division(work, cemetery.division_code).path)
    return cemetery


def held_by(work: Work, person_id: UUID) -> Sequence[PlotTerm]:
    """The living terms of a holder, the next end first."""
    mine = select(PlotTerm).where(PlotTerm.person_id == person_id, PlotTerm.ended_on.is_(None))
    return work.session.scalars(mine.order_by(PlotTerm.until, PlotTerm.id)).all()


def place_of(work: Work, plot: Plot) -> tuple[Cemetery, CemeteryZone]:
    """Where a plot lies."""
    zone = work.session.get_one(CemeteryZone, plot.zone_id)
    return work.session.get_one(Cemetery, zone.cemetery_id), zone


def cemetery_of(work: Work, plot: Plot) -> Cemetery:
    return place_of(work, plot)[0]


def remind_ends(work: Work) -> int:
    """Tell a portion of holders whose term ends soon, once for each end; how many."""
    today, days = local(work.now).date(), number(work, "plot_reminder_days")
    untold = func.coalesce(PlotTerm.reminded_for, date.min) != PlotTerm.until
    ending = select(PlotTerm).where(PlotTerm.ended_on.is_(None), untold, PlotTerm.until <= today + timedelta(days=days))
    due = work.session.scalars(claim(work, ending.order_by(PlotTerm.until).limit(PORTION))).all()
    for term in due:
        term.reminded_for = term.until
        cemetery = cemetery_of(work, work.session.get_one(Plot, term.plot_id))
        tell_resident(
            work, term.person_id, key=f"plot_ending:{term.id}:{term.until}", template="plot_ending",
            facts={"cemetery": cemetery.name, "until": _words(term.until), "phone": cemetery.phone},
            page="/pages/cemeteries/mine", deadline_s=WEEK_S,
        )  # fmt: skip
    return len(due)


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# -- who lies there


def inter(work: Work, viewer: Viewer, plot_id: UUID, deceased_id: UUID, day: date) -> Burial:
    """Register who lies in a plot. Raises ``PlotFullError``, ``AlreadyBuriedError``, ``BadInputError``."""
    plot = locked(work, plot_id)
    require_plot(work, viewer, plot)
    if day > local(work.now).date():
        raise BadInputError(field="安葬日期", why="安葬日期不能晚于今天")
    if plot.closed or len(lying_in(work, [plot.id])) >= plot.places:
        raise PlotFullError
    row = {
        "id": new_id(), "plot_id": plot.id, "deceased_id": deceased_id, "buried_on": day, "ended_on": None,
        "staff_id": viewer.staff_id,
    }  # fmt: skip
    if not insert_new(work, Burial, row, unique=("deceased_id",), where=LIVE):
        raise AlreadyBuriedError
    audit.record(work, "burial.inter", f"plot:{plot.id}")
    return work.session.get_one(Burial, row["id"])


def move_out(work: Work, viewer: Viewer, burial_id: UUID, to: str = "") -> None:
    """The dead person is taken elsewhere: the row ends and stays. Raises ``NotFoundError``, ``NotAllowedError``.

    ``to``: where, as the family says; at most 200 characters are kept.
    """
    row = work.session.get(Burial, burial_id)
    if row is None or row.ended_on is not None:
        raise NotFoundError(burial=str(burial_id))
    require_plot(work, viewer, locked(work, row.plot_id))
    row.ended_on, row.moved_to = local(work.now).date(), to.strip()[:LONGEST_PLACE] or None
    audit.record(work, "burial.move_out", f"plot:{row.plot_id}")


def lying_in(work: Work, plot_ids: Sequence[UUID]) -> Sequence[Burial]:
    """Who lies in these plots now."""
    mine = select(Burial).where(Burial.plot_id.in_(plot_ids), Burial.ended_on.is_(None))
    return work.session.scalars(mine.order_by(Burial.buried_on)).all()
