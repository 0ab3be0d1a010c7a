"""The queue at an office: numbers, calling, coming back, being served. One number is called by one window only."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.elements import ColumnElement

from backend.booking import desk_rules
from backend.booking.desk_errors import CallAgainError, NobodyWaitingError, TicketStateError, WindowBusyError
from backend.booking.desk_rules import TICKET
from backend.booking.errors import BookingSettledError
from backend.booking.models import Office, OfficeMatter, QueueCounter, QueueTicket, Window
from backend.booking.places import give_back, give_back_quota
from backend.booking.records import change, fresh, let_go, slots_of
from backend.booking.service import finish as finish_booking
from backend.booking.states import from_which
from backend.core.clock import local
from backend.core.db import Work, is_sqlite
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.core.locks import claim, for_update

PORTION = 50
AT_A_WINDOW = ("called", "serving")
ENDED = ("done", "cancelled", "no_show")
# What each step of a number means for the appointment behind it.
BOOKING_STEPS = {"start": "call", "put_back": "requeue"}


# -- numbers


def issue(
    work: Work,
    office: Office,
    pool: str,
    matter: str,
    *,
    queued_at: datetime,
    priority: tuple[int, str | None],
    booking_id: UUID | None = None,
    holder: str | None = None,
) -> QueueTicket:
    """The next number of the pool's queue of today."""
    day = local(work.now).date()
    number = _next_number(work, office.id, pool, day)
    ticket = QueueTicket(
        id=new_id(), office_id=office.id, pool=pool, day=day, number=number, matter=matter, booking_id=booking_id,
        label=desk_rules.label(_pools(work, office.id).index(pool), number), priority=priority[0],
        priority_why=priority[1], holder=holder, queued_at=queued_at, deferrals=0, state="waiting",
        created_at=work.now, called_times=0,
    )  # fmt: skip
    work.session.add(ticket)
    work.session.flush()
    return ticket


def _next_number(work: Work, office_id: UUID, pool: str, day: date) -> int:
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    first = insert(QueueCounter).values(id=new_id(), office_id=office_id, pool=pool, day=day, last=1)
    raised = first.on_conflict_do_update(
        index_elements=["office_id", "pool", "day"], set_={"last": QueueCounter.last + 1}
    )
    return work.session.execute(raised.returning(QueueCounter.last)).scalar_one()


def _pools(work: Work, office_id: UUID) -> list[str]:
    """The office's pools in the order they were set up, which gives each its letter."""
    rows = work.session.scalars(
        select(OfficeMatter.pool).where(OfficeMatter.office_id == office_id).order_by(OfficeMatter.id)
    )
    return list(dict.fromkeys(rows))


def ticket_of(work: Work, booking_id: UUID) -> QueueTicket | None:
    """The number given to an appointment."""
    return work.session.scalars(select(QueueTicket).where(QueueTicket.booking_id == booking_id)).first()


def window_label(work: Work, ticket: QueueTicket) -> str:
    """Where the number is called to; empty before it is called."""
    found = work.session.get(Window, ticket.window_id) if ticket.window_id else None
    return found.label if found else ""


def ahead(work: Work, ticket: QueueTicket) -> int:
    """How many are to be called before this number."""
    before = (QueueTicket.priority, QueueTicket.queued_at, QueueTicket.number)
    mine = (ticket.priority, ticket.queued_at, ticket.number)
    waiting = _line(ticket.office_id, ticket.pool, ticket.day)
    rows = work.session.execute(select(*before).where(*waiting)).all()
    return sum(tuple(row) < mine for row in rows)


def _line(office_id: UUID, pool: str, day: date) -> list[ColumnElement[bool]]:
    same_queue = [QueueTicket.office_id == office_id, QueueTicket.pool == pool, QueueTicket.day == day]
    return [*same_queue, QueueTicket.state == "waiting"]


# -- at the window


def window(work: Work, office: Office, window_id: UUID) -> Window:
    """A counter in use at this office, locked until the end of the work. Raises ``NotFoundError``."""
    found = work.session.scalars(
        for_update(work, select(Window).where(Window.id == window_id, Window.office_id == office.id, Window.active))
    ).first()
    if found is None:
        raise NotFoundError(window=str(window_id))
    return found


def call_next(work: Work, counter: Window) -> QueueTicket:
    """Call the next number to this window.

    The window is locked by ``window()``, the number is taken by whoever locks its row first; the others pass on to
    the number after it. Raises ``WindowBusyError``, ``NobodyWaitingError``.
    """
    day = local(work.now).date()
    _require_free(work, counter, day)
    ticket = work.session.scalars(
        claim(
            work,
            select(QueueTicket)
            .where(*_line(counter.office_id, counter.pool, day))
            .order_by(QueueTicket.priority, QueueTicket.queued_at, QueueTicket.number)
            .limit(1),
        )
    ).first()
    if ticket is None:
        raise NobodyWaitingError
    _go(work, ticket, "call", window_id=counter.id, called_at=work.now, called_times=1)
    return ticket


def _require_free(work: Work, counter: Window, day: date) -> None:
    """Raise ``WindowBusyError`` while somebody is here; whose matter another page has ended meanwhile is not."""
    busy = at_window(work, counter.id, day)
    if busy is None:
        return
    booking = fresh(work, busy.booking_id) if busy.booking_id else None
    if booking is None or booking.state not in ENDED:
        raise WindowBusyError(label=busy.label)
    _go(work, busy, "finish" if busy.state == "serving" else "leave", ended_at=work.now)


def at_window(work: Work, window_id: UUID, day: date) -> QueueTicket | None:
    """Whom the window has called or serves now."""
    return work.session.scalars(
        select(QueueTicket).where(
            QueueTicket.window_id == window_id, QueueTicket.day == day, QueueTicket.state.in_(AT_A_WINDOW)
        )
    ).first()


def ticket(work: Work, office: Office, ticket_id: UUID) -> QueueTicket:
    """A number of this office. Raises ``NotFoundError``."""
    found = work.session.scalars(
        select(QueueTicket).where(QueueTicket.id == ticket_id, QueueTicket.office_id == office.id)
    ).first()
    if found is None:
        raise NotFoundError(ticket=str(ticket_id))
    return found


def call_again(work: Work, one: QueueTicket) -> None:
    _go(work, one, "call_again", called_at=work.now, called_times=one.called_times + 1)


def start(work: Work, one: QueueTicket) -> None:
    """The person has come to the window."""
    _go(work, one, "start", served_at=work.now)


def finish(work: Work, one: QueueTicket) -> None:
    """Served: the appointment is done too, if there was one."""
    _go(work, one, "finish", ended_at=work.now)


def absent(work: Work, one: QueueTicket) -> None:
    """Nobody came after three calls: back to the end once, the second time out of the queue.

    Raises ``CallAgainError`` before the third call.
    """
    if one.state == "called" and one.called_times < desk_rules.CALLS:
        raise CallAgainError(times=one.called_times)
    if desk_rules.after_absence(one.deferrals) == "leave":
        leave(work, one)
    else:
        _go(work, one, "put_back", window_id=None, queued_at=work.now, called_times=0, deferrals=one.deferrals + 1)


def leave(work: Work, one: QueueTicket) -> None:
    """Out of the queue; the appointment, if there was one, ends without any penalty: they did come."""
    _go(work, one, "leave", ended_at=work.now)


def _go(work: Work, one: QueueTicket, action: str, **values: object) -> None:
    changed = work.execute_dml(
        update(QueueTicket)
        .where(QueueTicket.id == one.id, QueueTicket.state.in_(from_which(TICKET, action)))
        .where(QueueTicket.called_times == one.called_times)
        .values(state=TICKET.next(from_which(TICKET, action)[0], action), **values)
        .execution_options(synchronize_session=False)
    )
    work.session.refresh(one)
    if not changed:
        raise TicketStateError(state=one.state, action=action, possible=TICKET.actions(one.state))
    if one.booking_id is not None:
        _carry(work, one.booking_id, action)


def _carry(work: Work, booking_id: UUID, action: str) -> None:
    """The appointment follows its number; one that has ended by itself (registered, cancelled) stays as it is."""
    with suppress(BookingSettledError):
        if action == "leave":
            _end_booking(work, booking_id)
        elif action == "finish":
            finish_booking(work, booking_id)
        elif action in BOOKING_STEPS:
            change(work, booking_id, BOOKING_STEPS[action])


def _end_booking(work: Work, booking_id: UUID) -> None:
    booking = change(work, booking_id, "leave", cancelled_at=work.now, cancel_reason="left")
    let_go(work, booking_id)
    give_back(work, slots_of(booking), on_site=booking.on_site)
    if booking.counted_quota:
        give_back_quota(work, booking.office_id, booking.matter, booking.day)


# -- the end of the day


def left_over(work: Work) -> Sequence[UUID]:
    """A portion of the numbers of earlier days that nobody ended."""
    today = local(work.now).date()
    live = (*AT_A_WINDOW, "waiting")
    return work.session.scalars(
        select(QueueTicket.id).where(QueueTicket.day < today, QueueTicket.state.in_(live)).limit(PORTION)
    ).all()


def close(work: Work, ticket_id: UUID) -> None:
    """End a number of an earlier day. Who did not answer a call has left; who was never called, at an office that
    does without calling, has been served.
    """
    one = work.session.get_one(QueueTicket, ticket_id)
    answered = one.state == "serving" or (one.called_times == 0 and one.deferrals == 0)
    if one.booking_id is not None and one.state == "waiting" and answered:
        with suppress(BookingSettledError):
            finish_booking(work, one.booking_id)
    with suppress(TicketStateError):
        _go(work, one, "finish" if one.state == "serving" else "leave", ended_at=work.now)
