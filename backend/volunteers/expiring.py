"""What falls due by itself: proofs, training and policies that end soon, minors who are of age now."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select

from backend.core import params
from backend.core.clock import local
from backend.core.db import Work
from backend.core.locks import claim
from backend.residents.models import Person
from backend.residents.proxy_rules import ADULT_AGE, birthday
from backend.residents.telling import tell_resident
from backend.volunteers import registering
from backend.volunteers.certificates import zh
from backend.volunteers.models import Insurance, Qualification, Training, Volunteer
from backend.volunteers.vocabulary import QUALIFICATIONS

PARAMS = Path(__file__).parent / "params" / "volunteers.yaml"
PAGE = "pages/volunteer/proofs"
PORTION = 50
KINDS = (Qualification, Training, Insurance)


def tell_endings(work: Work) -> int:
    """Tell each volunteer once of what ends within the days of the parameter; how many were told."""
    today = local(work.now).date()
    last = today + timedelta(days=int(params.load(PARAMS).at("remind_days", today).value))
    return sum(_tell_kind(work, _due(kind, today, last)) for kind in KINDS)


def _due(kind: type[Any], today: date, last: date) -> Select[Any]:
    return (
        select(kind, Volunteer)
        .join(Volunteer, Volunteer.id == kind.volunteer_id)
        .where(
            kind.reminded_at.is_(None), kind.valid_until >= today, kind.valid_until <= last,
            Volunteer.state != "withdrawn",
        )
        .order_by(kind.id)
        .limit(PORTION)
    )  # fmt: skip


def _tell_kind(work: Work, wanted: Select[Any]) -> int:
    rows = work.session.execute(claim(work, wanted)).all()
    for row, volunteer in rows:
        row.reminded_at = work.now
        facts, key = {"what": _what(row), "last": zh(row.valid_until)}, f"ending:{row.id}"
        tell_resident(work, volunteer.person_id, key=key, template="volunteer_expiring", facts=facts, page=PAGE)
    work.session.flush()
    return len(rows)


def _what(row: Qualification | Training | Insurance) -> str:
    if isinstance(row, Qualification):
        return QUALIFICATIONS.get(row.kind, "资格证明")
    return "培训证明" if isinstance(row, Training) else "志愿者保险"


def come_of_age(work: Work) -> int:
    """Minors whose guardian never answered and who are eighteen now become volunteers; how many."""
    born_by = _last_of_age(local(work.now).date())
    wanted = (
        select(Volunteer)
        .join(Person, Person.id == Volunteer.person_id)
        .where(Volunteer.state == "applied", Person.birth_date <= born_by)
        .order_by(Volunteer.id)
        .limit(PORTION)
    )
    rows = work.session.scalars(claim(work, wanted)).all()
    for row in rows:
        registering.come_of_age(work, row)
    return len(rows)


def _last_of_age(today: date) -> date:
    """The last birth date that makes somebody of age today."""
    day = date(today.year - ADULT_AGE, today.month, min(today.day, 28))
    while birthday(day + timedelta(days=1), ADULT_AGE) <= today:
        day += timedelta(days=1)
    return day
