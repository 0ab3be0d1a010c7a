"""Bans from online booking, by the policy each office has chosen for a matter. The counter is never barred."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import and_, bindparam, func, or_, select

from backend.booking.errors import AlreadyLiftedError
from backend.booking.matters import matter_of
from backend.booking.models import Booking, BookingBan, BookingParty
from backend.booking.offices import terms_at
from backend.booking.rules import Limit, Mark, day_of, limit_reached, say
from backend.booking.telling import tell_people
from backend.core import audit, strict_yaml
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError

Days = Annotated[int, Field(ge=1, le=3660)]
Count = Annotated[int, Field(ge=0)]


class LimitRow(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    window_days: Days
    ban_days: Days
    no_shows: Count = 0
    cancellations: Count = 0

    def as_limit(self) -> Limit:
        return Limit(self.window_days, self.ban_days, self.no_shows, self.cancellations)


class Policy(BaseModel):
    """One way to treat missed visits, with where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    source: str
    confidence: Literal["high", "medium-high", "medium", "low"]
    review_by: date
    free_days: Count
    limits: tuple[LimitRow, ...]

    @property
    def as_limits(self) -> list[Limit]:
        return [row.as_limit() for row in self.limits]


def load(path: Path) -> dict[str, Policy]:
    """Read the policies of one file, strictly."""
    return {name: Policy.model_validate(row) for name, row in strict_yaml.load(path).items()}


@cache
def book() -> dict[str, Policy]:
    return load(Path(__file__).with_name("penalties.yaml"))


_BANNED = select(func.max(BookingBan.until)).where(
    BookingBan.person_index.in_(bindparam("indexes", expanding=True)), BookingBan.matter_group == bindparam("group"),
    BookingBan.until > bindparam("now"), BookingBan.lifted_at.is_(None),
)  # fmt: skip


def ban_until(work: Work, indexes: Sequence[str], group: str) -> datetime | None:
    """Until when any of these people may not book this group of matters online; None if all may."""
    return work.session.scalar(_BANNED, {"indexes": list(indexes), "group": group, "now": work.now})


def weigh(work: Work, booking: Booking) -> list[BookingBan]:
    """Look at its people after a missed or late-cancelled visit, in the same transaction; the bans that follow."""
    terms = terms_at(work, booking.office_id, booking.matter)
    policy = book()[terms.penalty]
    work.session.flush()
    bans = [ban for party in booking.parties if (ban := _weigh_one(work, terms.penalty, policy, party)) is not None]
    if bans:
        until = max(ban.until for ban in bans)
        tell_people(work, booking, "booking_banned", until=say(until))
    return bans


def _weigh_one(work: Work, name: str, policy: Policy, party: BookingParty) -> BookingBan | None:
    today = day_of(work.now)
    marks = _marks(work, party.person_index, party.matter_group)
    limit = limit_reached(policy.as_limits, marks, today)
    if limit is None:
        return None
    ban = BookingBan(
        person_index=party.person_index, matter_group=party.matter_group, policy=name, begins_at=work.now,
        until=work.now + timedelta(days=limit.ban_days), facts=_facts(policy, limit, marks),
    )  # fmt: skip
    work.session.add(ban)
    work.session.flush()
    return ban


def _facts(policy: Policy, limit: Limit, marks: Sequence[Mark]) -> dict[str, object]:
    """Why, so that it can be explained and objected to."""
    return {
        "source": policy.source,
        "window_days": limit.window_days,
        "ban_days": limit.ban_days,
        "marks": [{"kind": mark.kind, "day": mark.day.isoformat()} for mark in marks],
    }


def _marks(work: Work, index: str, group: str) -> list[Mark]:
    """Missed and late-cancelled visits since the person's last ban: what led to that one is paid for."""
    last = work.session.scalar(
        select(func.max(BookingBan.begins_at)).where(BookingBan.person_index == index, BookingBan.matter_group == group)
    )
    counts = or_(Booking.state == "no_show", and_(Booking.state == "cancelled", Booking.late))
    rows = work.session.execute(
        select(Booking.state, Booking.day, Booking.cancelled_at)
        .join(BookingParty, BookingParty.booking_id == Booking.id)
        .where(BookingParty.person_index == index, BookingParty.matter_group == group, counts)
        .where(Booking.changed_at > last if last is not None else counts)
        .order_by(Booking.day, Booking.id)
    )
    return [_mark(state, day, cancelled_at) for state, day, cancelled_at in rows]


def _mark(state: str, day: date, cancelled_at: datetime | None) -> Mark:
    if state == "no_show" or cancelled_at is None:
        return Mark("no_show", day)
    return Mark("cancellation", day_of(cancelled_at))


def lift(work: Work, ban_id: UUID, *, why: str) -> BookingBan:
    """End a ban early, with the reason. Raises ``NotFoundError``, ``AlreadyLiftedError``, ``BadInputError``."""
    if not why.strip():
        raise BadInputError(field="原因", why="请写明为什么解除")
    ban = work.session.get(BookingBan, ban_id)
    if ban is None:
        raise NotFoundError(ban=str(ban_id))
    if ban.lifted_at is not None or ban.until <= work.now:
        raise AlreadyLiftedError(ban=str(ban_id))
    ban.lifted_at, ban.lifted_why = work.now, why.strip()
    ban.lifted_by = f"{work.actor.kind}:{work.actor.id}"
    audit.record(work, "booking.ban_lifted", f"booking_ban:{ban_id}")
    return ban


def bans_of(work: Work, index: str) -> Sequence[BookingBan]:
    """Every ban of a person, the newest first, for the desk that may lift one."""
    mine = select(BookingBan).where(BookingBan.person_index == index)
    return work.session.scalars(mine.order_by(BookingBan.begins_at.desc(), BookingBan.id)).all()


def title_of(matter: str, policy: str) -> str:
    """A policy as a page lists it."""
    return f"{matter_of(matter).title}：{book()[policy].title}"
