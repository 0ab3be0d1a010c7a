"""The two periods of a divorce application, as the Civil Code counts them (1077, 201, 203; rules as of 2021). Pure.

With A the day the application was received: the withdrawal period ends on C, which is A + 30 days, moved to the next
working day when it is a rest day. The certificate period runs from C + 1 to W, which is C + 30 days, moved likewise.
On W + 1 the application counts as withdrawn. A working Saturday or Sunday of the yearly notice is a working day.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from backend.core.calendar import ONE_DAY, WorkCalendar

MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Lengths:
    """Days of the two periods. ``rolls_first``: whether a rest day moves the end of the first one too."""

    cooling: int
    window: int
    rolls_first: bool


@dataclass(frozen=True, slots=True)
class Periods:
    """Local days. ``provisional``: a year they count through is not published yet, nothing final may follow from them.

    ``unrolled``: A + 30 days before any move, so that a page can say why the last day is a later one.
    ``cooling_certain``: the first period's end is published; ``least_until``: the second one's end before any move.
    """

    received_on: date
    unrolled: date
    cooling_until: date
    window_until: date
    provisional: bool
    cooling_certain: bool = True
    least_until: date = date.max

    @property
    def window_from(self) -> date:
        return self.cooling_until + ONE_DAY

    @property
    def lapses_on(self) -> date:
        return self.window_until + ONE_DAY

    @property
    def window(self) -> tuple[date, date]:
        """The days on which the certificate can be given, both ends included."""
        return self.window_from, self.window_until

    def certain(self, day: date) -> bool:
        """Whether ``day`` is inside the second period whatever a notice may still say: rest days only lengthen it."""
        return self.cooling_certain and self.cooling_until < day <= self.least_until

    def phase(self, day: date) -> str:
        """``cooling`` up to C, ``window`` up to W, then ``over``."""
        if day <= self.cooling_until:
            return "cooling"
        return "window" if day <= self.window_until else "over"


def periods(received_on: date, calendar: WorkCalendar, lengths: Lengths, cooling_until: date | None = None) -> Periods:
    """The periods of an application received on ``received_on``.

    ``cooling_until``: a first period that is already over; what was counted then is not moved by a later calendar.
    """
    unrolled = received_on + timedelta(days=lengths.cooling)
    ends = cooling_until or (calendar.roll(unrolled) if lengths.rolls_first else unrolled)
    least = ends + timedelta(days=lengths.window)
    last = calendar.roll(least)
    return Periods(
        received_on, unrolled, ends, last, provisional=calendar.provisional(last, since=received_on),
        cooling_certain=cooling_until is not None or not calendar.provisional(ends, since=received_on),
        least_until=least,
    )  # fmt: skip


def before_close(moment: datetime, day: date, closes: int) -> bool:
    """Whether a local moment is on time for ``day``: the last day ends when business does (203(2)).

    ``closes``: minutes of the local day; at that very minute business has ended.
    """
    closing = time(closes // MINUTES_OF_AN_HOUR, closes % MINUTES_OF_AN_HOUR)
    return moment.replace(tzinfo=None) < datetime.combine(day, closing)
