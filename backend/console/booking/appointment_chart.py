"""An office's days as bars drawn on the server: visits, absences, waiting time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from backend.booking.desk_figures import DayFigures
from backend.core.charts import Style, pygal

FONT = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
COLOURS = ("#14514b", "#c9a227", "#8c1c13")
STEPS = 4  # of the scale
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
    style = Style(
        font_family=FONT, background="#ffffff", plot_background="#ffffff", colors=COLOURS, opacity="1",
        opacity_hover="1", label_font_size=16, major_label_font_size=16, legend_font_size=16,
    )  # fmt: skip
    return {
        "style": style, "js": [], "width": 1000, "height": 320, "legend_at_bottom": True,
        "disable_xml_declaration": True,
        "show_minor_x_labels": False, "truncate_label": -1, "truncate_legend": -1,
        "y_labels": range(0, max(top, 1) + STEPS, max(1, -(-top // STEPS))),
        "value_formatter": lambda value: f"{value:g}", "include_x_axis": True, "legend_at_bottom_columns": 3,
    }  # fmt: skip


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
    chart.add_xml_filter(lambda root: _described(root, chart, f"{name}-words", words))
    return cast("str", chart.render(is_unicode=True))


def _described(root: Any, chart: Any, name: str, words: str) -> Any:
    """Take out what pygal adds for its script, and put in words for a screen reader."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag == "script":
                parent.remove(child)
    described = chart.svg.node(root, "desc", id=name)
    described.text = words
    root.attrib.update({"role": "img", "aria-labelledby": name, "lang": "zh-CN"})
    return root
