"""What a farewell does by the clock, and after its hall: opened, ended, moved, without a time when the home closes."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, select

from backend.booking import service as booking
from backend.core.db import Work
from backend.core.locks import claim
from backend.memorial import farewell_changes, farewells
from backend.memorial.farewell_models import Farewell
from backend.memorial.farewell_rules import EARLY, LIVE

Step = Callable[[Work, Farewell], None]


def turn(work: Work) -> int:
    """Open what begins within half an hour, end what is over, close the book a week later; a portion, how many."""
    shut = work.now - timedelta(days=farewells.number(work, "farewell_book_days"))
    opening = (Farewell.state == "planned") & (Farewell.starts_at <= work.now + EARLY)
    ending = (Farewell.state == "open") & (Farewell.ends_at <= work.now)
    closing = (Farewell.state == "over") & (Farewell.ends_at <= shut)
    return (
        _each(work, opening, _begin)
        + _each(work, ending, farewell_changes.finish)
        + _each(work, closing, lambda work, row: farewells.move(work, row, "close"))
    )


def _each(work: Work, which: ColumnElement[bool], step: Step) -> int:
    due = select(Farewell).where(which).order_by(Farewell.starts_at, Farewell.id).limit(farewells.PORTION)
    rows = work.session.scalars(claim(work, due)).all()
    for row in rows:
        step(work, row)
    return len(rows)


def _begin(work: Work, row: Farewell) -> None:
    """After hours in which nothing ran nobody is called to what is over."""
    farewells.move(work, row, "open")
    if work.now < row.ends_at:
        farewells.tell(work, row, "farewell_open")


def follow(work: Work) -> int:
    """What became of the booking of the hall itself (moved, cancelled, the home closed or open again): how many."""
    mine = select(Farewell).where(Farewell.state.in_(LIVE), Farewell.booking_id.is_not(None))
    return sum(_follow(work, row) for row in work.session.scalars(claim(work, mine.order_by(Farewell.id))))


def _follow(work: Work, row: Farewell) -> bool:
    """Guests hear nothing of a closed day before there is a new time: they hear once, and what to do."""
    made = booking.find(work, row.booking_id) if row.booking_id else None
    step = _step(row, made) if made is not None else None
    if made is None or step is None:
        return False
    step(work, row, made)
    return True


def _step(row: Farewell, made: booking.Booking) -> Callable[[Work, Farewell, booking.Booking], None] | None:
    if made.state == "displaced":
        return None if row.state == "displaced" else _displaced
    if made.state == "cancelled":
        return _without_hall if row.state == "displaced" else _called_off
    if made.sequence != row.followed:
        return _moved
    return _kept if row.state == "displaced" else None


def _displaced(work: Work, row: Farewell, made: booking.Booking) -> None:  # noqa: ARG001 - one of the steps
    farewells.move(work, row, "displace")
    farewells.tell_kin(work, row, "farewell_displaced")


def _without_hall(work: Work, row: Farewell, made: booking.Booking) -> None:  # noqa: ARG001 - one of the steps
    """Nobody chose another time in the home: that calls no farewell off, it still needs one."""
    row.booking_id, row.version = None, row.version + 1


def _called_off(work: Work, row: Farewell, made: booking.Booking) -> None:
    farewell_changes.cancel(work, row, made.cancel_reason or "礼厅的预约取消了")


def _moved(work: Work, row: Farewell, made: booking.Booking) -> None:
    farewells.move(work, row, "change")
    farewell_changes.settle(work, row, farewells.as_booked(work, made))


def _kept(work: Work, row: Farewell, made: booking.Booking) -> None:  # noqa: ARG001 - one of the steps
    farewells.move(work, row, "keep")
    farewells.tell_kin(work, row, "farewell_kept")
