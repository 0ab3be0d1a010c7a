"""The numbers of the desk and of the queue: when one may check in, who is called first, what is reminded when. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from backend.booking.rules import REMIND_AHEAD
from backend.core.states import Machine

CHECK_IN_OPENS = timedelta(minutes=60)
GRACE = timedelta(minutes=30)  # after the slot's end, before anybody may be called absent
REBOOK_WITHIN = timedelta(days=14)  # how long somebody whose day was closed may choose another one
REBOOK_REMINDER = timedelta(days=3)
ELDER_AGE = 70
SMS_AGE = 60
FIRST, USUAL = 1, 5
CALLS = 3
MOST_NUMBER = 999

# A tick of the clerk, or the age from the identity number. The words stand on the ticket and on the desk's page.
PRIORITIES = {"elder": "70岁以上老人", "disabled": "残疾人", "pregnant": "孕妇"}

TICKET = Machine(
    {
        "waiting": {"call": "called", "leave": "left"},
        "called": {"call_again": "called", "start": "serving", "put_back": "waiting", "leave": "left"},
        "serving": {"finish": "done", "put_back": "waiting", "leave": "left"},
        "done": {},
        "left": {},
    }
)


def check_in_verdict(now: datetime, starts_at: datetime, ends_at: datetime) -> str:
    """``early``, ``open`` or ``late``: by oneself only from an hour before the start until the end of the slot."""
    if now < starts_at - CHECK_IN_OPENS:
        return "early"
    return "open" if now < ends_at else "late"


def queued_at(now: datetime, starts_at: datetime | None, ends_at: datetime | None) -> datetime:
    """The place in the line: the booked time for whoever is punctual, else the moment of coming."""
    if starts_at is None or ends_at is None or now >= ends_at:
        return now
    return starts_at


def priority_of(ages: Iterable[int | None], tick: str | None) -> tuple[int, str | None]:
    """The priority and its reason: the clerk's tick, or an age of 70 and more of any of the people."""
    if tick in PRIORITIES:
        return FIRST, tick
    if any(age is not None and age >= ELDER_AGE for age in ages):
        return FIRST, "elder"
    return USUAL, None


def label(position: int, number: int) -> str:
    """``A012``: the letter of the pool (0 = A) and the number; letters that sound like digits are left out."""
    return f"{'ABCDEFGHJKLMNPQRSTUVWXY'[position % 23]}{number:03d}"


def after_absence(deferrals: int) -> str:
    """What happens to somebody who did not answer: back to the end once, then out of the queue."""
    return "put_back" if deferrals == 0 else "leave"


def is_soon(starts_at: datetime, now: datetime) -> bool:
    """Whether what is reminded now is "in two hours" rather than "tomorrow"."""
    return now >= starts_at - REMIND_AHEAD


def may_be_missed(now: datetime, ends_at: datetime) -> bool:
    return now >= ends_at + GRACE


def rebook_until(displaced_at: datetime) -> datetime:
    return displaced_at + REBOOK_WITHIN
