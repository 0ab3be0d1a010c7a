"""How fast alarms were answered, per town and home: measured and shown, never promised."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import select

from backend.alarms.models import Alarm
from backend.alarms.rules import ANSWER_TARGETS_S, answered_within
from backend.core.db import Work
from backend.people.models import Division
from backend.people.service import Viewer

COUNTED = ("sos", "fall", "fall_suspected", "smoke", "gas", "carbon_monoxide", "heat")


def figures(work: Work, who: Viewer, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """One row (``schemas.FigureRow``) per division the viewer sees that had an alarm for a person in the period.

    Tests are left out, and so are alarms that a machine closed by itself.
    """
    rows = work.session.execute(
        select(
            Alarm.division_path, Alarm.raised_at, Alarm.first_answered_at, Alarm.disposition, Alarm.press_count
        ).where(
            who.sees(Alarm.division_path, "figures.view"),
            Alarm.kind.in_(COUNTED),
            Alarm.raised_at >= since,
            Alarm.raised_at < until,
            Alarm.disposition.is_distinct_from("test"),
        )
    ).all()
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        for code in row.division_path.strip("/").split("/"):
            groups[code].append(row)
    seen = {grant.path for grant in who.grants}
    divisions = work.session.scalars(select(Division).where(Division.code.in_(groups)).order_by(Division.path))
    return [
        _row(division, groups[division.code])
        for division in divisions
        if any(division.path.startswith(path) for path in seen)
    ]


def _row(division: Division, rows: Iterable[Any]) -> dict[str, Any]:
    found = list(rows)
    seconds = [_seconds(row) for row in found]
    answered = [value for value in seconds if value is not None]
    first, second = ANSWER_TARGETS_S
    return {
        "code": division.code,
        "name": division.name,
        "level": division.level,
        "alarms": len(found),
        "answered_60": answered_within(seconds, first),
        "answered_180": answered_within(seconds, second),
        "median_s": median(answered) if answered else None,
        "unanswered": len(found) - len(answered),
        "false_alarms": sum(row.disposition == "false_alarm" for row in found),
        "presses_again": sum(row.press_count > 1 for row in found),
    }


def _seconds(row: Any) -> float | None:
    if row.first_answered_at is None:
        return None
    return float((row.first_answered_at - row.raised_at).total_seconds())
