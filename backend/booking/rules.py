"""When a place may be booked, how long an offer waits, what a missed or late-cancelled visit costs. Pure.

Days and minutes are local (Asia/Shanghai), moments are UTC. A moment decides to the second and includes itself:
booking is open *at* its opening moment and closed *at* its closing moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
OFFER_LASTS = timedelta(hours=2)
NIGHT_BEGINS, NIGHT_ENDS = time(22), time(7)
REMIND_EVENING = 18 * 60  # minutes of the day before
REMIND_AHEAD = timedelta(hours=2)

Channel = Literal["online", "desk", "on_site"]


def at(day: date, minute: int) -> datetime:
    """The moment at a minute of a local day; 1440 is the next midnight."""
    return (datetime.combine(day, time(), LOCAL) + timedelta(minutes=minute)).astimezone(UTC)


def day_of(moment: datetime) -> date:
    return moment.astimezone(LOCAL).date()


def say(moment: datetime) -> str:
    """A moment as people read it: 12月1日08:30."""
    there = moment.astimezone(LOCAL)
    return f"{there.month}月{there.day}日{there:%H:%M}"


def say_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, slots=True)
class Opening:
    """Online booking of a day: from ``opens_days`` before it at minute ``opens_at`` to ``closes_days`` before it."""

    opens_days: int
    opens_at: int
    closes_days: int
    closes_at: int

    def opens(self, day: date) -> datetime:
        return at(day - self.opens_days * DAY, self.opens_at)

    def closes(self, day: date) -> datetime:
        return at(day - self.closes_days * DAY, self.closes_at)


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks for which time, and what stands in the way. ``displaced``: the office took their first time away."""

    channel: Channel
    now: datetime
    day: date
    starts_at: datetime
    ends_at: datetime
    opening: Opening
    closed: bool = False
    displaced: bool = False
    first: date | None = None
    last: date | None = None
    banned_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason`` is None when it may be booked, else the name of the obstacle."""

    reason: str | None = None
    moment: datetime | None = None


MAY = Verdict()


def may_book(ask: Ask) -> Verdict:
    """Whether this time may be booked; the first obstacle if not. Places and quotas are counted elsewhere."""
    if ask.closed:
        return Verdict("closed")
    if (ask.first and ask.day < ask.first) or (ask.last and ask.day > ask.last):
        return Verdict("outside")
    if ask.channel == "on_site":
        return _on_site(ask)
    if ask.now >= (ask.starts_at if ask.channel == "online" else ask.ends_at):
        return Verdict("over")
    return MAY if ask.displaced else _opening(ask)


def _on_site(ask: Ask) -> Verdict:
    """Somebody stands at the counter: today, and the time has not ended."""
    if ask.day != day_of(ask.now):
        return Verdict("not_today")
    return Verdict("over") if ask.now >= ask.ends_at else MAY


def _opening(ask: Ask) -> Verdict:
    """The counter opens a day no earlier than the telephone does, but has neither cut-off nor ban (R-005)."""
    if ask.now < (opens := ask.opening.opens(ask.day)):
        return Verdict("not_yet", opens)
    if ask.channel == "desk":
        return MAY
    if ask.now >= (closes := ask.opening.closes(ask.day)):
        return Verdict("cut_off", closes)
    if ask.banned_until is not None and ask.now < ask.banned_until:
        return Verdict("banned", ask.banned_until)
    return MAY


class Spell(Protocol):
    """Anything with a beginning and an end."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


S = TypeVar("S", bound=Spell)


def consecutive(slots: Sequence[S], first: int, units: int) -> list[S] | None:
    """``units`` slots from index ``first`` on, each beginning when the one before ends; None if there are not."""
    found = list(slots[first : first + units])
    gapless = all(one.ends_at == after.starts_at for one, after in pairwise(found))
    return found if len(found) == units and gapless else None


# -- the waiting list


def offer_until(now: datetime, closes: datetime) -> datetime:
    """Until when a freed place is kept for somebody: two hours, 22 to 7 not counted, and not past ``closes``."""
    left, here = OFFER_LASTS, _awake(now.astimezone(LOCAL))
    evening = datetime.combine(here.date(), NIGHT_BEGINS, LOCAL)
    if here + left > evening:
        left -= evening - here
        here = _awake(evening)
    return min((here + left).astimezone(UTC), closes)


def _awake(there: datetime) -> datetime:
    """The moment itself, or the next morning when it is night."""
    if there.time() < NIGHT_ENDS:
        return datetime.combine(there.date(), NIGHT_ENDS, LOCAL)
    if there.time() >= NIGHT_BEGINS:
        return datetime.combine(there.date() + DAY, NIGHT_ENDS, LOCAL)
    return there


# -- reminders


def next_reminder(starts_at: datetime, after: datetime) -> datetime | None:
    """The first reminder later than ``after``: the evening before at 18:00, then two hours before."""
    due = (at(day_of(starts_at) - DAY, REMIND_EVENING), starts_at - REMIND_AHEAD)
    return next((moment for moment in due if moment > after), None)


# -- penalties (practice of several provinces, rules B1.4; which one an office follows is its choice)


@dataclass(frozen=True, slots=True)
class Mark:
    """A visit that was missed, or cancelled after the free days; ``day`` of the visit, or of the cancelling."""

    kind: Literal["no_show", "cancellation"]
    day: date


@dataclass(frozen=True, slots=True)
class Limit:
    """So many marks within ``window_days`` (today counted) bring a ban of ``ban_days``."""

    window_days: int
    ban_days: int
    no_shows: int = 0
    cancellations: int = 0


def is_late(free_days: int, day: date, today: date) -> bool:
    """Whether cancelling today counts: fewer than ``free_days`` natural days before the visit."""
    return (day - today).days < free_days


def limit_reached(limits: Iterable[Limit], marks: Sequence[Mark], today: date) -> Limit | None:
    """The limit with the longest ban that these marks reach."""
    return max(
        (limit for limit in limits if _reaches(limit, marks, today)), key=lambda limit: limit.ban_days, default=None
    )


def _reaches(limit: Limit, marks: Sequence[Mark], today: date) -> bool:
    recent = [mark.kind for mark in marks if (today - mark.day).days < limit.window_days]
    return recent.count("no_show") >= limit.no_shows and recent.count("cancellation") >= limit.cancellations
