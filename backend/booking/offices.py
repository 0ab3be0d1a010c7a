"""Offices and how they take each matter: what every verb of booking looks up first."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select

from backend.booking.errors import UnknownMatterError
from backend.booking.matters import Matter, matter_of
from backend.booking.models import Office, OfficeMatter
from backend.booking.rules import Opening
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.people.models import Division

COLUMNS = (
    Office, Division.path, OfficeMatter.matter, OfficeMatter.pool, OfficeMatter.units,
    OfficeMatter.opens_days, OfficeMatter.opens_at, OfficeMatter.closes_days, OfficeMatter.closes_at,
    OfficeMatter.quota, OfficeMatter.penalty, OfficeMatter.waiting_list,
)  # fmt: skip


def _select(*, offered: bool = True) -> Select[*tuple[Any, ...]]:
    found = (
        select(*COLUMNS)
        .select_from(OfficeMatter)
        .join(Office, Office.id == OfficeMatter.office_id)
        .join(Division, Division.code == Office.division_code)
    )
    return found.where(Office.active, OfficeMatter.active) if offered else found


_TERMS = _select().where(Office.code == bindparam("office"), OfficeMatter.matter == bindparam("matter"))


@dataclass(frozen=True, slots=True)
class Terms:
    """How one matter is booked at one office; ``path`` is the office's place in the tree of divisions."""

    office: Office = field(repr=False)
    path: str
    code: str
    matter: Matter
    pool: str
    units: int
    opening: Opening
    quota: int | None
    penalty: str
    waiting_list: bool

    @property
    def office_id(self) -> UUID:
        return self.office.id

    @property
    def office_code(self) -> str:
        return self.office.code

    @property
    def office_name(self) -> str:
        return self.office.name


def office_of(work: Work, code: str) -> Office:
    """Raises ``NotFoundError`` for an office that does not exist or is no longer used."""
    found = work.session.scalars(select(Office).where(Office.code == code, Office.active)).first()
    if found is None:
        raise NotFoundError(office=code)
    return found


def office_with_id(work: Work, office_id: UUID) -> Office:
    """By its id, also one that is no longer used: what happened there stays. Raises ``NotFoundError``."""
    found = work.session.get(Office, office_id)
    if found is None:
        raise NotFoundError(office=str(office_id))
    return found


def terms(work: Work, office_code: str, matter: str) -> Terms:
    """Raises ``UnknownMatterError`` if this office does not do the matter, or is not there."""
    return _one(matter, work.session.execute(_TERMS, {"office": office_code, "matter": matter}).first())


def terms_at(work: Work, office_id: UUID, matter: str) -> Terms:
    """The same, by the id of the office, for what is booked there already: also when it is no longer offered."""
    statement = _select(offered=False).where(Office.id == office_id, OfficeMatter.matter == matter)
    return _one(matter, work.session.execute(statement).first())


def terms_of_pool(work: Work, office_id: UUID, pool: str) -> dict[str, Terms]:
    """Every matter that a pool offers, by its code."""
    rows = work.session.execute(_select().where(Office.id == office_id, OfficeMatter.pool == pool))
    return {row.matter: _as_terms(row) for row in rows}


def _one(matter: str, row: Row[*tuple[Any, ...]] | None) -> Terms:
    if row is None:
        raise UnknownMatterError(matter=matter)
    return _as_terms(row)


def _as_terms(row: Row[Any]) -> Terms:
    matter = matter_of(row.matter)
    return Terms(
        row.Office, row.path, row.matter, matter, row.pool, row.units,
        Opening(row.opens_days, row.opens_at, row.closes_days, row.closes_at),
        row.quota, row.penalty, row.waiting_list and matter.waiting_list,
    )  # fmt: skip
