"""Minute and hour roll-ups of the raw readings, and the end of raw readings that are old enough.

The unit of progress is ``Reading.seq``, not time: a late reading has a new ``seq`` and re-opens its own minute.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    case,
    cast,
    delete,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core.db import UtcDateTime, Work, is_sqlite
from backend.sensing import marks
from backend.sensing.models import Reading, Rollup

SETTLED = timedelta(seconds=60)
"""On PostgreSQL a lower ``seq`` may be committed after a higher one; no unit of work lasts as long as this."""

HOUR_S = 3600
TEXT_LENGTHS = {"minute": 16, "hour": 13}
"""How much of SQLite's ``2026-11-22 01:02:03.000000`` names the minute, or the hour."""


@dataclass(frozen=True, slots=True)
class RolledUp:
    """How many readings one run worked in; ``behind``: there are more, call again."""

    readings: int
    behind: bool


def roll_up(work: Work, until: datetime, limit: int = 2000) -> RolledUp:
    """Work the next readings stored before ``until`` (and at least a minute ago) into their minutes and hours.

    A touched bucket is computed anew from all its raw readings, so a second run changes nothing. Where raw readings
    were already purged, a bucket that exists stays as it is. Small portions: a writer must not wait behind a job.
    """
    done = marks.hold(work, "rolled")
    top, count, settled = _next(work, done, min(until, work.now - SETTLED), limit)
    if top <= done:
        return RolledUp(0, behind=False)
    _minutes(work, done, top)
    _hours(work, done, top)
    marks.move(work, "rolled", top)
    return RolledUp(count, behind=settled and count == limit)


def _next(work: Work, done: int, before: datetime, limit: int) -> tuple[int, int, bool]:
    """The last ``seq`` of the next portion, how many rows it has, and whether all that was looked at is settled."""
    ahead = select(Reading.seq, Reading.stored_at).where(Reading.seq > done).order_by(Reading.seq).limit(limit)
    window = ahead.subquery()
    fresh = select(func.min(window.c.seq)).where(window.c.stored_at > before)
    first_fresh = work.session.scalar(fresh)
    portion = select(func.max(window.c.seq), func.count())
    if first_fresh is not None:
        portion = portion.where(window.c.seq < first_fresh)
    top, count = work.session.execute(portion).one()
    return top or done, count, first_fresh is None


def bucket(work: Work, moment: Any, span: str) -> ColumnElement[datetime]:
    """The start of the minute or hour that a moment lies in."""
    if is_sqlite(work):
        rest = "0000-00-00 00:00:00.000000"[TEXT_LENGTHS[span] :]
        return type_coerce(func.substr(cast(moment, String), 1, TEXT_LENGTHS[span]).concat(rest), UtcDateTime())
    return type_coerce(func.date_trunc(span, moment, "UTC"), UtcDateTime())


def _in_bucket(work: Work, moment: Any, start: Any, span: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Range conditions that an index on ``moment`` can use."""
    if is_sqlite(work):  # as text everything up to ``…:59.999999`` sorts before ``…:60``
        end = func.substr(start, 1, TEXT_LENGTHS[span]).concat(":60")
        return type_coerce(moment, String) >= start, type_coerce(moment, String) < end
    return moment >= start, moment < start + literal(timedelta(**{f"{span}s": 1}))


def _touched(work: Work, done: int, top: int, span: str) -> Any:
    new = (Reading.seq > done, Reading.seq <= top, Reading.value.is_not(None))
    start = bucket(work, Reading.at, span).label("start")
    return select(Reading.device_id, Reading.capability, start).where(*new).distinct().subquery()


def _minutes(work: Work, done: int, top: int) -> None:
    touched = _touched(work, done, top, "minute")
    columns = (touched.c.device_id, touched.c.capability, touched.c.start)
    ranked = (
        select(*columns, Reading.value, Reading.at, _rank(columns, Reading.at.desc(), Reading.seq.desc()))
        .where(
            Reading.device_id == touched.c.device_id,
            Reading.capability == touched.c.capability,
            *_in_bucket(work, Reading.at, touched.c.start, "minute"),
            Reading.value.is_not(None),
            Reading.seq <= top,
        )
        .subquery()
    )
    value, last = ranked.c.value, ranked.c.place == 1
    sums = (
        func.count(), func.sum(value), func.min(value), func.max(value),
        func.max(case((last, value))), func.max(case((last, ranked.c.at))),
    )  # fmt: skip
    _write(work, "minute", ranked, sums, kept_from=_purged_before(work))


def _hours(work: Work, done: int, top: int) -> None:
    touched = _touched(work, done, top, "hour")
    columns = (touched.c.device_id, touched.c.capability, touched.c.start)
    order = (Rollup.last_at.desc(), Rollup.start.desc())
    sources = (Rollup.count, Rollup.total, Rollup.low, Rollup.high, Rollup.last, Rollup.last_at)
    ranked = (
        select(*columns, *sources, _rank(columns, *order))
        .where(
            Rollup.device_id == touched.c.device_id,
            Rollup.capability == touched.c.capability,
            Rollup.span == "minute",
            *_in_bucket(work, Rollup.start, touched.c.start, "hour"),
        )
        .subquery()
    )
    part, last = ranked.c, ranked.c.place == 1
    sums = (
        func.sum(part.count), func.sum(part.total), func.min(part.low), func.max(part.high),
        func.max(case((last, part.last))), func.max(case((last, part.last_at))),
    )  # fmt: skip
    _write(work, "hour", ranked, sums, kept_from=None)


def _rank(columns: tuple[Any, ...], *order: Any) -> Any:
    return func.row_number().over(partition_by=columns, order_by=order).label("place")


def _write(work: Work, span: str, ranked: Any, sums: tuple[Any, ...], *, kept_from: datetime | None) -> None:
    keys = (ranked.c.device_id, ranked.c.capability, ranked.c.start)
    names = ["device_id", "capability", "start", "span", "count", "total", "low", "high", "last", "last_at"]
    # The WHERE is there for SQLite, which could otherwise not tell ON CONFLICT from a join's ON.
    found: Select[Any] = select(*keys, literal(span), *sums).where(ranked.c.place >= 1).group_by(*keys)
    insert = (sqlite_insert if is_sqlite(work) else pg_insert)(Rollup).from_select(names, found)
    fresh = {name: insert.excluded[name] for name in names[4:]}
    raw_is_whole = Rollup.start >= kept_from if kept_from is not None else None
    index = ["device_id", "capability", "span", "start"]
    work.session.execute(insert.on_conflict_do_update(index_elements=index, set_=fresh, where=raw_is_whole))


def _purged_before(work: Work) -> datetime:
    return datetime.fromtimestamp(marks.number(work, "purged"), UTC)


def purge(work: Work, keep_days: int, limit: int = 5000) -> int:
    """Delete up to ``limit`` raw readings older than ``keep_days`` that are in the roll-ups; return how many.

    Call again until 0. The border is a whole hour, so that no bucket is ever computed from half its readings.
    """
    border = int((work.now - timedelta(days=keep_days)).timestamp()) // HOUR_S * HOUR_S
    rolled = marks.hold(work, "rolled")
    marks.hold(work, "purged")
    marks.move(work, "purged", border)
    old = select(Reading.seq).where(Reading.at < datetime.fromtimestamp(border, UTC), Reading.seq <= rolled)
    return work.execute_dml(delete(Reading).where(Reading.seq.in_(old.limit(limit).scalar_subquery())))
