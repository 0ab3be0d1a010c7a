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
BAR_FROM = 0.80  # between 80 % and 100 % is where good and bad differ


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the drawing: its length (0…1 of the axis) and whether the target was met."""

    length: float
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
    return render_template(
        "console/figures.html", rows=lines, days=days, periods=PERIODS, targets=TARGETS, axis=axis(), until=until
    )


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
    return None if share is None else Bar(on_axis(share), share >= target)


def on_axis(share: float) -> float:
    return max(0.0, (share - BAR_FROM) / (1 - BAR_FROM))


def axis() -> dict[str, Any]:
    """Ticks (share, place 0…1) and where each target stands."""
    ticks = (0.80, 0.85, 0.90, 0.95, 1.0)
    return {
        "ticks": [(tick, on_axis(tick)) for tick in ticks],
        "targets": {name: on_axis(target) for name, target in TARGETS.items()},
    }
