"""Who is on duty, worked out from weekly shifts and one-off overrides. Pure: no database, no clock.

Every interval is half-open, ``[starts, ends)``: at the instant of a change the new person is on duty and the old
one no longer is. Overrides are applied in the order in which they were made, so the latest decision stands.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
DAY_MINUTES = 1440
WEEK_MINUTES = 7 * DAY_MINUTES

UNTIL_AHEAD = timedelta(hours=48)
NEXT_AHEAD = timedelta(days=8)  # a weekly shift that began a moment ago comes round again within it
LONGEST_OVERRIDE = timedelta(days=31)
HANDOVER_GRACE = timedelta(hours=2)
HANDOVER_REMIND = timedelta(minutes=15)

# Who may fill a post: a shift lead may stand in for a carer, nobody else crosses over.
QUALIFIED: Mapping[str, frozenset[str]] = {
    "duty": frozenset({"duty", "lead"}),
    "lead": frozenset({"lead"}),
    "officer": frozenset({"officer"}),
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A shift of one person on some days of the week.

    ``starts`` and ``ends`` are minutes of the local day; ``ends`` not after ``starts`` means the next morning (equal:
    round the clock). ``weekdays`` (0 = Monday) are the days on which the shift *begins*. Validity cuts exactly.
    """

    person: UUID
    starts: int
    ends: int
    weekdays: frozenset[int]
    valid_from: datetime
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """``add`` a person, ``remove`` one, or let one stand in (``replace``) wherever ``replaces`` is on duty."""

    kind: str
    person: UUID
    starts: datetime
    ends: datetime
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """One unbroken duty of one person."""

    person: UUID
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch during which the same people (perhaps nobody) are on duty."""

    starts: datetime
    ends: datetime
    people: tuple[UUID, ...]


def qualifies(grants: Iterable[tuple[str, str]], role: str, path: str) -> bool:
    """May somebody with these grants (role, division path) fill this post at this place?"""
    return any(held in QUALIFIED[role] and path.startswith(reach) for held, reach in grants)


def length(pattern: Pattern) -> int:
    """How long a shift is, in minutes: 1 … 1440."""
    return (pattern.ends - pattern.starts) % DAY_MINUTES or DAY_MINUTES


def clash(one: Pattern, other: Pattern) -> bool:
    """Would the two put the same person on duty twice at once, in any week in which both are valid?"""
    if one.person != other.person or not _both_valid(one, other):
        return False
    return any(
        (b - a) % WEEK_MINUTES < length(one) or (a - b) % WEEK_MINUTES < length(other)
        for a in _week_starts(one)
        for b in _week_starts(other)
    )


def _both_valid(one: Pattern, other: Pattern) -> bool:
    return (one.valid_to is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from < other.valid_to
    )


def _week_starts(pattern: Pattern) -> list[int]:
    return [day * DAY_MINUTES + pattern.starts for day in sorted(pattern.weekdays)]


def day_window(day: date) -> Interval:
    """The local day as an interval in UTC."""
    return Interval(_midnight(day), _midnight(day + DAY))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)


def _shift_on(pattern: Pattern, day: date) -> Span:
    begins = _midnight(day) + timedelta(minutes=pattern.starts)
    ends = begins + timedelta(minutes=length(pattern))
    stops = ends if pattern.valid_to is None else min(ends, pattern.valid_to)
    return Span(pattern.person, max(begins, pattern.valid_from), stops)


def _shifts(pattern: Pattern, window: Interval) -> Iterator[Span]:
    day = window.starts.astimezone(LOCAL).date() - DAY  # yesterday's shift may reach past midnight
    while _midnight(day) < window.ends:
        if day.weekday() in pattern.weekdays:
            shift = _shift_on(pattern, day)
            if max(shift.starts, window.starts) < min(shift.ends, window.ends):
                yield shift
        day += DAY


def _apply(people: dict[UUID, None], override: Override) -> None:
    if override.kind == "add":
        people[override.person] = None
    elif override.kind == "remove":
        people.pop(override.person, None)
    elif override.replaces in people:
        del people[override.replaces]
        people[override.person] = None


def _people_at(shifts: Sequence[Span], overrides: Sequence[Override], at: datetime) -> tuple[UUID, ...]:
    people = dict.fromkeys(shift.person for shift in shifts if shift.starts <= at < shift.ends)
    for override in overrides:
        if override.starts <= at < override.ends:
            _apply(people, override)
    return tuple(people)


def pieces(patterns: Sequence[Pattern], overrides: Sequence[Override], window: Interval) -> list[Piece]:
    """The window cut wherever the set of people changes: contiguous, covering, no two neighbours alike."""
    shifts = [shift for pattern in patterns for shift in _shifts(pattern, window)]
    stretches: list[Span | Override] = [*shifts, *overrides]
    edges = {moment for stretch in stretches for moment in (stretch.starts, stretch.ends)}
    inside = sorted(moment for moment in edges if window.starts < moment < window.ends)
    found: list[Piece] = []
    for starts, ends in zip([window.starts, *inside], [*inside, window.ends], strict=True):
        people = _people_at(shifts, overrides, starts)
        if found and set(found[-1].people) == set(people):
            starts, people = found[-1].starts, found.pop().people  # noqa: PLW2901 (grows the piece it continues)
        found.append(Piece(starts, ends, people))
    return found


def spans(patterns: Sequence[Pattern], overrides: Sequence[Override], window: Interval) -> list[Span]:
    """Every unbroken duty inside the window, cut at its edges, in order of beginning."""
    done: list[Span] = []
    going: dict[UUID, Span] = {}
    for piece in pieces(patterns, overrides, window):
        done += [going.pop(person) for person in list(going) if person not in piece.people]
        for person in piece.people:
            starts = going[person].starts if person in going else piece.starts
            going[person] = Span(person, starts, piece.ends)
    return sorted([*done, *going.values()], key=lambda span: (span.starts, span.ends))


def on_duty(patterns: Sequence[Pattern], overrides: Sequence[Override], at: datetime) -> list[Span]:
    """Who is on duty at the instant, each until when (a duty longer than 48 hours reads as 48 hours)."""
    window = Interval(at, at + UNTIL_AHEAD)
    return [span for span in spans(patterns, overrides, window) if span.starts == at]


def next_on_duty(patterns: Sequence[Pattern], overrides: Sequence[Override], at: datetime) -> list[Span]:
    """Whoever is the first to come on duty after the instant; several if they begin together."""
    window = Interval(at, at + NEXT_AHEAD)
    coming = [span for span in spans(patterns, overrides, window) if span.starts > at]
    return [span for span in coming if span.starts == coming[0].starts]


def gaps(patterns: Sequence[Pattern], overrides: Sequence[Override], window: Interval) -> list[Interval]:
    """The stretches of the window with nobody on duty."""
    return [Interval(p.starts, p.ends) for p in pieces(patterns, overrides, window) if not p.people]


def next_change(patterns: Sequence[Pattern], overrides: Sequence[Override], at: datetime) -> datetime:
    """When the set of people on duty next changes; at most 48 hours ahead."""
    return pieces(patterns, overrides, Interval(at, at + UNTIL_AHEAD))[0].ends


def covers(person: UUID, found: Sequence[Span], window: Interval) -> bool:
    """Is the person on duty through the whole window? ``found`` are the spans of exactly this window."""
    return Span(person, window.starts, window.ends) in found
