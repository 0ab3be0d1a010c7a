"""What the screen in the hall and the page of the desk show of a queue; names only masked."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from backend.booking.models import Booking, Office, QueueTicket, Window
from backend.booking.queue import AT_A_WINDOW
from backend.core.clock import local
from backend.core.db import Work
from backend.residents.masking import mask_name

SHOWN_CALLED, SHOWN_NEXT = 6, 8  # what fits a wall in letters for ten metres


@dataclass(frozen=True, slots=True)
class Called:
    """A number at a window. ``name`` is masked and empty for somebody who gave none; ``times``: calls so far."""

    label: str
    window: str
    name: str
    calling: bool
    times: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Screen:
    """``called``: the newest call first; ``coming``: the next numbers in their order; ``waiting``: how many in all."""

    office: str
    called: list[Called]
    coming: list[str]
    waiting: int


def screen(work: Work, office: Office) -> Screen:
    """The queue of today."""
    day = local(work.now).date()
    rows = work.session.execute(
        select(QueueTicket, Window.label)
        .join(Window, Window.id == QueueTicket.window_id)
        .where(QueueTicket.office_id == office.id, QueueTicket.day == day, QueueTicket.state.in_(AT_A_WINDOW))
        .order_by(QueueTicket.called_at.desc())
        .limit(SHOWN_CALLED)
    ).all()
    called = [_called(work, ticket, window) for ticket, window in rows]
    coming = _coming(work, office.id, day)
    return Screen(office.name, called, coming, _waiting(work, office.id, day))


def _called(work: Work, ticket: QueueTicket, window: str) -> Called:
    at = ticket.called_at or ticket.created_at
    return Called(ticket.label, window, masked_name(work, ticket), ticket.state == "called", ticket.called_times, at)


def masked_name(work: Work, ticket: QueueTicket) -> str:
    """Whom to call, masked: the first of those the appointment is for, or the name given at the desk."""
    booking = work.session.get(Booking, ticket.booking_id) if ticket.booking_id else None
    return mask_name(booking.parties[0].name if booking and booking.parties else ticket.holder)


def _coming(work: Work, office_id: UUID, day: date) -> list[str]:
    statement = (
        select(QueueTicket.label)
        .where(QueueTicket.office_id == office_id, QueueTicket.day == day, QueueTicket.state == "waiting")
        .order_by(QueueTicket.priority, QueueTicket.queued_at, QueueTicket.number)
    )
    return list(work.session.scalars(statement.limit(SHOWN_NEXT)))


def _waiting(work: Work, office_id: UUID, day: date) -> int:
    statement = select(func.count()).where(
        QueueTicket.office_id == office_id, QueueTicket.day == day, QueueTicket.state == "waiting"
    )
    return work.session.scalar(statement) or 0
