"""Days of remembrance as people read them: in both calendars, and how far away."""

from datetime import date
from typing import Any

from backend.core.clock import local
from backend.core.db import Work
from backend.core.lunar import lunar_of
from backend.memorial import halls
from backend.memorial.day_reminders import KnownDay
from backend.memorial.days import KIND_ZH, when_zh
from backend.memorial.farewell_models import DayReminder
from backend.memorial.hall_views import day_zh, lunar_zh


def reminder(work: Work, row: DayReminder) -> dict[str, Any]:
    """What somebody asked to be told of."""
    return {
        "hall_id": row.hall_id, "hall": halls.find(work, row.hall_id).title, "kind": row.kind,
        "kind_zh": KIND_ZH[row.kind], "lunar": row.lunar, "days_before": row.days_before, **_day(work, row.day),
    }  # fmt: skip


def _day(work: Work, day: date) -> dict[str, Any]:
    return {
        "day": day, "day_zh": day_zh(day), "lunar_zh": lunar_zh(*lunar_of(day)),
        "when_zh": when_zh(day, local(work.now).date()),
    }  # fmt: skip


def known(work: Work, one: KnownDay) -> dict[str, Any]:
    """A day that somebody can ask for."""
    return {
        "kind": one.kind, "kind_zh": KIND_ZH[one.kind], "who": one.who,
        "solar": _day(work, one.solar) if one.solar else None,
        "lunar": _day(work, one.lunar) if one.lunar else None,
        "wish": reminder(work, one.wish) if one.wish else None,
    }  # fmt: skip
