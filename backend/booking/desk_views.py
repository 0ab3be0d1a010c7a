"""Appointments and numbers as the desk shows them: names masked, with what can be done."""

from typing import Any

from backend.booking import queue
from backend.booking.desk_rules import PRIORITIES
from backend.booking.matters import matter_of
from backend.booking.models import Booking, QueueTicket
from backend.booking.views import STATES, span
from backend.core.db import Work
from backend.residents.masking import mask_name

SOURCES = {"online": "网上", "desk": "窗口"}


def line(work: Work, booking: Booking) -> dict[str, Any]:
    """``schemas.DeskLine``."""
    ticket = queue.ticket_of(work, booking.id)
    return {
        "id": booking.id,
        "number": booking.number,
        "title": matter_of(booking.matter).title,
        "time": span(booking.starts_at, booking.ends_at),
        "state": booking.state,
        "state_zh": STATES[booking.state],
        "names": [mask_name(party.name) for party in booking.parties],
        "label": ticket.label if ticket else None,
        "source": "现场" if booking.on_site else SOURCES[booking.source],
    }


def ticket_out(work: Work, ticket: QueueTicket) -> dict[str, Any]:
    """``schemas.DeskTicket``."""
    return {
        "id": ticket.id,
        "label": ticket.label,
        "state": ticket.state,
        "window": queue.window_label(work, ticket) or None,
        "priority_zh": PRIORITIES.get(ticket.priority_why or ""),
    }
