"""清明祭扫 (R-120): visits to a grave through the booking engine; everybody who comes takes a place of the time.

One grave is visited once a day, by so many people. Order of locks: the plot, then what booking locks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from backend.booking import moves
from backend.booking import service as booking
from backend.booking.queries import by_number
from backend.booking.service import Booking, Party, SlotView
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.memorial import cemeteries
from backend.memorial.burial_errors import GraveTakenError, GraveUnsafeError, TooManyVisitorsError
from backend.memorial.burial_models import CemeteryZone, GraveVisit, Plot
from backend.memorial.burial_params import number
from backend.people.service import Viewer
from backend.residents.models import Person

MATTER, DANGER = "tomb_sweeping", "danger"
RECENT = timedelta(days=120)  # further than any office opens its days: older visits cannot be of a day to come


@dataclass(frozen=True, slots=True)
class Visit:
    """A booked visit with its grave."""

    booking: Booking
    zone: str
    plot: str
    persons: int


def office_of(work: Work, plot: Plot) -> str:
    """The office whose times visitors of this grave book. Raises ``NotFoundError`` where visits need no booking."""
    code = work.session.get_one(CemeteryZone, plot.zone_id).office_code
    if code is None:
        raise NotFoundError(plot=str(plot.id))
    return code


def times(work: Work, plot_id: UUID, first: date, last: date) -> list[SlotView]:
    """When this grave can be visited; ``left`` counts people."""
    office = office_of(work, work.session.get_one(Plot, plot_id))
    return booking.open_slots(work, office, MATTER, first, last)


def book(work: Work, person_id: UUID, plot_id: UUID, slot_id: UUID, persons: int) -> Booking:
    """Book a visit from the phone.

    Raises ``TooManyVisitorsError``, ``GraveTakenError``, ``GraveUnsafeError``, and whatever ``booking.service.book``
    does.
    """
    me = work.session.get_one(Person, person_id)
    who = Party(me.name, me.id_kind, me.id_number or "", me.phone, me.id)
    return _book(work, plot_id, slot_id, persons, who, by=person_id)


def book_at_desk(
    work: Work, staff: Viewer, plot_id: UUID, slot_id: UUID, persons: int, who: Party, *, on_site: bool
) -> Booking:
    """The green channel: staff book for people without a phone; ``on_site`` takes of the places kept for today.

    Raises as ``book``.
    """
    return _book(work, plot_id, slot_id, persons, who, staff=staff, on_site=on_site)


def _book(
    work: Work,
    plot_id: UUID,
    slot_id: UUID,
    persons: int,
    who: Party,
    *,
    by: UUID | None = None,
    staff: Viewer | None = None,
    on_site: bool = False,
) -> Booking:
    most = number(work, "visit_persons_per_grave")
    if not 1 <= persons <= most:
        raise TooManyVisitorsError(most=most)
    plot = cemeteries.locked(work, plot_id)
    if plot.closed_why == DANGER:
        raise GraveUnsafeError
    made = booking.book(
        work, office_code=office_of(work, plot), matter=MATTER, slot_id=slot_id, parties=[who], by=by, staff=staff,
        on_site=on_site, persons=persons,
    )  # fmt: skip
    _require_free(work, plot.id, made.day, but=made.id)
    work.session.add(GraveVisit(plot_id=plot.id, booking_id=made.id, at=work.now))
    return made


def _require_free(work: Work, plot_id: UUID, day: date, *, but: UUID) -> None:
    """Raise ``GraveTakenError`` if another visit of this grave is on that day; the plot's row is locked."""
    mine = select(GraveVisit.booking_id).where(GraveVisit.plot_id == plot_id, GraveVisit.at > work.now - RECENT)
    for booking_id in work.session.scalars(mine.where(GraveVisit.booking_id != but)).all():
        other = booking.find(work, booking_id)
        if other.day == day and other.state != "cancelled":
            raise GraveTakenError


def _keep_rule(work: Work, moved: Booking, day: date) -> None:
    """The same when a visit is moved, from wherever it is moved."""
    visit = work.session.scalars(select(GraveVisit).where(GraveVisit.booking_id == moved.id)).one_or_none()
    if visit is not None:
        _require_free(work, cemeteries.locked(work, visit.plot_id).id, day, but=moved.id)


moves.rule(MATTER, _keep_rule)


def visits_of(work: Work, person_id: UUID) -> list[Visit]:
    """Somebody's visits, the latest first."""
    return with_graves(work, [one for one in booking.bookings_of(work, person_id) if one.matter == MATTER])


def with_graves(work: Work, found: Sequence[Booking]) -> list[Visit]:
    """The same bookings with the graves they go to."""
    rows = work.session.execute(
        select(GraveVisit.booking_id, CemeteryZone.name, Plot.number)
        .join(Plot, Plot.id == GraveVisit.plot_id)
        .join(CemeteryZone, CemeteryZone.id == Plot.zone_id)
        .where(GraveVisit.booking_id.in_([one.id for one in found]))
    )
    graves = {booking_id: (zone, plot) for booking_id, zone, plot in rows}
    return [Visit(one, *graves[one.id], booking.persons_of(one)) for one in found if one.id in graves]


def of_today(work: Work, plot_id: UUID) -> Booking:
    """Who is expected at a grave today: at the gate people know their grave, and not always a number.

    Raises ``NotFoundError``.
    """
    mine = select(GraveVisit.booking_id).where(GraveVisit.plot_id == plot_id, GraveVisit.at > work.now - RECENT)
    found = [booking.find(work, booking_id) for booking_id in work.session.scalars(mine).all()]
    today = [one for one in found if one.day == local(work.now).date() and one.state not in ("cancelled", "displaced")]
    if not today:
        raise NotFoundError(plot=str(plot_id))
    return today[0]


def arrive(work: Work, staff: Viewer, number_: str) -> Booking:
    """They are at the gate with the number of their booking: the visit is done.

    On its own day only; another day's is moved first. Raises ``NotFoundError``, ``BookingSettledError``,
    ``NotAllowedError``.
    """
    found = booking.find(work, by_number(work, number_).id, staff=staff)
    if found.matter != MATTER or found.day != local(work.now).date():
        raise NotFoundError(booking=number_)
    return booking.finish(work, found.id)
