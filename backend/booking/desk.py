"""At the office: checking in with the poster's code or at the clerk's, and the number one gets for it."""

from collections.abc import Iterable
from datetime import date

from backend.booking import desk_rules, queue
from backend.booking.desk_errors import OtherDayError, TooEarlyError, TooLateError, WrongQrError
from backend.booking.desk_finding import is_poster_of
from backend.booking.errors import BookingSettledError
from backend.booking.models import Booking, BookingParty, Office, QueueTicket
from backend.booking.offices import terms_at
from backend.booking.records import change
from backend.booking.rules import say, say_day
from backend.core import idnumber
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError


def check_in_by_code(work: Work, booking: Booking, scanned: str) -> QueueTicket:
    """Check in by the poster's code; the partner's scan and a second tap get the same number.

    Raises ``WrongQrError``, ``TooEarlyError``, ``TooLateError``, ``BookingSettledError``.
    """
    if not is_poster_of(booking.office, scanned):
        raise WrongQrError(office=booking.office.name)
    given = queue.ticket_of(work, booking.id)
    if given is not None:
        return given
    if booking.state == "booked":
        _in_time(work, booking)
    return _check_in(work, booking, None)


def _in_time(work: Work, booking: Booking) -> None:
    verdict = desk_rules.check_in_verdict(work.now, booking.starts_at, booking.ends_at)
    if verdict == "early":
        raise TooEarlyError(opens_at=say(booking.starts_at - desk_rules.CHECK_IN_OPENS))
    if verdict == "late":
        raise TooLateError


def check_in_at_desk(work: Work, booking: Booking, tick: str | None = None) -> QueueTicket:
    """A clerk lets them in, at any time of the day itself: who comes late is the clerk's to judge.

    ``tick``: a key of ``desk_rules.PRIORITIES``. Raises ``OtherDayError``, ``BookingSettledError``.
    """
    if booking.day != local(work.now).date():
        raise OtherDayError(day=say_day(booking.day))
    return _check_in(work, booking, _known(tick))


def _known(tick: str | None) -> str | None:
    if tick and tick not in desk_rules.PRIORITIES:
        raise BadInputError(field="优先原因", why="请从列表里选择")
    return tick or None


def _check_in(work: Work, booking: Booking, tick: str | None) -> QueueTicket:
    try:
        now = change(work, booking.id, "check_in", checked_in_at=work.now, remind_at=None)
    except BookingSettledError:
        given = queue.ticket_of(work, booking.id)  # the partner or a second tap was faster
        if given is None:
            raise
        return given
    return number_for(work, now, tick)


def number_for(work: Work, booking: Booking, tick: str | None = None) -> QueueTicket:
    """The number of somebody who has been checked in."""
    return queue.issue(
        work,
        booking.office,
        booking.pool,
        booking.matter,
        booking_id=booking.id,
        queued_at=desk_rules.queued_at(work.now, booking.starts_at, booking.ends_at),
        priority=desk_rules.priority_of(ages(booking.parties, booking.day), tick),
    )


def ages(parties: Iterable[BookingParty], day: date) -> list[int | None]:
    """Completed years of each person on ``day``; None for papers that say no birth date."""
    return [_age(party, day) for party in parties]


def _age(party: BookingParty, day: date) -> int | None:
    if party.id_kind != "resident_id":
        return None
    try:
        born = idnumber.parse(party.id_number, day).birth_date
    except ValueError:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


# -- people who just come


def take_number(
    work: Work, office: Office, matter: str, *, holder: str | None = None, tick: str | None = None
) -> QueueTicket:
    """A number for somebody without an appointment and perhaps without a telephone (R-005: the counter never closes).

    ``holder``: a name to call, if they like to give one.
    """
    return queue.issue(
        work,
        office,
        terms_at(work, office.id, matter).pool,
        matter,
        queued_at=work.now,
        priority=desk_rules.priority_of([], _known(tick)),
        holder=(holder or "").strip()[:32] or None,
    )
