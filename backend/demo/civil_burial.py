"""A cemetery of the demonstration: who lies there and who holds it, its fees, visits, sweepings done for families.

Everything goes through the verbs of the desk and of the phone, each as of its own day.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from backend.booking import closures
from backend.booking.offices import office_of
from backend.core.db import Work
from backend.core.lunar import qingming
from backend.demo import civil_funerals, civil_pictures
from backend.demo.civil_burial_data import ErrandRow, FeeRow, GraveRow, LyingRow, VisitRow, burials
from backend.demo.civil_farewells import DeadRow
from backend.demo.civil_moments import as_of, days_ago, viewer_of
from backend.memorial import cemeteries, cemetery_fees, deceased, grave_visits, sweeping, visit_days
from backend.memorial.burial_models import Plot
from backend.memorial.burial_rules import after_years
from backend.memorial.cemeteries import Holding, NewCemetery
from backend.memorial.cemetery_fees import Fee
from backend.memorial.sweeping import Request
from backend.memorial.visit_days import Days, Times

Known = Mapping[str, UUID]
BEGAN, VISIT_BOOKED = 55, 1  # days ago
QINGMING, QINGMING_TIMES = "清明祭扫，加开名额", Times(starts=420, ends=1020, count=5, places=120, kept=30)
YEARS = 20
FORTNIGHT = timedelta(days=14)


def seed(work: Work, residents: Known, dead: Known) -> None:
    """Write it all; the halls and farewells are there. ``dead``: whom those have made known, by name."""
    began, rows = _then(work, BEGAN), burials()
    _ground(began)
    for row in rows.graves:
        _grave(work, row, residents, dead)
    for fee in rows.fees:
        _fee(_then(work, fee.days), fee)
    _open_qingming(work)
    for visit in rows.visits:
        _visit(work, visit, residents[visit.who])
    for errand in rows.errands:
        _errand(work, errand, residents[errand.who])
    civil_funerals.seed(work, residents)


def _then(work: Work, days: int) -> Work:
    return as_of(work, days_ago(work, days), 10, actor=viewer_of(work, "clerk").actor)


# -- the register


def _ground(work: Work) -> None:
    clerk, rows = viewer_of(work, "clerk"), burials()
    cemeteries.open_cemetery(work, clerk, NewCemetery(**rows.cemetery.model_dump()))
    for row in rows.zones:
        zone = cemeteries.add_zone(work, clerk, rows.cemetery.code, row.name, row.office)
        cemeteries.add_plots(work, clerk, zone, row.kind, row.numbers, row.places)


def _plot(work: Work, zone: str, number: str) -> Plot:
    return cemeteries.grave(work, burials().cemetery.code, zone, number)


def _grave(work: Work, row: GraveRow, residents: Known, dead: Known) -> None:
    then, clerk = _then(work, BEGAN), viewer_of(work, "clerk")
    plot = _plot(then, row.zone, row.number)
    since = _since(work, row)
    cemeteries.hold(then, clerk, plot, Holding(residents[row.holder], row.certificate, since, YEARS))
    for one in row.dead:
        lying = dead.get(one.name) or _dead(then, work, one)
        cemeteries.inter(then, clerk, plot.id, lying, since)


def _since(work: Work, row: GraveRow) -> date:
    """The first day of a term of twenty years that began, or will end, so many days from today."""
    if row.ends is not None:
        return after_years(days_ago(work, -row.ends), -YEARS)
    return days_ago(work, row.since or 0)


def _dead(then: Work, work: Work, row: LyingRow) -> UUID:
    told = DeadRow.model_validate(row.model_dump()).told(work)
    return deceased.register(then, viewer_of(work, "clerk"), told).id


def _fee(work: Work, row: FeeRow) -> None:
    plot = _plot(work, row.zone, row.number).id if row.zone and row.number else None
    fee = Fee(row.kind, row.amount, row.purpose, row.voucher, plot)
    cemetery_fees.enter(work, viewer_of(work, "clerk"), burials().cemetery.code, fee)


# -- visits and sweepings


def _open_qingming(work: Work) -> None:
    """Three days of rest for everybody else, with places for the whole county."""
    today, office = days_ago(work, 0), office_of(work, burials().cemetery.code)
    day = next(one for year in (today.year, today.year + 1) if (one := qingming(year)) > today)
    visit_days.open_days(work, office, Days(day, day + timedelta(days=2), QINGMING), QINGMING_TIMES)


def _visit(work: Work, row: VisitRow, person: UUID) -> None:
    """Booked on the phone; of a day that was closed afterwards the family hears at once, with other times."""
    then, plot = _then(work, VISIT_BOOKED), _plot(work, row.zone, row.number)
    first = days_ago(work, -row.ahead)
    times = grave_visits.times(then, plot.id, first, first + FORTNIGHT)
    slot = next(one.slot_id for one in times if one.state in ("open", "provisional"))
    made = grave_visits.book(then, person, plot.id, slot, row.persons)
    if row.closed is not None:
        visit_days.close_days(work, office_of(work, burials().cemetery.code), Days(made.day, made.day, row.closed))
        closures.displace(work, made.id)


def _errand(work: Work, row: ErrandRow, person: UUID) -> None:
    asked = _then(work, row.asked)
    plot = _plot(work, row.zone, row.number)
    errand = sweeping.ask(asked, person, Request(plot.id, days_ago(work, row.days), row.words))
    if row.pictures:
        pictures = [civil_pictures.draw(one) for one in row.pictures]
        sweeping.finish(_then(work, row.days), viewer_of(work, "clerk"), errand.id, pictures)
