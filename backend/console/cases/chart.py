"""What waits at the case desk, by matter, as bars drawn on the server. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from backend.cases.inbox import Load
from backend.core.charts import Style, pygal

FONT = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
SERIES = (("已超期", "#b3261e", "late"), ("三天内到期", "#a15c00", "soon"), ("还早", "#1f6f64", "later"))
ROW, FRAME, MOST = 34, 96, 8


def loads_chart(found: Sequence[Load], titles: Mapping[str, str]) -> str:
    """The SVG as text, with the same said in words for whoever cannot see it."""
    shown = found[:MOST]
    chart = pygal.HorizontalStackedBar(
        style=_style(), js=[], width=900, height=FRAME + ROW * len(shown), legend_at_bottom=True,
        legend_at_bottom_columns=len(SERIES), disable_xml_declaration=True, truncate_label=-1, truncate_legend=-1,
        show_x_guides=False, show_y_guides=False, show_x_labels=False, print_values=True, value_formatter=_number,
        spacing=8, margin=4, margin_left=60,
    )  # fmt: skip
    chart.x_labels = [titles.get(one.matter, one.matter) for one in reversed(shown)]
    for name, _colour, attribute in SERIES:
        chart.add(name, [getattr(one, attribute) or None for one in reversed(shown)])
    said = "；".join(_said(one, titles) for one in shown)
    chart.add_xml_filter(lambda root: _finish(root, chart, said))
    return cast("str", chart.render(is_unicode=True))


def _number(value: float) -> str:
    return f"{value:.0f}" if value else ""


def _said(one: Load, titles: Mapping[str, str]) -> str:
    return f"{titles.get(one.matter, one.matter)}：已超期 {one.late}，三天内到期 {one.soon}，还早 {one.later}"


def _style() -> Style:
    return Style(
        font_family=FONT, background="#ffffff", plot_background="#ffffff", label_font_size=15, legend_font_size=15,
        major_label_font_size=15, value_font_size=14, value_colors=("#ffffff",) * len(SERIES),
        colors=tuple(colour for _, colour, _ in SERIES), opacity="1", opacity_hover="1",
    )  # fmt: skip


def _finish(root: Any, chart: Any, said: str) -> Any:
    """Take out what pygal adds for its script, and put in words for a screen reader."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag == "script":
                parent.remove(child)
    chart.svg.node(root, "desc", id="loads-desc").text = said
    root.attrib.update({"role": "img", "aria-labelledby": "loads-desc", "lang": "zh-CN"})
    return root
