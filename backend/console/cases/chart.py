"""What waits at the case desk, by matter, as bars drawn on the server. Pure."""

from collections.abc import Mapping, Sequence

from backend.cases.inbox import Load
from backend.core.charts import finished, frame, pygal

SERIES = (("已超期", "#b3261e", "late"), ("三天内到期", "#a15c00", "soon"), ("还早", "#1f6f64", "later"))
ROW, FRAME, MOST = 34, 96, 8


def loads_chart(found: Sequence[Load], titles: Mapping[str, str]) -> str:
    """The SVG as text, with the same said in words for whoever cannot see it."""
    shown = found[:MOST]
    chart = pygal.HorizontalStackedBar(**frame(
        [colour for _, colour, _ in SERIES], columns=len(SERIES), letters=15, width=900,
        height=FRAME + ROW * len(shown), show_x_guides=False, show_y_guides=False, show_x_labels=False,
        print_values=True, value_formatter=_number, spacing=8, margin=4, margin_left=60, value_font_size=14,
        value_colors=("#ffffff",) * len(SERIES),
    ))  # fmt: skip
    chart.x_labels = [titles.get(one.matter, one.matter) for one in reversed(shown)]
    for name, _colour, attribute in SERIES:
        chart.add(name, [getattr(one, attribute) or None for one in reversed(shown)])
    return finished(chart, "loads-desc", "；".join(_said(one, titles) for one in shown))


def _number(value: float) -> str:
    return f"{value:.0f}" if value else ""


def _said(one: Load, titles: Mapping[str, str]) -> str:
    return f"{titles.get(one.matter, one.matter)}：已超期 {one.late}，三天内到期 {one.soon}，还早 {one.later}"
