"""The record of a booking: its state moves along the table only, each step with a line of its own.

There is no row in the audit chain for a step: its locked head would put every booking of a rush in one queue.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from backend.booking.errors import BookingSettledError
from backend.booking.models import Booking, BookingEvent, BookingParty
from backend.booking.states import BOOKING, from_which
from backend.core.db import Work

_NOTE = insert(cast("Table", BookingEvent.__table__))


def note(work: Work, booking_id: UUID, action: str, **detail: Any) -> None:
    """Append one line."""
    actor = f"{work.actor.kind}:{work.actor.id}"
    row = {"booking_id": booking_id, "at": work.now, "action": action, "actor": actor, "detail": detail}
    work.session.execute(_NOTE, row)


def change(work: Work, booking_id: UUID, action: str, detail: dict[str, Any] | None = None, **values: Any) -> Booking:
    """Compare and swap along the table; the booking as it is now. Raises ``BookingSettledError``.

    The row stays locked until the commit. All states from which one action is possible lead to the same next state.
    """
    sources = from_which(BOOKING, action)
    changed = work.execute_dml(
        update(Booking)
        .where(Booking.id == booking_id, Booking.state.in_(sources))
        .values(state=BOOKING.next(sources[0], action), changed_at=work.now, **values)
        .execution_options(synchronize_session=False)
    )
    booking = fresh(work, booking_id)
    if not changed:
        raise settled(booking, action)
    note(work, booking_id, action, **(detail or {}))
    return booking


def fresh(work: Work, booking_id: UUID) -> Booking:
    """The row as the database has it now."""
    statement = select(Booking).where(Booking.id == booking_id).execution_options(populate_existing=True)
    return work.session.scalars(statement).one()


def written(work: Work, row: Mapping[str, Any], parties: Sequence[Mapping[str, Any]]) -> Booking:
    """The booking that was just inserted with these rows, without asking for it."""
    booking, people = Booking(**row), [BookingParty(**party) for party in parties]
    for one in (booking, *people):
        make_transient_to_detached(one)
        work.session.add(one)
    set_committed_value(booking, "parties", people)
    return booking


def settled(booking: Booking, action: str) -> BookingSettledError:
    return BookingSettledError(state=booking.state, action=action, possible=BOOKING.actions(booking.state))


def let_go(work: Work, booking_id: UUID) -> None:
    """Its people may book this group of matters again."""
    work.execute_dml(
        update(BookingParty)
        .where(BookingParty.booking_id == booking_id)
        .values(live=False)
        .execution_options(synchronize_session=False)
    )


def sealed(details: dict[str, Any] | None) -> str | None:
    """Details as the text that is encrypted."""
    return None if details is None else json.dumps(details, ensure_ascii=False, default=str)


def details_of(booking: Booking) -> dict[str, Any]:
    """What the caller of ``book`` gave as details."""
    return {} if booking.details is None else dict(json.loads(booking.details))


def slots_of(booking: Booking) -> list[UUID]:
    """The ids of the slots it sits in, by time; each as many times as it holds places there."""
    return [UUID(one) for one in booking.slot_ids]


def persons_of(booking: Booking) -> int:
    """How many places of each slot it holds: one, but for matters that count everybody who comes."""
    return len(booking.slot_ids) // len(set(booking.slot_ids))
