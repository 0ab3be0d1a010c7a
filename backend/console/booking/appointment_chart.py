"""An office's days as bars drawn on the server: visits, absences, waiting time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.booking.desk_figures import DayFigures
from backend.core.charts import finished, frame, pygal, scale

COLOURS = ("#14514b", "#c9a227", "#8c1c13")
LABELLED = 7  # days of the axis; more would overlap


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    svg: str


def draw(rows: Sequence[DayFigures]) -> list[Chart]:
    """Two charts: how many came, and how long they waited; each with its words for a screen reader."""
    visits = pygal.StackedBar(**_frame(max((row.booked + row.walked_in for row in rows), default=0)))
    visits.add("预约", [row.booked - row.missed for row in rows])
    visits.add("现场取号", [row.walked_in for row in rows])
    visits.add("未到", [row.missed for row in rows])
    waits = pygal.Bar(**_frame(max((row.waited_min or 0 for row in rows), default=0)), show_legend=False)
    waits.add("等候", [row.waited_min for row in rows])
    return [
        Chart("每天来办事的人次", _finished(visits, rows, "visits", _visits(rows))),
        Chart("等候时间（中位数，分钟）", _finished(waits, rows, "waits", _waits(rows))),
    ]


def _frame(top: int) -> dict[str, Any]:
    """Settings of a chart up to ``top``; the scale counts whole people and whole minutes."""
    return frame(
        COLOURS, columns=3, height=320, show_minor_x_labels=False, include_x_axis=True,
        y_labels=scale(top), value_formatter=lambda value: f"{value:g}",
    )  # fmt: skip


def _visits(rows: Sequence[DayFigures]) -> str:
    return "；".join(f"{_day(row)} 预约 {row.booked}，未到 {row.missed}，现场 {row.walked_in}" for row in rows)


def _waits(rows: Sequence[DayFigures]) -> str:
    return "；".join(f"{_day(row)} {row.waited_min} 分钟" for row in rows if row.waited_min is not None) or "没有数据"


def _day(row: DayFigures) -> str:
    return f"{row.day.month}月{row.day.day}日"


def _finished(chart: Any, rows: Sequence[DayFigures], name: str, words: str) -> str:
    days = [f"{row.day.month}-{row.day.day}" for row in rows]
    chart.x_labels = days
    chart.x_labels_major = days[:: max(1, len(days) // LABELLED)]
    return finished(chart, f"{name}-words", words)
