"""Counts of registrations for a period (R-098): added up by the database, people are never read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, String, case, cast, func, select

from backend.core.db import Work
from backend.marriage.models import Divorce, Registration, RegistrationParty
from backend.marriage.statistics_rules import band_of

YEAR = 4  # digits in front of a day as text; the month and the day follow after the hyphen
ORDERS = {"single": "初婚", "divorced": "再婚", "widowed": "再婚"}
UNKNOWN_ORDER = "不明"


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are counted."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Cases:
    """So many cases of a matter at an office in a month (``2026-05``) that ended, or stand, in a state."""

    office_id: UUID
    month: str
    matter: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class People:
    """So many people who married: of a sex, an age band, for the first time or again, from here or elsewhere."""

    sex: str
    band: str
    order: str
    local: bool | None
    count: int


def cases(work: Work, offices: Sequence[UUID], period: Period) -> list[Cases]:
    """Every case of the period, counted: by the day, which is the order of the index, and by months afterwards."""
    by = (Registration.office_id, Registration.day, Registration.matter, Registration.state)
    found = select(*by, func.count()).where(*_within(offices, period)).group_by(*by)
    counts: Counter[tuple[UUID, str, str, str]] = Counter()
    for office_id, day, matter, state, count in work.session.execute(found):
        counts[office_id, f"{day:%Y-%m}", matter, state] += count
    return [Cases(*key, count) for key, count in counts.items()]


def _within(offices: Sequence[UUID], period: Period) -> tuple[ColumnElement[bool], ...]:
    return Registration.day.between(period.first, period.last), Registration.office_id.in_(offices)


def people(work: Work, offices: Sequence[UUID], period: Period) -> list[People]:
    """Everybody whose marriage was registered in the period, counted."""
    by = (RegistrationParty.sex, _age(), RegistrationParty.status_check, RegistrationParty.local)
    found: Select[*tuple[Any, ...]] = (
        select(*by, func.count())
        .select_from(Registration)
        .join(RegistrationParty, RegistrationParty.registration_id == Registration.id)
        .where(*_within(offices, period))
        .where(Registration.matter == "marriage_registration", Registration.state == "registered")
        .group_by(*by)
    )
    counts: Counter[tuple[str, str, str, bool | None]] = Counter()
    for sex, age, checked, local, count in work.session.execute(found):
        counts[sex, band_of(age), ORDERS.get(checked or "", UNKNOWN_ORDER), local] += count
    return [People(*key, count) for key, count in counts.items()]


def _age() -> ColumnElement[int]:
    """Full years on the day of the registration.

    Days are compared as text, which both databases write in the same way and SQLite does ten times faster.
    """
    day, born = (cast(column, String) for column in (Registration.day, RegistrationParty.birth_date))
    return _year(day) - _year(born) - case((_month_and_day(day) < _month_and_day(born), 1), else_=0)


def _year(day: ColumnElement[str]) -> ColumnElement[int]:
    return cast(func.substr(day, 1, YEAR), Integer)


def _month_and_day(day: ColumnElement[str]) -> ColumnElement[str]:
    return func.substr(day, YEAR + 2)


def divorces(work: Work, offices: Sequence[UUID], period: Period) -> dict[str, int]:
    """What has become of the applications received in the period, by state."""
    found: Select[*tuple[Any, ...]] = (
        select(Divorce.state, func.count())
        .where(Divorce.received_on.between(period.first, period.last), Divorce.office_id.in_(offices))
        .group_by(Divorce.state)
    )
    return {row[0]: row[1] for row in work.session.execute(found)}
