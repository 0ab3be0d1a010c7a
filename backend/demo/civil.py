"""The civil side of the demonstration: offices, residents and a working day, through the verbs of staff and residents.

What lies in the past is written as of its own moment, so that periods, records and lists look as they would.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from backend.booking import desk_plan, founding, planning
from backend.booking.desk_plan import MatterRules, Spell
from backend.booking.founding import NewOffice
from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.demo import (
    civil_archive,
    civil_assistance,
    civil_burial,
    civil_days,
    civil_memorial,
    civil_people,
    civil_volunteers,
)
from backend.demo.civil_data import OfficeRow, PoolRow, civil
from backend.demo.civil_moments import as_of, days_ago, viewer_of
from backend.marriage import licences

BEGAN_DAYS_AGO, PUBLISHED_DAYS_AGO = 60, 8
THREE_YEARS = timedelta(days=3 * 365)
REST_DAY = "演示：休息日也开放"


def seed(work: Work) -> None:
    """Write it all; the county and its staff are there, nothing of this is."""
    began = as_of(work, days_ago(work, BEGAN_DAYS_AGO))
    offices = [_office(began, row) for row in civil().offices]
    _licences(work)
    residents = civil_people.residents(began)
    registrar = viewer_of(work, "registrar")
    civil_days.before_today(work, registrar, residents)
    lately = as_of(work, days_ago(work, PUBLISHED_DAYS_AGO))
    _open_today(lately, offices, days_ago(work, 0))
    _publish(lately)
    civil_days.today(work, registrar)
    civil_people.connect(work, viewer_of(work, "clerk"), residents)
    _publish(work)
    civil_days.ahead(work, residents)
    civil_archive.load(work, viewer_of(work, "bureau"))
    civil_assistance.seed(work)
    civil_volunteers.seed(work, residents)
    civil_burial.seed(work, residents, civil_memorial.seed(work, residents))


def _office(work: Work, row: OfficeRow) -> Any:
    office = founding.open_office(work, NewOffice(**row.model_dump(exclude={"pools"})))
    for name, pool in row.pools.items():
        for matter, rules in pool.matters.items():
            founding.take_on(work, office, matter, name, MatterRules(**rules.model_dump()))
        for label in pool.windows:
            desk_plan.add_window(work, office, name, label)
        spells = list(_spells(pool))
        desk_plan.set_week(work, office, name, spells, slot_minutes=pool.slot_minutes, per_window=pool.per_window)
    return office


def _spells(pool: PoolRow) -> Sequence[Spell]:
    return [
        Spell(day, hours.starts, hours.ends, hours.windows, hours.on_site) for hours in pool.week for day in hours.days
    ]


def _licences(work: Work) -> None:
    admin = viewer_of(work, "admin")
    for username, row in civil().licences.items():
        begins = days_ago(work, row.began_days_ago)
        staff_id = viewer_of(work, username).staff_id
        licences.grant(work, admin, staff_id, row.number, begins, begins + THREE_YEARS)


def _open_today(work: Work, offices: Iterable[Any], today: date) -> None:
    """A demonstration begun on a day of rest has something to show all the same."""
    if calendar_store.current(work).is_workday(today):
        return
    for office in offices:
        for pool in desk_plan.pools(work, office):
            desk_plan.open_day(work, office, pool, today, REST_DAY)


def _publish(work: Work) -> None:
    planning.publish(work, calendar_store.current(work), local(work.now).date())
