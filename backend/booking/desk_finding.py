"""Which offices and appointments somebody may see, at the desk or in the hand, and whose poster a code is."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Uuid, literal, select, tuple_

from backend.booking.admitting import DESK
from backend.booking.models import Booking, Office
from backend.booking.queries import of_person
from backend.core import audit, paging
from backend.core.crypto import new_token
from backend.core.db import UtcDateTime, Work
from backend.core.errors import NotFoundError
from backend.core.numbers import normal
from backend.people.models import Division
from backend.people.service import Viewer

PLAN = "booking.plan"
QR_BEGINS = "shouwang:checkin"
QR_SIGNS = 20
FOUND_AT_MOST = 400


# -- the office and its poster


def place(work: Work, viewer: Viewer, code: str, action: str = DESK) -> Office:
    """The office with this code where the viewer may ``action``. Raises ``NotFoundError`` and ``NotAllowedError``."""
    viewer.require(action)
    office = work.session.scalars(
        select(Office)
        .join(Division, Division.code == Office.division_code)
        .where(Office.code == code, viewer.sees(Division.path, action))
    ).first()
    if office is None:
        raise NotFoundError(office=code)
    return office


def places(work: Work, viewer: Viewer, action: str = DESK) -> Sequence[Office]:
    """Every office where the viewer may ``action``, by code: a registry stands before its own rooms."""
    viewer.require(action)
    statement = select(Office).join(Division, Division.code == Office.division_code)
    return work.session.scalars(statement.where(viewer.sees(Division.path, action)).order_by(Office.code)).all()


def poster_text(office: Office) -> str:
    """What the poster's QR code says: whose poster it is, sealed so that nobody prints one for another office."""
    sealed = hmac.new(office.checkin_secret.encode(), office.code.encode(), hashlib.sha256).hexdigest()
    return f"{QR_BEGINS}:{office.code}:{sealed[:QR_SIGNS]}"


def is_poster_of(office: Office, scanned: str) -> bool:
    return hmac.compare_digest(poster_text(office).encode(), scanned.strip().encode())


def renew_poster(work: Work, office: Office) -> None:
    """A new secret: photographs of the old poster open nothing any more."""
    office.checkin_secret = new_token()
    audit.record(work, "office.poster_renewed", f"office:{office.code}")


# -- finding an appointment


def of_day(work: Work, office: Office, day: date, words: str = "") -> list[Booking]:
    """The appointments of a day in their order; with ``words`` those with this number, name or last ID digits."""
    rows = work.session.scalars(
        select(Booking)
        .where(Booking.office_id == office.id, Booking.day == day)
        .order_by(Booking.starts_at, Booking.number)
        .limit(FOUND_AT_MOST)
    ).all()
    wanted = words.strip()
    return [row for row in rows if not wanted or _matches(row, wanted)]


def _matches(booking: Booking, wanted: str) -> bool:
    if booking.number == normal(wanted):
        return True
    return any(wanted in party.name or _ends(party.id_number, wanted) for party in booking.parties)


def _ends(number: str, wanted: str) -> bool:
    return len(wanted) >= 4 and number.upper().endswith(wanted.upper())  # noqa: PLR2004 - the usual last four


def page_of(work: Work, person_id: UUID, cursor: str | None, limit: int) -> tuple[list[Booking], str | None]:
    """A page of a person's appointments, the latest visit first, and the cursor of the next one."""
    statement = select(Booking).where(of_person(work, person_id))
    if cursor:
        statement = statement.where(tuple_(Booking.starts_at, Booking.id) < tuple_(*_after(cursor)))
    order = statement.order_by(Booking.starts_at.desc(), Booking.id.desc()).limit(limit + 1)
    rows = work.session.scalars(order).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return list(rows[:limit]), paging.encode(last.starts_at, last.id) if last is not None else None


def _after(cursor: str) -> tuple[object, object]:
    starts_at, booking_id = paging.decode(cursor, datetime, UUID)
    return literal(starts_at, UtcDateTime()), literal(booking_id, Uuid())
