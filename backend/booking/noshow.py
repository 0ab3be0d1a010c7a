"""Who did not come: said only after the slot has ended and nothing shows that they did (rules B1.4).

What shows it: a number of the queue, or what another domain knows (a registration exists): see ``came``.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import select

from backend.booking import closures, desk_rules, penalties, queue
from backend.booking.desk import number_for
from backend.booking.desk_telling import tell_everybody
from backend.booking.errors import BookingSettledError
from backend.booking.models import Booking, QueueTicket
from backend.booking.records import change, fresh, let_go
from backend.booking.rules import day_of
from backend.booking.service import finish
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError

Came = Callable[[Work, UUID], bool]
PORTION = 50
_CAME: list[Came] = []


def tells_who_came(hook: Came) -> Came:
    """Register a question asked before anybody is called absent: ``hook(work, booking_id)``."""
    if hook not in _CAME:
        _CAME.append(hook)
    return hook


def came(work: Work, booking_id: UUID) -> bool:
    """Whether anything shows that they were there."""
    return queue.ticket_of(work, booking_id) is not None or any(hook(work, booking_id) for hook in _CAME)


def due(work: Work) -> Sequence[UUID]:
    """A portion of those still only booked whose slot and grace are over, oldest first; wherever the day was."""
    return work.session.scalars(
        select(Booking.id)
        .where(Booking.state == "booked", Booking.ends_at <= work.now - desk_rules.GRACE)
        .order_by(Booking.ends_at)
        .limit(PORTION)
    ).all()


def end(work: Work, booking_id: UUID) -> str:
    """Close one appointment that is over: ``no_show``, or ``done`` if something shows that they came; its state.

    Nobody has missed a time at which the office was closed: they choose again.
    """
    booking = fresh(work, booking_id)
    if booking.state != "booked" or not desk_rules.may_be_missed(work.now, booking.ends_at):
        return booking.state
    if closures.is_closed(work, booking):
        closures.displace(work, booking_id)
        return fresh(work, booking_id).state
    shown = came(work, booking_id)
    try:
        return (finish(work, booking_id) if shown else _miss(work, booking_id)).state
    except BookingSettledError:
        return fresh(work, booking_id).state


def _miss(work: Work, booking_id: UUID) -> Booking:
    booking = change(work, booking_id, "miss", remind_at=None)
    let_go(work, booking_id)
    penalties.weigh(work, booking)
    tell_everybody(work, booking, "booking_missed")
    return booking


def undo(work: Work, booking: Booking, reason: str) -> QueueTicket | None:
    """They were there after all, says a clerk with the reason; a ban that this visit led to ends too.

    Today they get a number; of an earlier day the visit is written down as done. Raises ``BookingSettledError``,
    ``BadInputError``.
    """
    why = reason.strip()[:100]
    if not why:
        raise BadInputError(field="原因", why="请写明为什么撤销“未到”")
    now = was_there(work, booking, why)
    if now.day == day_of(work.now):
        return number_for(work, now)
    finish(work, booking.id)
    return None


def was_there(work: Work, booking: Booking, why: str) -> Booking:
    """Nothing is held against the people of a missed appointment any more; it is checked in now.

    Raises ``BookingSettledError``.
    """
    now = change(work, booking.id, "undo", {"why": why})
    _lift_bans(work, now, why)
    tell_everybody(work, now, "booking_missed_undone")
    audit.record(work, "booking.no_show_undone", f"booking:{booking.id}", why=why)
    return now


def _lift_bans(work: Work, booking: Booking, why: str) -> None:
    missed = {"kind": "no_show", "day": booking.day.isoformat()}
    for party in booking.parties:
        for ban in penalties.bans_of(work, party.person_index):
            fits = ban.matter_group == party.matter_group and missed in ban.facts.get("marks", [])
            if fits and ban.lifted_at is None and ban.until > work.now:
                penalties.lift(work, ban.id, why=why)
