"""Reminding people of their visit: the evening before and two hours before, due and not yet sent."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from backend.booking import desk_rules
from backend.booking.desk_telling import tell_everybody
from backend.booking.matters import matter_of
from backend.booking.models import Booking
from backend.booking.records import fresh, note
from backend.booking.rules import next_reminder, say
from backend.core.db import Work
from backend.core.locks import claim
from backend.guides.items import items as guides

PORTION = 50
REMINDED = ("booked", "displaced")
LONGEST_LIST = 60
NOTHING_SPECIAL = "本人身份证"
ON_THE_SPOT = "现场填写"


def due(work: Work) -> Sequence[UUID]:
    """A portion of the appointments whose reminder is due, most pressing first; locked against another scheduler."""
    return work.session.scalars(
        claim(
            work,
            select(Booking.id)
            .where(Booking.remind_at <= work.now, Booking.state.in_(REMINDED))
            .order_by(Booking.remind_at)
            .limit(PORTION),
        )
    ).all()


def remind(work: Work) -> int:
    """Send a portion of what is due and set when the next one is; how many were looked at.

    After a day without the scheduler only what still helps is sent: one reminder, none for a visit that has begun.
    """
    found = due(work)
    for booking_id in found:
        _remind(work, fresh(work, booking_id))
    return len(found)


def _remind(work: Work, booking: Booking) -> None:
    if booking.state == "displaced":
        _choose_again(work, booking)
    elif work.now < booking.starts_at:
        _visit(work, booking)
    coming = next_reminder(booking.starts_at, work.now) if booking.state == "booked" else None
    work.execute_dml(update(Booking).where(Booking.id == booking.id).values(remind_at=coming))


def _visit(work: Work, booking: Booking) -> None:
    soon = desk_rules.is_soon(booking.starts_at, work.now)
    left = (booking.starts_at - work.now).total_seconds()
    template = "booking_soon" if soon else "booking_tomorrow"
    tell_everybody(work, booking, template, bring=bring(booking.matter), deadline_s=left)
    note(work, booking.id, "reminded", template=template)


def _choose_again(work: Work, booking: Booking) -> None:
    """The day of their appointment was closed and they have not chosen another one yet."""
    last = desk_rules.rebook_until(booking.changed_at)
    if work.now < last:
        tell_everybody(work, booking, "booking_choose_again", until=say(last), sms=True)


def bring(matter: str) -> str:
    """What to bring, in one line, from the guide item of the matter."""
    code = matter_of(matter).guide
    item = guides().get(code) if code else None
    if item is None:
        return NOTHING_SPECIAL
    words = "、".join(paper.paper for paper in item.bring if ON_THE_SPOT not in paper.paper)
    return words if len(words) <= LONGEST_LIST else words[: LONGEST_LIST - 1] + "…"
