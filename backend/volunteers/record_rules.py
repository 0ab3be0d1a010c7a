"""What may stand in a record of service. Pure: times and numbers in, the first obstacle out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.volunteers.activity_errors import (
    DayFullError,
    FinishFirstError,
    NotOverError,
    OverlapError,
    TooLongError,
    TooManyMinutesError,
)

MINUTE = timedelta(minutes=1)
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Span:
    """A service that is recorded already; ``day``: the local one it began on."""

    name: str
    day: date
    started_at: datetime
    ended_at: datetime
    minutes: int


def require_possible(started_at: datetime, ended_at: datetime, minutes: int, now: datetime) -> None:
    """Raise ``FinishFirstError``, ``TooLongError``, ``NotOverError``, ``TooManyMinutesError``."""
    if ended_at <= started_at:
        raise FinishFirstError
    if ended_at - started_at > LONGEST:
        raise TooLongError
    if ended_at > now:
        raise NotOverError
    most = (ended_at - started_at) // MINUTE
    if type(minutes) is not int or not 1 <= minutes <= most:
        raise TooManyMinutesError(most=most)


def require_apart(started_at: datetime, ended_at: datetime, others: Iterable[Span]) -> None:
    """One service may begin the moment another ends. Raises ``OverlapError``."""
    for other in others:
        if other.started_at < ended_at and started_at < other.ended_at:
            raise OverlapError(name=other.name, since=other.started_at, until=other.ended_at)


def require_day(day: date, minutes: int, others: Iterable[Span], most: int) -> None:
    """A service belongs to the local day it began, over midnight too. Raises ``DayFullError``."""
    if sum(other.minutes for other in others if other.day == day) + minutes > most:
        raise DayFullError(hours=f"{most / 60:g}")
