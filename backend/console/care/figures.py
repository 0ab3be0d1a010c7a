"""How fast alarms were answered: numbers, a table, and bars drawn on the server."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import render_template, request

from backend.alarms import figures as figures_
from backend.console.blueprints import console
from backend.core.db import reading
from backend.people.sessions import viewer

PERIODS = (7, 30, 90, 365)
DEFAULT_PERIOD = 30
# Camden Careline and the TSA's stricter line: shares of alarms answered within 60 s and 180 s.
TARGETS = {"answered_60": 0.985, "answered_180": 0.995}
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the drawing: its share (0…1) and whether the target was met."""

    share: float
    met: bool


@console.get("/figures")
def figures() -> str:
    me = viewer()
    me.require("figures.view")
    days = _days()
    with reading() as work:
        until = work.now
        rows = figures_.figures(work, me, until - timedelta(days=days), until)
    lines = [with_rates(row) for row in rows]
    return render_template("console/figures.html", rows=lines, days=days, periods=PERIODS, targets=TARGETS, ticks=TICKS)


def _days() -> int:
    try:
        days = int(request.args.get("days", DEFAULT_PERIOD))
    except ValueError:
        return DEFAULT_PERIOD
    return days if days in PERIODS else DEFAULT_PERIOD


def with_rates(row: dict[str, Any]) -> dict[str, Any]:
    """A figure row with its rates and, per target, its bar."""
    alarms = row["alarms"]
    return {
        **row,
        "false_rate": row["false_alarms"] / alarms if alarms else None,
        "again_rate": row["presses_again"] / alarms if alarms else None,
        "bars": {name: bar(row[name], target) for name, target in TARGETS.items()},
    }


def bar(share: float | None, target: float) -> Bar | None:
    """None where there was no alarm: nothing is no achievement."""
    return None if share is None else Bar(share, share >= target)
