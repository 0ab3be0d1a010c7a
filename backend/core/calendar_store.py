"""The calendar an officer loads over the published one: the days of a yearly notice, whole years at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from backend.core import audit, versions
from backend.core.calendar import DECEMBER, Day, DayKind, Special, WorkCalendar
from backend.core.clock import local
from backend.core.db import Base, Work
from backend.core.errors import BadInputError, DomainError

TOPIC = "calendar"
LONGEST_SOURCE = 200
PUBLISHED = WorkCalendar()


class CalendarYear(Base):
    """A loaded year: the notice it came from."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(LONGEST_SOURCE))
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[str] = mapped_column(String(128))


class CalendarDay(Base):
    """A day that a notice names. The notice of a year may also move the last days of the December before."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind IN ('holiday', 'make_up')", name="kind"),)

    year: Mapped[int] = mapped_column(ForeignKey("calendar_year.year", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))


class PastDaysError(DomainError):
    """Loading would change days that are over, by which deadlines have been counted."""

    code = "calendar.past_days"


@dataclass(frozen=True, slots=True)
class Change:
    """A day that loading would change: its kind or its name, not merely that it is published now."""

    before: Day
    after: Day

    @property
    def real(self) -> bool:
        return (self.before.kind, self.before.name) != (self.after.kind, self.after.name)


class _Cache:
    """The calendar of the newest stamp this process has seen."""

    newest: tuple[UUID | None, WorkCalendar] = (None, PUBLISHED)


def current(work: Work) -> WorkCalendar:
    """The calendar in force; one small query unless it changed."""
    stamp = versions.stamps(work, TOPIC).get(TOPIC)
    if stamp is None:
        return PUBLISHED
    seen, calendar = _Cache.newest
    if stamp != seen:
        calendar = WorkCalendar(_overlay(work))
        _Cache.newest = (stamp, calendar)
    return calendar


def _overlay(work: Work) -> dict[int, tuple[Special, ...]]:
    overlay: dict[int, tuple[Special, ...]] = dict.fromkeys(work.session.scalars(select(CalendarYear.year)), ())
    for row in work.session.scalars(select(CalendarDay).order_by(CalendarDay.day)):
        overlay[row.year] += (Special(row.day, DayKind(row.kind), row.name),)
    return overlay


def changes(work: Work, year: int, rows: Sequence[Special]) -> list[Change]:
    """What loading these rows as the notice of ``year`` would change, day by day."""
    now, then = current(work), WorkCalendar({**_overlay(work), year: tuple(rows)})
    first, last = date(year - 1, DECEMBER, 1), date(year, DECEMBER, 31)
    days = (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
    return [one for d in days if (one := Change(now.day(d), then.day(d))).real]


def checked_source(text: str) -> str:
    """The number of a notice as it is kept. Raises ``BadInputError``."""
    source = text.strip()
    if not 0 < len(source) <= LONGEST_SOURCE:
        raise BadInputError(field="来源", why="请写明通知文号，如 国办发明电〔2026〕9号")
    return source


def past_changes(work: Work, found: Sequence[Change]) -> list[Change]:
    """Those that touch days before today which somebody may have counted with: their year was known."""
    today = local(work.now).date()
    return [one for one in found if one.before.date < today and not one.before.provisional]


def load(work: Work, year: int, rows: Sequence[Special], source: str, *, replace: bool = False) -> list[Change]:
    """Make these rows the whole notice of ``year``; what changed by it.

    Raises ``PastDaysError`` if days before today of a known year would change, unless ``replace``.
    """
    source = checked_source(source)
    found = changes(work, year, rows)
    past = past_changes(work, found)
    if past and not replace:
        raise PastDaysError(day=f"{past[0].before.date:%Y-%m-%d}", count=len(past))
    _write(work, year, rows, source)
    versions.bump(work, TOPIC)
    audit.record(work, "calendar.load", f"calendar:{year}", source=source, days=len(rows), changed=len(found))
    return found


def _write(work: Work, year: int, rows: Sequence[Special], source: str) -> None:
    work.session.execute(delete(CalendarDay).where(CalendarDay.year == year))
    work.session.execute(delete(CalendarYear).where(CalendarYear.year == year))
    who = f"{work.actor.kind}:{work.actor.id}"
    work.session.add(CalendarYear(year=year, source=source, loaded_at=work.now, loaded_by=who))
    work.session.flush()
    work.session.add_all(CalendarDay(year=year, day=row.date, kind=str(row.kind), name=row.name) for row in rows)
